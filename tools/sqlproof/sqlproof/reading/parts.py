"""A statement in its parts: each CTE, and what stands below all of them, with what it reads of the others."""

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from pglast import ast

from sqlproof.reading.trees import bare, texts, walk

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
