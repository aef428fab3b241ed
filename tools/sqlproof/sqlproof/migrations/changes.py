"""Reads migrations into statements that know their lines, their trees and the schema before them."""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from pglast import ast, parse_sql
from pglast.parser import ParseError

from hiring.migration_files import Migration, MigrationError, Script, read_migrations
from sqlproof.findings import Finding
from sqlproof.migrations.built import Built
from sqlproof.migrations.table_locks import Lock, locks_of

LABEL = re.compile(r"-- (?P<label>[A-Z][a-z]+): +(?P<text>.*)$")
PLACE = re.compile(r"(?P<path>[^:]+):(?:(?P<line>\d+):)? (?P<sentence>.*)", re.DOTALL)


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


class Change(NamedTuple):
    """A migration: its steps, its way back, what its header says, and the tables that were there before it."""

    migration: Migration
    up: tuple[Step, ...]
    down: tuple[Step, ...]
    header: Mapping[str, tuple[int, str]]
    tables: frozenset[str]

    def finding(self, sentence: str, label: str = "") -> Finding:
        """A finding on a label's line, or on the first."""
        line, _ = self.header.get(label, (1, ""))
        return Finding(self.migration.up.path, line, "", sentence)


def read_changes(folder: Path) -> tuple[list[Change], list[Finding]]:
    """Every migration of a folder in order, and what keeps one from being read."""
    try:
        migrations = read_migrations(folder)
    except MigrationError as error:
        return [], [_refusal(folder, str(error))]
    built = Built()
    changes: list[Change] = []
    findings: list[Finding] = []
    for migration in migrations:
        try:
            changes.append(_change(migration, built))
        except _Unreadable as error:
            findings.append(error.finding)
    return changes, findings


class _Unreadable(Exception):
    """A file that the grammar refuses."""

    def __init__(self, finding: Finding) -> None:
        super().__init__(finding)
        self.finding = finding


def _change(migration: Migration, built: Built) -> Change:
    tables = frozenset(built.tables)
    steps = []
    for step in _steps(migration.up):
        locks = locks_of(step.tree, built)
        steps.append(step._replace(locks=None if locks is None else tuple(x for x in locks if x.table in tables)))
        built.add(step.tree)
    return Change(migration, tuple(steps), tuple(_steps(migration.down)), _header(migration.up), tables)


def _steps(script: Script) -> Iterator[Step]:
    for statement in script.statements:
        try:
            tree: ast.Node = parse_sql(statement.text)[0].stmt
        except ParseError as error:
            location = error.args[1] if len(error.args) > 1 else 0
            line = statement.line + statement.text[:location].count("\n")
            sentence = f"PostgreSQL's grammar refuses it: {error.args[0]}"
            raise _Unreadable(Finding(script.path, line, "", sentence)) from error
        yield Step(script.path, statement.line, statement.text, tree, None)


def _header(script: Script) -> dict[str, tuple[int, str]]:
    """Each label of the comment at the top with its line and its text, that of the lines below it, too."""
    header: dict[str, tuple[int, str]] = {}
    label = ""
    for number, line in enumerate(script.path.read_text(encoding="utf-8").splitlines(), 1):
        if not line.startswith("--"):
            break
        if match := LABEL.match(line):
            label = match["label"]
            header[label] = (number, match["text"])
        elif label and line.startswith("--  "):
            header[label] = (header[label][0], f"{header[label][1]} {line.removeprefix('--').strip()}")
    return header


def _refusal(folder: Path, text: str) -> Finding:
    """What the runner would refuse, as a finding."""
    match = PLACE.match(text)
    return (
        Finding(Path(match["path"]), int(match["line"] or 1), "", match["sentence"])
        if match
        else Finding(folder, 1, "", text)
    )
