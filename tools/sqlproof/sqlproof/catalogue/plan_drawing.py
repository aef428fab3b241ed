"""A plan as the page draws it: each node with what it is, what it reads, what it asks for and what it costs."""

import re
from collections.abc import Sequence
from typing import NamedTuple

from sqlproof.explain.plans import Node, kind_of

COLOURS = (
    ("Seq Scan", "whole"), ("ModifyTable", "write"), ("LockRows", "lock"), ("CTE Scan", "plain"), ("Scan", "read"),
    ("Join", "join"), ("Nested Loop", "join"),
)  # fmt: skip
"""A part of what a node is → how it is coloured; the first that fits."""
STEPS = 20
"""A bar has so many lengths."""
PARAMETER = re.compile(r"\$(\d+)")


class Drawn(NamedTuple):
    """A node: `part` is the CTE or subplan that it makes, `share` its own cost beside the dearest node's, in STEPS."""

    colour: str
    part: str
    kind: str
    index_name: str
    table: str
    place: str
    alias: str
    row_count: int
    cost: float
    share: int
    conditions: tuple[tuple[str, str], ...]
    below: tuple["Drawn", ...]


def drawn(plan: Node, parameters: Sequence[str]) -> Drawn:
    """A plan; costs are the planner's, in its own unit. `parameters` are named instead of counted."""
    return _drawn(plan, parameters, max(map(_own_cost, plan.all())) or 1.0)


def _drawn(node: Node, parameters: Sequence[str], dearest: float) -> Drawn:
    told = node.told
    return Drawn(
        colour=next((colour for word, colour in COLOURS if word in node.kind), "plain"),
        part=told.get("Subplan Name", "").removeprefix("CTE "), kind=kind_of(told), index_name=node.index_name or "",
        table=node.relation or "", place=told.get("CTE Name") or told.get("Function Name") or "",
        alias=told.get("Alias", ""), row_count=int(told["Plan Rows"]), cost=_cost(node),
        share=round(STEPS * _own_cost(node) / dearest),
        conditions=tuple((name, _named(text, parameters)) for name, text in node.conditions.items()),
        below=tuple(_drawn(part, parameters, dearest) for part in node.parts),
    )  # fmt: skip


def _cost(node: Node) -> float:
    return float(node.told["Total Cost"])


def _own_cost(node: Node) -> float:
    """What a node costs beyond those below it."""
    return max(0.0, _cost(node) - sum(map(_cost, node.parts)))


def _named(condition: str, parameters: Sequence[str]) -> str:
    """A condition with `:name` for `$n`; a number beyond the parameters is the planner's own."""

    def name(found: re.Match[str]) -> str:
        number = int(found[1])
        return f":{parameters[number - 1]}" if 0 < number <= len(parameters) else found[0]

    return PARAMETER.sub(name, condition)
