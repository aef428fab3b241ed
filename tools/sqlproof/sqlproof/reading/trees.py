"""Walks over PostgreSQL's parse trees, and a statement in its parts."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple, TypeVar

from pglast import ast
from pglast.enums import BoolExprType, SetOperation

NodeT = TypeVar("NodeT", bound=ast.Node)


def walk(node: Any) -> Iterator[ast.Node]:
    """A node and everything below it, in the order of the grammar."""
    waiting = [node]
    while waiting:
        each = waiting.pop()
        if isinstance(each, tuple):
            waiting.extend(reversed(each))
        elif isinstance(each, ast.Node):
            yield each
            waiting.extend([getattr(each, name) for name in each][::-1])


def nodes(tree: Any, kind: type[NodeT]) -> Iterator[NodeT]:
    """The nodes of one kind."""
    return (node for node in walk(tree) if isinstance(node, kind))


def level(node: Any) -> Iterator[ast.Node]:
    """What stands at a query level: a node and everything below it, but not into sub-selects."""
    if isinstance(node, tuple):
        for each in node:
            yield from level(each)
    elif isinstance(node, ast.Node) and not isinstance(node, ast.SelectStmt):
        yield node
        for name in node:
            yield from level(getattr(node, name))


def texts(names: tuple[Any, ...] | None) -> tuple[str, ...]:
    """The words of a dotted name; `*` for a star."""
    return tuple(name.sval if isinstance(name, ast.String) else "*" for name in names or ())


def alias_of(table: ast.RangeVar) -> str:
    """What a table is called at its query level."""
    name: str = table.alias.aliasname if table.alias else table.relname
    return name


def conjuncts(condition: ast.Node | None) -> Iterator[ast.Node]:
    """The conditions that hold all at once: those between the ANDs."""
    if isinstance(condition, ast.BoolExpr) and condition.boolop == BoolExprType.AND_EXPR:
        for each in condition.args:
            yield from conjuncts(each)
    elif condition is not None:
        yield condition


def bare(value: Any) -> Any:
    """A value without its types."""
    while isinstance(value, ast.TypeCast):
        value = value.arg
    return value


def sources_of(query: ast.Node) -> tuple[ast.Node, ...]:
    """What a query level reads from, and the table that it changes."""
    match query:
        case ast.UpdateStmt():
            return (query.relation, *(query.fromClause or ()))
        case ast.DeleteStmt():
            return (query.relation, *(query.usingClause or ()))
        case _:
            return getattr(query, "fromClause", None) or ()


def items(sources: Sequence[ast.Node] | None) -> Iterator[ast.Node]:
    """What FROM names at one query level, out of its joins."""
    for source in sources or ():
        if isinstance(source, ast.JoinExpr):
            yield from items((source.larg, source.rarg))
        else:
            yield source


def conditions(sources: Sequence[ast.Node] | None, where: ast.Node | None) -> Iterator[ast.Node]:
    """The conjuncts of a query level's WHERE, and of the ON of all its joins."""
    yield from conjuncts(where)
    for source in sources or ():
        if isinstance(source, ast.JoinExpr):
            yield from conditions((source.larg, source.rarg), source.quals)


def rows_of(source: ast.SelectStmt | None) -> Iterator[tuple[Any, ...]]:
    """The value lists that an INSERT takes its rows from: of VALUES, of a SELECT, of each arm of a UNION."""
    if source is None:
        return
    if source.op != SetOperation.SETOP_NONE:
        yield from rows_of(source.larg)
        yield from rows_of(source.rarg)
    elif source.valuesLists:
        yield from source.valuesLists
    else:
        yield tuple(target.val for target in source.targetList or ())


WRITES = (ast.InsertStmt, ast.UpdateStmt, ast.DeleteStmt)


class Part(NamedTuple):
    """A CTE, or the statement's own end; `reads` are the CTEs that it reads, also through others."""

    name: str
    query: ast.Node
    at: ast.Node
    reads: frozenset[str]

    @property
    def written(self) -> str:
        """The table that it writes; empty when it writes none."""
        return self.query.relation.relname if isinstance(self.query, WRITES) else ""


def parts_of(tree: ast.Node) -> list[Part]:
    """The parts of a statement, in its order."""
    ctes = tree.withClause.ctes if tree.withClause else ()
    names = {cte.ctename for cte in ctes}
    reads: dict[str, frozenset[str]] = {}
    found = []
    for cte in ctes:
        reads[cte.ctename] = _through(names & _tables(walk(cte.ctequery)), reads)
        found.append(Part(cte.ctename, cte.ctequery, cte, reads[cte.ctename]))
    return [*found, Part("", tree, _first(tree), _through(names & _tables(own(tree)), reads))]


def own(tree: ast.Node) -> Iterator[ast.Node]:
    """A statement's nodes without those of its CTEs."""
    for name in tree:
        if name != "withClause":
            yield from walk(getattr(tree, name))


def _first(tree: ast.Node) -> ast.Node:
    return tree.relation if isinstance(tree, WRITES) else tree


def _tables(tree: Iterator[ast.Node]) -> set[str]:
    return {node.relname for node in tree if isinstance(node, ast.RangeVar)}


def _through(names: set[str], reads: Mapping[str, frozenset[str]]) -> frozenset[str]:
    return frozenset(names).union(*(reads.get(name, ()) for name in names))


def column(value: ast.Node | None) -> tuple[str, str] | None:
    """Alias and name, where a value is a column with its alias."""
    value = bare(value)
    fields = texts(value.fields) if isinstance(value, ast.ColumnRef) else ()
    return (fields[0], fields[1]) if len(fields) == 2 else None


def literal(value: Any) -> str | None:
    """The text that a value is, None where it is something else."""
    is_text = isinstance(value, ast.A_Const) and isinstance(value.val, ast.String)
    return value.val.sval if is_text else None
