"""Statements and plans as the page draws them: words by their kinds, and nodes by what they cost."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from typing import NamedTuple

from markupsafe import Markup, escape
from pglast.parser import scan

from sqlproof.explain.plans import Node, kind_of
from sqlproof.reading.statements import Statement

QUOTED = ("SCONST", "USCONST", "BCONST", "XCONST")
NUMBERS = ("ICONST", "FCONST")
COMMENTS = ("SQL_COMMENT", "C_COMMENT")


class Word(NamedTuple):
    """A word of a statement with the space before it; `kind` is the scanner's."""

    space: str
    text: str
    kind: str
    is_keyword: bool


def body_of(statement: Statement) -> str:
    """A statement as its file has it, without name line and header."""
    lines = statement.path.read_text(encoding="utf-8").splitlines()
    begin = next(number for number in range(statement.first_line, len(lines)) if not lines[number].startswith("--"))
    end = statement.first_line - 1 + len(statement.text.split("\n"))
    return "\n".join(lines[begin:end]).strip()


def highlighted(text: str, types: Mapping[str, str], tables: Set[str]) -> Markup:
    """HTML of a statement. `types` are those of its parameters."""
    html = Markup().join(_parts(_words(text), types, tables))
    return html.replace("</b> <b>", " ")  # neighbours share a mark: the page has a fifth less of them


def _words(text: str) -> Iterator[Word]:
    end = 0
    for token in scan(text):
        is_keyword = token.kind != "NO_KEYWORD" and text[token.start : token.end + 1].isupper()
        yield Word(text[end : token.start], text[token.start : token.end + 1], token.name, is_keyword)
        end = token.end + 1
    yield Word(text[end:], "", "", is_keyword=False)


def _parts(words: Iterable[Word], types: Mapping[str, str], tables: Set[str]) -> Iterator[Markup]:
    """A colon and the name behind it are one, the parameter; behind a full stop and AS stands no table."""
    before = ""
    for word in words:
        yield escape(word.space)
        if before == ":":
            yield Markup('<var title="{}">:{}</var>').format(types.get(word.text, ""), word.text)
        elif word.text in tables and before not in (".", "AS"):
            yield Markup('<a href="#table-{0}">{0}</a>').format(word.text)
        elif word.text != ":":
            yield _part(word)
        before = word.text


def _part(word: Word) -> Markup:
    if word.is_keyword:
        return Markup("<b>{}</b>").format(word.text)
    if word.kind in QUOTED:
        return Markup("<q>{}</q>").format(word.text)
    if word.kind in NUMBERS:
        return Markup("<s>{}</s>").format(word.text)
    if word.kind in COMMENTS:
        return Markup("<i>{}</i>").format(word.text)
    return escape(word.text)


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
