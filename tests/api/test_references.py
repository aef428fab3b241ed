"""What a request names: it is there, not archived where it is new, of the same job, and named once."""

from typing import Any
from uuid import UUID, uuid4

import pytest

from tests.api.conftest import Race
from tests.api.journeys import JOB, apply, open_job
from tests.client import Client, findings

POST = {"title": "Engineer", "body": "Come."}
GROUP = {"name": "Readers", "permissions": ["jobs.read"]}


async def refused(client: Client, method: str, path: str, body: dict[str, Any], **more: Any) -> list[tuple[str, str]]:
    """Pointers and codes of what is wrong with a request."""
    return findings(await client.request(method, f"/api/v1{path}", json=body, **more))


NAMED = [
    ("/departments", {"name": "Old"}, "/jobs", JOB, "department_id", "/department_id"),
    ("/departments", {"name": "Old"}, "/departments", {"name": "Below"}, "parent_id", "/parent_id"),
    ("/offices", {"name": "Old"}, "/jobs", JOB, "office_ids", "/office_ids/1"),
    ("/sources", {"name": "Old", "kind": "other"}, "/candidates", {"first_name": "Kim"}, "source_id", "/source_id"),
]
"""Words of the structure, what names one, in which field, and what points to it there."""


@pytest.mark.parametrize(("words", "word", "owners", "owner", "field", "pointer"), NAMED)
async def test_archived_word_is_kept_and_not_newly_named(
    ada: Client, words: str, word: dict[str, Any], owners: str, owner: dict[str, Any], field: str, pointer: str
) -> None:
    """By nothing that is added or changed; what names it already keeps it, also in a patch. 422 goes before 412."""
    active, archived = await ada.made(words, word | {"name": "New"}), await ada.made(words, word)
    value = [active["id"], archived["id"]] if field == "office_ids" else archived["id"]
    has_it, has_none = await ada.made(owners, owner | {field: value}), await ada.made(owners, owner)
    await ada.made(f"{words}/{archived['id']}/archive")
    expected, stale = [(pointer, "unknown_reference")], {"If-Match": '"99"'}
    assert await refused(ada, "POST", owners, owner | {field: value}) == expected
    assert await refused(ada, "PATCH", f"{owners}/{has_none['id']}", {field: value}, headers=stale) == expected
    kept = await ada.patch(f"/api/v1{owners}/{has_it['id']}", json={field: value, **owner})
    assert kept.status_code == 200 and kept.json()[field] == value
    other = [active["id"]] if field == "office_ids" else active["id"]
    assert (await ada.patch(f"/api/v1{owners}/{has_it['id']}", json={field: other})).json()[field] == other
    assert await refused(ada, "PATCH", f"{owners}/{has_it['id']}", {field: value}) == expected


async def test_archived_source_is_none_of_an_application(ada: Client) -> None:
    """As an unknown one; an active one is."""
    job, kim = await open_job(ada), await ada.made("/candidates", {"first_name": "Kim"})
    source = await ada.made("/sources", {"name": "Fair", "kind": "campaign"})
    body = {"candidate_id": kim["id"], "job_id": job["id"], "source_id": source["id"]}
    await ada.made(f"/sources/{source['id']}/archive")
    for source_id in (source["id"], str(uuid4())):
        found = await refused(ada, "POST", "/applications", body | {"source_id": source_id})
        assert found == [("/source_id", "unknown_reference")]
    other = await ada.made("/sources", {"name": "Next fair", "kind": "campaign"})
    assert (await ada.made("/applications", body | {"source_id": other["id"]}))["source_id"] == other["id"]


async def test_word_is_archived_before_or_after_a_job_names_it_when_they_meet(ada: Client, race: Race) -> None:
    """Who waits for the archiving finds the word archived."""
    for words, field in (("departments", "department_id"), ("offices", "office_ids")):
        word = await ada.made(f"/{words}", {"name": "Old"})
        value = [word["id"]] if field == "office_ids" else word["id"]
        answers = await race(
            f"SELECT FROM {words} WHERE id = %(id)s FOR UPDATE", {"id": UUID(word["id"])},
            ada.post(f"/api/v1/{words}/{word['id']}/archive"), ada.post("/api/v1/jobs", json=JOB | {field: value}),
        )  # fmt: skip
        assert [answer.status_code for answer in answers] == [200, 422], words


async def test_everything_unknown_is_told_at_once_when_a_job_is_made(ada: Client) -> None:
    """Template, department and each office."""
    office = await ada.made("/offices", {"name": "Zürich"})
    body = {"pipeline_template_id": str(uuid4()), "department_id": str(uuid4()),
            "office_ids": [str(uuid4()), office["id"], str(uuid4())]}  # fmt: skip
    found = await refused(ada, "POST", "/jobs", JOB | body)
    pointers = ["/pipeline_template_id", "/department_id", "/office_ids/0", "/office_ids/2"]
    assert found == [(pointer, "unknown_reference") for pointer in pointers]


async def test_translation_is_of_the_same_job_and_in_another_language(ada: Client) -> None:
    """A post of another job is no original; original and translation never share a language, also not by a patch."""
    job, other = await open_job(ada), await open_job(ada)
    path = f"/jobs/{job['id']}/posts"
    original = await ada.made(path, POST | {"language": "en"})
    foreign = await ada.made(f"/jobs/{other['id']}/posts", POST)
    for post_id in (foreign["id"], str(uuid4())):
        found = await refused(ada, "POST", path, POST | {"language": "de", "translation_of": post_id})
        assert found == [("/translation_of", "unknown_reference")]
    german = await ada.made(path, POST | {"language": "de", "translation_of": original["id"]})
    french = await ada.made(path, POST | {"language": "fr", "translation_of": original["id"]})
    for method, name, body, holder in (
        ("POST", path, POST | {"language": "en", "translation_of": original["id"]}, original),
        ("POST", path, POST | {"language": "de", "translation_of": original["id"]}, german),
        ("PATCH", f"/posts/{german['id']}", {"language": "en"}, original),
        ("PATCH", f"/posts/{german['id']}", {"language": "fr"}, french),
        ("PATCH", f"/posts/{original['id']}", {"language": "de"}, german),
    ):
        answer = await ada.request(method, f"/api/v1{name}", json=body)
        assert (answer.status_code, answer.json()["code"]) == (409, "language_taken"), (method, body)
        assert answer.json()["current"] == {name: holder[name] for name in ("id", "status", "version")}
    assert (await ada.patch(f"/api/v1/posts/{german['id']}", json={"language": "it"})).status_code == 200
    assert (await ada.patch(f"/api/v1/posts/{original['id']}", json={"language": "de"})).status_code == 200


async def test_languages_stay_apart_when_original_and_translation_change_at_once(ada: Client, race: Race) -> None:
    """Of two posts that take the same language, and of an original that takes a new translation's, one stays."""
    path = f"/jobs/{(await open_job(ada))['id']}/posts"
    original = await ada.made(path, POST | {"language": "en"})
    german = await ada.made(path, POST | {"language": "de", "translation_of": original["id"]})
    lock, italian = "SELECT FROM posts WHERE id = %(id)s FOR UPDATE", {"language": "it"}
    answers = await race(
        lock, {"id": UUID(original["id"])},
        *(ada.patch(f"/api/v1/posts/{each['id']}", json=italian) for each in (german, original)),
    )  # fmt: skip
    assert sorted(answer.status_code for answer in answers) == [200, 409]
    finnish = {"language": "fi"}
    answers = await race(
        lock, {"id": UUID(original["id"])},
        ada.post(f"/api/v1{path}", json=POST | finnish | {"translation_of": original["id"]}),
        ada.patch(f"/api/v1/posts/{original['id']}", json=finnish),
    )  # fmt: skip
    assert sorted(answer.status_code for answer in answers) in ([200, 409], [201, 409])


async def test_question_is_one_of_the_post_when_a_patch_names_it(ada: Client) -> None:
    """Unknown and repeated ids of questions and options are pointed at; a new post has none to name."""
    path = f"/jobs/{(await open_job(ada))['id']}/posts"
    asked = {"label": "Which?", "type": "multi_select", "options": [{"label": "Ink"}, {"label": "Lead"}]}
    post, other = [await ada.made(path, POST | {"questions": [asked, asked | {"label": "Why?"}]}) for _ in range(2)]
    which, why = post["questions"]
    patch, foreign = f"/posts/{post['id']}", other["questions"][0]
    for questions, expected in (
        ([why, which, which], [("/questions/2/id", "repeated")]),
        ([foreign], [(f"/questions/0/{each}id", "unknown_reference") for each in ("", "options/0/", "options/1/")]),
        (
            [which | {"options": why["options"]}],
            [(f"/questions/0/options/{n}/id", "unknown_reference") for n in (0, 1)],
        ),
    ):
        assert await refused(ada, "PATCH", patch, {"questions": questions}) == expected
    assert await refused(ada, "POST", path, POST | {"questions": [asked | {"id": which["id"]}]}) == [
        ("/questions/0/id", "unknown_reference")
    ]
    turned = why | {"required": True, "options": why["options"][::-1]}
    changed = await ada.patch(f"/api/v1{patch}", json={"questions": [turned, which]})
    assert changed.json()["questions"] == [turned, which]


async def test_value_is_named_once_when_a_list_has_it_twice(ada: Client) -> None:
    """Offices of a job, tags, roles in a team, mentions, permissions; when they are added and when they are changed."""
    office, other = str(uuid4()), str(uuid4())
    job, application = await ada.made("/jobs", JOB), await apply(ada, await open_job(ada))
    candidate = f"/candidates/{application['candidate_id']}"
    group, codes = await ada.made("/permission-groups", GROUP), ["jobs.read", "posts.read", "jobs.read"]
    team = [{"user_id": ada.user["id"], "role": role} for role in ("recruiter", "interviewer", "recruiter")]
    for method, path, body, pointers in (
        ("POST", "/jobs", JOB | {"office_ids": [office, office]}, ["/office_ids/1"]),
        ("PATCH", f"/jobs/{job['id']}", {"office_ids": [other, office, office]}, ["/office_ids/2"]),
        ("POST", "/candidates", {"first_name": "Kim", "tags": ["a", "b", "a "]}, ["/tags/2"]),
        ("PATCH", candidate, {"tags": ["a", "a"]}, ["/tags/1"]),
        ("PUT", f"/jobs/{job['id']}/hiring-team", {"members": team}, ["/members/2"]),
        ("POST", f"{candidate}/notes", {"body": "A", "mentions": [office, other, office]}, ["/mentions/2"]),
        ("POST", "/permission-groups", {"name": "G", "permissions": codes}, ["/permissions/2"]),
        ("PATCH", f"/permission-groups/{group['id']}", {"permissions": codes}, ["/permissions/2"]),
    ):  # fmt: skip
        assert await refused(ada, method, path, body) == [(pointer, "repeated") for pointer in pointers]
