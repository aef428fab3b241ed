"""Whom mails to candidates are from: the sender of their template, of the board, or of the service."""

from typing import Any
from uuid import UUID

from hiring.config import Settings
from hiring.services.tokens import mailed_token
from tests.api.journeys import open_job, published_post, reason
from tests.background import until
from tests.client import Client
from tests.consumers.conftest import Working
from tests.consumers.mails import stored
from tests.databases import Admin
from tests.mail_server import MailServer

PATH = "/sender-identities"
TEMPLATE = {"name": "A", "language": "en", "subject": "Call", "body": "Dear {{candidate_first_name}}"}
LINK = "SELECT id FROM mailed_links WHERE sender_identity_id = %(id)s"
PERSON = {"first_name": "Kim", "email": "kim@example.com", "answers": []}


async def verified(ada: Client, admin: Admin, settings: Settings, name: str) -> dict[str, Any]:
    """A sender whose address is verified."""
    sender = await ada.made(PATH, {"name": name, "email": f"{name}@careers.example"})
    await ada.made(f"{PATH}/{sender['id']}/send-verification")
    [(link_id,)] = await admin(LINK, id=UUID(sender["id"]))
    return await ada.made(f"{PATH}/verify", {"token": mailed_token(settings.tokens.secret, link_id)})


async def test_link_arrives_at_the_address_that_it_verifies(
    ada: Client, mail_server: MailServer, working: Working, settings: Settings
) -> None:
    """From the service, with a token that works."""
    sender = await ada.made(PATH, {"name": "Careers", "email": "careers@example.org"})
    async with working():
        await ada.made(f"{PATH}/{sender['id']}/send-verification")
        await until(lambda: settled(mail_server, 1))
    [mail] = mail_server.taken
    assert mail.recipient == "careers@example.org" and ada.organization["name"] in mail.subject
    assert mail.header("From").endswith(f"<{settings.smtp.from_address}>") and mail.mail["Sender"] is None
    token = mail.body.partition("#token=")[2].split()[0]
    assert (await ada.made(f"{PATH}/verify", {"token": token}))["verified_at"] is not None


async def settled(mail_server: MailServer, count: int) -> bool:
    """Whether so many mails were taken."""
    return len(mail_server.taken) == count


async def test_mail_is_from_the_sender_of_its_template_or_else_of_its_board(
    ada: Client, admin: Admin, mail_server: MailServer, working: Working, settings: Settings
) -> None:
    """One that is archived by then is passed over: first the template's, then the board's."""
    board, template_sender = [await verified(ada, admin, settings, name) for name in ("board", "template")]
    [default] = (await ada.read("/job-boards"))["items"]
    named = await ada.patch(f"/api/v1/job-boards/{default['id']}", json={"sender_identity_id": board["id"]})
    assert named.is_success, named.text
    template = await ada.made("/email-templates", TEMPLATE | {"sender_identity_id": template_sender["id"]})
    path = await published_post(ada, await open_job(ada))
    rejection = {"reason_id": await reason(ada, "rejection")}

    async def senders(count: int) -> list[tuple[str, str | None]]:
        await until(lambda: settled(mail_server, count))
        return [(each.header("From"), each.mail["Sender"]) for each in mail_server.taken[-1:]]

    service = settings.smtp.from_address
    async with working():
        await senders(2)  # the links: mails that are due together arrive in any order
        assert (await ada.post(f"{path}/applications", json=PERSON)).is_success
        assert await senders(2 + 1) == [("board <board@careers.example>", service)]
        [application] = (await ada.read("/applications"))["items"]
        about = {"application_id": application["id"], "template_id": template["id"]}
        messages = f"/candidates/{application['candidate_id']}/messages"
        await ada.made(messages, about)
        assert await senders(2 + 2) == [("template <template@careers.example>", service)]
        await ada.made(f"{PATH}/{template_sender['id']}/archive")
        await ada.made(messages, about)
        assert await senders(2 + 3) == [("board <board@careers.example>", service)]
        await ada.made(f"{PATH}/{board['id']}/archive")
        await ada.made(f"/applications/{application['id']}/reject", rejection | {"message": {}})
        assert await senders(2 + 4) == [(f"{ada.organization['name']} <{service}>", None)]
    kept = [(each["sender_name"], each["sender_address"]) for each in await stored(admin, ada)]
    assert kept[2:5] == [
        ("board", "board@careers.example"), ("template", "template@careers.example"),
        ("board", "board@careers.example"),
    ]  # fmt: skip
    assert [each.mail["To"] for each in mail_server.taken[2:]] == ["kim@example.com"] * 4
