"""The tenant rule: each tenant table has, at its own query level, `alias.organization_id = :organization_id`.

The conjunct stands in the level's WHERE, or in the ON of a join that drops rows of the table: an inner join, or an
outer one on whose nullable side the table is. An INSERT maps the column to the parameter. What another table implies,
what stands below OR or NOT, and USING do not count. A statement that serves all tenants, or runs before one is known,
says so in its header: `Tenant: none, <why>`.
"""

from collections.abc import Iterator, Sequence
from typing import Any

from pglast import ast
from pglast.enums import A_Expr_Kind, JoinType, OnConflictAction

from sqlproof.findings import Finding
from sqlproof.migrations.changes import Change, Step
from sqlproof.reading.statements import Statement
from sqlproof.reading.trees import alias_of, conjuncts, nodes, rows_of, sources_of, texts, walk
from sqlproof.schema.model import Schema

LABEL = "Tenant"
PINNED = 2
"""As many tenants as the planner is told that a table has."""
LEFT_FILTERS = {JoinType.JOIN_INNER, JoinType.JOIN_RIGHT}
RIGHT_FILTERS = {JoinType.JOIN_INNER, JoinType.JOIN_LEFT}


def check_tenants(statement: Statement, schema: Schema) -> Iterator[Finding]:
    """Findings for each table that is read or written without its tenant, or for an exception that nothing needs."""
    found = list(_Level(statement, schema).all())
    reason = statement.labels.get(LABEL)
    if reason is None:
        yield from found
    elif not reason.startswith("none, "):
        yield statement.finding(f"an exception reads `{LABEL}: none, <why>`")
    elif not found:
        yield statement.finding(f"every table here has its tenant: remove `{LABEL}: none`")


class _Level:
    """The rule for a statement, level by level."""

    def __init__(self, statement: Statement, schema: Schema) -> None:
        self.statement, self.schema, self.tenant = statement, schema, schema.tenant

    def all(self) -> Iterator[Finding]:
        for node in walk(self.statement.tree):
            match node:
                case ast.SelectStmt() | ast.DeleteStmt():
                    yield from self.read(sources_of(node), node.whereClause)
                case ast.UpdateStmt():
                    yield from self.read(sources_of(node), node.whereClause)
                    yield from self.kept(node, node.relation, node.targetList)
                case ast.InsertStmt() if node.relation.relname in self.schema.tenant_tables:
                    yield from self.inserted(node)
                case ast.MergeStmt():
                    yield self.statement.finding("MERGE is not used here: write INSERT … ON CONFLICT", node.relation)
                case ast.FuncCall():
                    yield from self.called(node, texts(node.funcname)[-1])
                case ast.CommonTableExpr() if node.ctename in self.schema.tables:
                    yield self.statement.finding(
                        f"the CTE {node.ctename} hides a table: name it by what happened", node
                    )
                case _:
                    pass

    def read(self, sources: Sequence[ast.Node], where: ast.Node | None) -> Iterator[Finding]:
        """The tables of one level."""
        held = tuple(conjuncts(where))
        for source in sources:
            for table, conditions in _tables(source, held):
                if table.relname in self.schema.tenant_tables and not self.is_held(table, conditions):
                    condition = f"{alias_of(table)}.{self.tenant} = :{self.tenant}"
                    yield self.statement.finding(
                        f"{table.relname} is read without its tenant: add `{condition}` to the WHERE of its own query"
                        " level, or to the ON of the join on whose nullable side it is",
                        table,
                    )

    def is_held(self, table: ast.RangeVar, conditions: Sequence[ast.Node]) -> bool:
        """Whether one of the conditions is the conjunct, of an alias that does not rename the columns."""
        return not (table.alias and table.alias.colnames) and any(
            isinstance(each, ast.A_Expr)
            and each.kind == A_Expr_Kind.AEXPR_OP
            and texts(each.name) == ("=",)
            and isinstance(each.lexpr, ast.ColumnRef)
            and texts(each.lexpr.fields) == (alias_of(table), self.tenant)
            and self.is_tenant(each.rexpr)
            for each in conditions
        )

    def is_tenant(self, value: Any) -> bool:
        """Whether an expression is the parameter itself, with its type or without."""
        if isinstance(value, ast.TypeCast) and texts(value.typeName.names) == ("uuid",):
            value = value.arg
        return isinstance(value, ast.ParamRef) and self.statement.parameters[value.number - 1] == self.tenant

    def called(self, node: ast.FuncCall, function: str) -> Iterator[Finding]:
        """The tables that a function reads, which has no query level here."""
        read = self.schema.functions.tables.get(function, frozenset()) & self.schema.tenant_tables
        events = self.schema.project.events
        if read and not (events and function in events.functions):  # whose tenant is looked at in events.py
            sentence = f"{function}() reads {', '.join(sorted(read))} where its tenant cannot be checked"
            yield self.statement.finding(f"{sentence}: read it here, with its tenant", node)

    def kept(self, at: ast.Node, table: ast.RangeVar, targets: Sequence[ast.ResTarget]) -> Iterator[Finding]:
        if table.relname in self.schema.tenant_tables and any(target.name == self.tenant for target in targets or ()):
            yield self.statement.finding(f"a row of {table.relname} never changes its tenant: do not SET it", table)

    def inserted(self, node: ast.InsertStmt) -> Iterator[Finding]:
        table = node.relation
        columns = [column.name for column in node.cols or ()]
        rows = list(rows_of(node.selectStmt))
        if self.tenant not in columns:
            yield self.statement.finding(f"the columns of {table.relname} do not name {self.tenant}", table)
        elif not rows or not all(
            len(row) > (place := columns.index(self.tenant)) and self.is_tenant(row[place]) for row in rows
        ):
            sentence = f"{self.tenant} of {table.relname} must be :{self.tenant} in every row that is inserted"
            yield self.statement.finding(sentence, table)
        conflict = node.onConflictClause
        if conflict is not None and conflict.action == OnConflictAction.ONCONFLICT_UPDATE:
            keys = {element.name for element in (conflict.infer.indexElems if conflict.infer else None) or ()}
            if self.tenant not in keys:
                sentence = (
                    f"ON CONFLICT may update another tenant's row of {table.relname}: name {self.tenant} among its keys"
                )
                yield self.statement.finding(sentence, table)
            yield from self.kept(node, table, conflict.targetList)


def _tables(item: ast.Node, held: tuple[ast.Node, ...]) -> Iterator[tuple[ast.RangeVar, tuple[ast.Node, ...]]]:
    """The tables of an item of FROM, each with the conditions that its rows must meet to be seen."""
    match item:
        case ast.RangeVar():
            yield item, held
        case ast.RangeTableSample():
            yield from _tables(item.relation, held)
        case ast.JoinExpr():
            if item.alias:  # the join's own name hides its tables' names: what stands outside says nothing of them
                held = ()
            both = (*held, *conjuncts(item.quals))
            yield from _tables(item.larg, both if item.jointype in LEFT_FILTERS else held)
            yield from _tables(item.rarg, both if item.jointype in RIGHT_FILTERS else held)
        case _:  # a sub-select is a level of its own; a function has no table
            pass


def check_statistics(changes: Sequence[Change], schema: Schema) -> Iterator[Finding]:
    """Each tenant table has `n_distinct` set for its tenant.

    One plan serves all values. PostgreSQL makes it for the average tenant, rows divided by `n_distinct`: a handful of
    rows where small tenants are many, and the plan for these reads all that a large tenant has. With 2 it is half of
    the table, but no more than the most common value has: the largest tenant.
    """
    tenant = schema.tenant
    for name, table in schema.tables.items():
        option = f"{'n_distinct_inherited' if table.relation.is_partitioned else 'n_distinct'}={PINNED}"
        is_tenants = name in schema.tenant_tables and not table.relation.is_view and table.primary_key != (tenant,)
        if is_tenants and option not in table.columns[tenant].options:
            mend = f"ALTER TABLE {name} ALTER {tenant} SET ({option.replace('=', ' = ')})"
            sentence = f"{name} is planned for an average tenant, not for its largest: {mend}"
            yield _last_about(changes, name).finding(sentence)


def _last_about(changes: Sequence[Change], table: str) -> Step:
    """The last statement about a table."""
    steps = [step for change in changes for step in change.up]
    named = (step for step in reversed(steps) if any(each.relname == table for each in nodes(step.tree, ast.RangeVar)))
    return next(named, steps[-1])
