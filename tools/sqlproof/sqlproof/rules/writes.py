"""Two writes of one statement: chained where one makes room that the other takes, and never both to one row.

The order in which the CTEs of a statement write is undefined, but for those that read each other.
"""

import re
from collections.abc import Iterator, Mapping
from itertools import combinations

from pglast import ast
from pglast.enums import A_Expr_Kind, BoolExprType, NullTestType, SubLinkType
from pglast.stream import RawStream

from sqlproof.findings import Finding
from sqlproof.reading.statements import Statement
from sqlproof.reading.trees import Part, alias_of, column, conditions, items, parts_of, sources_of, texts, walk
from sqlproof.schema.effects import may_write
from sqlproof.schema.model import Index, Schema, Table

OPPOSITES = {"=": "<>", "<>": "=", "<": ">=", ">=": "<", ">": "<=", "<=": ">"}
CHANGES = (ast.UpdateStmt, ast.DeleteStmt)
ALIAS = re.compile(r"\b([a-z_]+)\.(?=[a-z_])")

Condition = tuple[str, str, str]


def check_writes(statement: Statement, schema: Schema) -> Iterator[Finding]:
    """Findings for pairs of writes whose order, or whose rows, are left to chance."""
    for earlier, later in combinations(parts_of(statement.tree), 2):
        if earlier.written and earlier.written == later.written:
            table = schema.tables.get(earlier.written)
            if earlier.name not in later.reads and table:
                yield from _unchained(statement, earlier, later, table)
            if isinstance(earlier.query, CHANGES) and isinstance(later.query, CHANGES):
                yield from _twice(statement, earlier, later)


def _unchained(statement: Statement, earlier: Part, later: Part, table: Table) -> Iterator[Finding]:
    """Two writes that touch one constraint, with neither said to be first."""
    shared = next((key for key in table.uniques if _share(key, earlier, later)), None)
    if shared is not None:
        sentence = (
            f"{_said(later)} and {earlier.name} both touch {shared.name}, and nothing says which is first: let"
            f" {_said(later)} read how many rows {earlier.name} has"
        )
        yield statement.finding(sentence, later.at)


def _twice(statement: Statement, earlier: Part, later: Part) -> Iterator[Finding]:
    """Two writes that may meet in one row."""
    if not _are_apart(earlier.query, later.query) and not _leaves_out(earlier, later):
        sentence = (
            f"{_said(later)} and {earlier.name} may write one row of {later.written}, and then only one of them does:"
            " join them, or give each a condition that excludes the other's"
        )
        yield statement.finding(sentence, later.at)


def _said(part: Part) -> str:
    return part.name or "the statement's own write"


def _share(key: Index, one: Part, other: Part) -> bool:
    """Whether one makes room in a unique key that the other may take, or both add where one of them gives way."""
    both = (one.query, other.query)
    if all(isinstance(query, ast.InsertStmt) for query in both):
        return any(query.onConflictClause is not None for query in both)
    return all(_touches(query, key) for query in both) and not all(isinstance(each, ast.DeleteStmt) for each in both)


def _touches(write: ast.Node, key: Index) -> bool:
    if isinstance(write, ast.UpdateStmt):
        return any(target.name in key.touched for target in write.targetList)
    return True


def _are_apart(one: ast.Node, other: ast.Node) -> bool:
    """Whether a condition of one is the opposite of one of the other's: no row meets both."""
    held, others = set(_conditions(one)), set(_conditions(other))
    return any(_opposite(condition) & others for condition in held) or _differ(held, others)


def _leaves_out(earlier: Part, later: Part) -> bool:
    """Whether the later write is of rows `id NOT IN (SELECT id FROM earlier)`, where that returns its own ids."""
    returned = earlier.query.returningClause
    columns = [column(each.val) for each in returned.exprs] if returned else []
    if (alias_of(earlier.query.relation), "id") not in columns:
        return False
    return any(
        _is_id_of(negation.args[0], alias_of(later.query.relation), earlier.name)
        for negation in conditions(sources_of(later.query), later.query.whereClause)
        if isinstance(negation, ast.BoolExpr) and negation.boolop == BoolExprType.NOT_EXPR
    )


def _is_id_of(condition: ast.Node, alias: str, cte: str) -> bool:
    """Whether a condition is `alias.id IN (SELECT c.id FROM cte AS c)`, with nothing else in the SELECT."""
    match condition:
        case ast.SubLink(
            subLinkType=SubLinkType.ANY_SUBLINK, testexpr=tested, operName=None,
            subselect=ast.SelectStmt(
                fromClause=(ast.RangeVar(relname=name) as table,), targetList=(taken,),
                whereClause=None, limitCount=None,
            ),
        ) if name == cte:  # fmt: skip
            return column(tested) == (alias, "id") and column(taken.val) == (alias_of(table), "id")
    return False


def _conditions(write: ast.Node) -> Iterator[Condition]:
    """Left side, operator and right side of what a write's rows meet, tables in the place of their aliases."""
    sources = sources_of(write)
    tables = {alias_of(each): each.relname for each in items(sources) if isinstance(each, ast.RangeVar)}
    for condition in conditions(sources, write.whereClause):
        match condition:
            case ast.A_Expr(kind=A_Expr_Kind.AEXPR_OP, lexpr=left) if left is not None:
                yield _spelt(left, tables), texts(condition.name)[-1], _spelt(condition.rexpr, tables)
            case ast.NullTest():
                is_null = condition.nulltesttype == NullTestType.IS_NULL
                yield _spelt(condition.arg, tables), "IS" if is_null else "IS NOT", "NULL"
            case ast.BoolExpr(boolop=BoolExprType.NOT_EXPR):
                yield _spelt(condition.args[0], tables), "IS NOT", "true"
            case _:
                yield _spelt(condition, tables), "IS", "true"


def _spelt(value: ast.Node, tables: Mapping[str, str]) -> str:
    text: str = RawStream()(value)
    return ALIAS.sub(lambda found: f"{tables.get(found[1], found[1])}.", text)


def _opposite(condition: Condition) -> set[Condition]:
    left, operator, right = condition
    if operator in {"IS", "IS NOT"}:
        return {(left, "IS NOT" if operator == "IS" else "IS", right)}
    opposite = OPPOSITES.get(operator)
    return (
        {(left, opposite, right), (right, opposite, left)}
        if opposite in {"=", "<>"}
        else {(left, opposite or "", right)}
    )


def _differ(held: set[Condition], others: set[Condition]) -> bool:
    """Whether both compare the same with different constants."""
    return any(
        left == its_left and operator == its_operator == "=" and right != its_right
        and right.startswith("'") and its_right.startswith("'")
        for left, operator, right in held for its_left, its_operator, its_right in others
    )  # fmt: skip


def check_reads(statement: Statement, schema: Schema) -> Iterator[Finding]:
    """Findings for what a query does besides reading."""
    if not statement.is_query:
        return
    for node in walk(statement.tree):
        match node:
            case ast.InsertStmt() | ast.UpdateStmt() | ast.DeleteStmt() | ast.MergeStmt():
                verb = type(node).__name__.removesuffix("Stmt").upper()
                yield statement.finding(
                    f"{verb} in a query: move what writes to a folder that may write", node.relation
                )
            case ast.LockingClause():
                relation = node.lockedRels[0] if node.lockedRels else None
                yield statement.finding("a query must not lock rows: remove the clause, or make it a command", relation)
            case ast.IntoClause():
                yield statement.finding("SELECT INTO creates a table, which a query must not", node.rel)
            case _:
                yield from _calls(statement, node, schema)


def _calls(statement: Statement, node: ast.Node, schema: Schema) -> Iterator[Finding]:
    """A call that may write: `f(x)`, `x.f`, which PostgreSQL takes for the same, or a view that calls one."""
    writing = schema.functions.writing
    match node:
        case ast.FuncCall():
            name = texts(node.funcname)[-1]
            said = f"{name}()"
            why = "" if name in writing else "it is PostgreSQL's own" if may_write(name) else ""
        case ast.ColumnRef() if len(node.fields) > 1:
            name = texts(node.fields)[-1]
            said, why = f"{name}()", ""
        case ast.RangeVar():
            name = said = node.relname
            why = ""
        case _:
            return
    if name in writing or why:
        sentence = f"{said} may write, for {why or writing[name]}: a query calls what only reads"
        yield statement.finding(sentence, node)
