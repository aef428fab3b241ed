"""Limits of what a request may look like, from both sides: forms, queries, heads."""

from uuid import UUID

import msgspec
import pytest

from hiring.errors import ApiError, Invalid, Malformed, NotFound, SessionRequired
from hiring.http.admission import refuse_over
from hiring.http.entity_tags import entity_tags, is_known, versions_of
from hiring.http.forms import ENVELOPE_BYTES, FileForm, is_envelope, media_type_of
from hiring.http.operation import ANYONE, SESSION, THEMSELVES, authorize, operation
from hiring.http.requests import announced_bytes, has_body, path_id, query_of
from hiring.queries.applications import ApplicationsQuery
from tests.http.actors import actor

OWN_ID = "3f2504e0-4f89-41d3-9a0c-0305e82c3301"


def type_of_form(length: int) -> str:
    """The type of a form, of so many characters."""
    return "multipart/form-data; boundary=b; a=".ljust(length, "x")


def form(*headers: str, name: str = "f", boundary: str = "b") -> bytes:
    """A form with a file, whose part has these headers besides its disposition."""
    lines = [f"--{boundary}", f'Content-Disposition: form-data; name="{name}"; filename="a"', *headers, "", "x"]
    return "\r\n".join([*lines, f"--{boundary}--", ""]).encode()


def read(content_type: str, body: bytes) -> ApiError | None:
    """Why a form is refused, None where its file is read."""
    try:
        file = FileForm(content_type)
        assert b"".join(file.pieces(body)) == b"x" and file.end() == "a"
    except ApiError as error:
        return error
    return None


@pytest.mark.parametrize(("length", "is_taken"), [(500, True), (501, False)])
def test_type_of_a_form_has_up_to_500_characters(length: int, is_taken: bool) -> None:
    """Its parameters included."""
    assert (read(type_of_form(length), form()) is None) is is_taken


@pytest.mark.parametrize(("length", "is_taken"), [(0, False), (1, True), (70, True), (71, False)])
def test_boundary_of_a_form_has_up_to_70_characters(length: int, is_taken: bool) -> None:
    """RFC 2046; and one at the least."""
    boundary = "b" * length
    found = read(f'multipart/form-data; boundary="{boundary}"', form(boundary=boundary or "b"))
    assert (found is None) is is_taken and (is_taken or isinstance(found, Malformed))


@pytest.mark.parametrize(("count", "is_taken"), [(7, True), (8, False)])
def test_part_of_a_form_has_up_to_eight_headers(count: int, is_taken: bool) -> None:
    """Its disposition is the first."""
    assert (read("multipart/form-data; boundary=b", form(*["X: y"] * count)) is None) is is_taken


@pytest.mark.parametrize(("length", "is_taken"), [(3_900, True), (4_200, False)])
def test_headers_of_a_part_have_up_to_four_kilobytes(length: int, is_taken: bool) -> None:
    """More is no name of a file."""
    assert (read("multipart/form-data; boundary=b", form(f"X: {'y' * length}")) is None) is is_taken


def test_field_is_named_by_a_hundred_characters_at_the_most() -> None:
    """Of a second file as of the first field that is none."""
    twice = form(name="f")[: -len("--b--\r\n")] + form(name="n" * 150)
    found = read("multipart/form-data; boundary=b", twice)
    assert found is not None and [each.pointer for each in found.errors] == [f"/{'n' * 100}"]
    assert ENVELOPE_BYTES == 16_384


@pytest.mark.parametrize(
    ("header", "media_type", "is_one"),
    [
        ("Multipart/Mixed; boundary=b", "multipart/mixed", True), ("message/rfc822", "message/rfc822", True),
        (" application/x-www-form-urlencoded ;a", "application/x-www-form-urlencoded", True),
        ("text/plain; a=multipart/x", "text/plain", False), ("", "", False), ("x-multipart/a", "x-multipart/a", False),
    ],
)  # fmt: skip
def test_envelope_is_known_by_its_media_type(header: str, media_type: str, is_one: bool) -> None:
    """Without its parameters, in lower case."""
    assert (media_type_of(header), is_envelope(media_type)) == (media_type, is_one)


@pytest.mark.parametrize(
    ("headers", "size", "is_there"),
    [
        ({}, 0, False), ({"Content-Length": "0"}, 0, False), ({"Content-Length": "1"}, 1, True),
        ({"Transfer-Encoding": "chunked"}, 0, True), ({"Content-Length": "x"}, 0, False),
        ({"Content-Length": "9" * 30}, 10**20 - 1, True),
    ],
)  # fmt: skip
def test_body_is_announced_by_its_head(headers: dict[str, str], size: int, is_there: bool) -> None:
    """By its length or by its coding."""
    assert (announced_bytes(headers), has_body(headers)) == (size, is_there)


class Query(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Two parameters, one of which is needed."""

    name: str
    count: int = 1


@pytest.mark.parametrize(
    ("given", "found"),
    [
        ({}, ["?name required"]), ({"name": [b"a"]}, []), ({"name": [b"a", b"b"]}, ["?name repeated"]),
        ({"name": [b"a"], "other": [b""]}, ["?other unknown_parameter"]), ({"name": [b"\xff"]}, ["?name format"]),
        ({"name": [b"a"], "count": [b"x"]}, ["?count type"]), ({"count": [b"x"]}, ["?name required"]),
        ({"a": [b""], "b": [b""]}, ["?a unknown_parameter", "?b unknown_parameter", "?name required"]),
        ({str(place): [b""] for place in range(101)}, [f"?{place} unknown_parameter" for place in range(100)]),
    ],
)  # fmt: skip
def test_query_is_refused_with_all_that_is_wrong(given: dict[str, list[bytes]], found: list[str]) -> None:
    """What cannot be read first; a hundred findings at the most."""
    try:
        told: list[str] = []
        assert query_of(given, Query) == Query("a")
    except Invalid as error:
        told = [f"{each.pointer} {each.code}" for each in error.errors]
    assert told == found


def test_list_in_a_query_has_commas() -> None:
    """Its items are told apart where one is wrong."""
    found = query_of({"ids": [f"{OWN_ID},{OWN_ID}".encode()], "expand": [b"job,candidate"]}, ApplicationsQuery)
    assert found.ids == (UUID(OWN_ID),) * 2 and found.expand == ("job", "candidate") and found.limit == 25
    with pytest.raises(Invalid) as refused:
        query_of({"ids": [f"{OWN_ID},x".encode()], "limit": [b"101"]}, ApplicationsQuery)
    assert [(each.pointer, each.code) for each in refused.value.errors] == [("?ids/1", "format"), ("?limit", "range")]


def test_path_leads_nowhere_when_its_id_is_none() -> None:
    """404, not 422: the text names nothing."""
    assert path_id(OWN_ID) == UUID(OWN_ID)
    with pytest.raises(NotFound):
        path_id("x")


@pytest.mark.parametrize(("given", "versions"), [
    (None, set()), (" * ", set()), ('"3"', {3}), ("3", {3}), ("007", {7}), ('"3-ab", "4"', {3, 4}), ('W/"3"', {0}),
    ("2147483647", {2147483647}), ("2147483648", {0}), ('"x"', {0}), ("0", {0}),
])  # fmt: skip
def test_version_is_demanded_by_strong_tags(given: str | None, versions: set[int]) -> None:
    """One that nothing has where no tag is ours."""
    assert versions_of(given) == versions


def test_header_names_sixteen_tags_at_the_most() -> None:
    """In either header; one that is malformed names none that is known."""
    tags = [f'"{version}"' for version in range(1, 18)]
    assert entity_tags(", ".join(tags[:16]))[15] == (False, "16") and versions_of(",".join(tags[:16])) == {
        *range(1, 17)
    }
    for header in (",".join(tags), '"1" "2"', '"1'):
        with pytest.raises(Malformed):
            entity_tags(header)
    assert is_known({"If-None-Match": ", ".join(tags[:16])}, "16") and is_known({"If-None-Match": 'W/"1"'}, "1")
    assert not is_known({"If-None-Match": ", ".join(tags)}, "1") and not is_known({}, "1")
    assert is_known({"If-None-Match": " * "}, "1")


async def asked(request: object) -> None:
    """Ask."""


@pytest.mark.parametrize(
    ("access", "is_session", "is_on_behalf", "is_let_in"),
    [
        (ANYONE, True, False, True), (ANYONE, False, True, True), (THEMSELVES, False, False, True),
        (THEMSELVES, False, True, False), (SESSION, True, False, True), (SESSION, False, False, False),
        (SESSION, True, True, False),
    ],
)  # fmt: skip
def test_operation_is_for_its_callers_alone(access: str, is_session: bool, is_on_behalf: bool, is_let_in: bool) -> None:
    """Whoever acts for another has nothing that is the other's own."""
    who = actor(session_id=UUID(int=5) if is_session else None, on_behalf_of=UUID(int=6) if is_on_behalf else None)
    endpoint = operation()(asked).at("GET", "/asked", access)
    if is_let_in:
        authorize(who, endpoint)
    else:
        with pytest.raises(SessionRequired):
            authorize(who, endpoint)


@pytest.mark.parametrize("access", ["jobs.fly", "sesion", "jobs", ""])
def test_route_is_refused_when_its_access_is_no_rule(access: str) -> None:
    """At the start of the service, with the line of the table: a slip there must not let anyone in."""
    with pytest.raises(ValueError, match="GET /asked: "):
        operation()(asked).at("GET", "/asked", access)


@pytest.mark.parametrize(("wait_s", "told_s"), [(0.0, 1), (0.2, 1), (1.0, 2), (59.9, 60)])
def test_wait_is_told_in_whole_seconds(wait_s: float, told_s: int) -> None:
    """Never too short; without a wait there is no refusal."""
    refuse_over("login", None)
    with pytest.raises(ApiError) as refused:
        refuse_over("login", wait_s)
    assert refused.value.retry_after_s == told_s
