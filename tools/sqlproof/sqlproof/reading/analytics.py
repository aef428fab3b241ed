"""The files that ClickHouse reads: statements, migrations and views, cut into their parts without a grammar."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from sqlproof.configuration import Project
from sqlproof.findings import Finding
from sqlproof.reading.statements import Statement, read_texts

TOKEN = re.compile(
    r"(?P<blank>\s+)|(?P<comment>--[^\n]*|/\*.*?\*/)|(?P<quoted>'(?:[^'\\]|\\.|'')*'|\"(?:[^\"\\]|\\.)*\"|`(?:[^`\\]|\\.)*`)"
    r"|(?P<end>;)|(?P<other>\w+|.)",
    re.DOTALL,
)


class Piece(NamedTuple):
    """A statement of a file that holds several without names, and the line on which it begins."""

    path: Path
    line: int
    text: str

    def finding(self, sentence: str, line: int = 0) -> Finding:
        """A finding; `line` is counted from 0 within the piece."""
        return Finding(self.path, self.line + line, "", sentence)


def pieces_of(path: Path) -> Iterator[Piece]:
    """The statements between the semicolons of a file."""
    text = path.read_text(encoding="utf-8")
    start: int | None = None
    for token in TOKEN.finditer(text):
        if token["end"] and start is not None:
            yield Piece(path, text.count("\n", 0, start) + 1, text[start : token.start()])
            start = None
        elif start is None and not token["blank"] and not token["comment"] and not token["end"]:
            start = token.start()
    if start is not None:
        yield Piece(path, text.count("\n", 0, start) + 1, text[start:].rstrip())


def read_analytics(project: Project) -> Iterator[tuple[Path, list[Statement], list[Finding]]]:
    """Every file of statements for ClickHouse; none where the project has no such folder."""
    folder = project.sql / project.analytics.folder if project.analytics else None
    for path in sorted(folder.glob("*.sql")) if folder else ():
        statements, findings = read_texts(path, project.statements.parameter_groups, is_query=True)
        yield path, [each._replace(text=each.text.rstrip().removesuffix(";")) for each in statements], findings


def analytics_of(project: Project) -> list[Statement]:
    """Every statement for ClickHouse; none has a tree."""
    return [statement for _, found, _ in read_analytics(project) for statement in found]
