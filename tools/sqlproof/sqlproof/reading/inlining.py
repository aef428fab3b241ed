"""Puts the queries of functions into the trees of statements, as PostgreSQL's planner does with those in FROM.

So every rule sees what a statement reads, whatever is said once in a function: `seen_jobs(:organization_id, …) AS j`
becomes a sub-select `j`. Arguments stand where the parameters stood, a star is written out, and each node is at the
place of the call, so that a finding tells the line of the statement.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from pglast import ast, parse_sql
from pglast.enums import FunctionParameterMode

from sqlproof.reading.trees import alias_of, items, nodes, texts, walk

Tables = Mapping[str, Sequence[str]]
"""The columns of each table."""
COLUMN = FunctionParameterMode.FUNC_PARAM_TABLE


class Inlined(NamedTuple):
    """A function that gives rows by one query: its parameters, and the names of its columns.

    Without names the columns are those of the query.
    """

    name: str
    parameters: tuple[str, ...]
    columns: tuple[str, ...]
    query: str

    @staticmethod
    def of(definition: ast.Node, query: str) -> "Inlined | None":
        """What a definition makes; None for what gives no rows."""
        if not isinstance(definition, ast.CreateFunctionStmt) or not definition.returnType.setof:
            return None
        given = definition.parameters or ()
        parameters = tuple(each.name for each in given if each.mode != COLUMN)
        columns = tuple(each.name for each in given if each.mode == COLUMN)
        return Inlined(texts(definition.funcname)[-1], parameters, columns, query)


def inline(tree: Any, functions: Mapping[str, Inlined], tables: Tables) -> Any:
    """A tree with the queries of functions in it; the tree itself is changed."""
    if isinstance(tree, tuple):
        return tuple(inline(each, functions, tables) for each in tree)
    if isinstance(tree, ast.RangeFunction):
        call = tree.functions[0][0]
        function = functions.get(texts(call.funcname)[-1]) if isinstance(call, ast.FuncCall) else None
        if function is not None:
            query = _query(call, function, functions, tables)
            alias = tree.alias or ast.Alias(aliasname=function.name)
            return ast.RangeSubselect(lateral=True, subquery=query, alias=alias)
    return _changed(tree, lambda value: inline(value, functions, tables))


def _changed(tree: Any, change: Any) -> Any:
    """A node whose members have been changed."""
    if isinstance(tree, ast.Node):
        for name in tree:
            value = getattr(tree, name)
            if isinstance(value, tuple | ast.Node):
                setattr(tree, name, change(value))
    return tree


def _query(call: ast.FuncCall, function: Inlined, functions: Mapping[str, Inlined], tables: Tables) -> Any:
    """The query of a function with the arguments of a call."""
    query = parse_sql(function.query)[0].stmt
    own = {column for table in nodes(query, ast.RangeVar) for column in tables.get(table.relname, ())}
    for node in walk(query):
        if "location" in node:
            node.location = call.location
    query = _given(query, _arguments(call, function), function.name, own)
    query = inline(query, functions, tables)
    query.targetList = tuple(_written_out(query, tables))
    for target, name in zip(query.targetList, function.columns, strict=False):
        target.name = name
    return query


def _arguments(call: ast.FuncCall, function: Inlined) -> dict[str, Any]:
    """The arguments by the names of the parameters; one that is left out is NULL."""
    given = call.args or ()
    named = {each.name: each.arg for each in given if isinstance(each, ast.NamedArgExpr)}
    in_place = (each for each in given if not isinstance(each, ast.NamedArgExpr))
    arguments = dict(zip(function.parameters, in_place, strict=False)) | named
    return {name: arguments.get(name, ast.A_Const(isnull=True)) for name in function.parameters}


def _given(tree: Any, arguments: Mapping[str, Any], function: str, own: set[str]) -> Any:
    """A tree with arguments in the places of parameters; a bare name that is a column's is the column."""
    if isinstance(tree, tuple):
        return tuple(_given(each, arguments, function, own) for each in tree)
    if isinstance(tree, ast.ColumnRef):
        words = texts(tree.fields)
        is_bare = len(words) == 1 and words[0] not in own
        if words[-1] in arguments and (is_bare or words[:-1] == (function,)):
            return arguments[words[-1]]
    return _changed(tree, lambda value: _given(value, arguments, function, own))


def _written_out(query: Any, tables: Tables) -> Iterator[ast.ResTarget]:
    """The targets of a query, one for each column where `alias.*` stood."""
    for target in query.targetList:
        words = texts(target.val.fields) if isinstance(target.val, ast.ColumnRef) else ()
        if words[-1:] != ("*",):
            yield target
            continue
        for name in _columns(query, words[0], tables):
            fields = (ast.String(words[0]), ast.String(name))
            yield ast.ResTarget(val=ast.ColumnRef(fields, location=target.location), location=target.location)


def _columns(query: Any, alias: str, tables: Tables) -> Sequence[str]:
    """The columns of what a query level reads under an alias."""
    for item in items(query.fromClause):
        if isinstance(item, ast.RangeVar) and alias_of(item) == alias:
            return tables.get(item.relname, ())
        if isinstance(item, ast.RangeSubselect) and item.alias.aliasname == alias:
            return [target.name or texts(target.val.fields)[-1] for target in item.subquery.targetList]
    return ()
