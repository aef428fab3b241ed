"""What a plan proves of a statement: tenants kept apart, no growing table read from end to end, true labels."""

import re
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

import psycopg

from sqlproof.explain.plans import Node
from sqlproof.findings import Finding
from sqlproof.reading.statements import Statement
from sqlproof.schema.schema import TENANT, Schema

INDEXES = """
SELECT i.relname, t.relname FROM pg_index AS x
JOIN pg_class AS i ON i.oid = x.indexrelid JOIN pg_class AS t ON t.oid = x.indrelid
JOIN pg_namespace AS n ON n.oid = i.relnamespace AND n.nspname = 'public'
"""
LABEL = "Index"
FINDING_ROWS = {"Index Cond", "Recheck Cond"}
"""The conditions by which an index finds rows; a filter is looked at afterwards."""
FILLED = "SELECT relname FROM pg_class WHERE relkind = 'r' AND reltuples >= 100"
WORD = re.compile(r"\b[a-z][a-z0-9]*(?:_[a-z0-9]+)+\b")


class Indexes(NamedTuple):
    """The table of each index that the migrated schema has; the tables of which the volume has rows to plan for."""

    tables: Mapping[str, str]
    filled: frozenset[str]


def read_indexes(connection: psycopg.Connection[Any]) -> Indexes:
    """Asks the scratch database."""
    filled = frozenset(name for (name,) in connection.execute(FILLED).fetchall())
    return Indexes(dict(connection.execute(INDEXES).fetchall()), filled)


def check_plan(statement: Statement, plan: Node, schema: Schema, indexes: Indexes) -> Iterator[Finding]:
    """Findings in the one plan that serves all values."""
    if not statement.labels.get("Tenant", "").startswith("none, "):
        yield from _tenants(statement, plan, schema)
    read = {node.relation for node in plan.all() if node.relation is not None} & schema.tables.keys()
    for table in sorted(read - indexes.filled - schema.small_tables):
        yield statement.finding(f"the volume has too few rows of {table} to plan for: benchmarks/volume.sql adds them")
    for node in plan.all():
        if node.kind == "Seq Scan" and node.relation not in schema.small_tables:
            yield statement.finding(
                f"{node.relation} grows, and the plan reads it from end to end: give it an index that begins with what"
                " is asked for, or list the table under `Tables that stay small` in sql/README.md"
            )
    yield from _labels(statement, plan, indexes)


def _tenants(statement: Statement, plan: Node, schema: Schema) -> Iterator[Finding]:
    """The second proof: what reads a tenant table compares the tenant with the parameter, whatever was rewritten.

    An index must find the rows of the tenant; one that finds those of all tenants and drops the others costs a small
    tenant what the largest one has.

    EXPLAIN writes the result of an InitPlan as `$n`, too: where the numbers meet, the first proof must do.
    """
    if TENANT not in statement.parameters:
        return
    parameter = rf"\${statement.parameters.index(TENANT) + 1}\b"
    if any(re.search(rf"returns .*{parameter}", node.told.get("Subplan Name", "")) for node in plan.all()):
        return
    wanted = re.compile(rf"\((?:\w+\.)?{TENANT} = {parameter}\)")
    for node in plan.all():
        if node.relation not in schema.tenant_tables or not node.kind.endswith("Scan"):
            continue
        held = {
            name for name, condition in node.conditions.items() if any(map(wanted.fullmatch, _conjuncts(condition)))
        }
        if not held:
            yield statement.finding(
                f"the plan reads {node.relation} without its tenant: `{TENANT} = :{TENANT}` must hold at each read"
            )
        elif node.kind != "Seq Scan" and not held & FINDING_ROWS:
            yield statement.finding(
                f"the plan finds rows of all tenants by {node.index_name} and drops those of others: give it an index"
                f" that begins with {TENANT}, or name the id alone in a sub-select with LIMIT"
            )


def _conjuncts(condition: str) -> Iterator[str]:
    """The parts of `((a = $1) AND (b OR c))` that all hold; a single `(a = $1)` is one by itself."""
    yield condition
    depth = start = 0
    inner = condition[1:-1]
    for place, character in enumerate(inner):
        depth += (character == "(") - (character == ")")
        if depth == 0 and inner.startswith(" AND ", place):
            yield inner[start:place]
            start = place + len(" AND ")
    yield inner[start:]


def _labels(statement: Statement, plan: Node, indexes: Indexes) -> Iterator[Finding]:
    """An `Index:` label names indexes that there are and that the plan uses."""
    if (told := statement.labels.get(LABEL)) is None:
        return
    line = next(line.number for line in statement.header if line.text.startswith(f"{LABEL}: "))
    used = {node.index_name for node in plan.all() if node.index_name is not None}
    named = [word for word in WORD.findall(told) if word in indexes.tables]
    if not named:
        yield statement.finding(f"no index of the migrated schema is named: the plan uses {_list(used)}", line)
    for word in named:
        if word not in used:
            yield statement.finding(
                f"the plan does not use {word}, but {_list(used)}: mend the label or the index", line
            )


def _list(names: set[str]) -> str:
    return ", ".join(sorted(names)) or "none"
