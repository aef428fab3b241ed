"""Which tables of a query level give one row at the most: those whose key is compared with what is one value."""

import re
from collections.abc import Iterator, Mapping, Sequence, Set
from typing import Any

from pglast import ast
from pglast.enums import A_Expr_Kind
from pglast.stream import RawStream

from sqlproof.reading.trees import alias_of, column, conditions, items, nodes, sources_of, texts
from sqlproof.schema.model import Index, Schema

CAST = re.compile(r"::\w+")
"""The server writes the type of a text into the condition of an index."""


def single_rows(
    query: Any, ctes: Mapping[str, Any], schema: Schema, bound: Set[tuple[str, str]] = frozenset()
) -> set[str]:
    """The aliases that stand for one row or none. `ctes` are the statement's queries by name.

    `bound`: columns of the query level, by alias and name, that are compared with one value outside.
    """
    sources = list(items(sources_of(query)))
    held = list(conditions(sources_of(query), query.whereClause))
    single: set[str] = set()
    before = -1
    while before < len(single):
        before = len(single)
        for source in sources:
            match source:
                case ast.RangeVar() if source.relname in ctes:
                    if is_single(ctes[source.relname], ctes, schema):
                        single.add(alias_of(source))
                case ast.RangeVar() if table := schema.tables.get(source.relname):
                    if any(_binds(key, alias_of(source), held, single, bound) for key in table.uniques):
                        single.add(alias_of(source))
                case ast.RangeSubselect() if source.alias:
                    alias = source.alias.aliasname
                    named = {name for condition in held for name in _bound(condition, alias, single)}
                    if is_single(source.subquery, ctes, schema, _bound_within(source.subquery, named)):
                        single.add(alias)
                case _:
                    pass
    return single


def is_single(query: Any, ctes: Mapping[str, Any], schema: Schema, bound: Set[tuple[str, str]] = frozenset()) -> bool:
    """Whether a query gives, or a write meets, one row at the most. `bound`: as `single_rows`."""
    match query:
        case ast.InsertStmt():
            return is_single(query.selectStmt, ctes, schema)
        case ast.UpdateStmt() | ast.DeleteStmt():
            return alias_of(query.relation) in single_rows(query, ctes, schema)
        case ast.SelectStmt(larg=None):
            return _is_one(query) or _has_single_sources(query, ctes, schema, bound)
        case _:
            return False


def _is_one(select: ast.SelectStmt) -> bool:
    """LIMIT 1, or VALUES of one row."""
    limit = getattr(select.limitCount, "val", None)
    return len(select.valuesLists or ()) == 1 or (isinstance(limit, ast.Integer) and limit.ival == 1)


def _has_single_sources(
    select: ast.SelectStmt, ctes: Mapping[str, Any], schema: Schema, bound: Set[tuple[str, str]]
) -> bool:
    sources = [_name(source) for source in items(select.fromClause)]
    return not select.valuesLists and single_rows(select, ctes, schema, bound).issuperset(sources)


def _bound_within(query: Any, names: Set[str]) -> set[tuple[str, str]]:
    """The columns of a sub-select's own sources that its columns of these names are; a limit comes before them."""
    if not isinstance(query, ast.SelectStmt) or query.larg is not None or query.limitCount is not None:
        return set()
    shown = ((target.name, column(target.val)) for target in query.targetList or ())
    return {place for name, place in shown if place is not None and (name or place[1]) in names}


def _name(source: ast.Node) -> str:
    alias = getattr(source, "alias", None)
    return alias_of(source) if isinstance(source, ast.RangeVar) else alias.aliasname if alias else ""


def _binds(key: Index, alias: str, held: Sequence[ast.Node], single: set[str], outside: Set[tuple[str, str]]) -> bool:
    """Whether every column of a key is compared with one value, and a partial one's condition holds."""
    bound = {name for condition in held for name in _bound(condition, alias, single)}
    bound |= {name for table, name in outside if table == alias}
    if key.where is None or not bound.issuperset(key.columns):
        return bound.issuperset(key.columns)
    return _plain(key.where, key.table_name) in {_plain(condition, alias) for condition in held}


def _plain(condition: ast.Node, alias: str) -> str:
    text: str = RawStream()(condition)
    return CAST.sub("", text.replace(f"{alias}.", ""))


def _bound(condition: ast.Node, alias: str, single: set[str]) -> Iterator[str]:
    if not isinstance(condition, ast.A_Expr) or condition.kind != A_Expr_Kind.AEXPR_OP:
        return
    if texts(condition.name) == ("=",):
        for one, other in ((condition.lexpr, condition.rexpr), (condition.rexpr, condition.lexpr)):
            place = column(one)
            if place and place[0] == alias and _is_value(other, single):
                yield place[1]


def _is_value(value: ast.Node, single: set[str]) -> bool:
    """A parameter, a constant, a sub-select, or what is made of the columns of single rows."""
    if isinstance(value, ast.SubLink):
        return True
    return all((column(each) or ("", ""))[0] in single for each in nodes(value, ast.ColumnRef))
