"""Statements for ClickHouse become types, as it describes them."""

import pytest

from small_analytics import FIRST_LINE, TENANT, Asked, only_one, statement

MANY = statement(
    "SELECT f.job_id, f.kind, f.at, toDate(f.at) AS occurred_on, count() AS facts_count, 1.5 AS rate,\n"
    "       nullIf(f.kind, '') AS kind_or_none, [f.kind] AS kinds, true AS is_right\n"
    f"FROM facts AS f FINAL\nWHERE {TENANT} AND has({{job_ids:Array(UUID)}}, f.job_id)\n"
    "  AND ({kind:Nullable(String)} IS NULL OR f.kind = {kind:Nullable(String)})\nGROUP BY ALL",
    "organization_id, job_ids, kind",
)
VALUE = "\n-- name: count_all$\n-- Counts.\nSELECT count() AS days_count FROM days AS d;\n"
LAST = "\n-- name: find_last^\n-- Finds.\nSELECT d.occurred_on FROM days AS d ORDER BY d.occurred_on DESC LIMIT 1;\n"
TYPED = """
class AnalyticsTrialsCountRow(TypedDict):
    job_id: UUID
    kind: str
    at: datetime
    occurred_on: date
    facts_count: int
    rate: float
    kind_or_none: str | None
    kinds: Rows[str]
    is_right: bool

class AnalyticsTrialsFindLastRow(TypedDict):
    occurred_on: date

class AnalyticsTrials:
    async def count(
        self, *, organization_id: UUID, job_ids: Array[UUID], kind: str | None,
    ) -> Rows[AnalyticsTrialsCountRow]: ...
    async def count_all(self) -> int: ...
    async def find_last(self) -> AnalyticsTrialsFindLastRow | None: ...

class Analytics:
    trials: AnalyticsTrials
"""


def test_statement_has_types_when_clickhouse_describes_it(asked: Asked) -> None:
    """A parameter is None only where it is Nullable, and so is a column; a count is always there."""
    assert asked(MANY + VALUE + LAST).stubs == TYPED


@pytest.mark.parametrize(
    ("text", "takes", "words"),
    [
        ("SELECT (1, 2) AS pair FROM days AS d", "", "no type of Python"),
        ("SELECT d.occurred_on FROM days AS d WHERE {place:Point} = (0., 0.)", "place", "no value is known"),
    ],
)
def test_type_is_found_when_nothing_is_known_of_it(asked: Asked, text: str, takes: str, words: str) -> None:
    """Of a column no type of Python, of a parameter no value."""
    only_one(asked(statement(text, takes)), "trials.sql", FIRST_LINE, words)
