"""The examples of `/openapi.json` are what a story of the whole API sends and gets."""

import json
import os
from pathlib import Path

from hiring.config import Settings
from tests.api.conftest import Rows
from tests.api.journeys import mailed
from tests.story.examples import OPERATION, Storyteller
from tests.story.story import tell

KEPT = Path(__file__).resolve().parents[2] / "hiring" / "openapi" / "examples.json"


async def test_story_is_what_the_examples_show(address: str, settings: Settings, rows: Rows) -> None:
    """Every operation has one; `make examples` writes them anew."""
    say = Storyteller(address)

    async def link(kind: str, user_id: str) -> str:
        return await mailed(rows, settings, kind, user_id)

    try:
        await tell(say, link)
    finally:
        await say.close()
    text = json.dumps(say.examples, indent=1, sort_keys=True, ensure_ascii=False) + "\n"
    if os.environ.get("HIRING_WRITE_EXAMPLES"):
        KEPT.write_text(text, encoding="utf-8")
    assert say.examples.keys() == OPERATION.keys()
    assert text == KEPT.read_text(encoding="utf-8")
