"""Bodies and queries that no honest client sends, to every operation: a precise refusal, and nothing is left behind."""

import itertools
import json
import resource
from collections.abc import AsyncIterator, Iterator, Sequence
from pathlib import Path
from typing import Any, TypeVar, get_args
from uuid import uuid4

import hypothesis
import msgspec
import pytest
from hypothesis import strategies as st

from hiring.config import Settings
from hiring.services.tokens import sign
from tests.api.probe import Endpoint, endpoints, filled
from tests.api.worlds import made_up, seen, world_of
from tests.client import Client

ValueT = TypeVar("ValueT")

JSON = {"Content-Type": "application/json"}
TAKERS = [each for each in endpoints() if each.operation.body is not None]
STREAMED = [each for each in endpoints() if each.operation.is_streamed]
LISTS = [each for each in endpoints() if each.operation.query and "cursor" in each.operation.query.__struct_fields__]
WRONG: tuple[Any, ...] = (1.5, -1, 10**40, [[[]]], {"\0": 1.5}, "a\0b", "\x1b[2J\0", ["\0"])
"""What no field of any request takes."""
BROKEN = (
    b"{", b"}", b"{]", b"\xff", b"{'a': 1}", b'{"a": NaN}', b'{"a": Infinity}', b'{"a": -Infinity}',
    b'{"a": "\\ud800"}', b'{"\\udfff": 1}', b'{"a": "\xed\xa0\x80"}', b'{"a": 01}', b'{"a": 1,}', b"{} {}",
    b"\xef\xbb\xbf{}", '{"a": 1}'.encode("utf-16"), b"\0", b"[" * 19_999, b'{"a":' * 9_999, b"/* */ {}",
    b'{"a": "\n"}', b"\x1f\x8b\x08\x00",
)  # fmt: skip
"""What is not JSON."""
MISSHAPEN = (b"[]", b'"a"', b"3", b"null", b"true", b"[{}]", b"1" * 4_000, b"[" * 60 + b"]" * 60,
    b'{"a": 1e400}', b'{"a": -1e400}',
)  # fmt: skip
"""JSON, but no object, or one that no operation takes."""
MEDIA_TYPES = ("text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=a", "text/json", "/")
LARGE_BYTES = 100 * 1024 * 1024
KEPT_BYTES = 48 * 1024 * 1024
"""More than a file's queue of chunks and the sockets' buffers take, less than a body that is held."""
MOMENTS = ("2020-01-01T00:00:00+23:59", "0001-01-01T00:00:00+15:00", "9999-12-31T23:59:59-15:00", "1e11")
"""Moments that no column can keep."""
QUERIES = (
    *(("limit", value, "limit") for value in ("0", "x", "", "-1", "1.5", "0x10", "9" * 30, "9" * 5_000)),
    ("limit", "\0", ""), ("odd", "1", "odd"), ("cursor[]", "1", "cursor[]"), ("", "1", ""),
    *(("cursor", value, "cursor") for value in ("", "x", "é", "A" * 43, "A" * 5_000, "../..", "=", "����")),
    *(("ids", value, "ids") for value in ("", "x", ",", f"{uuid4()},", ",".join([str(uuid4())] * 101))),
    *(("updated_since", value, "updated_since") for value in ("x", "2020-01-01", "2020-01-01T00:00:00", "1e300", "")),
    *(("updated_since", value, "updated_since") for value in ("nan", *MOMENTS)),
    *((name, "x", name) for name in ("status", "kind", "job_id", "stage_id", "candidate_id", "department_id")),
    ("external_id", "e" * 201, "external_id"), ("external_id", "a\0", ""),
)  # fmt: skip


@pytest.fixture
async def ids(ada: Client, anybody: Client) -> AsyncIterator[dict[str, str]]:
    """Everything that Ada's organization has, which is the same afterwards."""
    made = await world_of(ada, anybody)
    before = await seen(ada, made)
    yield made
    assert await seen(ada, made) == before


def asked(endpoint: Endpoint, ids: dict[str, str]) -> tuple[str, str]:
    """Method and address of an operation on something that is there."""
    return endpoint.method, filled(endpoint.path, ids)


def dealt(values: Sequence[ValueT], place: int, count: int) -> Sequence[ValueT]:
    """Some of the values, others for each place: what one code refuses for all is tried with all, but not by each."""
    return [values[(place * count + n) % len(values)] for n in range(min(count, len(values)))]


async def test_field_is_pointed_at_when_its_value_is_wrong(ada: Client, ids: dict[str, str]) -> None:
    """Every field of every body, each with some of many values, the rest of the body right."""
    places = itertools.count()
    for endpoint in TAKERS:
        assert endpoint.operation.body is not None
        for field in msgspec.structs.fields(endpoint.operation.body):
            for value in (*dealt(WRONG, next(places), 3), *(MOMENTS if "datetime" in str(field.type) else ())):
                right = filled(endpoint.body(), ids | made_up())
                answer = await ada.request(*asked(endpoint, ids), json=right | {field.encode_name: value})
                told = (endpoint.name, field.encode_name, value, answer.text)
                assert (answer.status_code, answer.json()["code"]) == (422, "invalid"), told
                assert answer.json()["errors"][0]["pointer"].startswith(f"/{field.encode_name}"), told


async def test_field_is_refused_when_it_is_unknown(ada: Client, ids: dict[str, str]) -> None:
    """Whatever its value, beside a right body; the names of other languages' traps too."""
    for endpoint in TAKERS:
        for name in ("odd", "__proto__", "constructor", "organization_id", "a/b~c", "", "ä" * 1_000):
            right = filled(endpoint.body(), ids | made_up())
            answer = await ada.request(*asked(endpoint, ids), json=right | {name: {"a": [1]}})
            assert answer.status_code == 422, (endpoint.name, name, answer.text)
            pointers = [each["pointer"] for each in answer.json()["errors"]]
            assert pointers == [f"/{name.replace('~', '~0').replace('/', '~1')}"], (endpoint.name, name, pointers)


async def test_body_is_refused_when_it_is_not_json(ada: Client, ids: dict[str, str]) -> None:
    """400 for what cannot be read, 422 for what is no object or too deep."""
    deep = b'{"odd": ' + b"[" * 60 + b"]" * 60 + b"}"
    for place, endpoint in enumerate(TAKERS):
        for status, contents in ((400, BROKEN), (422, (*MISSHAPEN, deep))):
            for content in dealt(contents, place, 4):
                answer = await ada.request(*asked(endpoint, ids), content=content, headers=JSON)
                assert answer.status_code == status, (endpoint.name, content[:40], answer.text)


async def test_body_of_blanks_is_not_an_empty_body(ada: Client) -> None:
    """Neither the white space of JSON nor the other blanks of ASCII and Unicode are a value."""
    assert (await ada.patch("/api/v1/me", content=b"", headers=JSON)).status_code == 200
    for content in (b" ", b"\r\n\t ", b"\v", b"\f", b" \v ", b"\xa0", "\u2003".encode()):
        assert (await ada.patch("/api/v1/me", content=content, headers=JSON)).status_code == 400, content


async def test_body_is_refused_when_its_media_type_is_another(ada: Client, ids: dict[str, str]) -> None:
    """415, also without a media type, with Content-Length and chunked."""
    for place, endpoint in enumerate(TAKERS):
        content = json.dumps(filled(endpoint.body(), ids | made_up())).encode()
        for media_type in dealt((*MEDIA_TYPES, None), place, 2):
            headers = {"Content-Type": media_type} if media_type else {}
            for body in (content, chunks(content, 1)):
                answer = await ada.request(*asked(endpoint, ids), content=body, headers=headers)
                assert answer.status_code == 415, (endpoint.name, media_type, answer.text)


async def chunks(content: bytes, count: int) -> AsyncIterator[bytes]:
    """A body without a length."""
    for _ in range(count):
        yield content


async def test_body_is_not_held_when_it_is_too_large(ada: Client, ids: dict[str, str]) -> None:
    """100 MB with Content-Length and chunked, as JSON and as a file: 413, and the memory stays as it was."""
    piece, before = b"x" * 65_536, resident_bytes()
    count = LARGE_BYTES // len(piece)
    highest = before

    async def watched() -> AsyncIterator[bytes]:
        nonlocal highest
        async for chunk in chunks(piece, count):
            highest = max(highest, resident_bytes())
            yield chunk

    places: list[tuple[str, dict[str, str], dict[str, str] | None]] = [("/api/v1/departments", JSON, None)]
    places += [(filled(each.path, ids), {"Content-Type": "text/plain"}, {"file_name": "a.txt"}) for each in STREAMED]
    for path, headers, params in places:
        for length in ({"Content-Length": str(LARGE_BYTES)}, {}):
            answer = await ada.post(path, content=watched(), headers=headers | length, params=params)
            assert (answer.status_code, answer.json()["code"]) == (413, "body_too_large"), (path, answer.text)
    stranger = await ada.post("/api/v1/departments", content=watched(), headers=JSON | {"Authorization": "Bearer x"})
    assert (stranger.status_code, stranger.json()["code"]) == (401, "token_invalid")
    assert highest - before < KEPT_BYTES


def resident_bytes() -> int:
    """The memory of this process, in which the server runs too."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * resource.getpagesize()


async def test_parameter_is_pointed_at_when_its_value_is_wrong(ada: Client, ids: dict[str, str]) -> None:
    """Every list with some of the wrong parameters, with repeated ones and ones that are not UTF-8."""
    for place, endpoint in enumerate(LISTS):
        assert endpoint.operation.query is not None
        path, fields = filled(endpoint.path, ids), msgspec.structs.fields(endpoint.operation.query)
        names = {field.name: field for field in fields}
        beyond = str(get_args(names["limit"].type)[1].le + 1)
        for name, value, pointer in (*dealt(QUERIES, place, 15), ("limit", beyond, "limit")):
            if name == "external_id" and name not in names:
                continue
            answer = await ada.get(path, params={name: value})
            assert answer.status_code == 422, (endpoint.name, name, value, answer.text)
            assert answer.json()["errors"][0]["pointer"].startswith(f"?{pointer}"), (name, value, answer.text)
        for name in names:
            for query in (f"{name}=1&{name}=1", f"{name}=%ff", f"{name}=%00", f"{name}=&{name}="):
                answer = await ada.get(f"{path}?{query}")
                assert answer.status_code == 422, (endpoint.name, query, answer.text)
    for endpoint in endpoints():
        if endpoint.operation.query is None and endpoint.method == "GET" and not endpoint.operation.is_public:
            answer = await ada.get(filled(endpoint.path, ids), params={"limit": "1"})
            assert answer.status_code == 422, endpoint.name


async def test_cursor_is_refused_when_it_is_forged_or_of_another_list(
    ada: Client, ids: dict[str, str], settings: Settings
) -> None:
    """Signed with another secret, altered, a token of another purpose, of another list or other filters."""
    pages = {each.name: (await ada.get(filled(each.path, ids), params={"limit": "1"})).json() for each in LISTS}
    secret = settings.tokens.secret
    for endpoint in LISTS:
        own = pages[endpoint.name]["next_cursor"] or "AAAA"
        foreign = [page["next_cursor"] for name, page in pages.items() if name != endpoint.name and page["next_cursor"]]
        forged = [
            own + "A", own[:-1], own.swapcase(), f" {own}", own + "=", sign("another secret", "cursor", b"a" * 28),
            sign(secret, "consistency", uuid4().bytes), sign(secret, "cursor", b""), sign(secret, "cursor", b"a" * 28),
            *foreign,
        ]  # fmt: skip
        for cursor in forged:
            answer = await ada.get(filled(endpoint.path, ids), params={"cursor": cursor})
            assert answer.status_code == 422, (endpoint.name, cursor, answer.text)


CHARACTERS = st.characters(exclude_categories=())
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(CHARACTERS, max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(CHARACTERS, max_size=8), inner, max_size=4),
    max_leaves=12,
)


def bodies() -> Iterator[st.SearchStrategy[tuple[Endpoint, Any]]]:
    """Right bodies with some fields replaced by anything."""
    for endpoint in TAKERS:
        assert endpoint.operation.body is not None
        names = [field.encode_name for field in msgspec.structs.fields(endpoint.operation.body)]
        changes = st.dictionaries(st.sampled_from(names), VALUES, max_size=3) if names else VALUES
        yield st.tuples(st.just(endpoint), changes | VALUES)


@hypothesis.given(case=st.one_of(*bodies()))
@hypothesis.settings(
    max_examples=400, deadline=None, suppress_health_check=list(hypothesis.HealthCheck), database=None, derandomize=True
)
async def test_operation_never_fails_when_fields_hold_anything(ada: Client, case: tuple[Endpoint, Any]) -> None:
    """No 5xx, on things that are not there."""
    endpoint, value = case
    path = filled(endpoint.path, dict.fromkeys(endpoint.parameters, str(uuid4())))
    answer = await ada.request(endpoint.method, path, content=json.dumps(value), headers=JSON)
    assert answer.status_code < 500, (endpoint.name, value, answer.text)
