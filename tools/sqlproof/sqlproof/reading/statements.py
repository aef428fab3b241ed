"""Reads a SQL file into statements that know their lines."""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from pglast import ast, parse_sql
from pglast.parser import ParseError

from hiring.database import numbered
from sqlproof.findings import Finding

NAME_LINE = re.compile(r"-- name: (?P<verb>\w+)\((?P<parameters>[\w, ]*)\)(?P<suffix>\S*)$")


class Line(NamedTuple):
    """A line of a file and its number."""

    number: int
    text: str


class Statement(NamedTuple):
    """A statement: `first_line` is its name line's number, `tree` is None where it does not parse.

    `text` begins on the name line and has comments blanked and `$n` for parameters, so that its lines are the file's.
    """

    path: Path
    verb: str
    suffix: str
    parameters: tuple[str, ...]
    first_line: int
    header: tuple[Line, ...]
    text: str
    tree: ast.Node | None

    @property
    def is_query(self) -> bool:
        return self.path.parent.name == "queries"

    @property
    def name(self) -> str:
        return f"{self.path.parent.name}/{self.path.stem}.{self.verb}"

    @property
    def labels(self) -> Mapping[str, str]:
        """The last value of each label of the header."""
        return dict(line.text.split(": ", 1) for line in self.header[1:] if ": " in line.text)

    def line_of(self, label: str) -> int:
        """The number of the line where the header has a label; the name line's without it."""
        return next((line.number for line in self.header if line.text.startswith(f"{label}: ")), self.first_line)

    def finding(self, sentence: str, at: Any = None) -> Finding:
        """A finding on the line of a node, a number of a line or, by default, the name line."""
        line = (
            at
            if isinstance(at, int)
            else self.first_line + self.text[: max(0, getattr(at, "location", 0) or 0)].count("\n")
        )
        return Finding(self.path, line, self.name, sentence)


def read_file(path: Path) -> tuple[list[Statement], list[Finding]]:
    """The statements of a file, and what is wrong with their form."""
    lines = [Line(number, text) for number, text in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)]
    starts = [index for index, line in enumerate(lines) if line.text.startswith("-- name:")]
    statements, findings = [], []
    for start, end in zip(starts, [*starts[1:], len(lines)], strict=True):
        matched = NAME_LINE.match(lines[start].text)
        if matched is None:
            sentence = "a name line is `-- name: verb(parameters)`, with ^, $ or nothing behind it"
            findings.append(Finding(path, lines[start].number, "", sentence))
            continue
        statement, problems = _statement(path, matched, lines[start:end])
        statements.append(statement)
        findings.extend(problems)
    return statements, findings


def _statement(path: Path, name: re.Match[str], lines: list[Line]) -> tuple[Statement, list[Finding]]:
    parameters = tuple(each.strip() for each in name["parameters"].split(",") if each.strip())
    header = []
    for line in lines[1:]:
        if not line.text.startswith("--"):
            break
        header.append(Line(line.number, line.text.removeprefix("--").strip()))
    body = "\n".join("" if line.text.lstrip().startswith("--") else line.text for line in lines)
    bare = Statement(path, name["verb"], name["suffix"], parameters, lines[0].number, tuple(header), body, None)
    try:
        text = numbered(body, parameters)
    except ValueError:
        return bare, [bare.finding("a parameter is not in the name line: name it there")]
    try:
        trees = parse_sql(text)
    except ParseError as error:
        location = error.args[1] if len(error.args) > 1 else 0
        line_number = bare.first_line + text[:location].count("\n")
        return bare, [bare.finding(f"PostgreSQL's grammar refuses it: {error.args[0]}", line_number)]
    if len(trees) != 1:
        return bare, [bare.finding(f"{len(trees)} statements under one name: give each its own")]
    return bare._replace(text=text, tree=trees[0].stmt), []


def read_files(folder: Path) -> Iterator[tuple[Path, list[Statement], list[Finding]]]:
    """Every file of commands and queries."""
    for path in sorted([*folder.glob("commands/*.sql"), *folder.glob("queries/*.sql")]):
        yield path, *read_file(path)
