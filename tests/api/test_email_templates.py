"""E-mail templates through the REST API."""

import asyncio
from typing import Any
from uuid import uuid4

from tests.api import words
from tests.api.journeys import apply, make_internal, open_job
from tests.client import Client, findings

Body = dict[str, Any]

TEMPLATE: Body = {
    "name": "Call", "language": "en", "subject": "{{job_title}}: a call",
    "body": "Hello {{candidate_first_name}},\r\n\twe from {{organization_name}} will call.\n{{sender_name}}",
}  # fmt: skip


async def test_email_template_is_added_changed_and_archived_when_permitted(ada: Client, eve: Client) -> None:
    """The life of an e-mail template, which another tenant sees nothing of; its text stays as it was typed."""
    await words.check_life_cycle(ada, eve, "email-templates", TEMPLATE, {"subject": "Call", "language": "de"})


async def test_email_template_is_refused_when_its_name_is_taken(ada: Client) -> None:
    """By one that is active or archived."""
    await words.check_name_is_unique(ada, "email-templates", TEMPLATE)


async def test_email_template_is_refused_when_it_names_what_is_not_known(ada: Client) -> None:
    """Each placeholder with its field, in a new template and in a patch, and with the list of those that there are."""
    kept = await ada.made("/email-templates", TEMPLATE)
    wrong = {"subject": "{{salary}} {{job_title}}", "body": "{{"}
    for answer in (
        await ada.post("/api/v1/email-templates", json=TEMPLATE | {"name": "Other"} | wrong),
        await ada.patch(f"/api/v1/email-templates/{kept['id']}", json=wrong),
    ):
        assert findings(answer) == [("/subject", "unknown_placeholder"), ("/body", "unknown_placeholder")]
        detail = answer.json()["errors"][0]["detail"]
        assert "{{salary}}" in detail and "{{candidate_last_name}}" in detail
    assert (await ada.read("/email-templates"))["items"] == [kept]


async def preview(client: Client, template: Body, **whom: str) -> Any:
    """The answer to a preview."""
    return await client.post(f"/api/v1/email-templates/{template['id']}/preview", json=whom)


async def test_preview_says_what_a_mail_would(ada: Client) -> None:
    """Of an archived template, too; an applicant knows the job by the title of the post."""
    job = await open_job(ada, title="Internal title")
    post = await ada.made(f"/jobs/{job['id']}/posts", {"title": "Engineer", "body": "Come."})
    await ada.made(f"/posts/{post['id']}/publish")
    person = await ada.made("/candidates", {"first_name": "Kim"})
    body = {"candidate_id": person["id"], "job_id": job["id"], "post_id": post["id"]}
    application = await ada.made("/applications", body)
    template = await ada.made("/email-templates", TEMPLATE)
    await ada.made(f"/email-templates/{template['id']}/archive")
    found = await preview(ada, template, application_id=application["id"])
    assert (found.status_code, found.json()["subject"]) == (200, "Engineer: a call")
    greeting, rest = found.json()["body"].split("\r\n")
    assert greeting == "Hello Kim," and rest == f"\twe from {ada.organization['name']} will call.\n{ada.user['name']}"
    assert "Consistency-Token" not in found.headers
    plain = await ada.made("/email-templates", TEMPLATE | {"name": "Plain", "subject": "Call"})
    assert (await preview(ada, plain, candidate_id=person["id"])).json()["subject"] == "Call"


async def test_preview_is_refused_when_nobody_is_named_whom_the_caller_may_write_to(
    ada: Client, eve: Client, member: Any
) -> None:
    """A hidden candidate is unknown, as one that is not there; a job is named where there is none."""
    application = await apply(ada, await open_job(ada, is_confidential=True))
    template, theirs = [await client.made("/email-templates", TEMPLATE) for client in (ada, eve)]
    bob = await member("bob", {"messages.write": "all"})
    ina = await member(
        "ina", {"messages.write": "all", "jobs.read_confidential": "all", "candidates.read_internal": "all"}
    )
    assert (await preview(ina, template, application_id=application["id"])).status_code == 200
    await make_internal(ada, application["candidate_id"], ina.user)
    whom = {"application_id": application["id"]}, {"candidate_id": application["candidate_id"]}
    for client, named in ((bob, template), (ina, template), (eve, theirs)):
        for each in (*whom, {"application_id": str(uuid4())}):
            answer = await preview(client, named, **each)
            assert findings(answer) == [(f"/{next(iter(each))}", "unknown_reference")]
    for body, pointer, code in (
        ({}, "/application_id", "required"), (whom[0] | whom[1], "/candidate_id", "unexpected"),
        (whom[1], "/application_id", "required"),
    ):  # fmt: skip
        answer = await preview(ada, template, **body)
        assert findings(answer) == [(pointer, code)]
    assert (await preview(ada, theirs, **whom[0])).status_code == 404


async def test_no_change_is_lost_when_twenty_change_a_template_at_once(ada: Client) -> None:
    """Each adds a line to what it has read, with its version: those who were late read again."""
    path = f"/email-templates/{(await ada.made('/email-templates', TEMPLATE))['id']}"

    async def add(number: int) -> None:
        while True:
            now = await ada.read(path)
            match = {"If-Match": f'"{now["version"]}"'}
            answer = await ada.patch(f"/api/v1{path}", json={"body": f"{now['body']}\n{number}"}, headers=match)
            if answer.status_code == 200:
                return
            assert answer.status_code == 412

    await asyncio.gather(*map(add, range(20)))
    found = await ada.read(path)
    assert sorted(map(int, found["body"].splitlines()[3:])) == [*range(20)] and found["version"] == 21
