"""What links carry to a board: ignored where the board is read, kept where somebody applies."""

import asyncio
from typing import Any
from urllib.parse import quote
from uuid import UUID

import pytest

from hiring.domain.board import LINK_PARAMETERS
from hiring.http.dependencies import Dependencies
from tests.api.conftest import LogLines, Rows
from tests.api.journeys import open_job, published_post
from tests.client import Client, findings

PERSON = {"first_name": "Kim", "email": "kim@example.com"}
MADE_UP = ["utm_foo", "utm_", "utm_Größe[]"]
"""No names of the list, but of campaigns."""
ALL = "&".join(f"{quote(name)}={quote(f'Früh & <b>{name}</b>')}" for name in [*sorted(LINK_PARAMETERS), *MADE_UP])
HOSTILE = "utm_source=a&utm_source=b&fbclid=%FF%FE&gclid=%00&ref=" + "x" * 4_000
TOLD = {name: f"Früh & <b>{name}</b> 💡 \u202eabc" for name in sorted(LINK_PARAMETERS)}
WORD = "campaign5e1d"


@pytest.fixture
async def pages(ada: Client, anybody: Client) -> list[str]:
    """Every page of a board that anybody reads: the board, its posts, a post, and the status of an application."""
    path = await published_post(ada, await open_job(ada))
    applied = await anybody.post(f"{path}/applications", json=PERSON)
    return [path.partition("/posts")[0], path.rpartition("/")[0], path, applied.headers["Location"]]


async def test_what_links_carry_is_ignored_when_a_board_is_read(
    anybody: Client, pages: list[str], dependencies: Dependencies
) -> None:
    """B26: the same answer, also for what is repeated, no text, or long; memory keeps no answer of its own for it."""
    fresh = {"Consistency-Token": ""}
    for page in pages:
        plain = await anybody.get(page, headers=fresh)
        kept = len(dependencies.board_answers._kept)
        for query in (ALL, HOSTILE):
            for ask in (anybody.get, anybody.head):
                told = await ask(f"{page}?{query}", headers=fresh)
                assert (told.status_code, told.headers.get("ETag")) == (200, plain.headers.get("ETag")), told.text
                assert told.content in (b"", plain.content)
        assert len(dependencies.board_answers._kept) == kept
        known = await anybody.get(f"{page}?{ALL}", headers=fresh | {"If-None-Match": plain.headers.get("ETag", "-")})
        assert known.status_code == (304 if "ETag" in plain.headers else 200)


@pytest.mark.parametrize(
    "name",
    [
        "utm_source_platform", "utm_creative_format", "utm_marketing_tactic", "srsltid", "dclid", "_gl", "mc_cid",
        "twclid", "yclid",
    ],
)  # fmt: skip
def test_parameter_is_in_the_list_when_networks_and_search_engines_add_it(name: str) -> None:
    """B26, B27: of their own documentation."""
    assert name in LINK_PARAMETERS


@pytest.mark.parametrize("name", ["utmsource", "UTM_SOURCE", "gclid[]", " utm_source", "my_utm_source"])
async def test_other_parameter_is_refused_when_a_board_is_read(anybody: Client, pages: list[str], name: str) -> None:
    """B26: by its name, beside parameters of links."""
    for page in pages:
        refused = await anybody.get(f"{page}?{ALL}&{quote(name)}=1")
        assert findings(refused) == [(f"?{name}", "unknown_parameter")]


async def test_filter_is_the_same_when_a_link_carries_more(anybody: Client, pages: list[str]) -> None:
    """Filters stand beside parameters of links, in any order."""
    for first, second in ((ALL, "limit=1"), ("limit=1", ALL)):
        page = await anybody.get(f"{pages[1]}?language=en&{first}")
        assert [each["title"] for each in page.json()["items"]] == ["Engineer"]
        none = await anybody.get(f"{pages[1]}?language=de&{second}")
        assert none.json()["items"] == []


async def test_parameter_of_a_link_is_refused_when_something_is_sent(anybody: Client, pages: list[str]) -> None:
    """What is written takes its parameters as every operation does."""
    refused = await anybody.post(f"{pages[2]}/applications?utm_source=a", json=PERSON)
    assert (refused.status_code, refused.json()["errors"][0]["code"]) == (422, "unknown_parameter")
    upload = await anybody.post(f"{pages[0]}/uploads?file_name=a.txt&ref=a", content=b"Hello")
    assert (upload.status_code, upload.json()["errors"][0]["pointer"]) == (422, "?ref")


async def test_application_keeps_what_the_link_said_when_it_comes_in(ada: Client, anybody: Client) -> None:
    """B27: to the letter, by itself and in lists; without a link, and for one that a recruiter adds, it is empty."""
    job = await open_job(ada)
    path = await published_post(ada, job)
    bodies: list[dict[str, Any]] = [{"source_details": TOLD}, {"source_details": {"utm_term": ""}}, {}]
    for place, more in enumerate(bodies):
        applied = await anybody.post(f"{path}/applications", json=PERSON | more | {"email": f"k{place}@example.com"})
        assert applied.status_code == 201, applied.text
    person = await ada.made("/candidates", {"first_name": "Lee"})
    await ada.made("/applications", {"candidate_id": person["id"], "job_id": job["id"]})
    listed = (await ada.read(f"/jobs/{job['id']}/applications"))["items"]
    assert [each["source_details"] for each in reversed(listed)] == [TOLD, {"utm_term": ""}, {}, {}]
    assert (await ada.read(f"/applications/{listed[-1]['id']}"))["source_details"] == TOLD


@pytest.mark.parametrize(
    ("told", "pointer", "code"),
    [
        ({"utm_source": "x" * 501}, "/source_details/utm_source", "too_long"),
        ({"utm_source": "a\nb"}, "/source_details/utm_source", "format"),
        ({"utm_source": "a\x00"}, "/source_details/utm_source", "nul_character"),
        ({"utm_source": None}, "/source_details/utm_source", "type"),
        ({"utm_source": ["a"]}, "/source_details/utm_source", "type"),
        ({"campaign": "a"}, "/source_details/campaign", "enum"),
        ({"utm_foo": "a"}, "/source_details/utm_foo", "enum"),
        ({f"n{place}": "a" for place in range(60)}, "/source_details", "too_long"),
        (["utm_source"], "/source_details", "type"),
        (None, "/source_details", "type"),
    ],
)
async def test_application_is_refused_when_its_details_are_not_those_of_a_link(
    ada: Client, anybody: Client, told: Any, pointer: str, code: str
) -> None:
    """B27: each member by its pointer; nothing is left behind."""
    path = await published_post(ada, await open_job(ada))
    refused = await anybody.post(f"{path}/applications", json=PERSON | {"source_details": told})
    assert findings(refused) == [(pointer, code)]
    assert (await ada.read("/candidates"))["items"] == []


async def test_nothing_else_tells_what_the_link_said_when_it_is_kept(
    ada: Client, anybody: Client, rows: Rows, log_lines: LogLines
) -> None:
    """B27: no event, no mail, no line of the log; the answer to the applicant is that of everybody."""
    path = await published_post(ada, await open_job(ada))
    start = log_lines.tell()
    told = {"source_details": {"utm_source": WORD, "gclid": f"https://evil.example/{WORD}"}}
    await anybody.get(f"{path}?utm_source={WORD}")
    answers = [await anybody.post(f"{path}/applications", json=PERSON | more) for more in (told, told, {})]
    assert [answer.status_code for answer in answers] == [201] * 3
    assert {answer.text for answer in answers if WORD in answer.text} == set()
    [application] = (await ada.read("/applications"))["items"]
    assert application["source_details"] == told["source_details"]
    kept = await rows(
        "SELECT count(*) FROM events AS e WHERE e.organization_id = %(id)s AND e.data::text LIKE %(word)s"
        " UNION ALL SELECT count(*) FROM messages AS m"
        " WHERE m.organization_id = %(id)s AND m.facts::text LIKE %(word)s",
        id=UUID(ada.organization["id"]), word=f"%{WORD}%",
    )  # fmt: skip
    assert kept == [(0,), (0,)]
    assert WORD not in log_lines.getvalue()[start:]


async def test_each_application_keeps_its_own_link_when_twenty_apply_at_once(ada: Client, anybody: Client) -> None:
    """Twenty people with a link each, and each of them twice: no details change places, the first ones stay."""
    path = await published_post(ada, await open_job(ada))
    bodies = [
        PERSON | {"email": f"k{place}@example.com", "source_details": {"utm_id": f"{place}"}} for place in range(20)
    ]
    answers = await asyncio.gather(*(anybody.post(f"{path}/applications", json=body) for body in bodies * 2))
    assert {answer.status_code for answer in answers} == {201}
    listed = (await ada.read("/applications", params={"limit": 100, "expand": "candidate"}))["items"]
    told = {each["candidate"]["emails"][0]["value"]: each["source_details"] for each in listed}
    assert told == {f"k{place}@example.com": {"utm_id": f"{place}"} for place in range(20)}
