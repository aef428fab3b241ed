"""Reports as the service gets them, and how far they are from what is expected."""

import math
from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from hiring.connectors.clickhouse import ClickHouse
from hiring.database import BoundAnalytics
from hiring.statement_files import SQL_FOLDER, Analysis, load_analytics
from tests.reports.oracle import Row
from tests.reports.question import Question

TOLERANCE_DAYS = 1e-6
Statements = Mapping[str, Mapping[str, Analysis]]


def statements() -> Statements:
    """The statements of the service."""
    return load_analytics(SQL_FOLDER / "analytics")


async def ask(
    clickhouse: ClickHouse, name: str, question: Question, *, organization_id: UUID, of: Statements | None = None
) -> list[Row]:
    """The rows of a report."""
    tree = of or statements()
    values = question.values(organization_id)
    taken = {parameter: values[parameter] for parameter in tree["reports"][name].parameters}
    rows: list[Row] = await getattr(BoundAnalytics(tree, clickhouse).reports, name)(**taken)
    return rows


def differences(found: Sequence[Row], expected: Sequence[Row]) -> list[str]:
    """What is different, row by row and column by column, in their order."""
    told = [] if len(found) == len(expected) else [f"{len(found)} rows for {len(expected)}: {found} for {expected}"]
    for n, (row, wanted) in enumerate(zip(found, expected, strict=False)):
        if list(row) != list(wanted):
            told.append(f"columns {list(row)} for {list(wanted)}")
        told += [
            f"row {n}, {name}: {row.get(name)!r} for {value!r}"
            for name, value in wanted.items()
            if not is_same(row.get(name), value)
        ]
    return told


def is_same(found: Any, expected: Any) -> bool:
    """Whether two values are the same; numbers may be apart by less than anybody can read."""
    if isinstance(expected, float) and isinstance(found, int | float):
        return math.isclose(found, expected, rel_tol=1e-12, abs_tol=TOLERANCE_DAYS)
    return type(found) is type(expected) and bool(found == expected)
