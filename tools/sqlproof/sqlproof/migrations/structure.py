"""What a migration makes belongs to a tenant, explains itself, and refuses with an error that a client understands."""

from collections.abc import Iterator, Sequence, Set
from typing import Any

from pglast import ast
from pglast.enums import AlterTableType, ConstrType, ObjectType

from hiring.errors import Internal, from_constraint
from sqlproof.findings import Finding
from sqlproof.migrations.built import columns_of, constraints_of, foreign_keys
from sqlproof.migrations.changes import Change, Step
from sqlproof.reading.trees import nodes, texts
from sqlproof.schema.schema import TENANT
from sqlproof.schema.tables import read_tables

NAMED = {
    ConstrType.CONSTR_CHECK,
    ConstrType.CONSTR_EXCLUSION,
    ConstrType.CONSTR_FOREIGN,
    ConstrType.CONSTR_UNIQUE,
}
OF_STATISTICS = {AlterTableType.AT_SetOptions, AlterTableType.AT_ResetOptions}
PINNED = "2"
"""As many tenants as the planner is told that a table has."""


def check_structure(change: Change, without_tenant: Set[str], *, is_reviewed: bool) -> Iterator[Finding]:
    """Tables, keys and columns; of a migration that is older than the rule about errors not their names."""
    for step in change.up:
        yield from _tenant(step, without_tenant)
        yield from _keys(step, without_tenant)
        yield from _names(step)
        if is_reviewed:
            yield from _errors(step)
    yield from _comments(change)


def _tenant(step: Step, without_tenant: Set[str]) -> Iterator[Finding]:
    """A new table begins with its tenant."""
    table = step.tree.relation.relname if isinstance(step.tree, ast.CreateStmt) else ""
    if not table or table in without_tenant or step.tree.inhRelations:
        return
    columns = {column.colname: column for column in nodes(step.tree, ast.ColumnDef)}
    primary = [
        columns_of(constraint, column)
        for _, column, constraint in constraints_of(step.tree)
        if constraint.contype == ConstrType.CONSTR_PRIMARY
    ]
    tenant = columns.get(TENANT)
    if tenant is None:
        sentence = f"table {table} has no {TENANT}: add it, or list the table in sql/README.md as one without a tenant"
        yield step.finding(sentence)
        return
    kinds = {constraint.contype for constraint in tenant.constraints or ()}
    if not kinds & {ConstrType.CONSTR_NOTNULL, ConstrType.CONSTR_PRIMARY}:
        yield step.finding(f"{TENANT} of {table} may be NULL: a row without a tenant is nobody's; add NOT NULL", tenant)
    if not any(key[0] == TENANT for key in primary):
        yield step.finding(f"the primary key of {table} does not begin with {TENANT}: PRIMARY KEY ({TENANT}, …)")


def check_statistics(changes: Sequence[Change], without_tenant: Set[str]) -> Iterator[Finding]:
    """Each tenant table has `n_distinct` set for its tenant, and an ANALYZE has put that into effect.

    One plan serves all values. PostgreSQL makes it for the average tenant, rows divided by `n_distinct`: a handful of
    rows where small tenants are many, and the plan for these reads all that a large tenant has. With 2 it is half of
    the table, but no more than the most common value has: the largest tenant.
    """
    tables = read_tables(step.tree for change in changes for step in change.up)
    for name, table in tables.items():
        option = "n_distinct_inherited" if table.is_partitioned else "n_distinct"
        is_tenants = TENANT in table.columns and name not in without_tenant and table.key != (TENANT,)
        if is_tenants and table.options.get(TENANT, {}).get(option) != PINNED:
            mend = f"ALTER TABLE {name} ALTER {TENANT} SET ({option} = {PINNED})"
            yield _place(changes, name).finding(f"{name} is planned for an average tenant, not for its largest: {mend}")
    for change in changes:
        yield from _analyzed(change)


def _place(changes: Sequence[Change], table: str) -> Step:
    """The last statement about a table."""
    steps = [step for change in changes for step in change.up]
    named = (step for step in reversed(steps) if any(each.relname == table for each in nodes(step.tree, ast.RangeVar)))
    return next(named, steps[-1])


def _analyzed(change: Change) -> Iterator[Finding]:
    """A new table has no rows to look at; of another, statistics stay as they are until the next ANALYZE."""
    for number, step in enumerate(change.up):
        is_set = isinstance(step.tree, ast.AlterTableStmt) and any(
            command.subtype in OF_STATISTICS and command.name == TENANT for command in step.tree.cmds
        )
        if is_set and (table := step.tree.relation.relname) in change.tables:
            later = [each.tree for each in change.up[number:] if isinstance(each.tree, ast.VacuumStmt)]
            if not any(each.rels is None or table in _named(each) for each in later):
                yield step.finding(f"this changes nothing before the next ANALYZE: add `ANALYZE {table};` below")


def _named(statement: Any) -> set[str]:
    return {each.relation.relname for each in statement.rels}


def _keys(step: Step, without_tenant: Set[str]) -> Iterator[Finding]:
    """A foreign key cannot lead to another tenant's row."""
    constraints = {constraint.conname: constraint for _, _, constraint in constraints_of(step.tree)}
    for key in foreign_keys(step.tree):
        is_within = not {key.table, key.referenced} & without_tenant
        if is_within and (key.columns[0] != TENANT or key.referenced_columns[:1] != (TENANT,)):
            sentence = (
                f"foreign key {key.name} may lead to another tenant's row:"
                f" FOREIGN KEY ({TENANT}, …) REFERENCES {key.referenced} ({TENANT}, …)"
            )
            yield step.finding(sentence, constraints.get(key.name))


def _names(step: Step) -> Iterator[Finding]:
    """The name of a constraint is what its error is found by, and what a way back drops."""
    for table, column, constraint in constraints_of(step.tree):
        if constraint.contype in NAMED and not constraint.conname:
            what = ", ".join(columns_of(constraint, column)) if column or constraint.keys or constraint.fk_attrs else ""
            yield step.finding(f"a constraint of {table} ({what or '…'}) has no name: CONSTRAINT {table}_…", constraint)


def _errors(step: Step) -> Iterator[Finding]:
    """What a client can run into becomes an error of its own."""
    refusing = [
        (table, constraint.conname, constraint)
        for table, _, constraint in constraints_of(step.tree)
        if constraint.contype in NAMED - {ConstrType.CONSTR_CHECK} and constraint.conname
    ]
    if isinstance(step.tree, ast.IndexStmt) and step.tree.unique:
        refusing.append((step.tree.relation.relname, step.tree.idxname, None))
    for table, name, node in refusing:
        if isinstance(from_constraint(name, table, {}), Internal):
            sentence = (
                f"{name} leads to no error, so a client would see an internal one: call it {table}_<column>_exists or"
                " _taken, or give it one in BY_CONSTRAINT of hiring/errors.py"
            )
            yield step.finding(sentence, node)


def _comments(change: Change) -> Iterator[Finding]:
    """A column that comes later was not obvious; tests hold that each table is explained."""
    explained = {
        texts(step.tree.object)[-2:]
        for step in change.up
        if isinstance(step.tree, ast.CommentStmt) and step.tree.objtype == ObjectType.OBJECT_COLUMN
    }
    for step in change.up:
        for command in added_columns(step.tree):
            place = (step.tree.relation.relname, command.def_.colname)
            if place not in explained:
                name = ".".join(place)
                yield step.finding(f"{name} has no comment: COMMENT ON COLUMN {name} IS '…'", command.def_)


def added_columns(tree: Any) -> Iterator[Any]:
    """The ADD COLUMN forms of an ALTER TABLE."""
    if isinstance(tree, ast.AlterTableStmt):
        yield from (command for command in tree.cmds if command.subtype == AlterTableType.AT_AddColumn)
