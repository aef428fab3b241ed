"""Reads migrations into statements that know their lines, their trees and the schema before them."""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from pglast import ast, parse_sql, split
from pglast.parser import ParseError, scan

from sqlproof.findings import Finding
from sqlproof.migrations.building import Built
from sqlproof.migrations.table_locks import Lock, locks_of

FILE_NAME = re.compile(r"(?P<version>[0-9]{4})_(?P<name>[a-z][a-z0-9]*(_[a-z0-9]+)+)(?P<down>\.down)?\.sql")
LABEL = re.compile(r"-- (?P<label>[A-Z][a-z]+): +(?P<text>.*)$")
ALONE = re.compile(r"--\s*transaction:\s*none\s*$")
COMMENTS = {"SQL_COMMENT", "C_COMMENT"}


class Step(NamedTuple):
    """A statement of a migration; `locks` are those on tables of earlier files, None where nobody can tell."""

    path: Path
    line: int
    text: str
    tree: Any
    locks: tuple[Lock, ...] | None

    def finding(self, sentence: str, at: Any = None) -> Finding:
        """A finding on the line of a node or, by default, on the statement's first."""
        offset = max(0, getattr(at, "location", 0) or 0)
        return Finding(self.path, self.line + self.text[:offset].count("\n"), "", sentence)


class Script(NamedTuple):
    """A file: whether it runs in a transaction, and what its header says, each label with its line."""

    path: Path
    is_transactional: bool
    header: Mapping[str, tuple[int, str]]


class Change(NamedTuple):
    """A migration: its files, their statements, and the tables that were there before it."""

    version: str
    name: str
    way_up: Script
    way_down: Script
    up: tuple[Step, ...]
    down: tuple[Step, ...]
    tables: frozenset[str]

    @property
    def header(self) -> Mapping[str, tuple[int, str]]:
        return self.way_up.header

    def finding(self, sentence: str, label: str = "") -> Finding:
        """A finding on a label's line, or on the first."""
        line, _ = self.header.get(label, (1, ""))
        return Finding(self.way_up.path, line, "", sentence)


class _Unreadable(Exception):
    """A file that cannot be read any further."""

    def __init__(self, path: Path, line: int, sentence: str) -> None:
        super().__init__(sentence)
        self.finding = Finding(path, line, "", sentence)


def read_changes(folder: Path) -> tuple[list[Change], list[Finding]]:
    """Every migration of a folder in order, and what keeps one from being read."""
    built = Built()
    changes: list[Change] = []
    findings: list[Finding] = []
    pairs, misnamed = _pairs(folder)
    for (version, name), pair in sorted(pairs.items()):
        try:
            changes.append(_change(version, name, pair, built))
        except _Unreadable as error:
            findings.append(error.finding)
    return changes, [*misnamed, *findings]


def _pairs(folder: Path) -> tuple[dict[tuple[str, str], dict[bool, Path]], list[Finding]]:
    """The files of each number and name, by whether they go back; and those whose names say nothing."""
    pairs: dict[tuple[str, str], dict[bool, Path]] = {}
    findings = []
    taken: dict[str, Path] = {}
    for path in sorted(folder.glob("*.sql")):
        match = FILE_NAME.fullmatch(path.name)
        if match is None:
            sentence = "expected a name like 0042_add_offers.sql or 0042_add_offers.down.sql"
            findings.append(Finding(path, 1, "", sentence))
        elif path.name.partition(".")[0] != taken.setdefault(match["version"], path).name.partition(".")[0]:
            other = taken[match["version"]].name
            findings.append(Finding(path, 1, "", f"number {match['version']} is taken by {other}"))
        else:
            pairs.setdefault((match["version"], match["name"]), {})[match["down"] is not None] = path
    return pairs, findings


def _change(version: str, name: str, pair: Mapping[bool, Path], built: Built) -> Change:
    if len(pair) == 1:
        [(is_down, path)] = pair.items()
        raise _Unreadable(path, 1, f"{'the change itself' if is_down else 'its way back'} is missing beside it")
    up, down = _read(pair[False]), _read(pair[True])
    tables = frozenset(built.tables)
    steps = []
    for step in _steps(up):
        locks = locks_of(step.tree, built)
        steps.append(step._replace(locks=None if locks is None else tuple(x for x in locks if x.table in tables)))
        built.add(step.tree)
    return Change(version, name, up, down, tuple(steps), tuple(_steps(down)), tables)


def _read(path: Path) -> Script:
    """A file by the comment at its top, where a label goes on in the lines below it."""
    header: dict[str, tuple[int, str]] = {}
    label, is_transactional = "", True
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        if not line.startswith("--"):
            break
        is_transactional &= not ALONE.match(line)
        if match := LABEL.match(line):
            label = match["label"]
            header[label] = (number, match["text"])
        elif label and line.startswith("--  "):
            header[label] = (header[label][0], f"{header[label][1]} {line.removeprefix('--').strip()}")
    return Script(path, is_transactional, header)


def _steps(script: Script) -> Iterator[Step]:
    """The statements of a file. Raises: _Unreadable, also for what no migration may contain."""
    text = script.path.read_text(encoding="utf-8")
    try:
        parts = split(text, only_slices=True)
        starts = [token.start for token in scan(text) if token.name not in COMMENTS]
    except ParseError as error:
        location = error.args[1] if len(error.args) > 1 else 0
        sentence = f"PostgreSQL's grammar refuses it: {error.args[0]}"
        raise _Unreadable(script.path, text[:location].count("\n") + 1, sentence) from error
    if not parts or (len(parts) > 1 and not script.is_transactional):
        expected = "a statement" if script.is_transactional else "exactly one statement, as it has no transaction"
        raise _Unreadable(script.path, 1, f"expected {expected}, found {len(parts)}")
    for part in parts:
        start = next(each for each in starts if each >= part.start)
        statement = text[start : part.stop] + text[part.stop : part.stop + 1].strip()
        line = text[:start].count("\n") + 1
        tree: ast.Node = parse_sql(statement)[0].stmt
        if isinstance(tree, ast.TransactionStmt):
            raise _Unreadable(script.path, line, "the runner opens and ends the transaction: leave this out")
        yield Step(script.path, line, statement, tree, None)
