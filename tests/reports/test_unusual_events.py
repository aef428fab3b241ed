"""How far an application counts after unusual events: hires from lead stages or taken back, applications reopened."""

from datetime import UTC, date, datetime, timedelta
from uuid import UUID, uuid4

import pytest

from hiring.connectors.clickhouse import ClickHouse
from tests.reports.asking import ask
from tests.reports.events import Event, facts
from tests.reports.question import Question
from tests.reports.reports import funnel

BEGUN_AT = datetime(2026, 1, 1, tzinfo=UTC)
QUESTION = Question(as_of=datetime(2027, 1, 1, tzinfo=UTC), first=date(2026, 1, 1), last=date(2026, 12, 31))


def history(steps: str) -> list[Event]:
    """The events of an application, a day apart, from words such as `submitted:lead rejected`, or `merged`."""
    found = []
    for version, step in enumerate(steps.split(), 1):
        change, _, kind = step.replace("merged", "withdrawn").partition(":")
        at = BEGUN_AT + timedelta(days=version)
        event = Event(
            id=UUID(int=version), type=f"application.{change}", aggregate_id=UUID(int=1), version=version,
            occurred_at=at, job_id=UUID(int=2), stage_kind="hired" if change == "hired" else kind or None,
            applied_at=at if change == "submitted" else None, status="merged" if step == "merged" else None,
        )  # fmt: skip
        found.append(event)
    return found


@pytest.mark.parametrize(
    ("steps", "reached", "state"),
    [
        ("submitted:lead", [], None),
        ("submitted:lead rejected", [], None),
        ("submitted:lead hired", [1, 1, 1, 1, 1, 1], None),
        ("submitted:lead hired unhired:lead", [1, 0, 0, 0, 0, 0], "active"),
        ("submitted:lead hired unhired:screen", [1, 1, 0, 0, 0, 0], "active"),
        ("submitted:screen hired unhired:screen", [1, 1, 0, 0, 0, 0], "active"),
        ("submitted:screen hired unhired:screen rejected", [1, 1, 0, 0, 0, 0], "rejected"),
        ("submitted:screen hired unhired:screen hired", [1, 1, 1, 1, 1, 1], None),
        ("submitted:offer stage_changed:lead", [1, 1, 1, 1, 1, 0], "active"),
        ("submitted:interview rejected reopened:review", [1, 1, 1, 1, 0, 0], "active"),
        ("submitted:review transferred", [1, 0, 0, 0, 0, 0], "transferred"),
        ("submitted:review withdrawn", [1, 0, 0, 0, 0, 0], "withdrawn"),
        ("submitted:review merged", [], None),
        ("submitted:screen merged reopened:review", [1, 1, 0, 0, 0, 0], "active"),
        ("submitted:screen merged reopened:review withdrawn", [1, 1, 0, 0, 0, 0], "withdrawn"),
    ],
)
async def test_application_counts_as_far_as_it_came_when_events_are_unusual(
    analytics: ClickHouse, steps: str, reached: list[int], state: str | None
) -> None:
    """As docs/reports.md says of entering, reaching, and hires that are taken back."""
    organization_id, events = uuid4(), history(steps)
    await analytics.insert("facts", b"\n".join(facts(events, organization_id=organization_id)))
    rows = await ask(analytics, "funnel", QUESTION, organization_id=organization_id)
    assert [row["reached"] for row in rows] == reached
    states = {name for row in rows for name in ("active", "rejected", "withdrawn", "transferred") if row[name]}
    assert states == ({state} if state else set())
    assert rows == funnel(events, QUESTION)
