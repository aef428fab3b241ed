"""Which statement Python sends where: every statement has a caller, and every call a statement."""

import ast
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from hiring.sql_check.findings import Finding
from hiring.sql_check.statements import Statement

FOLDERS = ("commands", "queries")


class Call(NamedTuple):
    """A place that names a statement, such as `db.commands.jobs.add`."""

    path: Path
    line: int
    name: str


def check_callers(statements: Sequence[Statement], package: Path) -> Iterator[Finding]:
    """Findings for statements that nothing sends, and for calls that lead nowhere."""
    calls = [call for path in sorted(package.rglob("*.py")) for call in _calls(path)]
    known = {statement.name for statement in statements}
    called = {call.name for call in calls}
    for statement in statements:
        if statement.name in called:
            for lock in _locks_first(statement):
                called.add(f"{statement.path.parent.name}/{statement.path.stem}.{lock}")
    for statement in statements:
        if statement.name not in called:
            yield statement.finding("nothing sends it: give it a caller or take it out")
    for call in calls:
        if call.name not in known:
            yield Finding(call.path, call.line, call.name, "there is no such statement")


def _locks_first(statement: Statement) -> list[str]:
    return [verb.strip() for verb in statement.labels.get("Locks first", "").split(",") if verb.strip()]


def _calls(path: Path) -> Iterator[Call]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    functions = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]
    for function in functions:
        files = dict(_files(function))
        for node in ast.walk(function):
            words = _words(node, files)
            if len(words) > 2 and words[-3] in FOLDERS:
                yield Call(path, getattr(node, "lineno", 0), f"{words[-3]}/{words[-2]}.{words[-1]}")


def _files(function: ast.AST) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Names that a function gives to a file's statements: `statements = db.queries.offices`."""
    for node in ast.walk(function):
        if isinstance(node, ast.Assign) and len(node.targets) == 1 and isinstance(node.targets[0], ast.Name):
            words = _words(node.value, {})
            if len(words) > 1 and words[-2] in FOLDERS:
                yield node.targets[0].id, words[-2:]


def _words(node: ast.AST, files: Mapping[str, tuple[str, ...]]) -> tuple[str, ...]:
    """The words of `a.b["c"].d`, a name of a file spelt out; of a call those of what is called before it."""
    match node:
        case ast.Name():
            return files.get(node.id, (node.id,))
        case ast.Attribute():
            return (*_words(node.value, files), node.attr)
        case ast.Subscript(slice=ast.Constant(value=str(word))):
            return (*_words(node.value, files), word)
        case ast.Call():
            return ("",)
        case _:
            return ("",)
