"""How a file and a statement look: opening, header, names, limits, spellings, stated budgets."""

import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import zip_longest
from pathlib import Path
from typing import NamedTuple

from pglast import ast
from pglast.enums import BoolExprType
from pglast.parser import ParseError, scan

from sqlproof.configuration import Project, Statements
from sqlproof.findings import Finding
from sqlproof.reading.statements import Statement, statements_of
from sqlproof.reading.trees import nodes, parts_of, texts

MAXIMUM_NAME_BYTES = 63
TIGHT_SLICE = re.compile(r"[\w)\]]:\w")
BUDGET = "Budget"
FORM = re.compile(r"([1-9][\d,]*) rows, ([1-9][\d,]*) buffers, ([1-9][\d,]*) ms at ([1-9][\d,]*) (.+)")


def check_file(path: Path, rules: Statements) -> Iterator[Finding]:
    """Findings in a file's opening and in the length of its lines; a name line is as long as its signature."""
    lines = path.read_text(encoding="utf-8").splitlines()
    count = len(rules.opening)
    for number, (line, begins) in enumerate(zip_longest(lines[:count], rules.opening, fillvalue=""), 1):
        if not re.match(begins, line):
            shown = ", ".join(f"`{each}`" for each in rules.opening)
            yield Finding(path, number, "", f"a file opens with {count} lines, which begin like {shown}")
            break
    else:
        if count and len(lines) > count and lines[count]:
            yield Finding(path, count + 1, "", "an empty line follows the opening lines of a file")
    for number, line in enumerate(lines, 1):
        if len(line) > rules.maximum_line and not line.startswith("-- name:"):
            yield Finding(path, number, "", f"{len(line)} characters: a line has {rules.maximum_line} at most")


def check_header(statement: Statement, rules: Statements) -> Iterator[Finding]:
    """Findings in a statement's name, parameters and header."""
    if len(statement.name.encode()) > MAXIMUM_NAME_BYTES:
        yield statement.finding(f"PostgreSQL keeps {MAXIMUM_NAME_BYTES} bytes of a name: shorten the verb")
    if statement.suffix not in {"", "^", "$"}:
        yield statement.finding("a name ends in ^ (a row or none), $ (a value or none) or nothing (rows)")
    if len(statement.parameters) > rules.maximum_parameters:
        most = rules.maximum_parameters
        yield statement.finding(f"more than {most} parameters: give lists as arrays or as one document")
    if not statement.header or not re.fullmatch(r"[A-Z].*\.", statement.header[0].text):
        yield statement.finding("below the name stands one plain sentence, with its full stop")
    for line in statement.header[1:]:
        if line.text.partition(": ")[0] not in rules.labels:
            yield statement.finding(f"each further line has a label: {', '.join(rules.labels)}", line.number)


def check_shape(statement: Statement, rules: Statements) -> Iterator[Finding]:
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
    used = {reference.number for reference in nodes(statement.written or tree, ast.ParamRef)}
    for number, parameter in enumerate(statement.parameters, 1):
        if number not in used:
            yield statement.finding(f"{parameter} is not used: take it out of the header")
    yield from _unread(statement)
    if not isinstance(tree, ast.SelectStmt) and tree.returningClause is None:
        yield statement.finding("a write must return what it did: give it RETURNING, or a final SELECT")
    count = sum(1 for _ in _optional_filters(tree))
    if statement.is_query and not statement.is_planned_each_time and count > rules.maximum_filters:
        mend = "`Plan: custom` plans each call for the filters that are given"
        yield statement.finding(f"{count} optional filters, {rules.maximum_filters} at most in one plan: {mend}")


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


def check_spellings(path: Path, statements: Sequence[Statement]) -> Iterator[Finding]:
    """Findings for comments beside code, texts that a parameter could hide in, slices, and a name that is taken."""
    text = path.read_text(encoding="utf-8")
    for place, sentence in _odd(text):
        line = text[:place].count("\n") + 1
        around = [statement for statement in statements if statement.first_line <= line]
        yield around[-1].finding(sentence, line) if around else Finding(path, line, "", sentence)
    taken: set[str] = set()
    for statement in statements:
        if statement.verb in taken:
            yield statement.finding("the file has a statement of this name already")
        taken.add(statement.verb)


def _odd(text: str) -> Iterator[tuple[int, str]]:
    """Where something odd stands, and what to do instead."""
    depth = 0
    for name, start, word in _tokens(text):
        if name == "C_COMMENT" or (name == "SQL_COMMENT" and text[:start].rpartition("\n")[2].strip()):
            yield start, "a comment stands on a line of its own, after --: text beside code is taken for SQL"
        elif name == "SCONST" and word[0] in "eE":
            yield start, "E'…' hides what is in it: write the text itself, or chr(10)"
        elif name == "SCONST" and word[0] == "$":
            yield start, "$$…$$ hides parameters: quote a text with '…'"
        elif name == "USCONST":
            yield start, "U&'…' hides what is in it: write the text itself"
        depth += {"[": 1, "]": -1}.get(word, 0)
        if word == ":" and depth and TIGHT_SLICE.match(text[max(start - 1, 0) : start + 2]):
            yield start, "this reads as a parameter: a slice is written with spaces, a[1 : 2]"


def _tokens(text: str) -> Iterator[tuple[str, int, str]]:
    """Kind, place and text of each token; none of what PostgreSQL cannot read, about which its grammar speaks."""
    try:
        for token in scan(text):
            yield token.name, token.start, text[token.start : token.end + 1]
    except ParseError:
        return


class Budget(NamedTuple):
    """The most that a statement reads, looks at and takes in a database of at most so many of the unit."""

    rows: int
    buffers: int
    ms: int
    size: int
    unit: str

    def __str__(self) -> str:
        return f"{self.rows:,} rows, {self.buffers:,} buffers, {self.ms:,} ms at {self.size:,} {self.unit}"


def budget_of(statement: Statement, rules: Statements) -> Budget | None:
    """What its header says; None where it says nothing, or not so that it can be read."""
    if (matched := FORM.fullmatch(statement.labels.get(BUDGET, ""))) is None:
        return None
    *numbers, unit = matched.groups()
    rows, buffers, ms, size = (int(number.replace(",", "")) for number in numbers)
    budget = Budget(rows, buffers, ms, size, unit)
    return budget if str(budget) == statement.labels[BUDGET] and unit == rules.budget_unit else None


def check_budget(statement: Statement, rules: Statements) -> list[Finding]:
    """Findings in the form of a budget."""
    if BUDGET not in statement.labels or budget_of(statement, rules):
        return []
    example = Budget(400, 1_900, 20, 1_000_000, rules.budget_unit)
    return [statement.finding(f"a budget reads `{BUDGET}: {example}`")]


def stated_budgets(project: Project) -> Mapping[str, Budget]:
    """The budgets of all statements by their names."""
    found = ((statement.name, budget_of(statement, project.statements)) for statement in statements_of(project))
    return {name: budget for name, budget in found if budget}
