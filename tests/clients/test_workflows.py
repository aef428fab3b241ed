"""A public runner goes through each workflow of `/workflows.arazzo.yaml`, and holds every answer to `/openapi.json`."""

import asyncio
import json
import secrets
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from hiring import VERSION
from hiring.handlers.routes import OPERATIONS
from tests.api.journeys import apply, open_job, published_post
from tests.background import until
from tests.client import Client
from tests.clients.node import run_program

LONG_AGO = "2026-01-01T00:00:00Z"
Run = Callable[..., Awaitable[str]]


@pytest.fixture
async def workflows(anybody: Client) -> str:
    """The workflows as they are served."""
    served = await anybody.get("/workflows.arazzo.yaml")
    assert served.status_code == 200 and served.headers["Content-Type"] == "application/yaml"
    return served.text


@pytest.fixture
async def run(anybody: Client, workflows: str, tmp_path: Path) -> Run:
    """Runs a workflow with its inputs against the service, and returns what the runner tells."""
    (tmp_path / "workflows.arazzo.yaml").write_text(workflows, encoding="utf-8")
    (tmp_path / "openapi.json").write_bytes((await anybody.get("/openapi.json")).content)

    async def done(workflow: str, **inputs: Any) -> str:
        ran = await asyncio.to_thread(
            run_program, "redocly", "respect", tmp_path / "workflows.arazzo.yaml", "--workflow", workflow,
            "--server", f"hiring={anybody.address}", "--input", json.dumps(inputs),
        )  # fmt: skip
        assert ran.returncode == 0 and "Workflows: 1 passed, 1 total" in ran.stdout, ran.stdout
        return ran.stdout

    return done


async def test_workflows_name_operations_of_the_document(workflows: str) -> None:
    """Arazzo 1.0.1 of this version, beside `/openapi.json`; every workflow has a test of its own here."""
    described = yaml.safe_load(workflows)
    assert (described["arazzo"], described["info"]["version"]) == ("1.0.1", VERSION)
    assert [each["url"] for each in described["sourceDescriptions"]] == ["./openapi.json"]
    named = {step["operationId"] for each in described["workflows"] for step in each["steps"]}
    assert named <= {each.name for each in OPERATIONS}
    assert [each["workflowId"] for each in described["workflows"]] == ["registerToHire", "careerPage", "nightlySync"]


async def test_job_is_filled_by_the_workflow_from_registration_to_hire(run: Run) -> None:
    """Nothing has to be there before it."""
    told = await run("registerToHire", email=f"mia-{secrets.token_hex(6)}@acme.example", password="a long password")
    assert "step readJob" in told


async def test_application_arrives_by_the_workflow_of_a_career_page(run: Run, ada: Client) -> None:
    """It finds a post on the board and applies to it."""
    job = await open_job(ada)
    await published_post(ada, job)
    await Client.caught_up[ada.address]()
    await run("careerPage", board=ada.organization["slug"])
    await Client.caught_up[ada.address]()
    [application] = (await ada.read(f"/jobs/{job['id']}/applications", params={"expand": "candidate"}))["items"]
    assert application["candidate"]["last_name"] == "Vogt"


async def test_every_page_is_read_by_the_workflow_of_a_nightly_sync(run: Run, ada: Client) -> None:
    """With an API key; two applications are two pages of one."""
    job = await open_job(ada)
    for _ in range(2):
        await apply(ada, job)
    robot = await ada.made("/users", {"first_name": "Sync", "type": "service"})
    permissions = dict.fromkeys(("jobs.read", "candidates.read", "applications.read"), "all")
    key = await ada.made("/api-keys", {"user_id": robot["id"], "name": "Sync", "permissions": permissions})

    async def is_settled() -> bool:
        return len((await ada.read("/applications", params={"updated_since": LONG_AGO}))["items"]) == 2

    await until(is_settled)
    marks = dict.fromkeys(("jobs_since", "candidates_since", "applications_since"), LONG_AGO)
    assert "step moreApplications" in await run("nightlySync", key=key["secret"], **marks, limit=1)
    assert "step moreApplications" not in await run("nightlySync", key=key["secret"], **marks)
