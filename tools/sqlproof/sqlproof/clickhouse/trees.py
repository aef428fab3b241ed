"""ClickHouse's own tree of a query, before it is resolved, as `EXPLAIN QUERY TREE` prints it."""

import re
from collections.abc import Iterator, Mapping
from typing import NamedTuple

FACT = re.compile(r", (?=\w+: )")
NODE = re.compile(r"(?P<kind>[A-Z_ ]+?) id: \d+(?:, (?P<facts>.*))?$", re.DOTALL)


class Node(NamedTuple):
    """A node, such as `IDENTIFIER` with its `identifier`; or a part of one, such as `WHERE`, which has no facts."""

    kind: str
    facts: Mapping[str, str]
    children: tuple["Node", ...]

    def part(self, kind: str) -> "Node | None":
        """The child of a kind."""
        return next((child for child in self.children if child.kind == kind), None)

    def name(self, fact: str) -> str:
        """A fact, empty where the node has none of this name."""
        return self.facts.get(fact, "")

    def walk(self) -> Iterator["Node"]:
        """It and everything below it, in the order of the tree."""
        yield self
        for child in self.children:
            yield from child.walk()


def tree_of(printed: str) -> Node:
    """The tree whose nodes are lines, each below the last one that is indented less."""
    lines = [(len(line) - len(line.lstrip(" ")), line.lstrip(" ")) for line in printed.splitlines() if line.strip()]
    [root], _ = _nodes(lines, 0, lines[0][0])
    return root


def _nodes(lines: list[tuple[int, str]], place: int, depth: int) -> tuple[list[Node], int]:
    """The nodes at a depth from a line on, and the line after them."""
    found: list[Node] = []
    while place < len(lines) and lines[place][0] >= depth:
        text = lines[place][1]
        below: list[Node] = []
        place += 1
        if place < len(lines) and lines[place][0] > depth:
            below, place = _nodes(lines, place, lines[place][0])
        matched = NODE.match(text)
        facts = dict(fact.partition(": ")[::2] for fact in FACT.split((matched and matched["facts"]) or "") if fact)
        found.append(Node(matched["kind"] if matched else text, facts, tuple(below)))
    return found, place


def arguments_of(function: Node) -> tuple[Node, ...]:
    """What a function is called with."""
    given = function.part("ARGUMENTS")
    return given.children[0].children if given and given.children else ()


def is_call(node: Node, name: str) -> bool:
    """Whether it calls a function."""
    return node.kind == "FUNCTION" and node.name("function_name") == name


def conjuncts(condition: Node | None) -> Iterator[Node]:
    """The conditions that hold all at once: those between the ANDs; `condition` is one or the part that has it."""
    if condition is None:
        return
    if condition.kind != "FUNCTION" and len(condition.children) == 1:
        yield from conjuncts(condition.children[0])
    elif is_call(condition, "and"):
        for each in arguments_of(condition):
            yield from conjuncts(each)
    else:
        yield condition


class Source(NamedTuple):
    """What a query level reads from, and the conditions of the ON that drop rows of it."""

    node: Node
    conditions: tuple[Node, ...]


def sources_of(node: Node, conditions: tuple[Node, ...] = ()) -> Iterator[Source]:
    """What a level's JOIN TREE names; a sub-select is a source, and a level of its own."""
    if node.kind in ("IDENTIFIER", "TABLE_FUNCTION", "QUERY", "UNION"):
        yield Source(node, conditions)
    elif node.kind == "JOIN":
        kind, given = node.name("kind"), tuple(conjuncts(node.part("JOIN EXPRESSION")))
        for side, dropping in (("LEFT", ("INNER", "RIGHT")), ("RIGHT", ("INNER", "LEFT"))):
            part = node.part(f"{side} TABLE EXPRESSION")
            if part is not None:
                yield from sources_of(part, conditions + (given if kind in dropping else ()))
    elif node.kind != "JOIN EXPRESSIONS":  # of an ARRAY JOIN: values
        for child in node.children:
            yield from sources_of(child, conditions)
