"""When a row was written, and up to when a list in the order of change goes: or who follows such a list loses rows.

now() is the beginning of a transaction, which may wait long for its locks. A list shows nothing from `settled_at` on,
because an older change may still become visible; see `written_at` and `settled_until` in `docs/schema.sql`.
"""

from collections.abc import Iterator
from typing import Any

from pglast import ast
from pglast.enums import A_Expr_Kind

from sqlproof.findings import Finding
from sqlproof.reading.parts import column
from sqlproof.reading.statements import Statement
from sqlproof.reading.trees import bare, conditions, nodes, texts
from sqlproof.rules.pages import keysets
from sqlproof.schema.schema import Schema

CHANGED, SETTLED = "updated_at", "settled_at"
BOUND = "(SELECT h.settled_at FROM heartbeats AS h WHERE h.name = 'primary')"


def check_moments(statement: Statement, schema: Schema) -> Iterator[Finding]:
    """Findings for lists that go too far, and for moments that are written too early."""
    for select in nodes(statement.tree, ast.SelectStmt):
        yield from _unsettled(statement, select)
    for update in nodes(statement.tree, ast.UpdateStmt):
        if update.relation.relname in schema.tenant_tables:
            yield from _written(statement, update.targetList)


def _unsettled(statement: Statement, select: ast.SelectStmt) -> Iterator[Finding]:
    """Pages in the order of change that do not end where every write is visible."""
    held = {_settled(each) for each in conditions(select.fromClause, select.whereClause)}
    for keyset in keysets(statement, select):
        place = keyset.columns[0]
        if place is not None and place[1] == CHANGED and place not in held:
            sentence = f"an older change may still become visible: add `AND {'.'.join(place)} < {BOUND}`"
            yield statement.finding(sentence, keyset.at)


def _settled(condition: Any) -> tuple[str, str] | None:
    """The column that a condition keeps below what is settled."""
    match condition:
        case ast.A_Expr(kind=A_Expr_Kind.AEXPR_OP, rexpr=ast.SubLink(subselect=ast.SelectStmt() as query)) if texts(
            condition.name
        ) == ("<",):
            shown = [column(target.val) for target in query.targetList]
            is_bound = len(shown) == 1 and shown[0] is not None and shown[0][1] == SETTLED
            return column(condition.lexpr) if is_bound else None
        case _:
            return None


def _written(statement: Statement, targets: Any) -> Iterator[Finding]:
    """Moments that an UPDATE writes."""
    for target in targets:
        called = {texts(call.funcname)[-1] for call in _values(target.val) if isinstance(call, ast.FuncCall)}
        if target.name == CHANGED and called != {"written_at"}:
            yield statement.finding(f"{CHANGED} is written_at(), which is never before what lists have shown", target)
        elif target.name.endswith("_at") and "now" in called:
            yield statement.finding(
                f"{target.name} is told the beginning of the transaction, before its locks: clock_timestamp()", target
            )


def _values(value: Any) -> Iterator[Any]:
    """What a column may be set to: the value itself, or the branches that it is chosen from."""
    match value := bare(value):
        case ast.CoalesceExpr():
            for each in value.args:
                yield from _values(each)
        case ast.CaseExpr():
            for each in (*(when.result for when in value.args), value.defresult):
                yield from _values(each)
        case _:
            yield value
