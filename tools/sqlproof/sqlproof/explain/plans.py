"""The plan that PostgreSQL makes of a statement for all values at once, as a tree and as text without costs."""

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:  # plans are read where neither the check's driver nor its parser is installed, too
    import psycopg

    from sqlproof.reading.statements import Statement

CONDITIONS = ("Index Cond", "Recheck Cond", "Hash Cond", "Merge Cond", "Join Filter", "Filter", "One-Time Filter")


class Node(NamedTuple):
    """A node of a plan; `told` is what EXPLAIN says of it."""

    told: Mapping[str, Any]
    parts: tuple["Node", ...]

    @property
    def kind(self) -> str:
        return str(self.told["Node Type"])

    @property
    def relation(self) -> str | None:
        """The table that it reads."""
        return self.told.get("Relation Name")

    @property
    def index_name(self) -> str | None:
        return self.told.get("Index Name")

    @property
    def conditions(self) -> dict[str, str]:
        return {name: str(self.told[name]) for name in CONDITIONS if name in self.told}

    def all(self) -> Iterator["Node"]:
        """This node and all below."""
        yield self
        for part in self.parts:
            yield from part.all()


def plan_of(connection: "psycopg.Connection[Any]", statement: "Statement", options: str = "") -> Node:
    """The generic plan of a statement that is prepared in this session; nothing is executed. Raises: psycopg.Error."""
    arguments = f"({', '.join(['NULL'] * len(statement.parameters))})" if statement.parameters else ""
    connection.execute("SET plan_cache_mode = force_generic_plan")
    found = connection.execute(f'EXPLAIN (FORMAT JSON{options}) EXECUTE "{statement.name}"{arguments}'.encode())
    row = found.fetchone()
    assert row is not None  # EXPLAIN answers or raises
    return tree(row[0][0]["Plan"])


def tree(told: Mapping[str, Any]) -> Node:
    """EXPLAIN's JSON as nodes."""
    return Node(told, tuple(tree(part) for part in told.get("Plans", ())))


def lines(node: Node, depth: int = 0) -> Iterator[str]:
    """A plan as text that stays the same while the plan does: no costs, no rows, no times."""
    yield f"{'  ' * depth}{head(node)}"
    for name, condition in node.conditions.items():
        yield f"{'  ' * depth}    {name}: {condition}"
    for part in node.parts:
        yield from lines(part, depth + 1)


def head(node: Node) -> str:
    """What a node is: `Index Scan using jobs_pkey on jobs j`, behind the name of the CTE or subplan that it makes."""
    told = node.told
    words = [f"{told['Subplan Name']}: " if "Subplan Name" in told else "", kind_of(told)]
    if node.index_name is not None:
        words.append(f" using {node.index_name}")
    if (place := node.relation or told.get("CTE Name") or told.get("Function Name")) is not None:
        words.append(f" on {place}")
        if told.get("Alias", place) != place:
            words.append(f" {told['Alias']}")
    return "".join(words)


def kind_of(told: Mapping[str, Any]) -> str:
    """What a node does, as EXPLAIN says it: `Hash Left Join`, `Insert`, `Index Scan Backward`."""
    kind = told["Operation"] if told["Node Type"] == "ModifyTable" else told["Node Type"]
    join = told.get("Join Type", "Inner")
    named = f"{kind} {join} Join" if kind == "Nested Loop" and join != "Inner" else kind
    if kind.endswith("Join") and join != "Inner":
        named = kind.replace("Join", f"{join} Join")
    if told.get("Scan Direction") == "Backward":
        named += " Backward"
    return str(named)
