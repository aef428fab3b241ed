"""What a plan proves of a statement: tenants kept apart, no growing table read from end to end, true labels."""

import re
from collections.abc import Iterator, Mapping, Sequence

from sqlproof.configuration import Project
from sqlproof.explain.plans import Node, difference, lines, path_of, read_plans, recorded_files
from sqlproof.findings import Finding
from sqlproof.reading.statements import Statement
from sqlproof.schema.model import Schema

MEND = "`sqlproof plans`"
LABEL = "Index"
FINDING_ROWS = {"Index Cond", "Recheck Cond"}
"""The conditions by which an index finds rows; a filter is looked at afterwards."""
FILLED_ROWS = 100
"""Of a table with fewer rows the planner knows nothing."""
WORD = re.compile(r"\b[a-z][a-z0-9]*(?:_[a-z0-9]+)+\b")


def check_plan(statement: Statement, plan: Node, schema: Schema) -> Iterator[Finding]:
    """Findings in the one plan that serves all values."""
    if not statement.labels.get("Tenant", "").startswith("none, "):
        yield from _tenants(statement, plan, schema)
    read = {node.relation for node in plan.all() if node.relation is not None} & schema.tables.keys()
    script = schema.project.volume.script
    for table in sorted(read - schema.small_tables):
        if schema.tables[table].relation.row_count < FILLED_ROWS:
            yield statement.finding(f"the volume has too few rows of {table} to plan for: add some in {script}")
    for node in plan.all():
        if node.kind == "Seq Scan" and node.relation not in schema.small_tables:
            yield statement.finding(
                f"{node.relation} grows, and the plan reads it from end to end: give it an index that begins with what"
                " is asked for, or list the table under `small_tables` in sql/rules.toml"
            )
    for node in plan.all():
        if (function := node.told.get("Function Name")) in schema.inlined:
            yield statement.finding(
                f"the plan calls {function}() instead of looking through it: make it LANGUAGE sql STABLE, one quoted"
                " SELECT, without STRICT, SECURITY DEFINER or SET"
            )
    yield from _labels(statement, plan, schema)


def _tenants(statement: Statement, plan: Node, schema: Schema) -> Iterator[Finding]:
    """The second proof: what reads a tenant table compares the tenant with the parameter, whatever was rewritten.

    An index must find the rows of the tenant; one that finds those of all tenants and drops the others costs a small
    tenant what the largest one has.

    EXPLAIN writes the result of an InitPlan as `$n`, too: where the numbers meet, the first proof must do.
    """
    tenant = schema.tenant
    if tenant not in statement.parameters:
        return
    parameter = rf"\${statement.parameters.index(tenant) + 1}\b"
    if any(re.search(rf"returns .*{parameter}", node.told.get("Subplan Name", "")) for node in plan.all()):
        return
    wanted = re.compile(rf"\((?:\w+\.)?{tenant} = {parameter}\)")
    for node in plan.all():
        if node.relation not in schema.tenant_tables or not node.kind.endswith("Scan"):
            continue
        held = {
            name for name, condition in node.conditions.items() if any(map(wanted.fullmatch, _conjuncts(condition)))
        }
        if not held:
            yield statement.finding(
                f"the plan reads {node.relation} without its tenant: `{tenant} = :{tenant}` must hold at each read"
            )
        elif node.kind != "Seq Scan" and not held & FINDING_ROWS:
            yield statement.finding(
                f"the plan finds rows of all tenants by {node.index_name} and drops those of others: give it an index"
                f" that begins with {tenant}, or name the id alone in a sub-select with LIMIT"
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


def _labels(statement: Statement, plan: Node, schema: Schema) -> Iterator[Finding]:
    """An `Index:` label names indexes that there are and that the plan uses."""
    if (told := statement.labels.get(LABEL)) is None:
        return
    line = next(line.number for line in statement.header if line.text.startswith(f"{LABEL}: "))
    indexes = schema.indexes
    used = {node.index_name for node in plan.all() if node.index_name is not None}
    named = [word for word in WORD.findall(told) if word in indexes]
    if not named:
        yield statement.finding(f"no index of the migrated schema is named: the plan uses {_list(used)}", line)
    for word in named:
        if word not in used:
            yield statement.finding(
                f"the plan does not use {word}, but {_list(used)}: mend the label or the index", line
            )


def _list(names: set[str]) -> str:
    return ", ".join(sorted(names)) or "none"


def check_recorded(project: Project, statements: Sequence[Statement], plans: Mapping[str, Node]) -> Iterator[Finding]:
    """Findings for plans that are others than recorded, for those that are not, and for records without a statement."""
    sql_folder = project.sql
    files = {path: read_plans(path) for path in recorded_files(sql_folder)}
    for statement in statements:
        path = path_of(sql_folder, statement.name)
        place = path.relative_to(sql_folder.parent)
        if (plan := plans.get(statement.name)) is None:
            continue  # refused, which has a finding of its own
        if (recorded := files.get(path, {}).get(statement.name)) is None:
            yield statement.finding(f"its plan is not in {place}: run {MEND}")
        elif changes := difference(recorded, list(lines(plan))):
            yield statement.finding(
                "\n    ".join([f"its plan differs from the one in {place}: if that is intended, run {MEND}", *changes])
            )
    names = {statement.name for statement in statements}
    for path, recorded_plans in files.items():
        for name in recorded_plans:
            if name not in names or path != path_of(sql_folder, name):
                yield Finding(path, 1, name, f"no statement has this plan: run {MEND}")
