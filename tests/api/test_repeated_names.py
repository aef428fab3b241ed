"""A JSON object with a name twice: nobody knows which value is meant, so nothing is done, wherever it is."""

import time
from uuid import uuid4

import pytest

from hiring.errors import Malformed
from hiring.http.json_bodies import json_of
from tests.api.probe import endpoints, filled
from tests.client import Client

JSON = {"Content-Type": "application/json"}


async def test_body_is_refused_when_a_name_is_there_twice(ada: Client) -> None:
    """Every operation with a body: 400 with a pointer."""
    for endpoint in endpoints():
        if endpoint.operation.body is not None:
            path = filled(endpoint.path, dict.fromkeys(endpoint.parameters, str(uuid4())))
            content = b'{"a": {"name": 1, "odd": [{}, {"x": 1, "y": {}, "x": 2}]}}'
            answer = await ada.request(endpoint.method, path, content=content, headers=JSON)
            assert answer.status_code == 400, (endpoint.name, answer.text)
            assert [each["pointer"] for each in answer.json()["errors"]] == ["/a/odd/1/x"], endpoint.name


@pytest.mark.parametrize(
    ("body", "pointers"),
    [
        (b'{"a": 1, "a": 1}', {"/a"}), (b'{"": 1, "": 2}', {"/"}), (b'{"a/b~": 1, "a\\/b~": 2}', {"/a~1b~0"}),
        ('{"ä": 1, "\\u00e4": 2}'.encode(), {"/ä"}), (b'[[{"a": {"b": [], "c": 0, "b": {}}}]]', {"/0/0/a/b"}),
        (b'{"a": {"b": 1, "b": 2}, "a": 3}', {"/a"}), (b'{"a": 3, "a": {"b": 1, "b": 2}}', {"/a"}),
        (b'{"a": {"c": 1, "c": 2}, "b": {"d": 1, "d": 2}}', {"/a/c", "/b/d"}),
        (b'{"a": 1, "a": 2', set()), (b'{"a": 1, "a": NaN', set()),
    ],
)  # fmt: skip
def test_name_is_pointed_at_when_it_is_there_twice(body: bytes, pointers: set[str]) -> None:
    """One is enough. However it is escaped; where the rest is not JSON there is no pointer."""
    with pytest.raises(Malformed) as refused:
        json_of(body)
    assert {each.pointer for each in refused.value.errors} <= pointers and len(refused.value.errors) == bool(pointers)


@pytest.mark.parametrize("body", [b"{}", b"", b'{"a": {"a": 1}, "b": {"a": 1}}', b'[{"a": 1}, {"a": 1}]'])
def test_body_is_read_when_each_name_is_there_once(body: bytes) -> None:
    """In its object; another object may have it, too."""
    json_of(body)


def twice_in(count: int) -> list[bytes]:
    """Bodies that grow with a number and end in a name that is there twice."""
    last = b'"a": 1, "a": 2}'
    return [
        b"{" + b"".join(b'"%d": 0,' % number for number in range(count)) + last,
        b'{"odd": [' + b",".join([b"{}"] * count) + b"]," + last,
        b'{"' + b"x" * count + b'": [' + b"0," * count + b"{" + last + b"]}",
        b'{"odd": [' + b",".join([b"{" + last] * (count // 8)) + b"]," + last,
    ]


def test_time_is_linear_when_a_name_is_there_twice_in_a_large_body() -> None:
    """Eight times the body takes about eight times as long, not sixty-four times."""

    def taken(body: bytes) -> float:
        best = 1e9
        for _ in range(3):
            start = time.process_time()
            with pytest.raises(Malformed):
                json_of(body)
            best = min(best, time.process_time() - start)
        return best

    for small, large in zip(twice_in(2_400), twice_in(19_200), strict=True):
        ratio = taken(large) / max(taken(small), 1e-3)
        assert ratio < 30, large[:20]
