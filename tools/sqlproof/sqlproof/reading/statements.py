"""Reads SQL files into statements that know their lines, and finds one by what people type of its name."""

import difflib
import re
from collections.abc import Container, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from pglast import ast, parse_sql
from pglast.parser import ParseError

from sqlproof.configuration import Project
from sqlproof.findings import Finding

NAME_LINE = re.compile(r"-- name: (?P<verb>\w+)(?:\((?P<parameters>[\w, ]*)\))?(?P<suffix>\S*)$")
CUSTOM = "custom"
PARAMETER = re.compile(r"\"(?:\"\"|[^\"])+\"|'(?:''|[^'])*'|(?P<lead>[^:]):(?P<name>\w+)(?=[^:]?)")
"""A quoted text, or a parameter, as aiosql finds them."""
SHOWN_NAMES = 12


class Line(NamedTuple):
    """A line of a file and its number."""

    number: int
    text: str


class Statement(NamedTuple):
    """A statement: `first_line` is its name line's number, `tree` is None where it does not parse.

    `text` begins on the name line and has comments blanked and `$n` for parameters, so that its lines are the file's.
    `written` is the tree as it is written, where functions have been put into `tree`.
    """

    path: Path
    verb: str
    suffix: str
    parameters: tuple[str, ...]
    first_line: int
    header: tuple[Line, ...]
    text: str
    tree: ast.Node | None
    is_query: bool
    written: ast.Node | None = None

    @property
    def is_planned_each_time(self) -> bool:
        """Whether each call has a plan of its own, for the values that it is given."""
        return self.labels.get("Plan", "").startswith(CUSTOM)

    @property
    def file(self) -> str:
        return f"{self.path.parent.name}/{self.path.stem}"

    @property
    def name(self) -> str:
        return f"{self.file}.{self.verb}"

    @property
    def labels(self) -> Mapping[str, str]:
        """The last value of each label of the header."""
        return dict(line.text.split(": ", 1) for line in self.header[1:] if ": " in line.text)

    @property
    def locks_first(self) -> list[str]:
        """The verbs of the statements that go before this one in its message."""
        return [verb for each in self.labels.get("Locks first", "").split(",") if (verb := each.strip())]

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


def first_names(statement: Statement, known: Container[str], project: Project) -> list[str]:
    """The names of the statements that go before one: of its own file, or else of the file of locks that all share."""
    shared = f"{statement.path.parent.name}/{project.locks.shared}"
    places = ((f"{statement.file}.{verb}", f"{shared}.{verb}") for verb in statement.locks_first)
    return [next(name for name in both if name in known) for both in places if any(name in known for name in both)]


class NoSuchStatement(Exception):
    """The sentence says what there is instead."""


def read_texts(
    path: Path, groups: Mapping[str, Sequence[str]], *, is_query: bool
) -> tuple[list[Statement], list[Finding]]:
    """The statements of a file as they are written, without trees. `groups`: what `Takes` calls several parameters."""
    lines = [Line(number, text) for number, text in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)]
    starts = [index for index, line in enumerate(lines) if line.text.startswith("-- name:")]
    statements, findings = [], []
    for start, end in zip(starts, [*starts[1:], len(lines)], strict=True):
        matched = NAME_LINE.match(lines[start].text)
        if matched is None:
            sentence = "a name line is `-- name: verb`, with ^, $ or nothing behind it"
            findings.append(Finding(path, lines[start].number, "", sentence))
            continue
        statements.append(_written(path, matched, lines[start:end], groups, is_query=is_query))
    return statements, findings


def read_file(
    path: Path, groups: Mapping[str, Sequence[str]], *, is_query: bool
) -> tuple[list[Statement], list[Finding]]:
    """The statements of a file for PostgreSQL, and what is wrong with their form. `groups`: as for `read_texts`."""
    written, findings = read_texts(path, groups, is_query=is_query)
    parsed = [_parsed(each) for each in written]
    return [statement for statement, _ in parsed], [*findings, *(each for _, found in parsed for each in found)]


def read_files(project: Project) -> Iterator[tuple[Path, list[Statement], list[Finding]]]:
    """Every file of statements."""
    for folder in project.statements.folders:
        for path in sorted((project.sql / folder).glob("*.sql")):
            groups = project.statements.parameter_groups
            yield path, *read_file(path, groups, is_query=folder in project.statements.read_only)


def statements_of(project: Project) -> list[Statement]:
    """Every statement, whether it parses or not."""
    return [statement for _, found, _ in read_files(project) for statement in found]


def find(project: Project, typed: str) -> tuple[Statement, list[Statement]]:
    """The statement that `typed` names, and the locks that go before it in its message.

    `queries/jobs.find`, `jobs.find`, a beginning that only one name has, and a verb that is there once all name one.
    Raises: NoSuchStatement.
    """
    statements = {statement.name: statement for statement in statements_of(project)}
    names = list(statements)
    exact = [name for name in names if typed in (name, name.partition("/")[2])]
    found = exact or [name for name in names if name.startswith(typed) or name.partition("/")[2].startswith(typed)]
    found = found or [name for name in names if name.partition(".")[2] == typed]
    if len(found) > 1:
        raise NoSuchStatement(f"{typed} is {len(found)} statements: {_listed(found)}")
    if not found:
        short = {name.partition("/")[2]: name for name in names} | {name: name for name in names}
        near = dict.fromkeys(short[each] for each in difflib.get_close_matches(typed, short, SHOWN_NAMES))
        raise NoSuchStatement(
            f"there is no statement {typed}{f': did you mean {_listed(list(near))}?' if near else ''}"
        )
    statement = statements[found[0]]
    return statement, [statements[name] for name in first_names(statement, statements, project)]


def pool_of(project: Project, statement: Statement) -> str:
    """The name of the pool that sends a statement: the one that has its file to itself, or its folder's."""
    pools = {name: pool for name, pool in project.pools.items() if pool.folder == statement.path.parent.name}
    alone = (name for name, pool in pools.items() if statement.path.stem in pool.only)
    return next(alone, next(name for name, pool in pools.items() if not pool.only))


def numbered(sql: str, parameters: Sequence[str]) -> str:
    """`:name` becomes `$n`, n being its place in the signature; quoted text stays. Raises: ValueError (not in it)."""
    return PARAMETER.sub(lambda m: f"{m['lead']}${parameters.index(m['name']) + 1}" if m["name"] else m[0], sql)


def _written(
    path: Path, name: re.Match[str], lines: list[Line], groups: Mapping[str, Sequence[str]], *, is_query: bool
) -> Statement:
    header = _header(lines[1:])
    told = [line.text.removeprefix("Takes: ") for line in header if line.text.startswith("Takes: ")]
    words = [word.strip() for word in (name["parameters"] or ",".join(told)).split(",")]
    parameters = tuple(each for word in words if word for each in groups.get(word, (word,)))
    body = "\n".join("" if line.text.lstrip().startswith("--") else line.text for line in lines)
    return Statement(
        path, name["verb"], name["suffix"], parameters, lines[0].number, tuple(header), body, None, is_query
    )  # fmt: skip


def _parsed(bare: Statement) -> tuple[Statement, list[Finding]]:
    """A statement with its tree, where PostgreSQL's grammar takes it."""
    try:
        text = numbered(bare.text, bare.parameters)
    except ValueError:
        return bare, [bare.finding("a parameter is not in the header: name it under `Takes`")]
    try:
        trees = parse_sql(text)
    except ParseError as error:
        location = error.args[1] if len(error.args) > 1 else 0
        line_number = bare.first_line + text[:location].count("\n")
        return bare, [bare.finding(f"PostgreSQL's grammar refuses it: {error.args[0]}", line_number)]
    if len(trees) != 1:
        return bare, [bare.finding(f"{len(trees)} statements under one name: give each its own")]
    return bare._replace(text=text, tree=trees[0].stmt), []


def _header(lines: Sequence[Line]) -> list[Line]:
    """The comment below the name; `Takes` goes on in the next line where it ends in a comma."""
    header: list[Line] = []
    for line in lines:
        if not line.text.startswith("--"):
            break
        text = line.text.removeprefix("--").strip()
        if header and header[-1].text.startswith("Takes: ") and header[-1].text.endswith(","):
            header[-1] = header[-1]._replace(text=f"{header[-1].text} {text}")
        else:
            header.append(Line(line.number, text))
    return header


def _listed(names: list[str]) -> str:
    return ", ".join(names[:SHOWN_NAMES]) + (", …" if len(names) > SHOWN_NAMES else "")
