"""`hiring seed demo`, for whoever tries the service."""

from pathlib import Path

from hiring.config import Settings
from hiring.database import Database
from hiring.demo import open_demo
from hiring.services.passwords import Passwords
from hiring.services.threads import Threads
from tests.cli.command import hiring, hiring_beside
from tests.client import PASSWORD, Client
from tests.databases import administered

EVENT_COUNTS = """
SELECT e.type, count(*) FROM events AS e WHERE e.organization_id = %(organization_id)s GROUP BY e.type ORDER BY e.type
"""


async def administrator(anybody: Client) -> Client:
    """The one of the demo organization, which a stack that was kept may have with another password."""
    await hiring_beside("user", "reset-password", "ada@demo.example", given=PASSWORD)
    login = await anybody.post("/api/v1/login", json={"email": "ada@demo.example", "password": PASSWORD})
    return Client(anybody.address, login.json()["access_token"])


async def test_demo_is_there_once_when_it_is_made_twice(anybody: Client, tmp_path: Path) -> None:
    """Its administrator finds jobs, applicants on their way and a public board; a second run adds nothing.

    The password may be in a file.
    """
    file = tmp_path / "password"
    file.write_text(f"{PASSWORD}\n", encoding="utf-8")
    passwords = (
        {"HIRING_DEMO_PASSWORD": PASSWORD},
        {"HIRING_DEMO_PASSWORD": "", "HIRING_DEMO_PASSWORD_FILE": str(file)},
    )
    for said, environ in zip(("demo organization", "the demo organization is there"), passwords, strict=True):
        made = hiring("seed", "demo", **environ)
        assert made.returncode == 0 and said in made.stdout, made.stderr
    async with await administrator(anybody) as ada:
        assert len((await ada.read("/jobs"))["items"]) == 6
        applications = (await ada.read("/applications", params={"limit": 100}))["items"]
        assert len(applications) == 31
        assert {each["status"] for each in applications} == {"active", "rejected", "withdrawn", "hired"}
        assert len((await ada.read("/notes"))["items"]) == 3
        [tagging] = (await ada.read("/bulk-operations"))["items"]
        assert tagging["action"] == "tag" and tagging["total_count"] > 5
        tested = [await ada.read(f"/candidates/{each['candidate_id']}/result-links") for each in applications]
        assert sum(len(each["items"]) for each in tested) == 2
        for noun, params in (("candidates", {"custom.notice_weeks": "4"}), ("jobs", {"custom.cost_center": "4711"})):
            assert len((await ada.read(f"/{noun}", params=params))["items"]) == (3 if noun == "candidates" else 2)
        assert len((await ada.read("/consent-texts"))["items"]) == 1
        slug = (await ada.read("/organization"))["slug"]
    posts = (await anybody.get(f"/api/v1/boards/{slug}/posts")).json()["items"]
    assert len(posts) == 4
    person = (await anybody.get(f"/api/v1/boards/{slug}")).json()
    assert person["organization_name"] == "Demo Instruments"


async def test_demo_has_a_talent_pool_and_mails_when_it_is_made(anybody: Client) -> None:
    """People of other jobs are in the pool, too; a mail is made from a template, one waits, and one was cancelled."""
    hiring("seed", "demo", HIRING_DEMO_PASSWORD=PASSWORD)
    async with await administrator(anybody) as ada:
        [pool] = (await ada.read("/jobs", params={"kind": "pool"}))["items"]
        pooled = (await ada.read(f"/jobs/{pool['id']}/applications"))["items"]
        assert [each["status"] for each in pooled] == ["active"] * 3
        [cancelled, later, invitation] = (await ada.read("/messages"))["items"]
        assert (cancelled["status"], later["status"], invitation["status"]) == ("cancelled", "scheduled", "scheduled")
        assert invitation["template_id"] is not None and later["template_id"] is None
        assert all(each["recipient"].endswith(".example") for each in (cancelled, later, invitation))
        assert later["send_at"] > later["created_at"]


async def test_nothing_is_added_when_every_step_is_done_again(settings: Settings, database: None) -> None:
    """As by a run that goes on where another one was cut off: no event tells of anything new."""
    db, passwords = await Database.open(settings, role="command"), Passwords(settings.passwords)
    threads, counts = Threads("demo", count=1, queue_limit=1), []
    try:
        demo = await open_demo(db, settings, passwords, threads, PASSWORD)
        async with administered(settings) as admin:
            for _ in range(2):
                for _, step in demo.steps():
                    await step()
                counts.append(await admin(EVENT_COUNTS, organization_id=demo.actor.organization_id))
    finally:
        threads.close()
        passwords.close()
        await db.close()
    assert counts[0] == counts[1]


def test_demo_is_refused_when_the_deployment_is_in_production() -> None:
    """Nobody has a demo login there."""
    refused = hiring("seed", "demo", HIRING_DEMO_PASSWORD=PASSWORD, HIRING_DEPLOYMENT="production")
    assert refused.returncode == 1 and "not in production" in refused.stderr, refused.stderr


def test_demo_is_refused_when_nobody_gives_a_password() -> None:
    """One line says how it is given."""
    refused = hiring("seed", "demo", HIRING_DEMO_PASSWORD="")
    assert refused.returncode == 1 and "give --password, HIRING_DEMO_PASSWORD or" in refused.stderr, refused.stderr
