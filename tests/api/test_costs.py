"""What anybody may send costs time that grows with its length alone, and never holds up what others ask meanwhile."""

import asyncio
import json
import time
from collections.abc import Callable, Coroutine, Iterator
from types import UnionType
from typing import Annotated, Any, Union, get_args, get_origin

import msgspec
import pytest

from hiring.domain.checking import MAXIMUM_VALUES, checked
from hiring.domain.markup import body_html
from hiring.errors import Invalid, Malformed
from hiring.handlers.boards import NewBoardApplication
from hiring.handlers.candidates import NewCandidate
from hiring.handlers.job_boards import NewJobBoard
from hiring.handlers.organizations import OrganizationPatch
from hiring.handlers.pipelines import NewPipeline
from hiring.handlers.posts import NewPost
from hiring.handlers.routes import OPERATIONS
from hiring.http.json_bodies import json_of
from tests.api.journeys import open_job
from tests.client import Client

BODY_BYTES = 1_000_000
POST = {"title": "Engineer", "body": "Come."}
PERSON = {"first_name": "Kim", "email": "kim@example.com"}
QUESTION_ID = "3f2504e0-4f89-41d3-9a0c-0305e82c3301"
PARAGRAPHS = "<p>x" * 25_000
SIGNS = "&" * 100_000

Bodies = Callable[[int], Any]
HOSTILE: dict[str, tuple[Any, Bodies]] = {
    "language": (NewPost, lambda size: POST | {"language": "en" + "-abcd" * (size // 5)}),
    "e-mail address": (NewBoardApplication, lambda size: PERSON | {"email": "a@" + "b." * (size // 2) + "com"}),
    "international domain": (NewBoardApplication, lambda size: PERSON | {"email": "a@" + "ü" * (size // 3) + ".de"}),
    "combining marks": (NewBoardApplication, lambda size: PERSON | {"email": "\u0316\u0301" * (size // 12) + "@b.de"}),
    "telephone number": (NewCandidate, lambda size: {"first_name": "Kim", "phones": [{"value": "1" * size}]}),
    "blanks": (NewPost, lambda size: POST | {"title": " " * size}),
    "unknown members": (NewPost, lambda size: POST | {f"x{place}": 0 for place in range(size // 12)}),
    "unknown list": (NewPost, lambda size: POST | {"x": [0] * (size // 3)}),
    "list of lists": (NewPost, lambda size: POST | {"x": [[]] * (size // 4)}),
    "places": (NewPost, lambda size: POST | {"locations": [{"city": "x"}] * (size // 16)}),
    "regions": (NewPost, lambda size: POST | {"remote_regions": ["ZZ"] * (size // 6)}),
    "questions": (NewPost, lambda size: POST | {"questions": [{"label": "x", "type": "number"}] * (size // 36)}),
    "options": (NewPost, lambda size: POST | {"questions": [
        {"label": "x", "type": "single_select", "options": [{"label": f"o{place}"} for place in range(size // 18)]}
    ]}),
    "addresses": (OrganizationPatch, lambda size: {"mail_allow_list": ["a@b.example"] * (size // 16)}),
    "origins": (NewJobBoard, lambda size: {"slug": "a", "name": "b", "allowed_origins": ["http://a.b"] * (size // 15)}),
    "answer": (NewBoardApplication, lambda size: PERSON | {
        "answers": [{"question_id": QUESTION_ID, "value": ["x"] * (size // 5)}]
    }),
    "stages": (NewPipeline, lambda size: {"stages": [{"name": "x", "kind": "lead"}] * (size // 30)}),
    "mapping": (NewPipeline, lambda size: {"stages": [], "mapping": {
        f"{QUESTION_ID[:24]}{place:012d}": QUESTION_ID for place in range(size // 80)
    }}),
    "custom field": (NewCandidate, lambda size: {"first_name": "Kim", "custom_fields": {"x": ["y"] * (size // 4)}}),
}  # fmt: skip


def cost(shape: Any, body: bytes) -> float:
    """Processor seconds of decoding and refusing a body, the least of three."""
    seconds = []
    for _ in range(3):
        begun = time.process_time()
        with pytest.raises(Invalid):
            checked(json_of(body), shape)
        seconds.append(time.process_time() - begun)
    return min(seconds)


@pytest.mark.parametrize("name", HOSTILE)
def test_cost_grows_with_the_length_alone_when_a_body_is_hostile(name: str) -> None:
    """Of a megabyte: at the most some four times what a quarter costs, and no more than a tenth of a second."""
    shape, body = HOSTILE[name]
    short, long = (cost(shape, json.dumps(body(size)).encode()) for size in (BODY_BYTES // 4, BODY_BYTES))
    assert long < max(8 * short, 0.01) and long < 0.1, (short, long)


def test_body_is_refused_when_it_has_too_many_values() -> None:
    """One more than allowed, at all levels together; as many as allowed are looked at."""
    fields = {f"k{place}": ["x"] * 100 for place in range(MAXIMUM_VALUES // 101 - 1)}
    fields["rest"] = ["x"] * (MAXIMUM_VALUES - 101 * len(fields) - 3)
    fitting = {"first_name": "Kim", "custom_fields": fields}
    checked(fitting, NewCandidate)
    fields["rest"].append("x")
    with pytest.raises(Invalid) as refused:
        checked(fitting, NewCandidate)
    assert [(error.pointer, error.code) for error in refused.value.errors] == [("", "too_long")]


FITTING = 20_000
"""As many values as a body may have."""


@pytest.mark.parametrize(
    "body",
    [
        b"[" + b"0," * (FITTING - 1) + b"0]", b"[" + b"[]," * (FITTING - 1) + b"[]]",
        b'["' + b",[{" * 300_000 + b'"]', b'["' + b'\\",[' * 200_000 + b'"]',
        b"{" + b",".join(b'"%d":{}' % place for place in range(FITTING)) + b"}",
    ],
    ids=["numbers", "lists", "signs in a string", "quotes in a string", "objects"],
)  # fmt: skip
def test_body_is_read_when_it_has_as_many_values_as_allowed(body: bytes) -> None:
    """What stands in a string is no value."""
    assert json_of(body)


@pytest.mark.parametrize(
    "body",
    [
        b"[" + b"[]," * 300_000 + b"0]", b"[" + b"0," * 500_000, b"[" * 1_000_000, b'[{"a":' * 160_000,
        b'["' + b'\\"' * 1_000 + b'",' + b'"",' * 300_000 + b"0]", b"[" + (b"[" * 50 + b"]" * 50 + b",") * 9_000,
    ],
    ids=["lists", "numbers without end", "open lists", "open objects", "strings", "deep lists"],
)  # fmt: skip
def test_body_is_refused_unread_when_it_has_too_many_values(body: bytes) -> None:
    """Whatever is wrong with its end; at a small part of what making the values costs."""
    begun = time.process_time()
    with pytest.raises(Invalid) as refused:
        json_of(body)
    assert [(error.pointer, error.code) for error in refused.value.errors] == [("", "too_long")]
    assert time.process_time() - begun < 0.05


def test_unread_part_costs_no_more_when_its_string_does_not_end() -> None:
    """Time grows with the length alone, also where each sign may begin another string."""
    for body in (b'"' + b'\\"' * 500_000, b'["' * 20_000 + b'\\"' * 450_000, b'"\\' * 333_333):
        begun = time.process_time()
        with pytest.raises((Malformed, Invalid)):
            json_of(body)
        assert time.process_time() - begun < 0.1


def unbounded(kind: Any, name: str, *, is_bounded: bool = False) -> Iterator[str]:
    """Yields the lists of a shape that may have any number of items."""
    if get_origin(kind) is Annotated:
        kind, *told = get_args(kind)
        limits = [each.max_length for each in told if isinstance(each, msgspec.Meta)]
        yield from unbounded(kind, name, is_bounded=any(limits))
    elif get_origin(kind) in (Union, UnionType):
        for each in get_args(kind):
            yield from unbounded(each, name, is_bounded=is_bounded)
    elif get_origin(kind) in (list, tuple):
        if not is_bounded:
            yield name
        yield from unbounded(get_args(kind)[0], f"{name}[]")
    elif isinstance(kind, type) and issubclass(kind, msgspec.Struct):
        for field in msgspec.structs.fields(kind):
            yield from unbounded(field.type, f"{name}.{field.name}")


def test_list_has_a_maximum_when_a_client_sends_it() -> None:
    """In the body and in the query of every operation."""
    shapes = {shape for each in OPERATIONS for shape in (each.body, each.query) if shape is not None}
    assert [name for shape in shapes for name in unbounded(shape, shape.__name__)] == []


async def largest_gap(during: Coroutine[Any, Any, Any]) -> float:
    """The longest that the event loop, which serves here, too, was held up while something ran, in seconds."""
    task, gaps = asyncio.create_task(during), [0.0]
    while not task.done():
        begun = time.perf_counter()
        await asyncio.sleep(0)
        gaps.append(time.perf_counter() - begun)
    await task
    return max(gaps)


@pytest.mark.parametrize("body", [PARAGRAPHS, SIGNS], ids=["paragraphs", "signs"])
async def test_others_are_served_when_a_post_is_cleaned(ada: Client, body: str) -> None:
    """Adding it and changing it hold the loop up for less than half of what cleaning takes: it runs in a thread."""
    job = await open_job(ada)
    post = await ada.made(f"/jobs/{job['id']}/posts", POST)

    async def add() -> None:
        await ada.made(f"/jobs/{job['id']}/posts", POST | {"body": body, "body_format": "html"})

    async def change(number: int) -> None:
        changes = {"body": f"{body[:-1]}{number}", "body_format": "html"}
        assert (await ada.patch(f"/api/v1/posts/{post['id']}", json=changes)).is_success

    async def clean() -> None:
        body_html(body, "html")

    held_up_by_cleaning = min([await largest_gap(clean()) for _ in range(3)])
    assert min([await largest_gap(add()) for _ in range(4)]) < held_up_by_cleaning / 2
    assert min([await largest_gap(change(number)) for number in range(4)]) < held_up_by_cleaning / 2
