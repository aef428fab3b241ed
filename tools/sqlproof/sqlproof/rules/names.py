"""Columns and parameters are named by their types: `_at`, `_on`, `is_`, and `_count` for what is counted."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from pglast import ast
from pglast.enums import A_Expr_Kind, SubLinkType

from sqlproof.configuration import Project
from sqlproof.findings import Finding
from sqlproof.reading.statements import Statement
from sqlproof.reading.trees import bare, column, conditions, level, literal, nodes, rows_of, sources_of, texts
from sqlproof.rules.headers import outputs
from sqlproof.rules.lists import origin
from sqlproof.schema.model import Schema

COMPARISONS = {"=", "<>", "<", ">", "<=", ">=", "@>", "<@", "?"}
TESTS = (ast.BoolExpr, ast.NullTest, ast.BooleanTest)
NAMED = (ast.ColumnRef, ast.FuncCall, ast.SubLink, ast.SQLValueFunction)
JSON_MAKERS = {"json_build_object", "jsonb_build_object"}
CLOCKS = {"now", "clock_timestamp", "statement_timestamp", "transaction_timestamp"}


MOMENT, DAY, QUESTION, COUNT = "timestamp", "date", "boolean", "count"
"""What a value is, if a name can say so."""
TYPES = {
    "timestamptz": MOMENT, "timestamp with time zone": MOMENT, "timestamp": MOMENT,
    "timestamp without time zone": MOMENT, "date": DAY, "bool": QUESTION, "boolean": QUESTION,
}  # fmt: skip


class _Level(NamedTuple):
    """A query level, by which columns lead to their tables."""

    select: Any
    ctes: Mapping[str, Any]
    schema: Schema

    def kind(self, value: Any) -> str | None:
        """What a value is; None where that is not known, or needs no name of its own."""
        match value:
            case ast.TypeCast():
                return TYPES.get(texts(value.typeName.names)[-1]) if not value.typeName.arrayBounds else None
            case ast.ColumnRef():
                place = origin(column(value), self.select, self.ctes)
                table = self.schema.tables.get(place[0]) if place else None
                return TYPES.get(table.type_of(place[1])) if table and place else None
            case ast.CoalesceExpr() | ast.MinMaxExpr():
                return self.kind(value.args[0])
            case ast.SubLink() if value.subLinkType == SubLinkType.EXPR_SUBLINK:
                inner = value.subselect
                return self._replace(select=inner).kind(inner.targetList[0].val) if inner.targetList else None
            case _:
                return _made(value)

    def stored(self, write: Any, targets: Sequence[Any], values: Sequence[Any]) -> Iterator[tuple[str | None, Any]]:
        """What values must be of, by the columns that they are written to."""
        table = self.schema.tables.get(write.relation.relname)
        for target, value in zip(targets, values, strict=False):
            yield TYPES.get(table.type_of(target.name)) if table else None, value


def _made(value: Any) -> str | None:
    """What a test or a call makes."""
    match value:
        case ast.SubLink():
            is_test = value.subLinkType != SubLinkType.ARRAY_SUBLINK
        case ast.A_Expr():
            is_operator = value.kind == A_Expr_Kind.AEXPR_OP
            is_test = texts(value.name)[-1] in COMPARISONS if is_operator else value.kind != A_Expr_Kind.AEXPR_NULLIF
        case ast.FuncCall():
            name = texts(value.funcname)[-1]
            return COUNT if name == "count" else MOMENT if name in CLOCKS else None
        case _:
            is_test = isinstance(value, TESTS)
    return QUESTION if is_test else None


def check_names(statement: Statement, schema: Schema) -> Iterator[Finding]:
    """Findings for names that do not say what they are of."""
    ctes = {cte.ctename: cte.ctequery for cte in nodes(statement.tree, ast.CommonTableExpr)}
    writes = [node for node in nodes(statement.tree, ast.Node) if hasattr(node, "returningClause")]
    sources = {id(write.returningClause): write for write in writes}
    for node in nodes(statement.tree, ast.Node):
        for name, value in _named(node):
            kind = _Level(sources.get(id(node), node), ctes, schema).kind(value)
            if kind and (wrong := misnamed(name, kind, schema.project)):
                yield statement.finding(wrong, value)
    yield from _parameters(statement, ctes, schema)
    for target in outputs(statement.tree) if statement.suffix != "$" else ():
        if not target.name and not isinstance(bare(target.val), NAMED):
            yield statement.finding("a column without a name: say AS …", target)
    yield from _twice(statement)


def misnamed(name: str, kind: str, project: Project) -> str:
    """What is wrong with the name of a value of some kind; nothing where the project has no rule for it."""
    spellings = tuple(getattr(project.names, kind))
    is_beginning = kind == QUESTION
    if not spellings or (name.startswith(spellings) if is_beginning else name.endswith(spellings)):
        return ""
    return f"{name} is a {kind}, which {'begins with' if is_beginning else 'ends in'} {spellings[0]}"


def _named(node: ast.Node) -> Iterator[tuple[str, Any]]:
    """The names that a query level gives, and what to: to columns, and to members of JSON objects."""
    match node:
        case ast.SelectStmt():
            for target in node.targetList or ():
                if target.name:
                    yield target.name, target.val
                for call in level(target.val):
                    if isinstance(call, ast.FuncCall) and texts(call.funcname)[-1] in JSON_MAKERS:
                        yield from _members(call.args or ())
        case ast.ReturningClause():
            yield from ((target.name, target.val) for target in node.exprs if target.name)
        case _:
            pass


def _members(arguments: Any) -> Iterator[tuple[str, Any]]:
    for key, value in zip(arguments[::2], arguments[1::2], strict=False):
        if (name := literal(key)) is not None:
            yield name, value


def _parameters(statement: Statement, ctes: Mapping[str, Any], schema: Schema) -> Iterator[Finding]:
    """Parameters that stand for a column's value, or have a type of their own."""
    said: set[str] = set()
    for node in nodes(statement.tree, ast.Node):
        for kind, value in _uses(node, _Level(node, ctes, schema)):
            reference = bare(value)
            if kind and isinstance(reference, ast.ParamRef):
                name = statement.parameters[reference.number - 1]
                if name not in said and (wrong := misnamed(name, kind, schema.project)):
                    yield statement.finding(wrong, reference)
                    said.add(name)


def _uses(node: ast.Node, here: _Level) -> Iterator[tuple[str | None, Any]]:
    """What kind a value must be of, by where it stands."""
    match node:
        case ast.TypeCast():
            yield here.kind(node), node.arg
        case ast.BoolExpr():
            yield from ((QUESTION, each) for each in node.args)
        case ast.SelectStmt() | ast.UpdateStmt() | ast.DeleteStmt():
            for one, other in _compared(node):
                yield here.kind(one), other
        case ast.InsertStmt():
            for row in rows_of(node.selectStmt):
                yield from here.stored(node, node.cols or (), row)
        case _:
            pass
    if isinstance(node, ast.UpdateStmt | ast.InsertStmt):
        changes = node if isinstance(node, ast.UpdateStmt) else node.onConflictClause
        targets = (changes and changes.targetList) or ()
        yield from here.stored(node, targets, [target.val for target in targets])


def _compared(query: ast.Node) -> Iterator[tuple[Any, Any]]:
    """The values that a query level compares with each other, both ways, rows by their members."""
    for condition in conditions(sources_of(query), query.whereClause):
        for node in level(condition):
            if isinstance(node, ast.A_Expr) and node.kind == A_Expr_Kind.AEXPR_OP:
                for one, other in zip(_row(node.lexpr), _row(node.rexpr), strict=False):
                    yield from ((one, other), (other, one))


def _row(value: Any) -> tuple[Any, ...]:
    return value.args if isinstance(value, ast.RowExpr) else (value,)


def _twice(statement: Statement) -> Iterator[Finding]:
    """Two columns of one name: a row keeps the last."""
    seen: set[str] = set()
    for target in outputs(statement.tree):
        name = target.name or (column(target.val) or ("", ""))[1]
        if name and name in seen:
            yield statement.finding(f"two columns are called {name}: a row keeps one of them", target)
        seen.add(name)
