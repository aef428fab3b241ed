"""The worked examples of docs/reports.md: its events, and the rows that it tells of each report."""

import re
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from tests.reports.events import Event
from tests.reports.oracle import Row
from tests.reports.question import Question

DOCUMENT = Path(__file__).resolve().parents[2] / "docs" / "reports.md"
QUESTION = Question(as_of=datetime(2026, 2, 12, tzinfo=UTC), first=date(2026, 1, 1), last=date(2026, 1, 31))
HEADER_OF_EVENTS = ["at", "what", "event", "stage or status", "by", "source"]


def sections() -> Mapping[str, str]:
    """The text of the document by its headings."""
    parts = re.split(r"^## (.+)\n", DOCUMENT.read_text(encoding="utf-8"), flags=re.MULTILINE)
    return dict(zip(parts[1::2], parts[2::2], strict=True))


def table(text: str) -> list[list[str]]:
    """The cells of the only table in a text, its header first."""
    lines = [line for line in text.splitlines() if line.startswith("|") and not line.startswith("|---")]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]


def named_id(name: str) -> UUID | None:
    """The id of what has a name in the example."""
    return UUID(bytes=name.encode().ljust(16, b"\0")[:16]) if name else None


def name_of(value: UUID) -> str:
    """The name of what has an id in the example."""
    return value.bytes.rstrip(b"\0").decode()


def events() -> list[Event]:
    """The events that the example lists."""
    header, *rows = table(sections()["The example"])
    assert header == HEADER_OF_EVENTS
    versions: dict[str, int] = {}
    found = []
    for n, (at, what, kind, stage_or_status, by, source) in enumerate(rows, 1):
        occurred_at, _, applied_at = at.partition(", applied ")
        versions[what] = versions.get(what, 0) + 1
        is_of_application = kind.startswith("application.")
        event = Event(
            id=UUID(int=n), type=kind, aggregate_id=given(named_id(what)), version=versions[what],
            occurred_at=moment(occurred_at), job_id=given(named_id("nurse")), user_id=named_id(by),
            stage_kind=stage_or_status or None if is_of_application else None,
            status=stage_or_status if kind == "job.status_changed" else None, source_id=named_id(source),
            applied_at=moment(applied_at or occurred_at) if kind == "application.submitted" else None,
        )  # fmt: skip
        found.append(event)
    return found


def moment(text: str) -> datetime:
    """A moment as the example writes it."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def given(value: UUID | None) -> UUID:
    """An id that must be there."""
    assert value is not None
    return value


def told(report: str) -> list[list[str]]:
    """The table that the document has for a report."""
    return table(sections()[report.replace("_", "-")])


def written(rows: Sequence[Row]) -> list[list[str]]:
    """Rows of a report as the document writes them; a period that is null has no column."""
    shown = [{name: value for name, value in row.items() if name != "period"} for row in rows]
    return [list(shown[0]), *([cell(value) for value in row.values()] for row in shown)]


def cell(value: Any) -> str:
    """A value as the document writes it."""
    if isinstance(value, UUID):
        return name_of(value)
    return f"{value:.2f}" if isinstance(value, float) else "null" if value is None else str(value)
