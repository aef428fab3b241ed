"""Walks over PostgreSQL's parse trees."""

from collections.abc import Iterator
from typing import Any, TypeVar

from pglast import ast

type_of_node = TypeVar("type_of_node", bound=ast.Node)


def walk(node: Any) -> Iterator[ast.Node]:
    """A node and everything below it, in the order of the grammar."""
    if isinstance(node, tuple):
        for each in node:
            yield from walk(each)
    elif isinstance(node, ast.Node):
        yield node
        for name in node:
            yield from walk(getattr(node, name))


def nodes(tree: Any, kind: type[type_of_node]) -> Iterator[type_of_node]:
    """The nodes of one kind."""
    return (node for node in walk(tree) if isinstance(node, kind))


def texts(names: tuple[Any, ...] | None) -> tuple[str, ...]:
    """The words of a dotted name; `*` for a star."""
    return tuple(name.sval if isinstance(name, ast.String) else "*" for name in names or ())
