"""What statements cost, by the plans that PostgreSQL has run."""

from collections.abc import Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from typing import Any, NamedTuple

import msgspec

from hiring.connectors import postgres
from hiring.connectors.postgres_session import Call, Statement

MAXIMUM_STATEMENT_MS = 60_000

Plan = Mapping[str, Any]


class Cost(NamedTuple):
    """Rows that were read, buffers that were looked at, milliseconds that it took."""

    rows: int
    buffers: int
    ms: float


class Measured:
    """A session that plans as the service's do, one plan for all values, and the worst that statements cost on it."""

    def __init__(self, connection: postgres.Connection) -> None:
        self.worst: dict[str, Cost] = {}
        self.connection = connection
        self._prepared: set[str] = set()
        self._done: set[bytes] = set()

    async def measure(self, message: Sequence[Call], names: AbstractSet[str]) -> None:
        """Runs a message that has one of these statements, unless it did so before, and undoes it.

        Raises: as `Session.run`.
        """
        key = msgspec.json.encode([(statement.name, values) for statement, values in message], order="deterministic")
        if key in self._done or not names & {statement.name for statement, _ in message}:
            return
        self._done.add(key)
        if self._prepared >= {statement.name for statement, _ in message}:
            costs = await self.run(message)
        else:  # the first run reads the catalog, too
            await self.run(message)
            costs = await self.run(message)
        for name, cost in costs:
            self.worst[name] = worse(cost, self.worst.get(name, cost))

    async def run(self, message: Sequence[Call]) -> list[tuple[str, Cost]]:
        """What each statement of a message cost, all of them undone. Raises: as `Session.run`."""
        await self._send("BEGIN")
        try:
            return [(statement.name, await self._explain(statement, values)) for statement, values in message]
        finally:
            await self._send("ROLLBACK")

    async def _explain(self, statement: Statement, values: Mapping[str, Any]) -> Cost:
        if statement.name not in self._prepared:
            await self._send(statement.prepare)
            self._prepared.add(statement.name)
        text = explaining(statement, "ANALYZE, BUFFERS, FORMAT JSON, TIMING OFF")
        return await cost_of(self.connection, text, values)

    async def _send(self, text: str) -> None:
        await postgres.send(self.connection, text, timeout_ms=MAXIMUM_STATEMENT_MS)


async def cost_of(connection: postgres.Connection, text: str, values: Mapping[str, Any]) -> Cost:
    """What a message that explains a statement, as JSON with its buffers, says of it. Raises: as `Session.run`."""
    sent = await postgres.send(connection, text, values, timeout_ms=MAXIMUM_STATEMENT_MS)
    explained = sent.fetchone()[0][0]
    return Cost(rows_read(explained["Plan"]), buffers_seen(explained["Plan"]), explained["Execution Time"])


def explaining(statement: Statement, options: str) -> str:
    """The message that explains a statement with the plan that the service would have: for all values, or for these."""
    mode = "force_custom_plan" if statement.is_planned_each_time else "force_generic_plan"
    return f"SET plan_cache_mode = {mode}; EXPLAIN ({options}) {statement.execute}"


def worse(one: Cost, other: Cost) -> Cost:
    """The worse of each."""
    return Cost(max(one.rows, other.rows), max(one.buffers, other.buffers), max(one.ms, other.ms))


def nodes(plan: Plan) -> Iterator[Plan]:
    """A node of a plan and everything below it."""
    yield plan
    for each in plan.get("Plans", ()):
        yield from nodes(each)


def rows_read(plan: Plan) -> int:
    """Rows that scans gave or dropped, and probes of an index, which cost as much when they find nothing."""
    total = 0
    for node in nodes(plan):
        if "Relation Name" in node and node["Node Type"] != "ModifyTable" and node["Actual Loops"]:
            dropped = sum(node.get(f"Rows Removed by {what}", 0) for what in ("Filter", "Index Recheck"))
            total += max(1, node["Actual Rows"] + dropped) * node["Actual Loops"]
        elif node["Node Type"] == "Bitmap Index Scan":
            total += node["Actual Rows"] * node["Actual Loops"]
    return total


def buffers_seen(plan: Plan) -> int:
    """Shared buffers, those of writing CTEs that nothing reads among them: these run when the rest is done."""
    read = {node.get("CTE Name") for node in nodes(plan)}
    late = [
        node
        for node in nodes(plan)
        if node["Node Type"] == "ModifyTable" and node.get("Subplan Name", "").removeprefix("CTE ") not in read
    ]
    counted = [plan, *(node for node in late if node is not plan)]
    return sum(node["Shared Hit Blocks"] + node["Shared Read Blocks"] for node in counted)
