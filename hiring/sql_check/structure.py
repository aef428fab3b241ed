"""What a migration makes belongs to a tenant, explains itself, and refuses with an error that a client understands."""

from collections.abc import Iterator, Set
from typing import Any

from pglast import ast
from pglast.enums import AlterTableType, ConstrType, ObjectType

from hiring.errors import Internal, from_constraint
from hiring.sql_check.built import columns_of, constraints_of, foreign_keys
from hiring.sql_check.changes import Change, Step
from hiring.sql_check.findings import Finding
from hiring.sql_check.schema import TENANT
from hiring.sql_check.trees import nodes, texts

NAMED = {
    ConstrType.CONSTR_CHECK,
    ConstrType.CONSTR_EXCLUSION,
    ConstrType.CONSTR_FOREIGN,
    ConstrType.CONSTR_UNIQUE,
}


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
