"""How a file and a statement look: headers, names, limits, and what `sql/README.md` does not allow."""

import re
from collections.abc import Iterator
from pathlib import Path

from pglast import ast
from pglast.enums import BoolExprType
from pglast.parser import scan

from sqlproof.findings import Finding
from sqlproof.reading.parts import parts_of
from sqlproof.reading.statements import Statement
from sqlproof.reading.trees import nodes, texts

LABELS = ("Locks first", "Locks", "Returns", "Guards", "Page", "Index", "Why", "Tenant", "Budget")
MAXIMUM_NAME_BYTES = 63
MAXIMUM_PARAMETERS = 30
MAXIMUM_LINE = 120
MAXIMUM_FILTERS = 3


def check_file(path: Path) -> Iterator[Finding]:
    """Findings in a file's opening and in the length of its lines; a name line is as long as its signature."""
    lines = path.read_text(encoding="utf-8").splitlines()
    opening = [*lines[:4], "", "", "", ""][:4]
    for number, (line, begins) in enumerate(
        zip(opening[:3], (r"-- [A-Z].*: ", "-- Pool: ", "-- Know first: "), strict=True), 1
    ):
        if not re.match(begins, line):
            sentence = "a file opens with three lines: `-- <Noun>: …`, `-- Pool: …`, `-- Know first: …`"
            yield Finding(path, number, "", sentence)
            break
    else:
        if opening[3]:
            yield Finding(path, 4, "", "three opening lines, then an empty one")
    for number, line in enumerate(lines, 1):
        if len(line) > MAXIMUM_LINE and not line.startswith("-- name:"):
            yield Finding(path, number, "", f"{len(line)} characters: a line has {MAXIMUM_LINE} at most")


def check_header(statement: Statement) -> Iterator[Finding]:
    """Findings in a statement's name, parameters and header."""
    if len(statement.name.encode()) > MAXIMUM_NAME_BYTES:
        yield statement.finding(f"PostgreSQL keeps {MAXIMUM_NAME_BYTES} bytes of a name: shorten the verb")
    if statement.suffix not in {"", "^", "$"}:
        yield statement.finding("a name ends in ^ (a row or none), $ (a value or none) or nothing (rows)")
    if len(statement.parameters) > MAXIMUM_PARAMETERS:
        yield statement.finding(f"more than {MAXIMUM_PARAMETERS} parameters: give lists as arrays or as one document")
    if not statement.header or not re.fullmatch(r"[A-Z].*\.", statement.header[0].text):
        yield statement.finding("below the name stands one plain sentence, with its full stop")
    for line in statement.header[1:]:
        if line.text.partition(": ")[0] not in LABELS:
            yield statement.finding(f"each further line has a label: {', '.join(LABELS)}", line.number)


def check_shape(statement: Statement) -> Iterator[Finding]:
    """Findings in the statement itself: stars, OFFSET, filters, and a write that tells nothing."""
    tree = statement.tree
    if not isinstance(tree, ast.SelectStmt | ast.InsertStmt | ast.UpdateStmt | ast.DeleteStmt):
        yield statement.finding("a statement is a SELECT, INSERT, UPDATE or DELETE")
        return
    for column in nodes(tree, ast.ColumnRef):
        if "*" in texts(column.fields):
            yield statement.finding("a star breaks prepared statements: name the columns", column)
    for token in scan(statement.text):  # the tree has no line for a bare number
        if token.name == "OFFSET":
            line = statement.first_line + statement.text[: token.start].count("\n")
            yield statement.finding("no OFFSET: a page goes on after the last row's key", line)
    used = {reference.number for reference in nodes(tree, ast.ParamRef)}
    for number, parameter in enumerate(statement.parameters, 1):
        if number not in used:
            yield statement.finding(f"{parameter} is not used: take it out of the name line")
    yield from _unread(statement)
    if not isinstance(tree, ast.SelectStmt) and tree.returningClause is None:
        yield statement.finding("a write tells what it did: give it RETURNING, or a final SELECT")
    if statement.is_query and (count := sum(1 for _ in _optional_filters(tree))) > MAXIMUM_FILTERS:
        yield statement.finding(f"{count} optional filters: {MAXIMUM_FILTERS} at most, then another statement")


def _unread(statement: Statement) -> Iterator[Finding]:
    """CTEs that PostgreSQL leaves out, with the locks in them: only what writes runs unasked."""
    parts = parts_of(statement.tree)
    for part in parts:
        if part.name and not part.written and not any(part.name in other.reads for other in parts):
            yield statement.finding(f"nothing reads {part.name}, so it never runs: read it, or take it out", part.at)


def _optional_filters(tree: ast.Node) -> Iterator[ast.NullTest]:
    """Each `:x IS NULL OR …`."""
    for either in nodes(tree, ast.BoolExpr):
        if either.boolop == BoolExprType.OR_EXPR:
            for test in either.args:
                value = test.arg if isinstance(test, ast.NullTest) else None
                if isinstance(value.arg if isinstance(value, ast.TypeCast) else value, ast.ParamRef):
                    yield test
