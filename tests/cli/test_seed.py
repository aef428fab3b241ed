"""`hiring seed demo`, for whoever tries the service."""

from pathlib import Path

from tests.cli.command import hiring, hiring_beside
from tests.client import PASSWORD, Client


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
    # a stack that was kept may have another password
    await hiring_beside("user", "reset-password", "ada@demo.example", given=PASSWORD)
    login = await anybody.post("/api/v1/login", json={"email": "ada@demo.example", "password": PASSWORD})
    async with Client(anybody.address, login.json()["access_token"]) as ada:
        assert len((await ada.read("/jobs"))["items"]) == 5
        applications = (await ada.read("/applications", params={"limit": 100}))["items"]
        assert len(applications) == 28
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
    assert len(posts) == 3
    person = (await anybody.get(f"/api/v1/boards/{slug}")).json()
    assert person["organization_name"] == "Demo Instruments"


def test_demo_is_refused_when_the_deployment_is_in_production() -> None:
    """Nobody has a demo login there."""
    refused = hiring("seed", "demo", HIRING_DEMO_PASSWORD=PASSWORD, HIRING_DEPLOYMENT="production")
    assert refused.returncode == 1 and "not in production" in refused.stderr, refused.stderr


def test_demo_is_refused_when_nobody_gives_a_password() -> None:
    """One line says how it is given."""
    refused = hiring("seed", "demo", HIRING_DEMO_PASSWORD="")
    assert refused.returncode == 1 and "give --password, HIRING_DEMO_PASSWORD or" in refused.stderr, refused.stderr
