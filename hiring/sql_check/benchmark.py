"""What the statements with a budget cost in the benchmark database, at their worst."""

from collections.abc import Mapping
from typing import NamedTuple

from hiring.connectors import postgres
from hiring.queries.base import MAXIMUM_PAGE_ROWS
from hiring.sql_check.asked import EMPLOYERS, asked
from hiring.sql_check.budgets import Budget
from hiring.sql_check.commanded import commanded, volume_of
from hiring.sql_check.costs import Cost, Measured


class Judged(NamedTuple):
    """A statement with its budget, and the worst that it cost; None where nothing sends it."""

    name: str
    budget: Budget
    cost: Cost | None

    def breaches(self, application_count: int, *, with_ms: bool) -> list[str]:
        """What is over its budget; a database that is larger than the budget says is none's fault."""
        if self.cost is None:
            return ["not measured"]
        if application_count > self.budget.applications:
            return []
        fields = ("rows", "buffers", "ms") if with_ms else ("rows", "buffers")
        return [field for field in fields if getattr(self.cost, field) > getattr(self.budget, field)]


async def judge(connection: postgres.Connection, budgets: Mapping[str, Budget]) -> tuple[int, list[Judged]]:
    """How many applications the largest employer has, and each statement with a budget as it stands at its worst.

    Raises: as `Session.run`.
    """
    volumes, measured = {each: await volume_of(connection, each) for each in EMPLOYERS.values()}, Measured(connection)
    for source in (asked(limit=MAXIMUM_PAGE_ROWS), commanded(volumes)):
        async for _, message in source:
            await measured.measure(message, budgets.keys())
    judged = [Judged(name, budget, measured.worst.get(name)) for name, budget in sorted(budgets.items())]
    return volumes[EMPLOYERS["largest"]]["application_count"], judged
