"""What must hold when the dust has settled: looked up on the primary, and in what the mail server took."""

from collections import Counter
from typing import Any
from uuid import UUID

from tests.background import until
from tests.databases import Admin
from tests.faults.load import Load
from tests.mail_server import Caught, MailServer

HALF_DONE = {
    "an application without its first history row": """
        SELECT a.id FROM applications AS a WHERE a.organization_id = %(organization_id)s AND NOT EXISTS (
            SELECT FROM stage_changes AS s
            WHERE s.organization_id = a.organization_id AND s.application_id = a.id AND s.change = 'submitted')""",
    "an application whose history has another length than its version": """
        SELECT a.id FROM applications AS a WHERE a.organization_id = %(organization_id)s AND a.version <> (
            SELECT count(*) FROM stage_changes AS s
            WHERE s.organization_id = a.organization_id AND s.application_id = a.id)""",
    "a history row without its event": """
        SELECT s.id FROM stage_changes AS s WHERE s.organization_id = %(organization_id)s AND NOT EXISTS (
            SELECT FROM events AS e
            WHERE e.organization_id = s.organization_id AND e.id = s.id AND e.aggregate_id = s.application_id)""",
    "an event that is not in exactly one place of outbox or feed": """
        SELECT e.id FROM events AS e WHERE e.organization_id = %(organization_id)s AND 1 <> (
            SELECT count(*) FROM (SELECT o.event_id FROM outbox AS o UNION ALL SELECT f.event_id FROM feed AS f) AS x
            WHERE x.event_id = e.id)""",
    "a mail without its event": """
        SELECT m.id FROM messages AS m WHERE m.organization_id = %(organization_id)s AND NOT EXISTS (
            SELECT FROM events AS e
            WHERE e.organization_id = m.organization_id AND e.id = m.id AND e.type = 'message.due')""",
}
MAILS = """
    SELECT m.id::text, m.kind, m.status, m.recipient FROM messages AS m WHERE m.organization_id = %(organization_id)s"""
UNPUBLISHED = """
    SELECT (SELECT count(*) FROM outbox)
         + (SELECT count(*) FROM feed WHERE position > (SELECT position FROM feed_watermarks WHERE name = 'relay'))"""


def organization_of(load: Load) -> UUID:
    return UUID(load.ada.organization["id"])


async def every_command_took_effect_once(admin: Admin, load: Load) -> int:
    """Fails unless what was acknowledged is there once, and nothing else; returns the number of applications."""
    found = await admin(
        """SELECT a.id::text, a.version, a.status FROM applications AS a
           WHERE a.organization_id = %(organization_id)s""",
        organization_id=organization_of(load),
    )
    ended = {row[0]: row[1] for row in found if row[2] == "rejected"}
    assert ended == load.ended
    assert len(found) == len(load.ended) + len(load.applied)
    assert load.applied, "nobody applied"
    assert load.ended, "nobody was rejected"
    people = await admin(
        "SELECT count(*) FROM candidates WHERE organization_id = %(organization_id)s",
        organization_id=organization_of(load),
    )
    assert people == [(len(found),)]
    for what, statement in HALF_DONE.items():
        rows = await admin(statement, organization_id=organization_of(load))
        assert rows == [], f"{what}: {len(rows)}"
    return len(found)


async def mails_of(admin: Admin, load: Load) -> list[tuple[Any, ...]]:
    """(id, kind, status, recipient) of every mail of the organization."""
    return await admin(MAILS, organization_id=organization_of(load))


async def unpublished_count(admin: Admin) -> int:
    """Events that the broker has not confirmed."""
    [(count,)] = await admin(UNPUBLISHED)
    return int(count)


def by_id(mail_server: MailServer) -> dict[str, list[Caught]]:
    """What the mail server has taken, by Message-ID without its frame."""
    found: dict[str, list[Caught]] = {}
    for caught in mail_server.taken:
        found.setdefault(id_of(caught), []).append(caught)
    return found


def id_of(caught: Caught) -> str:
    return str(caught.mail["Message-ID"]).strip("<>").partition("@")[0]


async def every_mail_is_sent(admin: Admin, load: Load, mail_server: MailServer) -> tuple[int, int]:
    """Fails unless each mail that is due was taken, always with the same bytes; returns (mails, repeats)."""

    async def all_sent() -> bool:
        return {mail[2] for mail in await mails_of(admin, load)} == {"sent"}

    try:
        await until(all_sent)
    except AssertionError:
        raise AssertionError(str(Counter(mail[1:3] for mail in await mails_of(admin, load)))) from None
    mails = await mails_of(admin, load)
    due = sorted((kind, recipient) for _, kind, _, recipient in mails)
    thanked = [("application_received", email) for email in load.applied]
    assert due == sorted(thanked + [("application_rejected", email) for email in load.recipients])
    taken = by_id(mail_server)
    assert {mail[0] for mail in mails} - taken.keys() == set(), "mails are missing"
    for mail_id, _, _, recipient in mails:
        assert {caught.recipient for caught in taken[mail_id]} == {recipient}
        assert len({caught.content for caught in taken[mail_id]}) == 1, "one mail, two texts"
    return len(mails), sum(len(taken[mail[0]]) - 1 for mail in mails)
