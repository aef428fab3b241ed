"""The examples of `/openapi.json` are what a story of the whole API sends and gets."""

import json
import os
import re
from pathlib import Path

import jsonschema_rs

from hiring.config import Settings
from hiring.domain.event_types import EVENT_TYPES
from hiring.openapi.events import schema_of_event
from tests.api.conftest import Rows
from tests.api.journeys import mailed
from tests.story.examples import OPERATION, Storyteller
from tests.story.story import tell

ROOT = Path(__file__).resolve().parents[2]
KEPT = ROOT / "hiring" / "openapi" / "examples.json"


async def test_story_is_what_the_examples_show(address: str, settings: Settings, rows: Rows, ingesting: None) -> None:
    """Every operation has one; `make examples` writes them anew."""
    say = Storyteller(address)

    async def link(kind: str, user_id: str) -> str:
        return await mailed(rows, settings, kind, user_id)

    try:
        await tell(say, link)
    finally:
        await say.close()
    await check_events(rows)
    text = json.dumps(say.examples, indent=1, sort_keys=True, ensure_ascii=False) + "\n"
    if os.environ.get("HIRING_WRITE_EXAMPLES"):
        KEPT.write_text(text, encoding="utf-8")
    assert say.examples.keys() == OPERATION.keys()
    assert text == KEPT.read_text(encoding="utf-8")


SLOW = {"message.failed", "message.sent"}
"""What the worker records, which does not run here."""


async def check_events(rows: Rows) -> None:
    """Every event of the story is as `/event-types` describes it, and the story has each type."""
    schemas = {name: jsonschema_rs.Draft202012Validator(schema_of_event(kind)) for name, kind in EVENT_TYPES.items()}
    told = await rows(
        "SELECT event_body(e)::text FROM events AS e JOIN job_boards AS b ON b.organization_id = e.organization_id"
        " WHERE b.slug LIKE 'acme-karriere-%%'"
    )
    found = [json.loads(text) for (text,) in told]
    for each in found:
        assert not list(schemas[each["type"]].iter_errors(each)), each
    assert EVENT_TYPES.keys() - {each["type"] for each in found} == SLOW


def test_story_has_no_day_of_its_own() -> None:
    """Days are told from today on: the examples count from another beginning, and would change at midnight."""
    fixed = re.compile(r'"20\d\d-\d\d-\d\d')
    found = [path.name for path in Path(__file__).parent.glob("*.py") if fixed.search(path.read_text("utf-8"))]
    assert found == []


def test_examples_show_the_days_of_laws() -> None:
    """As their migration wrote them: they are the same today and tomorrow."""
    written = (ROOT / "migrations" / "0110_add_pay_disclosure_rules.sql").read_text(encoding="utf-8")
    rules = json.loads(KEPT.read_text(encoding="utf-8"))["listPayDisclosureRules"]["answer"]["items"]
    assert rules != []
    assert [day for rule in rules for day in (rule["begins_on"], rule["read_on"]) if f"'{day}'" not in written] == []
