"""Small slips in the statements are found by random histories: a control of the comparison with plain Python."""

from collections.abc import AsyncIterator, Sequence
from typing import NamedTuple
from uuid import UUID, uuid4

import pytest

from hiring.connectors.clickhouse import ClickHouse
from tests.reports.asking import Statements, ask, differences, statements
from tests.reports.events import Event, facts
from tests.reports.histories import random_history, random_question
from tests.reports.question import Question
from tests.reports.reports import REPORTS

SAMPLES = 120
SLIPS = [
    ("funnel", "furthest = rank AND state = 'active'", "furthest >= rank AND state = 'active'"),
    ("funnel", "period_of(a.entered_at,", "period_of(a.last_at,"),
    ("funnel", "lagInFrame(reached)", "first_value(reached)"),
    ("time_to_hire", "days_between(a.entered_at,", "days_between(a.last_at,"),
    ("time_to_hire", "quantilesExactInclusive(", "quantilesExact("),
    ("time_to_hire_distribution", "toInt64(days_between", "round(days_between"),
    ("time_to_fill", "o.history[1].at", "o.history[-2].at"),
    ("time_in_stage", "BETWEEN 1 AND 5", "BETWEEN 0 AND 5"),
    ("time_in_stage", "'moved', 'reopened', 'unhired'", "'moved', 'unhired'"),
    ("time_in_stage", "quantilesExactInclusiveOrNullIf(", "quantilesExactExclusiveOrNullIf("),
    ("sources", "a.furthest >= 4", "a.furthest > 4"),
    ("sources", "toString(source_id)", "source_id"),
    ("openings", "IN ('created', 'reopened')", "IN ('created')"),
    ("openings", "sumIf(is_shown, change = 'closed')", "sumIf(1, change = 'closed')"),
    ("forecast", "AND is_of_period) AS ended", ") AS ended"),
    ("forecast", "UNION ALL\n        SELECT '', 0, false", ""),
    ("recruiters", "uniqExact(f.application_id)", "count()"),
    ("recruiters", "'application.unhired')\n", "'application.unhired', 'application.transferred')\n"),
    (
        "recruiters",
        "FROM facts AS f FINAL\nWHERE f.organization_id = {organization_id:UUID}",
        "FROM facts AS f\nWHERE true",
    ),
    ("recruiters", " AND f.occurred_at <= {as_of:DateTime64(6, 'UTC')}", ""),
    ("jobs", "toString(job_id)", "job_id"),
    ("jobs", "maxOrNullIf(age_days, is_job = 1)", "maxOrNullIf(age_days, is_active = 1)"),
]


class Sample(NamedTuple):
    """An organization whose facts are in ClickHouse, and a question about it."""

    organization_id: UUID
    events: Sequence[Event]
    question: Question


@pytest.fixture(scope="session")
async def samples(analytics: ClickHouse) -> list[Sample]:
    """The same histories at each run, all under the same ids; facts come twice."""
    drawn = []
    for seed in range(SAMPLES):
        history = random_history(seed)
        drawn.append(Sample(uuid4(), history.events, random_question(seed, history)))
    lines = [line for each in drawn for line in facts(each.events, organization_id=each.organization_id)]
    for _ in range(2):
        await analytics.insert("facts", b"\n".join(lines))
    return drawn


def slipped(name: str, written: str, slip: str) -> Statements:
    """The statements, where one has another text in a place."""
    tree = statements()
    statement = tree["reports"][name]
    assert written in statement.sql, "the statement has changed: give this slip the text that it has now"
    return {"reports": {**tree["reports"], name: statement._replace(sql=statement.sql.replace(written, slip))}}


async def wrong(clickhouse: ClickHouse, name: str, samples: Sequence[Sample], of: Statements) -> AsyncIterator[Sample]:
    """The samples for which a report is not what plain Python computes."""
    for each in samples:
        found = await ask(clickhouse, name, each.question, organization_id=each.organization_id, of=of)
        if differences(found, REPORTS[name](each.events, each.question)):
            yield each


@pytest.mark.parametrize(("name", "written", "slip"), SLIPS)
async def test_slip_is_found_when_a_statement_has_one(
    analytics: ClickHouse, samples: list[Sample], name: str, written: str, slip: str
) -> None:
    """At one sample at least."""
    async for _ in wrong(analytics, name, samples, slipped(name, written, slip)):
        return
    pytest.fail("no history of the samples shows the slip")
