"""How files and statements for ClickHouse look: opening, header, parameters, names, comments."""

import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import msgspec

from sqlproof.clickhouse.described import Described
from sqlproof.configuration import Analytics, Project, Statements
from sqlproof.findings import Finding
from sqlproof.reading.analytics import TOKEN, Piece
from sqlproof.reading.statements import Statement
from sqlproof.rules.files import check_file, check_header
from sqlproof.rules.headers import check_twice
from sqlproof.rules.names import DAY, MOMENT, QUESTION, misnamed

MAKES_FUNCTION = re.compile(r"CREATE OR REPLACE FUNCTION\b")
KINDS = {"Date": DAY, "Date32": DAY, "DateTime": MOMENT, "DateTime64": MOMENT, "Bool": QUESTION}


def check_texts(
    path: Path, statements: Sequence[Statement], project: Project, analytics: Analytics
) -> Iterator[Finding]:
    """Findings in a file and in the headers of its statements."""
    rules = _rules(project, analytics)
    yield from check_file(path, rules)
    yield from _check_comments(path)
    verbs: set[str] = set()
    for statement in statements:
        yield from check_header(statement, rules)
        yield from check_twice(statement, rules)
        if statement.verb in verbs:
            yield statement.finding("the file has a statement of this name already")
        verbs.add(statement.verb)


def check_taken(described: Described) -> Iterator[Finding]:
    """Findings for parameters that the header and the statement do not share."""
    statement = described.statement
    for parameter in statement.parameters:
        if parameter not in described.parameters:
            yield statement.finding(f"{parameter} is not used: take it out of the header", statement.line_of("Takes"))
    for parameter in described.parameters:
        if parameter not in statement.parameters:
            yield statement.finding(f"{parameter} is not in the header: name it under `Takes`")


def check_described(described: Described, project: Project, analytics: Analytics) -> Iterator[Finding]:
    """Findings in the names of what a statement takes and gives, and in its columns."""
    statement = described.statement
    for name, type_ in (*described.parameters.items(), *described.columns):
        kind = KINDS.get(_bare(type_))
        if kind and name not in analytics.free_names and (wrong := misnamed(name, kind, project)):
            yield statement.finding(wrong)
    yield from _check_columns(described)


def _check_columns(described: Described) -> Iterator[Finding]:
    """Findings in which columns there are, and rows."""
    statement, names = described.statement, [name for name, _ in described.columns]
    for name in sorted({name for name in names if names.count(name) > 1}):
        yield statement.finding(f"two columns are called {name}: a row keeps one of them")
    if statement.suffix == "$" and (count := len(names)) != 1:
        yield statement.finding(f"$ returns a value, and this has {count} columns: return one, or end the name in ^")
    for node in described.tree.walk():
        if node.kind == "MATCHER":
            yield statement.finding("a star changes with its table: name the columns")
        if node.kind == "OFFSET":
            yield statement.finding("no OFFSET: a page goes on after the last row's key")


def check_types(described: Sequence[Described], views: Mapping[Piece, Mapping[str, str]]) -> Iterator[Finding]:
    """Findings for parameters of one name that have several types, in views or in statements."""
    types: dict[str, tuple[str, str]] = {}
    for piece, parameters in views.items():
        for name, type_ in parameters.items():
            known, where = types.setdefault(name, (type_, piece.path.name))
            if known != type_:
                yield piece.finding(f"{name} is {type_}, and {known} in {where}: give it one type")
    for each in described:
        for name, type_ in each.parameters.items():
            known, where = types.setdefault(name, (type_, each.statement.name))
            if known != type_:
                yield each.statement.finding(f"{name} is {type_}, and {known} in {where}: give it one type")


def check_functions(pieces: Sequence[Piece]) -> Iterator[Finding]:
    """Findings for what stands beside views: functions, which read nothing out of sight of the rules about reading."""
    for piece in pieces:
        if not MAKES_FUNCTION.match(piece.text):
            yield piece.finding("here stand views and functions alone: CREATE OR REPLACE VIEW … or FUNCTION …")
        words = [token["other"].upper() for token in TOKEN.finditer(piece.text) if token["other"]]
        if "SELECT" in words:
            yield piece.finding("a function reads nothing: let a view or the statement read")


def _check_comments(path: Path) -> Iterator[Finding]:
    text = path.read_text(encoding="utf-8")
    for token in TOKEN.finditer(text):
        if token["comment"] and (token["comment"][0] == "/" or text[: token.start()].rpartition("\n")[2].strip()):
            line = text.count("\n", 0, token.start()) + 1
            yield Finding(path, line, "", "a comment stands on a line of its own, after --")


def _rules(project: Project, analytics: Analytics) -> Statements:
    return msgspec.structs.replace(project.statements, opening=analytics.opening, labels=analytics.labels)


def _bare(type_: str) -> str:
    """A type without its wrappings and what stands in its parentheses."""
    base, _, inner = type_.partition("(")
    return _bare(inner) if base in ("Nullable", "LowCardinality") else base.rstrip(")")
