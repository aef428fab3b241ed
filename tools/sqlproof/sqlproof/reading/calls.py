"""Which statement Python sends where: every statement has a caller, and every call a statement."""

import ast
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from sqlproof.configuration import Project
from sqlproof.findings import Finding
from sqlproof.reading.statements import Statement, first_names

SCOPES = (ast.Module, ast.FunctionDef, ast.AsyncFunctionDef)
VARYING = "?"

Function = ast.FunctionDef | ast.AsyncFunctionDef


class Call(NamedTuple):
    """A place that names a statement, such as `db.commands.jobs.add`; `function` is `add`, `Relay.run` or empty."""

    path: Path
    line: int
    name: str
    function: str


def check_callers(statements: Sequence[Statement], project: Project) -> Iterator[Finding]:
    """Findings for statements that nothing sends, and for calls that lead nowhere."""
    calls = list(all_calls(project))
    known = {statement.name for statement in statements}
    called = {call.name for call in calls}
    for statement in statements:
        if statement.name in called:
            called.update(first_names(statement, known, project))
    for statement in statements:
        if statement.name not in called:
            yield statement.finding("nothing sends this statement: give it a caller, or remove it")
    for call in calls:
        if VARYING in call.name:
            yield Finding(call.path, call.line, "", "which statement this sends is not known before it runs: name it")
        elif call.name not in known:
            yield Finding(call.path, call.line, call.name, "there is no such statement")


def all_calls(project: Project) -> Iterator[Call]:
    """Every place of the project's package that names a statement."""
    for path in sorted(project.package.rglob("*.py")):
        yield from sorted(_calls(path, project.sent_folders))


def functions_of(module: ast.Module) -> Iterator[tuple[str, Function]]:
    """The functions of a module and the methods of its classes by their names; what is made within one is its part."""
    for node in module.body:
        if isinstance(node, Function):
            yield node.name, node
        elif isinstance(node, ast.ClassDef):
            yield from ((f"{node.name}.{each.name}", each) for each in node.body if isinstance(each, Function))


def _calls(path: Path, folders: Sequence[str]) -> set[Call]:
    """The statements that a module names: in functions, lambdas and tables, called or handed on."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    functions, found = list(functions_of(tree)), set()
    for scope in (node for node in ast.walk(tree) if isinstance(node, SCOPES)):
        files = dict(_files(scope, folders))
        for node in ast.walk(scope):
            words = _words(node, files)
            if len(words) > 2 and words[-3] in folders:
                line = getattr(node, "lineno", 0)
                around = (name for name, each in functions if each.lineno <= line <= (each.end_lineno or line))
                found.add(Call(path, line, f"{words[-3]}/{words[-2]}.{words[-1]}", next(around, "")))
    return found


def _files(scope: ast.AST, folders: Sequence[str]) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Names that a scope gives to a file's statements: `statements = db.queries.offices`."""
    for node in ast.walk(scope):
        match node:
            case (
                ast.Assign(targets=[ast.Name(id=name)], value=value)
                | ast.AnnAssign(target=ast.Name(id=name), value=value)
                | ast.NamedExpr(target=ast.Name(id=name), value=value)
            ):
                words = _words(value, {}) if value else ()
                if len(words) > 1 and words[-2] in folders:
                    yield name, words[-2:]
            case _:
                pass


def _words(node: ast.AST, files: Mapping[str, tuple[str, ...]]) -> tuple[str, ...]:
    """The words of `a.b["c"].d` or `getattr(a.b, "c")`, a name of a file spelt out; `?` for one that varies."""
    match node:
        case ast.Name():
            return files.get(node.id, (node.id,))
        case ast.Attribute():
            return (*_words(node.value, files), node.attr)
        case ast.Subscript(value=value, slice=name) | ast.Call(func=ast.Name(id="getattr"), args=[value, name, *_]):
            word = name.value if isinstance(name, ast.Constant) else None
            return (*_words(value, files), word if isinstance(word, str) else VARYING)
        case _:
            return ("",)
