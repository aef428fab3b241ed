"""Statements as HTML: words by their kinds as PostgreSQL's own scanner tells them, tables linked, types on hover."""

from collections.abc import Iterable, Iterator, Mapping, Set
from typing import NamedTuple

from markupsafe import Markup, escape
from pglast.parser import scan

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
    begin = statement.first_line + len(statement.header)
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
