"""A list is a keyset page: one bare row comparison, an order that is total and fits it, a limit."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from pglast import ast
from pglast.enums import A_Expr_Kind, SortByDir

from sqlproof.configuration import Changes, Project
from sqlproof.findings import Finding
from sqlproof.reading.statements import Statement
from sqlproof.reading.trees import alias_of, bare, column, conditions, items, nodes, sources_of, texts
from sqlproof.schema.model import Schema

Place = tuple[str, str]
Key = tuple[str, bool]
"""A column that is compared or sorted by, and whether downwards."""


class Keyset(NamedTuple):
    """A comparison with cursors: the columns, the parameters' places in the text, and whether it looks for less."""

    at: ast.Node
    columns: tuple[Place | None, ...]
    cursors: tuple[int, ...]
    is_descending: bool


def check_pages(statement: Statement, schema: Schema) -> Iterator[Finding]:
    """Findings in cursors, in the order of a list, and in what makes deep pages slow."""
    yield from _cursors(statement, schema.project)
    ctes = {cte.ctename: cte.ctequery for cte in nodes(statement.tree, ast.CommonTableExpr)}
    for select in nodes(statement.tree, ast.SelectStmt):
        if is_limited(statement, select, schema.project):
            yield from _limited(statement, select, ctes, schema.project)
            if select is statement.tree:
                yield from _list(statement, select, ctes, schema)
    for call in nodes(statement.tree, ast.FuncCall) if statement.is_query else ():
        if call.over is not None and texts(call.funcname)[-1] == "count":
            yield statement.finding("a count over the whole list reads all of it: a page counts nothing", call)


def is_limited(statement: Statement, select: Any, project: Project) -> bool:
    """Whether a SELECT takes as many rows as its caller says."""
    limit = bare(getattr(select, "limitCount", None))
    return isinstance(limit, ast.ParamRef) and statement.parameters[limit.number - 1] == project.pages.limit


def _is_cursor(statement: Statement, reference: ast.ParamRef, project: Project) -> bool:
    name: str = statement.parameters[reference.number - 1]
    return name.startswith(tuple(project.pages.cursors))


def keysets(statement: Statement, select: ast.SelectStmt, project: Project) -> list[Keyset]:
    """The comparisons with cursors that hold at a query level for every row."""
    found = []
    for condition in conditions(select.fromClause, select.whereClause):
        if isinstance(condition, ast.A_Expr) and condition.kind == A_Expr_Kind.AEXPR_OP:
            operator, given = texts(condition.name)[-1], [bare(each) for each in _row(condition.rexpr)]
            cursors = [
                each for each in given if isinstance(each, ast.ParamRef) and _is_cursor(statement, each, project)
            ]
            if operator in {"<", ">", "<=", ">="} and cursors and len(cursors) == len(given):
                columns = tuple(column(each) for each in _row(condition.lexpr))
                places = tuple(each.location for each in cursors)
                found.append(Keyset(condition, columns, places, operator.startswith("<")))
    return found


def _row(value: Any) -> tuple[ast.Node, ...]:
    return value.args if isinstance(value, ast.RowExpr) else (value,)


def order_of(select: ast.SelectStmt) -> list[tuple[Place | None, bool]]:
    """The columns that a SELECT is sorted by, and whether downwards."""
    return [(column(each.node), each.sortby_dir == SortByDir.SORTBY_DESC) for each in select.sortClause or ()]


def _cursors(statement: Statement, project: Project) -> Iterator[Finding]:
    """Cursors that are not bare: a plan for all values cannot begin at one that may be NULL."""
    sets = [each for select in nodes(statement.tree, ast.SelectStmt) for each in keysets(statement, select, project)]
    bare_ones = {place for each in sets for place in each.cursors}
    lines = set()
    for reference in nodes(statement.tree, ast.ParamRef):
        if _is_cursor(statement, reference, project) and reference.location not in bare_ones:
            name = statement.parameters[reference.number - 1]
            found = statement.finding(
                f":{name} is a cursor: compare it bare, as a condition of its own, `(…, alias.id) < (…, :{name})`; the"
                " first page passes the end of all values",
                reference,
            )
            if found.line not in lines:
                yield found
            lines.add(found.line)


def _limited(
    statement: Statement, select: ast.SelectStmt, ctes: Mapping[str, Any], project: Project
) -> Iterator[Finding]:
    """A query level with a limit has an order, which fits the comparisons there and below."""
    order = order_of(select)
    if not order:
        yield statement.finding(
            f"LIMIT :{project.pages.limit} without an order takes any rows: ORDER BY …, id", _limit(select)
        )
        return
    here = keysets(statement, select, project)
    if len(here) > 1:
        yield statement.finding("one row comparison holds all columns of a page's key", here[1].at)
    sorted_by = [(_meant(origin(place, select, ctes)), descends) for place, descends in order]
    for level in nodes(select, ast.SelectStmt):
        for each in keysets(statement, level, project):
            compared = [(_meant(origin(place, level, ctes)), each.is_descending) for place in each.columns]
            if not _alike(sorted_by, compared, project.pages.ids_of_any):
                sentence = "the comparison and ORDER BY are of the same columns in one direction: < goes with DESC"
                yield statement.finding(sentence, each.at)


def _alike(sorted_by: Sequence[Key], compared: Sequence[Key], ids_of_any: Sequence[str]) -> bool:
    """Whether keys are the same; a column that holds ids of several tables is like each of these ids."""
    return len(sorted_by) == len(compared) and all(
        descends == is_descending and (name == other or (other in ids_of_any and name.endswith("_id")))
        for (name, descends), (other, is_descending) in zip(sorted_by, compared, strict=True)
    )


def _meant(place: Place | None) -> str:
    """One name for a job's id and for what refers to it."""
    table, name = place or ("", "")
    return f"{table.removesuffix('s')}_id" if name == "id" else name if name.endswith("_id") else f"{table}.{name}"


def _limit(select: ast.SelectStmt) -> ast.Node:
    limit: ast.Node = bare(select.limitCount)
    return limit


def _list(statement: Statement, select: ast.SelectStmt, ctes: Mapping[str, Any], schema: Schema) -> Iterator[Finding]:
    """A list's order is total: it ends in the id, or has all columns of a key."""
    if statement.suffix:
        yield statement.finding("a list returns rows: its name has neither ^ nor $")
    order = [place for place, _ in order_of(select)]
    if order and not (order[-1] and order[-1][1] == "id"):
        places = [origin(place, select, ctes) for place in order]
        tables = {place[0] for place in places if place}
        names = {place[1] for place in places if place}
        keys = [key for table in tables if table in schema.tables for key in schema.tables[table].uniques]
        if not any(names.issuperset(key.columns) and key.where is None for key in keys):
            yield statement.finding(
                "rows with equal keys may change places between pages: end ORDER BY with the id",
                select.sortClause[-1].node,
            )


def origin(place: Place | None, query: ast.Node, ctes: Mapping[str, Any]) -> Place | None:
    """The table and the column that a column of a query level comes from, through sub-selects and CTEs."""
    if place is None:
        return None
    alias, name = place
    for source in items(sources_of(query)):
        match source:
            case ast.RangeVar() if alias_of(source) == alias:
                if source.relname in ctes:
                    return _output(ctes[source.relname], name, ctes)
                return source.relname, name
            case ast.RangeSubselect() if source.alias and source.alias.aliasname == alias:
                return _output(source.subquery, name, ctes)
            case _:
                pass
    return place


def _output(query: Any, name: str, ctes: Mapping[str, Any]) -> Place | None:
    while isinstance(query, ast.SelectStmt) and query.larg is not None:
        query = query.larg
    if isinstance(query, ast.SelectStmt):
        for target in query.targetList or ():
            place = column(target.val)
            if name == (target.name or (place and place[1])):
                return origin(place, query, ctes)
    return None


def check_moments(statement: Statement, schema: Schema) -> Iterator[Finding]:
    """Findings for lists that go too far, and for moments that are written too early.

    now() is the beginning of a transaction, which may wait long for its locks. A list in the order of change shows
    nothing from the bound on, because an older change may still become visible there.
    """
    if (rule := schema.project.changes) is None:
        return
    for select in nodes(statement.tree, ast.SelectStmt):
        yield from _unsettled(statement, select, schema.project, rule)
    for update in nodes(statement.tree, ast.UpdateStmt):
        if update.relation.relname in schema.tenant_tables:
            yield from _written(statement, update.targetList, rule)


def _unsettled(statement: Statement, select: ast.SelectStmt, project: Project, rule: Changes) -> Iterator[Finding]:
    """Pages in the order of change that do not end where every write is visible."""
    held = {_settled(each, rule) for each in conditions(select.fromClause, select.whereClause)}
    for keyset in keysets(statement, select, project):
        place = keyset.columns[0]
        if place is not None and place[1] == rule.column and place not in held:
            sentence = f"an older change may still become visible: add `AND {'.'.join(place)} < {rule.bound}`"
            yield statement.finding(sentence, keyset.at)


def _settled(condition: Any, rule: Changes) -> tuple[str, str] | None:
    """The column that a condition keeps below what is settled."""
    match condition:
        case ast.A_Expr(kind=A_Expr_Kind.AEXPR_OP, rexpr=ast.SubLink(subselect=ast.SelectStmt() as query)) if texts(
            condition.name
        ) == ("<",):
            shown = [column(target.val) for target in query.targetList]
            is_bound = len(shown) == 1 and shown[0] is not None and shown[0][1] == rule.bound_column
            return column(condition.lexpr) if is_bound else None
        case _:
            return None


def _written(statement: Statement, targets: Any, rule: Changes) -> Iterator[Finding]:
    """Moments that an UPDATE writes."""
    for target in targets:
        called = {texts(call.funcname)[-1] for call in _values(target.val) if isinstance(call, ast.FuncCall)}
        if target.name == rule.column and called != {rule.written_by}:
            yield statement.finding(
                f"{rule.column} is {rule.written_by}(), which is never before what lists have shown", target
            )
        elif target.name.endswith("_at") and "now" in called:
            yield statement.finding(
                f"{target.name} gets the start of the transaction, which is before its locks: use clock_timestamp()",
                target,
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
