"""The public board: what anybody reads, and how they apply."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from hiring.config import Settings
from hiring.connectors import postgres
from tests.api.conftest import Race, Rows
from tests.api.journeys import open_job, published_post, reason
from tests.background import until
from tests.client import Client
from tests.databases import superuser_session

QUESTIONS: list[dict[str, Any]] = [
    {"label": "Why us?", "type": "long_text", "required": True},
    {"label": "Years?", "type": "number"},
    {"label": "Where?", "type": "single_select", "options": [{"label": "Wien"}, {"label": "Graz"}]},
]
PERSON = {"first_name": "Zoë", "last_name": "D’Árc 李", "email": "zoe@example.com"}


async def test_post_is_public_when_it_is_published_and_its_job_is_open(ada: Client, anybody: Client) -> None:
    """Form, structured data and text come out as they went in; a job on hold hides its posts."""
    job = await open_job(ada)
    path = await published_post(
        ada, job, questions=QUESTIONS, body="Ünïcode\r\n\ttext — <b>plain</b>", body_format="plain"
    )
    board = path.partition("/posts")[0]
    listed = (await anybody.get(f"{board}/posts")).json()["items"]
    assert [post["title"] for post in listed] == ["Engineer"]
    post = (await anybody.get(path)).json()
    assert post["body"] == "Ünïcode\r\n\ttext — <b>plain</b>" and "<b>" not in post["body_html"]
    assert [question["label"] for question in post["application_form"]["questions"]] == ["Why us?", "Years?", "Where?"]
    assert post["job_posting"]["@type"] == "JobPosting" and post["job_posting"]["title"] == "Engineer"
    cached = await anybody.get(path, headers={"If-None-Match": (await anybody.get(path)).headers["ETag"]})
    assert cached.status_code == 304
    await ada.made(f"/jobs/{job['id']}/hold")
    assert (await anybody.get(path)).status_code == 404
    assert (await anybody.get(f"{board}/posts")).json()["items"] == []
    assert (await anybody.get("/api/v1/boards/nobody-has-this")).status_code == 404


async def test_application_comes_in_when_somebody_applies(ada: Client, anybody: Client) -> None:
    """Candidate, answers with their questions, files and a status page that tells no more than received."""
    job = await open_job(ada)
    path = await published_post(ada, job, questions=QUESTIONS)
    board = path.partition("/posts")[0]
    why, _, where = (await anybody.get(path)).json()["application_form"]["questions"]
    upload = await anybody.post(
        f"{board}/uploads", params={"file_name": "Lebenslauf ü.txt"}, content="Grüße".encode(),
        headers={"Content-Type": "text/plain"},
    )  # fmt: skip
    assert upload.status_code == 201, upload.text
    answers = [
        {"question_id": why["id"], "value": "Weil 💡\n\nja"},
        {"question_id": where["id"], "value": where["options"][1]["id"]},
    ]
    applied = await anybody.post(
        f"{path}/applications", json=PERSON | {"answers": answers, "resume_upload_id": upload.json()["id"]}
    )
    assert applied.status_code == 201 and list(applied.json()) == ["status_url"]
    status = await anybody.get(applied.headers["Location"])
    assert applied.json()["status_url"].endswith(applied.headers["Location"])
    assert status.json() == {"status": "received"}
    [application] = (await ada.read(f"/jobs/{job['id']}/applications"))["items"]
    assert application["answers"][0]["value"] == "Weil 💡\n\nja"
    assert application["answers"][0]["label"] == "Why us?"
    candidate = await ada.read(f"/candidates/{application['candidate_id']}")
    assert candidate["name"] == "Zoë D’Árc 李" and candidate["emails"][0]["value"] == "zoe@example.com"
    [attachment] = (await ada.read("/attachments", params={"candidate_id": candidate["id"]}))["items"]
    assert (attachment["file_name"], attachment["application_id"]) == ("Lebenslauf ü.txt", application["id"])
    again = await anybody.post(
        f"{path}/applications",
        json=PERSON | {"email": "b@example.com", "answers": answers, "resume_upload_id": upload.json()["id"]},
    )
    assert (again.status_code, again.json()["errors"][0]["pointer"]) == (422, "/resume_upload_id")


async def test_events_are_told_in_the_order_of_their_causes_when_somebody_applies(
    ada: Client, anybody: Client, rows: Rows
) -> None:
    """The candidate, the application, the files, the mail: who follows the feed knows what an event names."""
    path = await published_post(ada, await open_job(ada))
    board = path.partition("/posts")[0]
    resume, letter = [
        (await anybody.post(f"{board}/uploads", params={"file_name": name}, content=b"My work")).json()["id"]
        for name in ("cv.txt", "letter.txt")
    ]
    body = PERSON | {"resume_upload_id": resume, "cover_letter_upload_id": letter}
    assert (await anybody.post(f"{path}/applications", json=body)).status_code == 201
    written = await rows(
        "SELECT e.type, e.data ->> 'kind' FROM outbox AS o JOIN events AS e ON e.id = o.event_id"
        " WHERE e.organization_id = %(id)s ORDER BY o.sequence DESC LIMIT 5",
        id=UUID(ada.organization["id"]),
    )
    files = [("attachment.uploaded", "cover_letter"), ("attachment.uploaded", "resume")]
    assert written == [
        ("message.due", None), *files, ("application.submitted", None), ("candidate.created", None),
    ]  # fmt: skip


async def test_file_of_an_answer_is_attached_when_somebody_applies(ada: Client, anybody: Client) -> None:
    """The answer reads as its attachment's id; a file given twice, or a stranger's, is refused."""
    question = {"label": "Portfolio", "type": "file", "required": True}
    path = await published_post(ada, await open_job(ada), questions=[question])
    board = path.partition("/posts")[0]
    [asked] = (await anybody.get(path)).json()["application_form"]["questions"]
    upload = await anybody.post(f"{board}/uploads", params={"file_name": "p.txt"}, content=b"My work")
    answers = [{"question_id": asked["id"], "value": upload.json()["id"]}]
    twice = PERSON | {"answers": answers, "resume_upload_id": upload.json()["id"]}
    refused = await anybody.post(f"{path}/applications", json=twice)
    assert (refused.status_code, refused.json()["errors"][0]["code"]) == (422, "repeated")
    foreign = PERSON | {"answers": [{"question_id": asked["id"], "value": str(uuid4())}]}
    unknown = await anybody.post(f"{path}/applications", json=foreign)
    assert (unknown.status_code, unknown.json()["errors"][0]["pointer"]) == (422, "/answers/0/value")
    assert (await anybody.post(f"{path}/applications", json=PERSON | {"answers": answers})).status_code == 201
    [application] = (await ada.read("/applications"))["items"]
    attachment = await ada.read(f"/attachments/{application['answers'][0]['value']}")
    assert (attachment["file_name"], attachment["kind"]) == ("p.txt", "other")


async def test_answer_is_the_same_when_somebody_applies_again(ada: Client, anybody: Client) -> None:
    """Rule 14: the second application makes nothing and says nothing; the profile keeps its words."""
    job = await open_job(ada)
    path = await published_post(ada, job)
    first = await anybody.post(f"{path}/applications", json=PERSON)
    second = await anybody.post(f"{path}/applications", json=PERSON | {"first_name": "Other"})
    robot = await anybody.post(f"{path}/applications", json=PERSON | {"email": "r@example.com", "website": "http://x"})
    assert first.status_code == second.status_code == robot.status_code == 201
    assert first.json().keys() == second.json().keys() == robot.json().keys()
    assert set(first.headers) == set(second.headers) == set(robot.headers)
    nowhere = path.replace(path.rpartition("/")[2], str(uuid4()))
    answer = await anybody.post(f"{nowhere}/applications", json=PERSON | {"website": "http://x"})
    assert answer.status_code == 404
    [application] = (await ada.read("/applications"))["items"]
    assert (await ada.read(f"/candidates/{application['candidate_id']}"))["first_name"] == "Zoë"
    other = await published_post(ada, await open_job(ada, title="Cook"))
    moved = PERSON | {"location": "Porto", "language": "pt"}
    await anybody.post(f"{other}/applications", json=moved)
    proposed = (await ada.read(f"/candidates/{application['candidate_id']}"))["proposed_update"]
    assert (proposed["location"], proposed["language"]) == ("Porto", "pt")
    params = {"candidate_id": application["candidate_id"]}
    assert len((await ada.read("/applications", params=params))["items"]) == 2
    assert len((await ada.read("/candidates"))["items"]) == 1


async def test_file_is_used_up_when_it_comes_with_an_application_that_stands(ada: Client, anybody: Client) -> None:
    """Or its next use would tell who has applied."""
    path = await published_post(ada, await open_job(ada))
    board = path.partition("/posts")[0]
    assert (await anybody.post(f"{path}/applications", json=PERSON)).status_code == 201
    upload = await anybody.post(f"{board}/uploads", params={"file_name": "p.txt"}, content=b"My work")
    with_file = PERSON | {"resume_upload_id": upload.json()["id"]}
    assert (await anybody.post(f"{path}/applications", json=with_file)).status_code == 201
    again = await anybody.post(f"{path}/applications", json=with_file | {"email": "someone@example.com"})
    assert (again.status_code, again.json()["errors"][0]["code"]) == (422, "unknown_upload")
    assert (await ada.read("/attachments"))["items"] == []


async def test_one_candidate_is_made_when_twins_apply_at_once(ada: Client, anybody: Client) -> None:
    """Eight times the same person at once on two posts: one candidate, two applications."""
    paths = [await published_post(ada, await open_job(ada)) for _ in range(2)]
    answers = await asyncio.gather(*(anybody.post(f"{path}/applications", json=PERSON) for path in paths * 8))
    assert {answer.status_code for answer in answers} <= {201, 429}
    assert len((await ada.read("/candidates"))["items"]) == 1
    assert len((await ada.read("/applications"))["items"]) == 2


async def test_application_is_refused_when_it_does_not_fit_the_form(ada: Client, anybody: Client) -> None:
    """Every finding at once, with its pointer; nothing is left behind."""
    job = await open_job(ada)
    path = await published_post(ada, job, questions=QUESTIONS)
    why, years, where = (await anybody.get(path)).json()["application_form"]["questions"]
    wrong = [
        {"question_id": years["id"], "value": "three"}, {"question_id": where["id"], "value": {"id": 1}},
        {"question_id": str(uuid4()), "value": {"x": ["y"]}},
    ]  # fmt: skip
    refused = await anybody.post(f"{path}/applications", json=PERSON | {"answers": wrong})
    assert refused.status_code == 422
    pointers = {error["pointer"] for error in refused.json()["errors"]}
    assert {"/answers/0/value", "/answers/1/value", "/answers/2/question_id"} <= pointers
    named = {each["pointer"]: each["question_id"] for each in refused.json()["errors"] if "question_id" in each}
    expected = {f"/answers/{place}/value": wrong[place]["question_id"] for place in (0, 1)}
    assert named == expected | {"/answers/2/question_id": wrong[2]["question_id"], "/answers": why["id"]}
    assert any(why["id"] in error["detail"] or "Why us?" in error["detail"] for error in refused.json()["errors"])
    assert (await ada.read("/candidates"))["items"] == []


async def test_application_is_refused_when_the_post_does_not_accept(ada: Client, anybody: Client) -> None:
    """Its job closed, its time over, taken off the board, of another board."""
    job = await open_job(ada)
    over = (datetime.now(UTC) + timedelta(seconds=1)).isoformat()
    path, short = await published_post(ada, job), await published_post(ada, job, closes_at=over)
    await asyncio.sleep(1.1)
    late = await anybody.post(f"{short}/applications", json=PERSON)
    assert (late.status_code, late.json()["code"]) == (409, "post_not_accepting")
    await ada.made(f"/jobs/{job['id']}/close", {"reason_id": await reason(ada, "job_close")})
    closed = await anybody.post(f"{path}/applications", json=PERSON)
    assert (closed.status_code, closed.json()["code"]) == (409, "post_not_accepting")
    await ada.made(f"/posts/{path.rpartition('/')[2]}/unpublish")
    assert (await anybody.post(f"{path}/applications", json=PERSON)).status_code == 404


async def test_post_is_unpublished_after_an_application_when_they_meet(
    ada: Client, anybody: Client, race: Race, rows: Rows
) -> None:
    """Who unpublishes waits for who is applying: no application comes in through a post that is off its board."""
    path = await published_post(ada, await open_job(ada))
    post_id = path.rpartition("/")[2]
    person = await ada.made("/candidates", {"first_name": "Zoë", "emails": [{"value": PERSON["email"]}]})
    applied, unpublished = await race(
        "SELECT id FROM candidates WHERE id = %(id)s FOR UPDATE", {"id": UUID(person["id"])},
        anybody.post(f"{path}/applications", json=PERSON), ada.post(f"/api/v1/posts/{post_id}/unpublish"),
    )  # fmt: skip
    assert (applied.status_code, unpublished.status_code) == (201, 200)
    written = await rows(
        "SELECT e.type FROM outbox AS o JOIN events AS e ON e.id = o.event_id"
        " WHERE e.type IN ('application.submitted', 'post.unpublished')"
        " AND %(id)s IN (e.aggregate_id::text, e.data ->> 'post_id') ORDER BY o.sequence",
        id=post_id,
    )
    assert written == [("application.submitted",), ("post.unpublished",)]


async def test_answers_are_checked_on_the_primary_when_the_replica_is_behind(
    ada: Client, anybody: Client, settings: Settings
) -> None:
    """What the post asks now counts: who leaves out the answer that it demands since a moment ago is refused."""
    path = await published_post(ada, await open_job(ada))

    async def is_replicated() -> bool:
        return (await anybody.get(path)).status_code == 200

    await until(is_replicated)
    [replica] = settings.postgres.replicas
    async with superuser_session(settings, port=replica.port) as session:
        await postgres.send(session, "SELECT pg_wal_replay_pause()")
        try:
            changed = await ada.patch(f"/api/v1/posts/{path.rpartition('/')[2]}", json={"questions": QUESTIONS[:1]})
            assert changed.status_code == 200
            refused = await anybody.post(f"{path}/applications", json=PERSON)
        finally:
            await postgres.send(session, "SELECT pg_wal_replay_resume()")
    assert refused.status_code == 422 and "Why us?" in refused.text
    [asked] = changed.json()["questions"]
    answers = [{"question_id": asked["id"], "value": "So"}]
    assert (await anybody.post(f"{path}/applications", json=PERSON | {"answers": answers})).status_code == 201


async def test_board_of_another_tenant_shows_nothing_of_ours_when_asked(
    ada: Client, eve: Client, anybody: Client
) -> None:
    """A post is found on its own board only, and an upload is good for its own board only."""
    path = await published_post(ada, await open_job(ada))
    post_id = path.rpartition("/")[2]
    other = f"/api/v1/boards/{eve.organization['slug']}"
    assert (await anybody.get(f"{other}/posts/{post_id}")).status_code == 404
    assert (await anybody.post(f"{other}/posts/{post_id}/applications", json=PERSON)).status_code == 404
    upload = await anybody.post(
        f"{other}/uploads", params={"file_name": "a.txt"}, content=b"a", headers={"Content-Type": "text/plain"}
    )
    assert upload.status_code == 201
    body = PERSON | {"resume_upload_id": upload.json()["id"]}
    assert (await anybody.post(f"{path}/applications", json=body)).status_code == 422
    assert (await eve.get(f"/api/v1/posts/{post_id}")).status_code == 404
    assert (await eve.post(f"/api/v1/posts/{post_id}/publish")).status_code == 404


async def test_script_of_another_origin_is_let_in_when_the_board_names_it(ada: Client, anybody: Client) -> None:
    """Everybody may read; applying from a page needs the board's word."""
    path = await published_post(ada, await open_job(ada))
    asking = {"Origin": "https://careers.example.com", "Access-Control-Request-Method": "POST"}
    read = await anybody.get(path, headers={"Origin": "https://anywhere.example"})
    plain = await anybody.get(path)
    reading = await anybody.options(path, headers=asking | {"Access-Control-Request-Method": "GET"})
    assert {each.headers["Access-Control-Allow-Origin"] for each in (read, plain, reading)} == {"*"}
    assert "ETag" in read.headers["Access-Control-Expose-Headers"] and "Vary" not in read.headers
    refused = await anybody.options(f"{path}/applications", headers=asking)
    assert "Access-Control-Allow-Origin" not in refused.headers
