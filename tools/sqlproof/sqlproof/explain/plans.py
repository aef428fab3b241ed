"""The plan that PostgreSQL makes of a statement for all values at once: as a tree, as text without costs, recorded."""

import difflib
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:  # plans are read also where the driver of the checks is not installed
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


FOLDER = "plans"
HEADING = "-- Plans for all values, on the volume that `sqlproof check` fills. Written by `sqlproof plans`."
CONTEXT_LINES = 1
Plans = Mapping[str, Sequence[str]]


def path_of(sql_folder: Path, name: str) -> Path:
    """Where the plan of a statement is recorded: `queries/jobs.find` in `plans/queries/jobs.txt`."""
    return sql_folder / FOLDER / f"{name.partition('.')[0]}.txt"


def read_plan(sql_folder: Path, name: str) -> Sequence[str] | None:
    """The recorded plan of one statement, None where there is none."""
    return read_plans(path_of(sql_folder, name)).get(name)


def write_plans(sql_folder: Path, plans: Mapping[str, Node]) -> list[Path]:
    """Records plans, removes what has none any more, and returns the files that are others than before."""
    texts: dict[Path, list[str]] = {}
    for name, plan in plans.items():
        texts.setdefault(path_of(sql_folder, name), [HEADING]).append("\n".join(["", name, *lines(plan)]))
    changed = [path for path in recorded_files(sql_folder) if path not in texts]
    for path in changed:
        path.unlink()
    for path, parts in texts.items():
        text = "\n".join(parts) + "\n"
        if not path.exists() or path.read_text(encoding="utf-8") != text:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
            changed.append(path)
    return sorted(changed)


def difference(old: Sequence[str], new: Sequence[str]) -> list[str]:
    """What is other, with a line around it: each line begins with `-`, `+`, `@` or a space."""
    return list(difflib.unified_diff(old, new, lineterm="", n=CONTEXT_LINES))[2:]


def recorded_files(sql_folder: Path) -> list[Path]:
    """The files that have recorded plans."""
    return sorted((sql_folder / FOLDER).glob("*/*.txt"))


def read_plans(path: Path) -> Plans:
    """The plans of a file by the names of their statements."""
    if not path.exists():
        return {}
    _, *parts = path.read_text(encoding="utf-8").rstrip("\n").split("\n\n")
    return {name: plan for name, *plan in (part.split("\n") for part in parts)}
