"""Bodies of requests: what a shape cannot say of its fields together, and what becomes of what it lets through."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import msgspec
import pytest

from hiring.domain.checking import checked
from hiring.errors import Invalid
from hiring.handlers.api_keys import NewApiKey
from hiring.handlers.boards import NewBoardApplication, applicant_of
from hiring.handlers.candidates import CandidatePatch, NewCandidate
from hiring.handlers.job_boards import JobBoardPatch, NewJobBoard
from hiring.handlers.jobs import HiringTeamInput, JobPatch, NewJob
from hiring.handlers.openings import NewOpenings
from hiring.handlers.organizations import OrganizationPatch
from hiring.handlers.permissions import NewPermissionGroup, PermissionGrant, PermissionGroupPatch
from hiring.http.requests import changes

ID, OTHER, PERSON = str(UUID(int=1)), str(UUID(int=2)), {"first_name": "Kim", "email": "kim@example.com"}
JOB = {"title": "Cook", "employment_type": "full_time", "workplace": "onsite"}
KEY = {"user_id": ID, "name": "k", "permissions": {}}
BOARD = {"slug": "a", "name": "A"}
FIRST = {"first_name": "Kim"}
MEMBER = {"user_id": ID, "role": "recruiter"}
TWICE = [{"value": "a@example.com"}, {"value": "b@example.com"}, {"value": "A@Example.com"}]


def found_in(body: dict[str, Any], shape: type) -> list[str]:
    """What is wrong with a body."""
    try:
        checked(body, shape)
    except Invalid as error:
        return [f"{each.pointer} {each.code}" for each in error.errors]
    return []


def ending(seconds: float) -> str:
    """A moment so many seconds from now."""
    return (datetime.now(UTC) + timedelta(seconds=seconds)).isoformat()


@pytest.mark.parametrize(
    ("body", "shape", "found"),
    [
        (KEY | {"expires_at": ending(86_400)}, NewApiKey, []),
        (KEY | {"expires_at": ending(-1)}, NewApiKey, ["/expires_at range"]),
        (KEY | {"permissions": {"jobs.read": "team", "a/b": "all"}}, NewApiKey,
         ["/permissions/a~1b unknown_reference"]),
        (PERSON | {"tags": []} | {"emails": TWICE[:2]}, NewBoardApplication,
         ["/tags unknown_field", "/emails unknown_field"]),
        (PERSON | {"consent": [{"id": ID, "version": 0, "granted": True}]}, NewBoardApplication,
         ["/consent/0/version range"]),
        ({"first_name": "A", "emails": TWICE[:2], "tags": ["a", "b"]}, NewCandidate, []),
        ({"first_name": "A", "emails": TWICE, "tags": ["a", "b", "a"]}, NewCandidate,
         ["/emails/2/value repeated", "/tags/2 repeated"]),
        ({"emails": TWICE, "tags": ["a", "a"]}, CandidatePatch, ["/emails/2/value repeated", "/tags/1 repeated"]),
        ({"emails": None, "tags": None}, CandidatePatch, []),
        (FIRST | {"custom_fields": {"a": "x", "b_2": -1.5, "c": 1e3, "d": False, "e": ["x"]}}, NewCandidate, []),
        (FIRST | {"custom_fields": {"a": None, "b": {}, "c": [1], "d": ""}}, NewCandidate,
         ["/custom_fields/a type", "/custom_fields/b type", "/custom_fields/c/0 type", "/custom_fields/d too_short"]),
        (FIRST | {"custom_fields": {"a": 10**15 + 1, "b": "x" * 10_001, "c": ["x"] * 201, "d": "\0"}}, NewCandidate,
         ["/custom_fields/a range", "/custom_fields/b too_long", "/custom_fields/c too_long",
          "/custom_fields/d nul_character"]),
        (FIRST | {"custom_fields": {"A": 1, "a-b": 1, "": 1, "x" * 65: 1}}, NewCandidate,
         ["/custom_fields/A format", "/custom_fields/a-b format", "/custom_fields/ format",
          f"/custom_fields/{'x' * 65} too_long"]),
        ({"custom_fields": {"a": None, "x" * 64: "x" * 10_000, "c": ["x"] * 100}}, CandidatePatch, []),
        ({"custom_fields": {"a": {"b": None}}}, CandidatePatch, ["/custom_fields/a type"]),
        (BOARD, NewJobBoard, []), (BOARD | {"required_fields": ["email"]}, NewJobBoard, ["/required_fields required"]),
        (BOARD | {"required_fields": ["first_name", "email", "phone"]}, NewJobBoard, []),
        ({"required_fields": ["first_name"]}, JobBoardPatch, ["/required_fields required"]), ({}, JobBoardPatch, []),
        ({"post_url_template": "https://a.de/{post_id}/{post_id}"}, JobBoardPatch, ["/post_url_template format"]),
        ({"post_url_template": "a.de/{post_id}"}, JobBoardPatch, ["/post_url_template format"]),
        ({"logo_url": "http://a.de/a.png"}, OrganizationPatch, ["/logo_url format"]),
        ({"website_url": "HTTPS://a.de"}, OrganizationPatch, []),
        (JOB | {"office_ids": [ID, OTHER]}, NewJob, []),
        (JOB | {"office_ids": [ID, OTHER, ID]}, NewJob, ["/office_ids/2 repeated"]),
        ({"office_ids": [ID, ID]}, JobPatch, ["/office_ids/1 repeated"]), ({"office_ids": None}, JobPatch, []),
        ({"members": [MEMBER, MEMBER | {"role": "coordinator"}]}, HiringTeamInput, []),
        ({"members": [MEMBER, MEMBER]}, HiringTeamInput, ["/members/1 repeated"]),
        ({"external_id": "a"}, NewOpenings, []), ({"count": 2}, NewOpenings, []),
        ({"external_id": "a", "count": 2}, NewOpenings, ["/external_id not_combinable"]),
        ({"name": "G", "permissions": ["jobs.read"]}, NewPermissionGroup, []),
        ({"name": "G", "permissions": ["jobs.fly", "jobs.read", "jobs.read"]}, NewPermissionGroup,
         ["/permissions/2 repeated", "/permissions/0 unknown_reference"]),
        ({"permissions": ["jobs.fly"]}, PermissionGroupPatch, ["/permissions/0 unknown_reference"]),
        ({"permissions": None}, PermissionGroupPatch, []), ({}, PermissionGroupPatch, []),
        ({"permission": "jobs.fly", "scope": "all"}, PermissionGrant, ["/permission unknown_reference"]),
    ],
)  # fmt: skip
def test_body_is_refused_when_its_fields_do_not_go_together(body: Any, shape: type, found: list[str]) -> None:
    """Each finding by its pointer and its code."""
    assert found_in(body, shape) == found


def test_default_is_what_the_description_says() -> None:
    """Of whatever a body leaves out."""
    assert checked(JOB, NewJob).first_openings_count() == checked({}, NewOpenings).count == 1
    assert checked(JOB | {"kind": "pool"}, NewJob).first_openings_count() == 0
    assert checked(BOARD, NewJobBoard).required_fields == ["first_name", "email"]


def test_patch_names_what_was_sent_alone() -> None:
    """A list that is cleared becomes empty, other things null."""
    sent = {"emails": None, "last_name": None, "source_id": ID, "custom_fields": {"a": None}}
    assert changes(checked(sent, CandidatePatch)) == sent | {"emails": []}
    assert changes(checked({}, CandidatePatch)) == {}


def applied(**more: Any) -> NewBoardApplication:
    """An application over a board."""
    return checked(PERSON | more, NewBoardApplication)


def test_applicant_is_who_the_form_says() -> None:
    """Every field in its place; what is absent stays absent."""
    more = {
        "last_name": "Lee", "phone": "+43 1 234", "location": "Graz", "language": "de", "source": "A friend",
        "source_details": {"utm_source": "fair", "utm_term": ""},
        "links": [{"value": "https://a.de", "kind": "other"}],
    }  # fmt: skip
    found = applicant_of(applied(**more))
    assert (found.first_name, found.last_name, found.email) == ("Kim", "Lee", "kim@example.com")
    assert (found.location, found.language, found.referrer) == ("Graz", "de", "A friend")
    assert found.source_details == {"utm_source": "fair", "utm_term": ""}
    assert (found.phone, found.consents, found.resume_upload_id) == ("+43 1 234", [], None)
    assert found.links == [{"value": "https://a.de", "kind": "other"}]
    consent = [{"id": ID, "version": 1, "granted": True}]
    bare = applicant_of(applied(resume_upload_id=ID, cover_letter_upload_id=OTHER, consent=consent))
    assert (bare.phone, bare.links, bare.last_name, bare.location, bare.referrer) == (None, [], None, None, None)
    assert bare.source_details == {}
    assert (str(bare.resume_upload_id), str(bare.cover_letter_upload_id)) == (ID, OTHER)
    assert msgspec.to_builtins(bare.consents) == consent
