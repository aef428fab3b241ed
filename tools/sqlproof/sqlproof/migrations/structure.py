"""What a migration makes belongs to a tenant, explains itself, and refuses with an error that a client understands."""

from collections.abc import Iterator
from typing import Any

from pglast import ast
from pglast.enums import AlterTableType, ConstrType, ObjectType

from sqlproof.configuration import Project
from sqlproof.findings import Finding
from sqlproof.migrations.building import columns_of, constraints_of, foreign_keys
from sqlproof.migrations.changes import Change, Step
from sqlproof.reading.trees import nodes, texts

NAMED = {
    ConstrType.CONSTR_CHECK,
    ConstrType.CONSTR_EXCLUSION,
    ConstrType.CONSTR_FOREIGN,
    ConstrType.CONSTR_UNIQUE,
}
OF_STATISTICS = {AlterTableType.AT_SetOptions, AlterTableType.AT_ResetOptions}


def check_structure(change: Change, project: Project, *, is_reviewed: bool) -> Iterator[Finding]:
    """Tables, keys and columns; of a migration that is older than the rule about errors not their names."""
    for step in change.up:
        yield from _tenant(step, project)
        yield from _keys(step, project)
        yield from _names(step)
        if is_reviewed:
            yield from _errors(step, project)
    yield from _comments(change)
    yield from check_analyzed(change, project)


def _tenant(step: Step, project: Project) -> Iterator[Finding]:
    """A new table begins with its tenant."""
    tenant_name = project.tenants.column
    table = step.tree.relation.relname if isinstance(step.tree, ast.CreateStmt) else ""
    if not table or table in project.tenants.tables_without or step.tree.inhRelations:
        return
    columns = {column.colname: column for column in nodes(step.tree, ast.ColumnDef)}
    primary = [
        columns_of(constraint, column)
        for _, column, constraint in constraints_of(step.tree)
        if constraint.contype == ConstrType.CONSTR_PRIMARY
    ]
    tenant = columns.get(tenant_name)
    if tenant is None:
        sentence = f"table {table} has no {tenant_name}: add it, or list the table in the rules as one without a tenant"
        yield step.finding(sentence)
        return
    kinds = {constraint.contype for constraint in tenant.constraints or ()}
    if not kinds & {ConstrType.CONSTR_NOTNULL, ConstrType.CONSTR_PRIMARY}:
        yield step.finding(
            f"{tenant_name} of {table} may be NULL: a row without a tenant would belong to nobody; add NOT NULL", tenant
        )
    if not any(key[0] == tenant_name for key in primary):
        yield step.finding(
            f"the primary key of {table} does not begin with {tenant_name}: PRIMARY KEY ({tenant_name}, …)"
        )


def check_analyzed(change: Change, project: Project) -> Iterator[Finding]:
    """A new table has no rows to look at; of another, statistics stay as they are until the next ANALYZE."""
    for number, step in enumerate(change.up):
        is_set = isinstance(step.tree, ast.AlterTableStmt) and any(
            command.subtype in OF_STATISTICS and command.name == project.tenants.column for command in step.tree.cmds
        )
        if is_set and (table := step.tree.relation.relname) in change.tables:
            later = [each.tree for each in change.up[number:] if isinstance(each.tree, ast.VacuumStmt)]
            if not any(each.rels is None or table in _named(each) for each in later):
                yield step.finding(f"this changes nothing before the next ANALYZE: add `ANALYZE {table};` below")


def _named(statement: Any) -> set[str]:
    return {each.relation.relname for each in statement.rels}


def _keys(step: Step, project: Project) -> Iterator[Finding]:
    """A foreign key cannot lead to another tenant's row."""
    tenant_name = project.tenants.column
    constraints = {constraint.conname: constraint for _, _, constraint in constraints_of(step.tree)}
    for key in foreign_keys(step.tree):
        is_within = not {key.table, key.referenced}.intersection(project.tenants.tables_without)
        if is_within and (key.columns[0] != tenant_name or key.referenced_columns[:1] != (tenant_name,)):
            sentence = (
                f"foreign key {key.name} may lead to another tenant's row:"
                f" FOREIGN KEY ({tenant_name}, …) REFERENCES {key.referenced} ({tenant_name}, …)"
            )
            yield step.finding(sentence, constraints.get(key.name))


def _names(step: Step) -> Iterator[Finding]:
    """The name of a constraint is what its error is found by, and what a way back drops."""
    for table, column, constraint in constraints_of(step.tree):
        if constraint.contype in NAMED and not constraint.conname:
            what = ", ".join(columns_of(constraint, column)) if column or constraint.keys or constraint.fk_attrs else ""
            yield step.finding(f"a constraint of {table} ({what or '…'}) has no name: CONSTRAINT {table}_…", constraint)


def _errors(step: Step, project: Project) -> Iterator[Finding]:
    """What a client can run into becomes an error of its own."""
    refusing = [
        (table, constraint.conname, constraint)
        for table, _, constraint in constraints_of(step.tree)
        if constraint.contype in NAMED - {ConstrType.CONSTR_CHECK} and constraint.conname
    ]
    if isinstance(step.tree, ast.IndexStmt) and step.tree.unique:
        refusing.append((step.tree.relation.relname, step.tree.idxname, None))
    for table, name, node in refusing:
        if project.hook_module is not None and (sentence := project.hook_module.missing_error(name, table)):
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
