"""The list of event types, held to the statements that write them."""

import re
from pathlib import Path

from hiring.domain.event_types import EVENT_TYPES

COMMANDS = Path(__file__).resolve().parents[2] / "sql" / "commands"
EVENT_TYPE = re.compile(r"'([a-z_]+\.[a-z_]+)'")


def test_every_event_type_is_listed_when_a_command_writes_it() -> None:
    """Each quoted `aggregate.happened` of the commands is in the table, and the table has no other."""
    written = {name for file in COMMANDS.glob("*.sql") for name in EVENT_TYPE.findall(file.read_text())}
    assert set(EVENT_TYPES) == written


def test_table_of_event_types_can_be_read_when_printed() -> None:
    """Sorted by type, each with one sentence."""
    assert list(EVENT_TYPES) == sorted(EVENT_TYPES)
    assert all(re.fullmatch(r"[A-Z][^.]+\.", kind.__doc__ or "") for kind in EVENT_TYPES.values())
