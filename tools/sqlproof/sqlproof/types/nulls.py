"""Which columns of an answer are never null, and which statements always give a row: only what the text proves.

A column of a table that is NOT NULL stays so until it is on the nullable side of an outer join. What is not understood
may be null, and may give no row.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from pglast import ast
from pglast.enums import A_Expr_Kind, BoolExprType, JoinType, NullTestType, OnConflictAction, SetOperation, SubLinkType

from sqlproof.reading.trees import texts
from sqlproof.schema.model import Schema

ALWAYS = {
    "clock_timestamp", "concat", "count", "gen_random_uuid", "json_build_array",
    "json_build_object", "jsonb_build_array", "jsonb_build_object", "now", "pg_is_in_recovery", "row_number",
}  # fmt: skip
"""Functions that give a value whatever they are given."""
KEEPING = {"abs", "cardinality", "decode", "encode", "length", "lower", "to_json", "to_jsonb", "upper"}
"""Functions that give null for null alone."""
COMPARISONS = {"=", "<>", "!=", "<", ">", "<=", ">="}
KEEPING_OPERATORS = COMPARISONS | {"+", "-", "*", "/", "%", "||", "@>", "<@", "?", "~", "~~", "~~*"}
Columns = Mapping[str, bool]
Tables = Mapping[str, Columns]


class Rows(NamedTuple):
    """What a query gives: its columns, each with whether it is never null; `is_some`: it gives a row at least."""

    names: tuple[str, ...]
    never_null: tuple[bool, ...]
    is_some: bool

    @property
    def columns(self) -> Columns:
        return dict(zip(self.names, self.never_null, strict=True))


class Source(NamedTuple):
    """What an item of FROM gives: tables by alias."""

    tables: Tables
    is_some: bool

    def nullable(self) -> Tables:
        """The same on the nullable side of an outer join."""
        return {alias: dict.fromkeys(columns, False) for alias, columns in self.tables.items()}


ONE_ROW = Source({}, is_some=True)


def rows_of(tree: ast.Node, schema: Schema) -> Rows:
    """What a statement gives."""
    return _Query(schema, {}, {}).rows(tree)


class _Query:
    """A query level: the CTEs that it knows, and the tables of the levels around it.

    A table's row as a whole is its column without a name.
    """

    def __init__(self, schema: Schema, named: Mapping[str, Rows], outer: Tables) -> None:
        self.schema, self.named, self.tables = schema, dict(named), dict(outer)

    def rows(self, tree: Any) -> Rows:
        for each in (tree.withClause.ctes if tree.withClause else None) or ():
            found = _Query(self.schema, self.named, {}).rows(each.ctequery)
            self.named[each.ctename] = found._replace(names=texts(each.aliascolnames) or found.names)
        match tree:
            case ast.SelectStmt():
                return self.selected(tree)
            case ast.InsertStmt():
                return self.inserted(tree)
            case ast.UpdateStmt():
                return self.returned(tree, (tree.relation, *(tree.fromClause or ())), tree.whereClause)
            case _:
                return self.returned(tree, (tree.relation, *(tree.usingClause or ())), tree.whereClause)

    def selected(self, tree: Any) -> Rows:
        if tree.op != SetOperation.SETOP_NONE:
            one, other = (_Query(self.schema, self.named, self.tables).rows(arm) for arm in (tree.larg, tree.rarg))
            never_null = tuple(a and b for a, b in zip(one.never_null, other.never_null, strict=True))
            return Rows(one.names, never_null, is_some=False)
        if tree.valuesLists:
            names = tuple(f"column{place}" for place, _ in enumerate(tree.valuesLists[0], 1))
            return Rows(names, tuple(map(self.are_never_null, zip(*tree.valuesLists, strict=True))), is_some=True)
        source = self.source(tree.fromClause)
        self.narrow(tree.whereClause)
        is_one = not tree.groupClause and self.has_aggregate(tree.targetList)
        is_cut = tree.havingClause or tree.limitOffset or tree.lockingClause or not _is_row(tree.limitCount)
        is_some = (is_one or (source.is_some and tree.whereClause is None)) and not is_cut
        return self.listed(tree.targetList, is_some=is_some)

    def inserted(self, tree: Any) -> Rows:
        source = _Query(self.schema, self.named, self.tables).rows(tree.selectStmt) if tree.selectStmt else ONE_ROW
        conflict = tree.onConflictClause
        is_kept = conflict is None or (
            conflict.action == OnConflictAction.ONCONFLICT_UPDATE and conflict.whereClause is None
        )
        returned = self.returned(tree, (tree.relation,), None)
        return returned._replace(is_some=source.is_some and is_kept)

    def returned(self, tree: Any, items: Sequence[Any], where: Any) -> Rows:
        """RETURNING of a write, which may have met no row."""
        self.source(items)
        self.narrow(where)
        return self.listed(tree.returningClause.exprs if tree.returningClause else (), is_some=False)

    def listed(self, targets: Sequence[Any] | None, *, is_some: bool) -> Rows:
        named = [(target.name or _name(target.val), self.is_never_null(target.val)) for target in targets or ()]
        return Rows(tuple(name for name, _ in named), tuple(is_never for _, is_never in named), is_some)

    def source(self, items: Iterable[Any] | None) -> Source:
        """Takes in the items of a FROM; each sees those before it, as LATERAL does."""
        all_of_them = ONE_ROW
        for item in items or ():
            found = self.item(item)
            self.tables.update(found.tables)
            all_of_them = Source({**all_of_them.tables, **found.tables}, all_of_them.is_some and found.is_some)
        return all_of_them

    def item(self, item: Any) -> Source:
        match item:
            case ast.RangeVar():
                rows = self.named.get(item.relname)
                columns = rows.columns if rows else self.known(item.relname)
                alias = item.alias.aliasname if item.alias else item.relname
                return Source({alias: {**columns, "": True}}, rows is not None and rows.is_some)
            case ast.RangeSubselect():
                rows = _Query(self.schema, self.named, self.tables).rows(item.subquery)
                rows = rows._replace(names=texts(item.alias.colnames) or rows.names)
                return Source({item.alias.aliasname: {**rows.columns, "": True}}, rows.is_some)
            case ast.JoinExpr():
                return self.join(item)
            case _:  # of a function nothing is known but its name
                return Source({item.alias.aliasname: {}} if getattr(item, "alias", None) else {}, is_some=False)

    def known(self, table: str) -> Columns:
        """The columns of a table of the schema."""
        found = self.schema.tables.get(table)
        return {name: column.is_required for name, column in found.columns.items()} if found else {}

    def join(self, item: Any) -> Source:
        left = self.item(item.larg)
        self.tables.update(left.tables)
        right = self.item(item.rarg)
        is_all = item.quals is None or _is_true(item.quals)
        match item.jointype:
            case JoinType.JOIN_INNER:
                tables, is_some = {**left.tables, **right.tables}, is_all and left.is_some and right.is_some
                return Source(_narrowed(tables, item.quals), is_some)
            case JoinType.JOIN_LEFT:
                return Source({**left.tables, **right.nullable()}, left.is_some)
            case JoinType.JOIN_RIGHT:
                return Source({**left.nullable(), **right.tables}, right.is_some)
            case _:
                return Source({**left.nullable(), **right.nullable()}, left.is_some or right.is_some)

    def narrow(self, where: Any) -> None:
        self.tables = dict(_narrowed(self.tables, where))

    def has_aggregate(self, node: Any) -> bool:
        """Whether an aggregate makes one row of all; those of a sub-select are its own."""
        if isinstance(node, tuple):
            return any(map(self.has_aggregate, node))
        if not isinstance(node, ast.Node) or isinstance(node, ast.SubLink):
            return False
        if isinstance(node, ast.FuncCall) and not node.over and texts(node.funcname)[-1] in self.schema.aggregates:
            return True
        return any(self.has_aggregate(getattr(node, name)) for name in node)

    def are_never_null(self, values: Iterable[Any] | None) -> bool:
        return all(map(self.is_never_null, values or ()))

    def is_never_null(self, value: Any) -> bool:
        """Whether an expression has a value in every row."""
        rule = RULES.get(type(value))
        return rule is not None and rule(self, value)

    def is_case_never_null(self, value: Any) -> bool:
        results = [value.defresult, *(case.result for case in value.args)]
        return self.are_never_null(results)

    def is_column_never_null(self, words: Sequence[str]) -> bool:
        if len(words) > 1:
            return self.tables.get(words[-2], {}).get(words[-1], False)
        found = [columns[words[0]] for columns in self.tables.values() if words[0] in columns]
        return all(found) if found else self.tables.get(words[0], {}).get("", False)

    def is_operation_never_null(self, value: Any) -> bool:
        operands = [side for side in (value.lexpr, value.rexpr) if side is not None]
        match value.kind:
            case A_Expr_Kind.AEXPR_DISTINCT | A_Expr_Kind.AEXPR_NOT_DISTINCT:
                return True
            case A_Expr_Kind.AEXPR_OP:
                return texts(value.name)[-1] in KEEPING_OPERATORS and self.are_never_null(operands)
            case A_Expr_Kind.AEXPR_IN | A_Expr_Kind.AEXPR_BETWEEN | A_Expr_Kind.AEXPR_LIKE:
                flat = [each for side in operands for each in (side if isinstance(side, tuple) else (side,))]
                return self.are_never_null(flat)
            case _:
                return False

    def is_function_never_null(self, value: Any) -> bool:
        name = texts(value.funcname)[-1]
        if bodies := self.schema.queries.get(name):
            others = {other: known for other, known in self.schema.queries.items() if other != name}
            within = _Query(self.schema._replace(queries=others), {}, {})  # a function may call itself
            return all(body is not None and within.rows(body).never_null[0] for body in bodies)
        return name in ALWAYS or (name in KEEPING and self.are_never_null(value.args))

    def is_sub_select_never_null(self, value: Any) -> bool:
        if value.subLinkType in (SubLinkType.EXISTS_SUBLINK, SubLinkType.ARRAY_SUBLINK):
            return True
        if value.subLinkType != SubLinkType.EXPR_SUBLINK:
            return False
        rows = _Query(self.schema, self.named, self.tables).rows(value.subselect)
        return rows.is_some and rows.never_null[0]


def _narrowed(tables: Tables, where: Any) -> Tables:
    """The tables in the rows that meet a condition: what it compares has a value in them."""
    narrowed = {alias: dict(columns) for alias, columns in tables.items()}
    for words in _compared(where):
        if len(words) == 2 and words[0] in narrowed:
            narrowed[words[0]][words[1]] = True
    return narrowed


def _compared(condition: Any) -> Iterator[tuple[str, ...]]:
    """The columns that a condition is not true of while they are null."""
    match condition:
        case ast.BoolExpr() if condition.boolop == BoolExprType.AND_EXPR:
            for each in condition.args:
                yield from _compared(each)
        case ast.NullTest() if condition.nulltesttype == NullTestType.IS_NOT_NULL:
            yield from _columns(condition.arg)
        case ast.A_Expr() if condition.kind == A_Expr_Kind.AEXPR_OP and texts(condition.name)[-1] in COMPARISONS:
            yield from _columns(condition.lexpr, condition.rexpr)
        case _:
            pass


def _columns(*sides: Any) -> Iterator[tuple[str, ...]]:
    return (texts(side.fields) for side in sides if isinstance(side, ast.ColumnRef))


def _is_true(condition: Any) -> bool:
    return isinstance(condition, ast.A_Const) and isinstance(condition.val, ast.Boolean) and bool(condition.val.boolval)


def _is_row(limit: Any) -> bool:
    """Whether a LIMIT lets a row through."""
    is_number = isinstance(limit, ast.A_Const) and isinstance(limit.val, ast.Integer)
    return limit is None or (is_number and limit.val.ival > 0)


def _name(value: Any) -> str:
    """The name that PostgreSQL gives a column without one, as far as somebody refers to it."""
    match value:
        case ast.ColumnRef():
            return texts(value.fields)[-1]
        case ast.FuncCall():
            return texts(value.funcname)[-1]
        case ast.TypeCast():
            return _name(value.arg)
        case _:
            return "?column?"


RULES: Mapping[type[ast.Node], Callable[[_Query, Any], bool]] = {
    ast.A_ArrayExpr: lambda level, value: True,
    ast.A_Const: lambda level, value: not value.isnull,
    ast.A_Expr: _Query.is_operation_never_null,
    ast.BoolExpr: lambda level, value: level.are_never_null(value.args),
    ast.BooleanTest: lambda level, value: True,
    ast.CaseExpr: _Query.is_case_never_null,
    ast.CoalesceExpr: lambda level, value: any(map(level.is_never_null, value.args)),
    ast.ColumnRef: lambda level, value: level.is_column_never_null(texts(value.fields)),
    ast.FuncCall: _Query.is_function_never_null,
    ast.MinMaxExpr: lambda level, value: any(map(level.is_never_null, value.args)),
    ast.NullTest: lambda level, value: True,
    ast.RowExpr: lambda level, value: True,
    ast.SQLValueFunction: lambda level, value: True,
    ast.SubLink: _Query.is_sub_select_never_null,
    ast.TypeCast: lambda level, value: level.is_never_null(value.arg),
}
"""What makes each kind of expression never null; one that is not here may be."""
