"""Messages: mails to candidates, who may write and see them, and what is taken back."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from tests.api.conftest import Rows
from tests.api.journeys import apply, join, make_internal, open_job, published_post, reason
from tests.client import Client, findings

Body = dict[str, Any]

LATER = (datetime.now(UTC) + timedelta(days=7)).isoformat()
TEXT: Body = {"subject": "Our call", "body": "On Monday, {{job_title}}\r\nBcc: eve@example.com"}
TEMPLATE: Body = {
    "name": "Call", "language": "de", "subject": "{{job_title}}",
    "body": "Hello {{candidate_first_name}}, {{sender_name}}",
}  # fmt: skip
EMAILS = [{"value": "kim@example.com"}, {"value": "second@example.com"}]
WRITING = ("messages.read", "messages.write")
EVENTS = """
SELECT e.type, e.aggregate_version, e.data, e.causation_id FROM events AS e
WHERE e.organization_id = %(organization_id)s AND e.aggregate_id = %(id)s ORDER BY e.aggregate_version, e.id
"""


async def events_of(rows: Rows, ada: Client, message: Body) -> list[Any]:
    """The events of a message, oldest first."""
    return await rows(EVENTS, organization_id=UUID(ada.organization["id"]), id=UUID(message["id"]))


async def written(client: Client, application: Body, **changes: Any) -> Body:
    """A message to the candidate of an application, which is due later."""
    path = f"/candidates/{application['candidate_id']}/messages"
    return await client.made(path, {"send_at": LATER} | (changes or TEXT))


async def sees(client: Client, message: Body) -> bool:
    """Whether a message is shown to a client: by its id and in every list alike."""
    found = await client.get(f"/api/v1/messages/{message['id']}")
    ways = [{name: message[name]} for name in ("candidate_id", "application_id") if message[name] is not None]
    ways += [{}, {"ids": message["id"]}]
    listed = {message in (await client.read("/messages", params=way))["items"] for way in ways}
    assert listed == {found.status_code == 200}, (found.status_code, listed)
    assert found.status_code in (200, 404) and (found.status_code == 404 or found.json() == message)
    return found.status_code == 200


async def test_message_reads_as_it_was_written(ada: Client, rows: Rows) -> None:
    """To the first address, with its author; an own text is sent as it is; events tell of it by ids."""
    application = await apply(ada, await open_job(ada), emails=EMAILS, language="fr")
    about = TEXT | {"application_id": application["id"], "send_at": LATER}
    answer = await ada.post(f"/api/v1/candidates/{application['candidate_id']}/messages", json=about)
    message = answer.json()
    assert answer.status_code == 201 and answer.headers["Location"] == f"/api/v1/messages/{message['id']}"
    assert "ETag" not in answer.headers
    author = {"type": "user", "id": ada.user["id"], "user_id": ada.user["id"], "on_behalf_of": None}
    ids = {name: application[name] for name in ("candidate_id",)} | {"application_id": application["id"]}
    assert message == TEXT | ids | {
        "id": message["id"], "kind": "written", "template_id": None, "status": "scheduled", "author": author,
        "recipient": "kim@example.com", "language": "fr", "send_at": message["send_at"], "sent_at": None,
        "failure": None, "created_at": message["created_at"],
    }  # fmt: skip
    assert datetime.fromisoformat(message["send_at"]) == datetime.fromisoformat(LATER) and await sees(ada, message)
    cancelled = await ada.made(f"/messages/{message['id']}/cancel")
    assert cancelled == message | {"status": "cancelled"} and await sees(ada, cancelled)
    assert await ada.made(f"/messages/{message['id']}/cancel") == cancelled
    data = ids | {"kind": "written", "user_id": None}
    assert await events_of(rows, ada, message) == [
        ("message.due", 1, {}, None), ("message.cancelled", 2, data, UUID(message["id"]))
    ]  # fmt: skip


async def test_message_keeps_its_text_when_its_template_is_changed(ada: Client) -> None:
    """And when it is archived, and the candidate renamed; a new message does not take an archived template."""
    application = await apply(ada, await open_job(ada), emails=EMAILS)
    template = await ada.made("/email-templates", TEMPLATE)
    about = {"template_id": template["id"], "application_id": application["id"]}
    message = await written(ada, application, **about)
    expected = {"subject": "Engineer", "body": f"Hello Kim, {ada.user['name']}", "language": "de"}
    assert message | expected | {"template_id": template["id"]} == message
    path, candidate = f"/email-templates/{template['id']}", f"/candidates/{application['candidate_id']}"
    await ada.patch(f"/api/v1{path}", json={"body": "Changed"})
    await ada.patch(f"/api/v1{candidate}", json={"first_name": "Kimberley"})
    assert (await written(ada, application, **about))["body"] == "Changed"
    await ada.made(f"{path}/archive")
    assert await sees(ada, message)
    answer = await ada.post(f"/api/v1{candidate}/messages", json=about)
    assert findings(answer) == [("/template_id", "unknown_reference")]


@pytest.mark.parametrize(
    ("body", "found"),
    [
        ({}, [("/subject", "required"), ("/body", "required")]), ({"subject": "A"}, [("/body", "required")]),
        ({"template_id": str(UUID(int=7)), "body": "A"}, [("/body", "unexpected")]),
        (TEXT | {"subject": "A\r\nBcc: eve@example.com"}, [("/subject", "format")]),
        (TEXT | {"recipient": "eve@example.com"}, [("/recipient", "unknown_field")]),
        (TEXT | {"body": "a" * 100_001}, [("/body", "too_long")]),
        (TEXT | {"send_at": "soon"}, [("/send_at", "format")]),
    ],
)  # fmt: skip
async def test_message_is_refused_when_it_is_of_another_shape(
    ada: Client, body: Body, found: list[tuple[str, str]]
) -> None:
    """With the field that is wrong, and nothing is written."""
    application = await apply(ada, await open_job(ada), emails=EMAILS)
    answer = await ada.post(f"/api/v1/candidates/{application['candidate_id']}/messages", json=body)
    assert findings(answer) == found
    params = {"candidate_id": application["candidate_id"]}
    assert (await ada.read("/messages", params=params))["items"] == []


async def test_message_is_refused_when_what_it_names_is_not_there(ada: Client, eve: Client) -> None:
    """The candidate before all, then template and application together, then the job, then the missing address."""
    job = await open_job(ada)
    application, other = await apply(ada, job), await apply(ada, await open_job(ada), emails=EMAILS)
    template, theirs = [await client.made("/email-templates", TEMPLATE) for client in (ada, eve)]
    path = f"/api/v1/candidates/{application['candidate_id']}/messages"
    wrong = {"template_id": theirs["id"], "application_id": other["id"]}
    assert (await eve.post(path, json={"template_id": theirs["id"]})).status_code == 404
    assert (await ada.post(f"/api/v1/candidates/{uuid4()}/messages", json=wrong)).status_code == 404
    for body, expected in (
        (wrong, {("/template_id", "unknown_reference"), ("/application_id", "unknown_reference")}),
        ({"template_id": template["id"], "application_id": other["id"]}, {("/application_id", "unknown_reference")}),
        ({"template_id": template["id"]}, {("/application_id", "required")}),
    ):
        answer = await ada.post(path, json=body)
        assert set(findings(answer)) == expected, answer.text
    for body in (TEXT, {"template_id": template["id"], "application_id": application["id"]}):
        answer = await ada.post(path, json=body)
        assert (answer.status_code, answer.json()["code"]) == (409, "no_email")
        assert answer.json()["current"] == {"status": "active", "version": 1}


async def test_message_is_for_those_who_see_the_candidate_and_the_application(ada: Client, member: Any) -> None:
    """A candidate of two jobs: who sees one of them, or nothing confidential, sees neither the other's messages."""
    opened, secret = await open_job(ada), await open_job(ada, is_confidential=True)
    application = await apply(ada, opened, emails=EMAILS)
    other = await ada.made("/applications", {"candidate_id": application["candidate_id"], "job_id": secret["id"]})
    about = [
        await written(ada, application, **TEXT, application_id=each) for each in (None, application["id"], other["id"])
    ]
    bob, cora, ivo = [await member(name, dict.fromkeys(WRITING, "team")) for name in ("bob", "cora", "ivo")]
    carl = await member("carl", dict.fromkeys(WRITING, "all"))
    await join(ada, opened, bob.user["id"], "coordinator")
    await join(ada, secret, cora.user["id"], "recruiter")
    seen = {who: [await sees(who, each) for each in about] for who in (ada, bob, cora, ivo, carl)}
    assert [*seen.values()] == [[True] * 3, [True, True, False], [True, False, True], [False] * 3, [True, True, False]]
    path = f"/api/v1/candidates/{application['candidate_id']}/messages"
    for client, status in ((bob, 422), (carl, 422), (cora, 201), (ivo, 404)):
        answer = await client.post(path, json=TEXT | {"application_id": other["id"], "send_at": LATER})
        assert answer.status_code == status, answer.text
        cancelled = await client.post(f"/api/v1/messages/{about[2]['id']}/cancel")
        assert cancelled.status_code == (200 if status == 201 else 404)
    reader = await member("dora", {"messages.read": "all"})
    assert (await reader.post(path, json=TEXT)).status_code == 403
    assert (await reader.post(f"/api/v1/messages/{about[0]['id']}/cancel")).status_code == 403


async def test_message_is_hidden_from_its_own_candidate(ada: Client, member: Any) -> None:
    """Whatever they may do, and though they wrote it; and from callers who see no internal candidates."""
    application = await apply(ada, await open_job(ada), emails=EMAILS)
    ina = await member("ina", dict.fromkeys((*WRITING, "candidates.read_internal"), "all"))
    bob = await member("bob", dict.fromkeys(WRITING, "all"))
    messages = [await written(who, application) for who in (ina, ada)]
    assert [await sees(ina, each) for each in messages] == [True, True]
    await make_internal(ada, application["candidate_id"], ina.user)
    for each in messages:
        assert [await sees(client, each) for client in (ina, bob, ada)] == [False, False, True]
        for client in (ina, bob):
            assert (await client.post(f"/api/v1/messages/{each['id']}/cancel")).status_code == 404
    path = f"/api/v1/candidates/{application['candidate_id']}/messages"
    assert [(await each.post(path, json=TEXT)).status_code for each in (ina, bob)] == [404, 404]


async def test_mail_to_a_user_is_no_message(ada: Client, member: Any, rows: Rows) -> None:
    """Not even one that tells a user of a candidate; thanks to an applicant are one."""
    bob = await member("bob", {})
    job = await open_job(ada)
    application = await apply(ada, job, emails=EMAILS)
    note = {"body": "A", "mentions": [bob.user["id"]]}
    await ada.made(f"/candidates/{application['candidate_id']}/notes", note)
    params = {"candidate_id": application["candidate_id"]}
    assert (await ada.read("/messages", params=params))["items"] == []
    [(mail_id,)] = await rows(
        "SELECT id FROM messages WHERE user_id = %(id)s AND kind = 'note_mention'", id=UUID(bob.user["id"])
    )
    for answer in (await ada.get(f"/api/v1/messages/{mail_id}"), await ada.post(f"/api/v1/messages/{mail_id}/cancel")):
        assert answer.status_code == 404
    path = await published_post(ada, job)
    person = {"first_name": "Zoë", "last_name": "A", "email": "zoe@example.com", "answers": []}
    assert (await ada.post(f"{path}/applications", json=person)).status_code == 201
    [zoe] = (await ada.read("/candidates", params={"email": "zoe@example.com"}))["items"]
    [thanks] = (await ada.read("/messages", params={"candidate_id": zoe["id"]}))["items"]
    assert (thanks["kind"], thanks["subject"], thanks["recipient"]) == ("application_received", None, "zoe@example.com")
    assert await sees(ada, thanks)


async def test_rejection_says_what_its_template_does(ada: Client, rows: Rows) -> None:
    """Reopening cancels it, with an event; an archived template is refused together with the reason."""
    application = await apply(ada, await open_job(ada), emails=EMAILS)
    template = await ada.made("/email-templates", TEMPLATE)
    mail = {"template_id": template["id"], "send_at": LATER}
    body = {"reason_id": await reason(ada, "rejection"), "message": mail}
    path = f"/applications/{application['id']}"
    await ada.made(f"{path}/reject", body)
    [message] = (await ada.read("/messages", params={"application_id": application["id"]}))["items"]
    assert (message["kind"], message["subject"], message["template_id"]) == (
        "application_rejected", "Engineer", template["id"]
    )  # fmt: skip
    assert message["body"] == f"Hello Kim, {ada.user['name']}" and message["language"] == "de"
    await ada.made(f"{path}/reopen")
    [cancelled] = (await ada.read("/messages", params={"application_id": application["id"]}))["items"]
    assert cancelled == message | {"status": "cancelled"}
    assert [event[:2] for event in await events_of(rows, ada, message)] == [
        ("message.due", 1), ("message.cancelled", 2)
    ]  # fmt: skip
    await ada.made(f"/email-templates/{template['id']}/archive")
    answer = await ada.post(f"/api/v1{path}/reject", json=body | {"reason_id": str(uuid4())})
    assert set(findings(answer)) == {
        ("/reason_id", "unknown_reference"), ("/message/template_id", "unknown_reference")
    }  # fmt: skip
    assert (await ada.read(path))["status"] == "active"
    silent = await ada.made("/email-templates", TEMPLATE | {"name": "Other"})
    nobody = await apply(ada, await open_job(ada))
    answer = await ada.post(
        f"/api/v1/applications/{nobody['id']}/reject", json=body | {"message": {"template_id": silent["id"]}}
    )
    assert (answer.status_code, answer.json()["code"]) == (409, "no_email")


async def test_message_is_scheduled_once_when_its_request_is_repeated(ada: Client) -> None:
    """Twenty at once, with one key."""
    application = await apply(ada, await open_job(ada), emails=EMAILS)
    template = await ada.made("/email-templates", TEMPLATE)
    body = {"template_id": template["id"], "application_id": application["id"], "send_at": LATER}
    path, key = f"/api/v1/candidates/{application['candidate_id']}/messages", {"Idempotency-Key": str(uuid4())}
    answers = await asyncio.gather(*(ada.post(path, json=body, headers=key) for _ in range(20)))
    assert {answer.status_code for answer in answers} <= {201, 409}
    [message] = (await ada.read("/messages", params={"candidate_id": application["candidate_id"]}))["items"]
    assert {answer.json()["id"] for answer in answers if answer.status_code == 201} == {message["id"]}


async def test_message_is_cancelled_once_when_twenty_ask_at_once(ada: Client, rows: Rows) -> None:
    """All get the same answer, and one event tells of it."""
    message = await written(ada, await apply(ada, await open_job(ada), emails=EMAILS))
    answers = await asyncio.gather(*(ada.made(f"/messages/{message['id']}/cancel") for _ in range(20)))
    assert all(each == message | {"status": "cancelled"} for each in answers)
    assert len(await events_of(rows, ada, message)) == 2


async def test_message_has_the_text_of_a_version_when_its_template_changes_meanwhile(ada: Client) -> None:
    """Twenty messages while the template changes as often: subject and body are always of one version."""
    application = await apply(ada, await open_job(ada), emails=EMAILS)
    same = {"name": "Call", "language": "en", "subject": "No. 0", "body": "No. 0"}
    template = await ada.made("/email-templates", same)
    path = f"/api/v1/email-templates/{template['id']}"

    async def change() -> None:
        for number in range(1, 21):
            body = {"subject": f"No. {number}", "body": f"No. {number}"}
            assert (await ada.patch(path, json=body)).status_code == 200

    changing = asyncio.create_task(change())
    body = {"template_id": template["id"], "send_at": LATER}
    candidate = f"/api/v1/candidates/{application['candidate_id']}/messages"
    answers = await asyncio.gather(*(ada.post(candidate, json=body) for _ in range(20)))
    await changing
    made = [answer.json() for answer in answers if answer.status_code == 201]
    refused = {answer.json()["code"] for answer in answers if answer.status_code != 201}
    assert made and all(each["subject"] == each["body"] for each in made) and refused <= {"being_changed"}


async def test_job_is_not_closed_when_its_rejection_names_no_template(ada: Client) -> None:
    """Neither an archived one nor none at all; the applicants stay active."""
    job = await open_job(ada)
    template = await ada.made("/email-templates", TEMPLATE)
    await ada.made(f"/email-templates/{template['id']}/archive")
    rejection = {"reason_id": await reason(ada, "rejection")}
    for each in (template["id"], str(uuid4())):
        body = {"reject": rejection | {"message": {"template_id": each}}}
        closing = {"reason_id": await reason(ada, "job_close"), "active_applications": body}
        answer = await ada.post(f"/api/v1/jobs/{job['id']}/close", json=closing)
        assert findings(answer) == [("/active_applications/reject/message/template_id", "unknown_reference")]
    assert (await ada.read(f"/jobs/{job['id']}"))["status"] == "open"


async def test_export_and_timeline_have_messages_without_an_application(ada: Client) -> None:
    """As the list has them; that one was cancelled is told, too."""
    application = await apply(ada, await open_job(ada), emails=EMAILS)
    path = f"/candidates/{application['candidate_id']}"
    message = await written(ada, application)
    await ada.made(f"/messages/{message['id']}/cancel")
    listed = (await ada.read("/messages", params={"candidate_id": application["candidate_id"]}))["items"]
    assert listed == [message | {"status": "cancelled"}] and (await ada.read(f"{path}/export"))["messages"] == listed
    told = [each["type"] for each in (await ada.read(f"{path}/timeline"))["items"]]
    assert told == ["message.cancelled", "application.submitted", "candidate.created"]
