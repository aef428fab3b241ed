"""Slips that people make and Cosmic Ray does not: a forgotten statement or argument, the value of a neighbour."""

import re
from collections.abc import Iterable, Iterator
from typing import Any

from cosmic_ray.operators.operator import Example, Operator
from parso.python.tree import Keyword, Name, PythonNode, String

Node = Any
"""A node or leaf of parso's tree, which is typed in part only."""
Position = tuple[tuple[int, int], tuple[int, int]]

CALLS = ("atom_expr", "power")
STATEMENT = re.compile(r"\.(commands|queries)\.\w+\.\w+\(")
UNTESTED_CALLS = ("log.", "super(")
"""What a call that no test needs to notice begins with: wording of logs, and what Python itself asks for."""
WORDING = "description"
"""The argument that describes something for `/openapi.json`."""


class ForgetStatement(Operator):  # type: ignore[misc]  # Cosmic Ray has no types
    """Takes out a call whose result nobody uses, an `await` of one, or a `raise`."""

    def mutation_positions(self, node: Node) -> Iterable[Position]:
        if is_forgettable(node):
            yield node.start_pos, node.end_pos

    def mutate(self, node: Node, index: int) -> Node:
        return Keyword("pass", node.start_pos, prefix=node.get_first_leaf().prefix)

    @classmethod
    def examples(cls) -> Iterable[Example]:
        return (Example("close()\n", "pass\n"),)


class TakeNeighboursValue(Operator):  # type: ignore[misc]
    """Gives a keyword argument or a mapping's key the value that its like has elsewhere in the module."""

    def mutation_positions(self, node: Node) -> Iterable[Position]:
        if neighbour_of(node) is not None:
            yield node.start_pos, node.end_pos

    def mutate(self, node: Node, index: int) -> Node:
        text = neighbour_of(node)
        assert text is not None
        value = node.children[2]
        node.children[2] = Name(text, value.start_pos, prefix=value.get_first_leaf().prefix)
        return made(node.type, node.children)

    @classmethod
    def examples(cls) -> Iterable[Example]:
        return (Example("a(b=1)\nc(b=2)\n", "a(b=2)\nc(b=2)\n"),)


class ForgetArgument(Operator):  # type: ignore[misc]
    """Takes a keyword argument out of a call: its default then holds, where it has one."""

    def mutation_positions(self, node: Node) -> Iterable[Position]:
        for argument in keyword_arguments(node):
            yield argument.start_pos, argument.end_pos

    def mutate(self, node: Node, index: int) -> Node:
        argument = list(keyword_arguments(node))[index]
        place = node.children.index(argument)
        last = place + 2 if place + 1 < len(node.children) else place + 1
        return made(node.type, [*node.children[:place], *node.children[last:]])

    @classmethod
    def examples(cls) -> Iterable[Example]:
        return (Example("a(b=1, c=2)\n", "a( c=2)\n"),)


def is_conversion(leaf: Node) -> bool:
    """Whether a number is the thousand between seconds and milliseconds: one more or less is a thousandth."""
    before = leaf.get_previous_leaf()
    return leaf.value == "1000" and before is not None and before.value in {"*", "/"}


def made(kind: str, children: list[Node]) -> Node:
    """A node of other children."""
    make: Any = PythonNode
    return make(kind, children)


def is_forgettable(node: Node) -> bool:
    """Whether a node is a whole statement whose absence leaves a program that runs."""
    if node.parent is None or node.parent.type not in {"simple_stmt", "suite"}:
        return False
    if node.type == "raise_stmt":
        return True
    is_call = node.type in CALLS and node.get_code().rstrip().endswith(")")
    return is_call and not node.get_code(include_prefix=False).removeprefix("await ").startswith(UNTESTED_CALLS)


def neighbour_of(node: Node) -> str | None:
    """The text of another value that an argument of the same name has in the module."""
    value = value_of(node)
    if value is None:
        return None
    name, text = node.children[0].value, value.get_code(include_prefix=False)
    others = sorted({other for other in values_in(node.get_root_node(), name) if other != text})
    return others[hash_of(text) % len(others)] if others else None


def value_of(node: Node) -> Node | None:
    """The simple value of `name=value` in a call: a text, a number, a name or an attribute."""
    if node.type != "argument" or len(node.children) != 3 or node.children[1].get_code().strip() != "=":
        return None
    value: Node = node.children[2]
    if node.children[0].value == WORDING:
        return None
    is_simple = isinstance(value, String | Name | Keyword) or value.type in {"number", "atom_expr", "power"}
    return value if is_simple and "\n" not in value.get_code() else None


def values_in(root: Node, name: str) -> Iterator[str]:
    """The texts of the simple values of every argument of a name."""
    for node in descendants(root):
        value = value_of(node)
        if value is not None and node.children[0].value == name:
            yield value.get_code(include_prefix=False)


def keyword_arguments(node: Node) -> Iterator[Node]:
    """The keyword arguments of a call that has more than one argument. A statement's are all needed: mypy says so."""
    if node.type == "arglist" and not STATEMENT.search(node.parent.parent.get_code()):
        yield from (each for each in node.children if value_of(each) is not None)


def descendants(node: Node) -> Iterator[Node]:
    """A node and all that is in it."""
    yield node
    for child in getattr(node, "children", ()):
        yield from descendants(child)


def hash_of(text: str) -> int:
    """A number of a text that is the same in every run."""
    return sum(text.encode())
