"""Nothing is there for nobody: modules are imported, names used, errors raised, settings read."""

import ast
import re
from collections.abc import Iterator
from functools import cache
from typing import get_args, get_type_hints

import msgspec
import pytest

from hiring.__main__ import FEATURES
from hiring.config_values import Section
from hiring.errors import TAKEN, ApiError, Taken, TokenRefused, Unseen, declared
from hiring.http.holders import HOLDERS
from hiring.http.operation import Operation
from tests.architecture.checkout import CHECKOUT, Module, classes, is_overriding, modules, told

CALLED_BY_A_LIBRARY = {
    "hiring.mail_catcher.Catcher.handle_DATA": "aiosmtpd",
    "hiring.statement_files._NoDriver.process_sql": "aiosql",
    "hiring.http.exchange.Exchange.set_body_timeout": "applications of Tornado, as its own connection has it",
    **{
        f"hiring.http.reader.RequestReader.on_{event}": "httptools"
        for event in (
            "message_begin",
            "url",
            "header",
            "headers_complete",
            "chunk_header",
            "body",
            "chunk_complete",
            "message_complete",
        )
    },
}
"""Methods that no class above them has → who calls them."""
HOOKS = "hiring.sqlproof_hooks"
"""Names what the checker of the SQL asks the service for, by `sql/rules.toml`."""
READ_BY_NAME = {"Limits": {*get_args(get_type_hints(Operation)["limit"]), "account", "upload_kib", "board"}}
"""Section → its settings that each operation chooses from, or that requests are counted by besides."""
SECTIONS = [each for each in classes() if issubclass(each, Section) and each is not Section]


REFUSAL = re.compile(r"\b(?:refusal\(|unfit\(\s*'[^']*',)\s*'([a-z_]+)'")
"""The code of an error, in a command's statement."""


def refused() -> frozenset[str]:
    """The errors that a statement refuses with, by their codes."""
    statements = "".join(file.read_text() for file in (CHECKOUT / "sql" / "commands").glob("*.sql"))
    codes = frozenset(REFUSAL.findall(statements))
    return frozenset(each.__name__ for each in declared() if each.code in codes)


def imported(module: Module) -> Iterator[str]:
    """The dotted names that a module imports, wherever in it."""
    for node in module.nodes:
        if isinstance(node, ast.Import):
            yield from (each.name for each in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield from (f"{node.module}.{each.name}" for each in node.names)
            yield node.module or ""


@cache
def names_of(module: Module) -> frozenset[str]:
    """The names that a module reads, imports, or spells as a text, as `getattr` and Typer do."""
    found: set[str] = set()
    for node in module.nodes:
        match node:
            case ast.Name(id=name, ctx=ast.Load()) | ast.Attribute(attr=name) | ast.Constant(value=str(name)):
                found.add(name)
            case ast.ImportFrom(names=aliases):
                found |= {alias.name for alias in aliases}
    return frozenset(found)


def members_of(module: Module) -> set[str]:
    """The members of others that a module reads, by name or as a text."""
    found: set[str] = set()
    for node in module.nodes:
        match node:
            case ast.Attribute(attr=name) | ast.Constant(value=str(name)):
                found.add(name)
    return found


def declared_in(module: Module) -> Iterator[str]:
    """The public names of a module's top level that no decorator hands to somebody else."""
    for node in module.tree.body:
        match node:
            case ast.FunctionDef() | ast.AsyncFunctionDef() if not node.decorator_list:
                yield node.name
            case ast.ClassDef():
                yield node.name
            case ast.Assign(targets=[ast.Name(id=name)]) | ast.AnnAssign(target=ast.Name(id=name)):
                yield name


def test_module_is_reached_from_the_command_line_when_it_is_there() -> None:
    """By imports, those within functions too; a module that only tests import is none of the service."""
    known = {module.name: module for module in modules("hiring")}
    waiting = ["hiring.__main__", HOOKS, *(f"hiring.cli.{name.replace('-', '_')}" for name in FEATURES)]
    reached: set[str] = set()
    while waiting:
        name = waiting.pop()
        if name in known and name not in reached:
            reached.add(name)
            waiting += [name.rpartition(".")[0], *imported(known[name])]
    assert known.keys() - reached == set()


def test_name_is_used_when_it_is_public() -> None:
    """Somewhere in the service: a function, class or constant that only tests use is dead."""
    used = refused().union(*(names_of(module) for module in modules("hiring")))
    found = [
        f"{module.path}: {name}"
        for module in modules("hiring")
        if module.name != HOOKS
        for name in declared_in(module)
        if name not in used and name not in ("app", "main")
    ]
    assert not found, told(found)


def test_method_is_used_when_no_library_calls_it() -> None:
    """One that overrides another is called by that one's callers; one with a decorator by the decorator's."""
    used = frozenset().union(*(names_of(module) for module in modules("hiring")))
    found = [
        f"{owner.__module__}.{owner.__qualname__}.{name}"
        for owner in classes()
        for name, method in vars(owner).items()
        if callable(method) and not name.startswith("__") and getattr(method, "__module__", "") == owner.__module__
        if name not in used and not is_overriding(owner, name) and not hasattr(method, "operation")
    ]
    assert set(found) == CALLED_BY_A_LIBRARY.keys(), told(found)


def test_error_is_raised_when_it_is_declared() -> None:
    """Or answered without being raised, or refused with in SQL; one that others stand on needs no place of its own."""
    used = refused().union(*(names_of(module) for module in modules("hiring") if module.name != "hiring.errors"))
    by_constraint = names_of(next(module for module in modules("hiring") if module.name == "hiring.errors"))
    found = [each.__name__ for each in declared() if each.__name__ not in used | by_constraint]
    assert not found, told(found)


def test_error_has_a_code_and_a_sentence_of_its_own_when_declared() -> None:
    """All in `errors.py`: elsewhere may be kinds of them, whose difference no client sees."""
    errors = [each for each in classes() if issubclass(each, ApiError) and each is not ApiError]
    here = [each for each in errors if each.__module__ == "hiring.errors"]
    assert (
        set(declared())
        == {each for each in errors if "code" in vars(each)}
        == set(here) - {Taken, TokenRefused, Unseen}
    )
    assert len({each.code for each in declared()}) == len(set(declared()))
    assert not [each.__name__ for each in errors if not (each.__doc__ or "").endswith(".")]


def test_code_of_a_value_that_is_taken_is_listed_when_the_schema_can_refuse_it() -> None:
    """But for the values that no client sets."""
    constraints = " ".join(path.read_text() for path in CHECKOUT.glob("migrations/*.sql"))
    codes = set(re.findall(r"CONSTRAINT \w+?_((?:external_id|[a-z]+)_taken)", constraints))
    assert codes - {"id_taken", "organization_taken"} == TAKEN.keys()


def test_holder_of_a_value_is_told_when_the_schema_can_refuse_it() -> None:
    """But for the slug of an organization, which gets another ending, and for the values that no client sets."""
    migrations = " ".join(path.read_text() for path in CHECKOUT.glob("migrations/*.sql"))
    taken = set(re.findall(rf"(?:CONSTRAINT|UNIQUE INDEX) (\w+_(?:{'|'.join(TAKEN)}))", migrations))
    built_in = {f"{noun}_key_taken" for noun in ("permission_groups", "reasons", "sources")}
    built_in |= {"organization_directory_slug_taken", "posts_new_language_taken"}  # renamed in the migration after
    assert taken - built_in == HOLDERS.keys()


@pytest.mark.parametrize("section", SECTIONS, ids=lambda section: section.__name__)
def test_setting_is_read_when_it_is_documented(section: type[Section]) -> None:
    """By a module that knows its section: by its type, or by a name that something of this type has."""
    name, fields = section.__name__, [field for each in SECTIONS for field in msgspec.structs.fields(each)]
    names = {field.name for field in fields if re.search(rf"\b{name}\b", str(field.type))} | {name, name.lower()}
    read: set[str] = set()
    for module in modules("hiring"):
        if not module.name.startswith("hiring.config") and names_of(module) & names:
            read |= members_of(module)
    read |= READ_BY_NAME.get(name, set())
    assert {field.name for field in msgspec.structs.fields(section)} - read == set()
