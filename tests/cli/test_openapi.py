"""`hiring openapi`."""

import json
from pathlib import Path

from hiring.cli.openapi import COMMITTED
from hiring.handlers.routes import OPERATIONS
from hiring.openapi.document import document
from hiring.openapi.events import asyncapi
from tests.cli.command import hiring

NOTHING = {"HIRING_DEPLOYMENT": "nowhere"}


def test_description_is_the_same_when_printed_twice_without_settings() -> None:
    """Stable, whatever the order of hashes, and the same on every machine."""
    texts = {hiring("openapi", PYTHONHASHSEED=seed, **NOTHING).stdout for seed in ("1", "2")}
    assert len(texts) == 1
    assert json.loads(texts.pop())["servers"] == [{"url": "/"}]


def test_description_is_what_was_committed() -> None:
    """Another limit, default, status, header, permission or shape of an operation is a line there and a decision."""
    now = json.loads(json.dumps(document(OPERATIONS, "/")))
    assert now == json.loads(COMMITTED.read_text("utf-8")), "where that is meant: make openapi"


def test_events_are_described_when_printed() -> None:
    """As `/asyncapi.json` has them."""
    assert json.loads(hiring("asyncapi", **NOTHING).stdout) == asyncapi()


def test_check_fails_and_tells_when_clients_would_break(tmp_path: Path) -> None:
    """Nothing breaks against itself; a path that was there and is not does, and the way to accept it is told."""
    committed = tmp_path / "openapi.json"
    committed.write_text(text := hiring("openapi").stdout)
    same = hiring("openapi", "--check", "--committed", str(committed))
    assert (same.returncode, same.stdout) == (0, "openapi.json: nothing breaks\n"), same.stderr
    before = json.loads(text)
    before["paths"]["/api/v1/gone"] = before["paths"].pop("/livez")
    committed.write_text(json.dumps(before))
    broken = hiring("openapi", "--check", "--committed", str(committed))
    assert broken.returncode == 1
    assert broken.stderr.splitlines() == [
        "GET /api/v1/gone: removed",
        "changes since openapi.json that break clients: 1; where that is meant: make openapi",
    ]


def test_check_says_what_to_do_when_nothing_was_committed(tmp_path: Path) -> None:
    """One line."""
    refused = hiring("openapi", "--check", "--committed", str(tmp_path / "openapi.json"))
    assert refused.returncode == 1 and refused.stderr == "there is no openapi.json to compare with: make openapi\n"
