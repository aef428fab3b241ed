"""Every field that a request may have comes back as it was sent: no two of them change places on their way."""

from typing import Any

import pytest

from tests.api.journeys import custom_field, open_job
from tests.client import DESCRIBED, Client

PAY = {"min_minor": 5_000_000, "max_minor": 7_000_000, "currency": "EUR", "period": "year"}
CANDIDATE: dict[str, Any] = {
    "first_name": "Ann", "middle_name": "Bea", "last_name": "Cid",
    "emails": [{"value": "a@example.com", "kind": "work"}],
    "phones": [{"value": "+49301234567", "kind": "home"}],
    "links": [{"value": "https://example.com/", "kind": "other"}],
    "location": "Graz", "time_zone": "Europe/Vienna", "language": "de", "current_title": "Cook",
    "current_company": "Inn", "tags": ["a", "b"], "external_id": "c-1", "custom_fields": {"shirt": "M"},
}  # fmt: skip
OFFICE = {
    "name": "North", "country": "AT", "region": "AT-6", "city": "Graz", "time_zone": "Europe/Vienna",
    "external_id": "o-1",
}  # fmt: skip
JOB: dict[str, Any] = {
    "title": "Cook", "description": "Cooks.", "employment_type": "part_time", "workplace": "onsite", "pay_range": PAY,
    "requisition_code": "R-1", "is_confidential": False, "on_filled": {"active_applications": "keep"},
    "external_id": "j-1", "custom_fields": {"center": "4711"},
}  # fmt: skip
POST: dict[str, Any] = {
    "title": "A cook", "body": "Cooks.", "body_format": "plain", "language": "de", "external_id": "p-1",
    "locations": [{"country": "AT", "region": "AT-6", "city": "Graz", "street": "Ring 1", "postal_code": "8010"}],
    "remote_regions": ["DE", "AT"], "pay_ranges": [PAY], "questions": [], "is_internal": True,
    "closes_at": "2040-01-02T03:04:05Z",
}  # fmt: skip
USER = {
    "type": "member", "email": "u@example.com", "first_name": "Ulf", "middle_name": "Vic", "last_name": "Wim",
    "language": "fr", "time_zone": "Europe/Paris", "external_id": "u-1",
}  # fmt: skip
BOARD: dict[str, Any] = {
    "name": "Board", "language": "nl", "allowed_origins": ["https://a.example"],
    "post_url_template": "https://a.example/{post_id}", "required_fields": ["first_name", "email", "phone"],
}  # fmt: skip


NOTHING = {"portal_url_template": None, "sender_identity_id": None}
"""What a board may leave empty."""


async def add_words(ada: Client) -> None:
    """The tags that CANDIDATE names, and the custom fields of the bodies."""
    await custom_field(ada, "shirt")
    await custom_field(ada, "center", applies_to="job")
    await custom_field(ada, "level", applies_to="application")
    for name in CANDIDATE["tags"]:
        await ada.made("/tags", {"name": name})


async def bodies_of(ada: Client) -> dict[str, dict[str, Any]]:
    """Path → a body with every field, each of another value; what they refer to is made before."""
    parent, office = await ada.made("/departments", {"name": "Above"}), await ada.made("/offices", {"name": "A"})
    source = (await ada.read("/sources"))["items"][0]["id"]
    template = (await ada.read("/pipeline-templates"))["items"][0]["id"]
    job, board = await open_job(ada), (await ada.read("/job-boards"))["items"][0]["id"]
    person = await ada.made("/candidates", {"first_name": "Kim"})
    await add_words(ada)
    pipeline = (await ada.read(f"/jobs/{job['id']}/pipeline"))["stages"]
    original = await ada.made(f"/jobs/{job['id']}/posts", {"title": "O", "body": "B", "language": "en"})
    public = await ada.made(f"/jobs/{job['id']}/posts", {"title": "P", "body": "B"})
    await ada.made(f"/posts/{public['id']}/publish")
    return {
        "/candidates": CANDIDATE | {"source_id": source},
        "/offices": OFFICE,
        "/departments": {"name": "Below", "parent_id": parent["id"], "external_id": "d-1"},
        "/jobs": JOB | {"kind": "job", "department_id": parent["id"], "office_ids": [office["id"]],
                        "openings_count": 3, "pipeline_template_id": template},
        f"/jobs/{job['id']}/openings": {"count": 1, "external_id": "s-1", "target_start_on": "2031-02-03"},
        f"/jobs/{job['id']}/posts": POST | {"translation_of": original["id"], "job_board_id": board},
        "/users": USER,
        "/job-boards": BOARD | {"slug": f"b-{ada.user['id'][-12:]}"} | NOTHING,
        "/applications": {
            "candidate_id": person["id"], "job_id": job["id"], "stage_id": pipeline[1]["id"], "source_id": source,
            "post_id": public["id"], "external_id": "a-1", "referrer": "Lee", "applied_at": "2025-02-03T04:05:06Z",
            "source_application_id": "b-1", "referrer_id": ada.user["id"], "answers": [],
            "custom_fields": {"level": "senior"},
        },
    }  # fmt: skip


def fields_of(path: str, method: str = "post") -> set[str]:
    """The fields of a request, as `/openapi.json` tells them."""
    parts = path.split("/")
    template = f"/api/v1/{parts[1]}" if len(parts) == 2 else f"/api/v1/jobs/{{job_id}}/{parts[3]}"
    schema = DESCRIBED["paths"][template][method]["requestBody"]["content"]["application/json"]["schema"]
    return set(DESCRIBED["components"]["schemas"][schema["$ref"].rpartition("/")[2]]["properties"])


async def test_field_comes_back_as_it_was_sent_when_a_resource_is_made(ada: Client) -> None:
    """From the command and from a read; a field that was added is to be added here, too."""
    for path, body in (await bodies_of(ada)).items():
        assert set(body) == fields_of(path), path
        answer = await ada.made(path, body)
        made = answer["items"][0] if path.endswith("/openings") else answer
        told = made | {
            f"{name}_id": each["id"] for name, each in made.items() if isinstance(each, dict) and "id" in each
        }
        shown = {name: value for name, value in body.items() if name not in ("count", "openings_count")}
        shown.pop("pipeline_template_id", None)
        odd = {name: (told.get(name), value) for name, value in shown.items() if not is_alike(told.get(name), value)}
        assert not odd, (path, odd)
        noun = "posts" if path.endswith("/posts") else path.rpartition("/")[2]
        assert (await ada.read(f"/{noun}", params={"ids": made["id"]}))["items"] == [made]
        if "openings_count" in body:
            assert len((await ada.read(f"/jobs/{made['id']}/openings"))["items"]) == body["openings_count"]


def is_alike(found: Any, sent: Any) -> bool:
    """Whether a value is what was sent: instants may be written another way, objects may have members besides."""
    if isinstance(sent, dict) and isinstance(found, dict):
        return all(is_alike(found.get(name), value) for name, value in sent.items())
    if isinstance(sent, list) and isinstance(found, list):
        return len(sent) == len(found) and all(is_alike(*pair) for pair in zip(found, sent, strict=True))
    if isinstance(sent, str) and isinstance(found, str) and sent.endswith("Z"):
        return found.startswith(sent[:-1])
    return bool(found == sent)


@pytest.mark.parametrize(
    ("path", "body", "patch"),
    [
        ("/candidates", {"first_name": "A"}, CANDIDATE), ("/offices", {"name": "A"}, OFFICE),
        ("/jobs", {"title": "A", "employment_type": "internship", "workplace": "remote"}, JOB),
        ("/users", {"type": "service", "first_name": "A"}, {"first_name": "B", "external_id": "u-2"}),
    ],
)  # fmt: skip
async def test_field_comes_back_as_it_was_sent_when_a_resource_is_patched(
    ada: Client, path: str, body: dict[str, Any], patch: dict[str, Any]
) -> None:
    """One after another: each changes what it names and nothing else, but the version."""
    await add_words(ada)
    before = await ada.made(path, body)
    for name, value in patch.items():
        answer = await ada.patch(f"/api/v1{path}/{before['id']}", json={name: value})
        assert answer.status_code == 200, (name, answer.text)
        after = answer.json()
        assert is_alike(after[name], value), (name, after[name])
        changed = {each for each in after if after[each] != before[each]}
        assert changed <= {name, "version", "updated_at", "name"}, (name, changed)
        before = after
