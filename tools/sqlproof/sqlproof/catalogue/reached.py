"""From where statements are reached: which function of the package leads to which, read from the text alone.

A name leads to what it is imported as, and `value.name` to a method where the value's class is told: by `self`, by an
annotation of a parameter or of a class, by the call that makes it, or by the names that always mean the same class.
"""

import ast
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from sqlproof.configuration import Project
from sqlproof.reading.calls import Function, all_calls, functions_of
from sqlproof.reading.statements import Statement, first_names

MAKES = ("__init__", "__post_init__")

Graph = Mapping[str, frozenset[str]]


class Module(NamedTuple):
    """A module: what it imports by local name, its functions and methods, its tables and other values, its classes."""

    name: str
    imports: Mapping[str, str]
    functions: Mapping[str, Function]
    values: Mapping[str, ast.expr]
    classes: Mapping[str, ast.ClassDef]


class Scope(NamedTuple):
    """Where a name is read: in a module, maybe in a class, among the classes of the parameters and variables."""

    module: Module
    values: Mapping[str, str]


def read_graph(package: Path, always: Mapping[str, str]) -> Graph:
    """The dotted names of functions, methods and values of modules, each with those that it refers to."""
    modules = [_read(path, package) for path in sorted(package.rglob("*.py"))]
    graph = _Graph({module.name: module for module in modules}, always)
    return {name: frozenset(found) for module in modules for name, found in graph.edges(module)}


def reached_from(graph: Graph, *starts: str) -> frozenset[str]:
    """Everything that these lead to, themselves included."""
    found: set[str] = set()
    waiting = list(starts)
    while waiting:
        if (name := waiting.pop()) not in found:
            found.add(name)
            waiting += graph.get(name, ())
    return frozenset(found)


def _read(path: Path, package: Path) -> Module:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    name = ".".join((package.name, *path.relative_to(package).with_suffix("").parts)).removesuffix(".__init__")
    imports: dict[str, str] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom):
            imports |= {each.asname or each.name: f"{node.module}.{each.name}" for each in node.names}
        elif isinstance(node, ast.Import):
            imports |= {each.asname: each.name for each in node.names if each.asname}
    classes = {node.name: node for node in tree.body if isinstance(node, ast.ClassDef)}
    return Module(name, imports, dict(functions_of(tree)), dict(_values(tree)), classes)


def _values(tree: ast.Module) -> Iterator[tuple[str, ast.expr]]:
    for node in tree.body:
        match node:
            case ast.Assign(targets=[ast.Name(id=name)], value=value):
                yield name, value
            case ast.AnnAssign(target=ast.Name(id=name), value=ast.expr() as value):
                yield name, value
            case _:
                pass


class _Graph:
    """Resolves the names of modules."""

    def __init__(self, modules: Mapping[str, Module], always: Mapping[str, str]) -> None:
        """`always`: names of variables and fields whose class is never in doubt, also where it is not written."""
        self.modules, self.always = modules, always

    def edges(self, module: Module) -> Iterator[tuple[str, set[str]]]:
        """What each function and value of a module refers to; what decorates a function is no part of it."""
        for name, function in module.functions.items():
            scope = Scope(module, self.values_in(function, module, name.rpartition(".")[0]))
            nodes = (node for part in function.body for node in ast.walk(part))
            yield f"{module.name}.{name}", {found for node in nodes for found in self.meant(node, scope)}
        for name, value in module.values.items():
            scope = Scope(module, {})
            yield f"{module.name}.{name}", {found for node in ast.walk(value) for found in self.meant(node, scope)}

    def meant(self, node: ast.AST, scope: Scope) -> Iterator[str]:
        """The functions and methods that a node may mean."""
        if isinstance(node, ast.Attribute) and (owner := self.class_of(node.value, scope)):
            yield from self.method(owner, node.attr)
        elif isinstance(node, ast.Name | ast.Attribute) and (dotted := self.dotted(node, scope.module)):
            yield from self.known(dotted)

    def values_in(self, function: Function, module: Module, within: str) -> dict[str, str]:
        """The classes of a function's parameters and variables, as far as they are told."""
        given = (*function.args.posonlyargs, *function.args.args, *function.args.kwonlyargs)
        values = {each.arg: found for each in given if (found := self.annotated(each.annotation, module))}
        if within:
            values |= {"self": f"{module.name}.{within}", "cls": f"{module.name}.{within}"}
        for node in ast.walk(function):
            match node:
                case ast.Assign(targets=[ast.Name(id=name)], value=value):
                    if found := self.class_of(value, Scope(module, values)):
                        values[name] = found
        return values

    def class_of(self, node: ast.expr, scope: Scope) -> str | None:
        """The class of a value, None where nothing tells it."""
        match node:
            case ast.Name(id=name) if name in scope.values:
                return scope.values[name]
            case ast.Name(id=name) if name not in scope.module.functions:
                return self.always.get(name)
            case ast.Call(func=called):
                return self.a_class(self.dotted(called, scope.module))
            case ast.Attribute(value=value, attr=name):
                owner = self.class_of(value, scope)
                return (owner and self.field(owner, name)) or self.always.get(name)
        return None

    def field(self, owner: str, name: str) -> str | None:
        """The class of a field: annotated in the class, or given where an object is made."""
        place, _, kind = owner.rpartition(".")
        module = self.modules[place]
        for node in module.classes[kind].body:
            match node:
                case ast.AnnAssign(target=ast.Name(id=found)) if found == name:
                    return self.annotated(node.annotation, module)
        if (made := module.functions.get(f"{kind}.__init__")) is None:
            return None
        scope = Scope(module, self.values_in(made, module, ""))
        for each in ast.walk(made):
            match each:
                case ast.Assign(targets=[ast.Attribute(attr=found)], value=value) if found == name:
                    return self.class_of(value, scope)
        return None

    def annotated(self, node: ast.expr | None, module: Module) -> str | None:
        """The class that an annotation names, in quotes or without."""
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            node = ast.parse(node.value, mode="eval").body
        return self.a_class(self.dotted(node, module)) if node is not None else None

    def a_class(self, dotted: str | None) -> str | None:
        """The name itself, where it is a class's of the package."""
        place, _, name = (dotted or "").rpartition(".")
        return dotted if place in self.modules and name in self.modules[place].classes else None

    def dotted(self, node: ast.expr, module: Module) -> str | None:
        """The full name of what `name` or `module.name` means, None where it is a value's."""
        if isinstance(node, ast.Attribute):
            value = self.dotted(node.value, module)
            return value and f"{value}.{node.attr}"
        if not isinstance(node, ast.Name):
            return None
        is_own = node.id in module.classes or node.id in module.functions or node.id in module.values
        return f"{module.name}.{node.id}" if is_own else module.imports.get(node.id)

    def known(self, dotted: str) -> Iterator[str]:
        """What is called so: a function or value, what makes a class's objects, or a class's method."""
        place, _, name = dotted.rpartition(".")
        if (module := self.modules.get(place)) is None:
            yield from self.method(place, name)
        elif name in module.functions or name in module.values:
            yield dotted
        elif name in module.classes:
            yield from (found for each in MAKES for found in self.method(dotted, each))
        elif name in module.imports:
            yield from self.known(module.imports[name])

    def method(self, owner: str, name: str) -> Iterator[str]:
        """A method of a class or of those above it."""
        place, _, kind = owner.rpartition(".")
        module = self.modules.get(place)
        if module is None or kind not in module.classes:
            return
        if f"{kind}.{name}" in module.functions:
            yield f"{owner}.{name}"
            return
        for above in module.classes[kind].bases:
            if parent := self.dotted(above, module):
                yield from self.method(parent, name)


class Entry(NamedTuple):
    """An endpoint, a consumer, a command or a part of the machinery, and the statements that it leads to."""

    kind: str
    name: str
    summary: str
    statements: tuple[str, ...]

    @property
    def anchor(self) -> str:
        """How the page calls its place."""
        return "entry-" + "".join(letter if letter.isalnum() else "-" for letter in self.name)


class Caller(NamedTuple):
    """A place in the package that sends a statement: `hiring/relay.py`, its line, `Lease.hold`."""

    path: str
    line: int
    function: str


def read_callers(statements: Sequence[Statement], project: Project) -> dict[str, list[Caller]]:
    """The callers of each statement, by its name; a lock has those of the statements that it goes before."""
    calls = list(all_calls(project))
    known = {statement.name for statement in statements}
    sent_with = {name: {name} for name in known}
    for statement in statements:
        for lock in first_names(statement, known, project):
            sent_with[lock].add(statement.name)
    found: dict[str, list[Caller]] = {}
    for statement in statements:
        sent = sent_with[statement.name]
        places = (
            Caller(call.path.relative_to(project.root).as_posix(), call.line, call.function)
            for call in calls
            if call.name in sent
        )
        found[statement.name] = sorted(dict.fromkeys(places))
    return found


def read_entries(callers: Mapping[str, Sequence[Caller]], project: Project) -> list[Entry]:
    """Every way in that the project's hooks name, with the statements that it reaches; none that reaches none."""
    if (hooks := project.hook_module) is None:
        return []
    by_themselves = hooks.begins_by_itself()
    graph = read_graph(project.package, project.python.always)
    graph = {name: leads - by_themselves for name, leads in graph.items()}
    sent: dict[str, set[str]] = {}
    for name, places in callers.items():
        for place in places:
            sent.setdefault(f"{place.path.removesuffix('.py').replace('/', '.')}.{place.function}", set()).add(name)
    found = []
    for kind, name, summary, starts in hooks.ways_in():
        reached = {statement for place in reached_from(graph, *starts) for statement in sent.get(place, ())}
        found.append(Entry(kind, name, summary, tuple(sorted(reached))))
    return [entry for entry in found if entry.statements]
