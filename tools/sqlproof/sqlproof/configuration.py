"""What a project tells the tool of itself: one TOML file beside its SQL, read and checked at once.

Paths in it are relative to the project, the folder that holds the folder of the file: `sql/rules.toml` is read as the
rules of the folder above `sql`.
"""

import importlib
import sys
from collections.abc import Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any, Literal

import msgspec

FILE = Path("sql/rules.toml")


class Section(msgspec.Struct, frozen=True, forbid_unknown_fields=True, dict=True):
    """A table of the file; a key that it does not know is refused."""


class Role(Section, frozen=True):
    """A database role, by the name of its pool, and the files of statements that it alone sends: `commands/feed`."""

    role: str
    folder: str
    only: Sequence[str] = ()


class Statements(Section, frozen=True):
    """Which folders hold statements: those of `read_only` may only read. `opening` is how a file begins.

    `functions` is the folder of what they share. `parameter_groups` are what `Takes` may call several parameters.
    """

    folders: Sequence[str] = ("commands", "queries")
    read_only: Sequence[str] = ("queries",)
    opening: Sequence[str] = ()
    functions: str = "functions"
    labels: Sequence[str] = (
        "Takes", "Locks first", "Locks", "Plan", "Returns", "Guards", "Rules", "Page", "Index", "Why", "Tenant",
        "Visibility", "Budget",
    )  # fmt: skip
    continued: Sequence[str] = ("Guards", "Returns", "Why")
    returned: Mapping[str, str] = {}
    parameter_groups: Mapping[str, Sequence[str]] = {}
    budget_unit: str = "rows"
    maximum_line: int = 120
    maximum_parameters: int = 30
    maximum_filters: int = 3


class Tenants(Section, frozen=True):
    """The column and parameter that every tenant table is read by, the tenants' own table, and tables without one."""

    column: str
    table: str
    tables_without: Sequence[str] = ()


class Locks(Section, frozen=True):
    """The order in which rows of tables are locked, the files that may skip locked rows, the file that all may name."""

    order: Sequence[str] = ()
    queues: Sequence[str] = ()
    shared: str = "locks"


class Pages(Section, frozen=True):
    """How the parameters of a keyset page begin, what its limit is called, and columns with ids of several tables."""

    cursors: Sequence[str] = ("before_", "after_")
    limit: str = "row_limit"
    ids_of_any: Sequence[str] = ()


class Changes(Section, frozen=True):
    """Lists in the order of change: the column, what writes it, and the bound behind which every write is visible."""

    column: str
    written_by: str
    bound_column: str
    bound: str


class Events(Section, frozen=True):
    """The function that records an event, and the places of its arguments, counted from 1, by what they are.

    `tenant`, `type`, `version` and `data` are looked at. `beside` are other functions that write, whose first argument
    is the tenant.
    """

    function: str
    arguments: Mapping[str, int]
    beside: Sequence[str] = ()

    @property
    def functions(self) -> tuple[str, ...]:
        """All functions that a change calls in its RETURNING."""
        return (self.function, *self.beside)


class Refusals(Section, frozen=True):
    """How commands refuse: how CTEs that judge are called, the column of the refusal, and what names its code.

    `code_of` is the argument, counted from 1, of a function that takes the code; `fixed` the code of one that has it.
    """

    judged: str
    column: str
    code_of: Mapping[str, int]
    fixed: Mapping[str, str] = {}


class Visibility(Section, frozen=True):
    """Who sees what: the parameter that tells who asks, the label that says why no gate is asked.

    `tables` are those whose rows only some may see: a query reads them through a function that takes the viewer.
    """

    viewer: str
    label: str
    tables: Sequence[str]


class Names(Section, frozen=True):
    """How the name of a value of some type begins or ends; a type that is left out has no rule."""

    timestamp: Sequence[str] = ()
    date: Sequence[str] = ()
    count: Sequence[str] = ()
    boolean: Sequence[str] = ()


class Stubs(Section, frozen=True):
    """The typing stubs: where they are written, what else they import, and types that differ from the usual ones."""

    file: str
    imports: Sequence[str] = ()
    aliases: Mapping[str, str] = {}
    taken: Mapping[str, str] = {}
    given: Mapping[str, str] = {}


class Python(Section, frozen=True):
    """The package that sends the statements, and names of variables whose class is never in doubt."""

    package: str
    always: Mapping[str, str] = {}


class Migrations(Section, frozen=True):
    """The folder of migrations, and from which number on rules hold that the first ones were written before."""

    folder: str = "migrations"
    reviewed_from: str = "0001"
    unused_from: str = "0001"


class Server(Section, frozen=True):
    """The PostgreSQL that is made for a check: its settings, and the commands that migrate it.

    `environment` is what the commands are given besides; `$socket`, `$port`, `$user` and `$database` stand for the
    server's.
    """

    database: str
    migrate: Sequence[Sequence[str]]
    environment: Mapping[str, str] = {}
    settings: Mapping[str, str] = {}


class Volume(Section, frozen=True):
    """The script that fills the scratch database with rows to plan for, its settings, and what it makes, in words."""

    script: str
    settings: Mapping[str, str] = {}
    rows: str = ""


class Analytics(Section, frozen=True):
    """The statements that ClickHouse answers: their folder and that of views, and the migrations of its tables.

    `engine` starts a ClickHouse for a check: a program, its path in the project, and its words; `install` tells people
    how to get it. `environment` is what it is given besides; `$folder`, `$port`, `$user` and `$password` stand for what
    the tool chooses. `opening` and `labels` are as those of `Statements`; `values` are given to parameters that do not
    take every value of their type; `free_names` are columns and parameters that no rule of names holds for.
    """

    engine: Sequence[str]
    install: str
    folder: str = "analytics"
    views: str = "views"
    migrations: str = "migrations/clickhouse"
    environment: Mapping[str, str] = {}
    opening: Sequence[str] = ()
    labels: Sequence[str] = ("Takes", "Returns", "Streamed", "Why", "Tenant")
    values: Mapping[str, str] = {}
    free_names: Sequence[str] = ()


class Values(Section, frozen=True):
    """Values that `explain` gives to parameters by their names; `documents` are JSON objects though they end in s.

    `new_ids` are ids of rows that a function adds, which a plan does not show.
    """

    fixed: Mapping[str, str | Literal[False]] = {}
    documents: Sequence[str] = ()
    new_ids: Sequence[str] = ()


class Catalogue(Section, frozen=True):
    """The page: its title, and the areas of the schema, each what the migration `create_<area>` makes; else `rest`."""

    title: str
    areas: Sequence[str] = ()
    rest: str = "other"


class Project(Section, frozen=True):
    """Everything that the file says. `hooks` is a module of the project that answers what no file can."""

    root: Path
    sql: Path
    tenants: Tenants
    stubs: Stubs
    python: Python
    server: Server
    volume: Volume
    catalogue: Catalogue
    pools: Mapping[str, Role]
    hooks: str = ""
    small_tables: Sequence[str] = ()
    statements: Statements = Statements()
    locks: Locks = Locks()
    pages: Pages = Pages()
    changes: Changes | None = None
    events: Events | None = None
    refusals: Refusals | None = None
    visibility: Visibility | None = None
    analytics: Analytics | None = None
    names: Names = Names()
    migrations: Migrations = Migrations()
    values: Values = Values()

    @property
    def package(self) -> Path:
        """The folder of the package that sends the statements."""
        return self.root / self.python.package

    @property
    def sent_folders(self) -> tuple[str, ...]:
        """The folders of all statements that the package sends."""
        return (*self.statements.folders, *([self.analytics.folder] if self.analytics else []))

    @cached_property
    def hook_module(self) -> Any:
        """The module of hooks, None where the project has none."""
        if not self.hooks:
            return None
        if str(self.root) not in sys.path:
            sys.path.append(str(self.root))
        return importlib.import_module(self.hooks)


class Unreadable(Exception):
    """The file of rules is missing or wrong; the sentence says where."""


def read_project(file: Path) -> Project:
    """Reads a file of rules. Raises: Unreadable."""
    try:
        told = msgspec.toml.decode(file.read_bytes())
        return msgspec.convert(told | {"sql": file.parent, "root": file.parent.parent}, Project, dec_hook=_path)
    except (OSError, msgspec.MsgspecError) as error:
        raise Unreadable(f"{file}: {error}") from error


def _path(kind: type, value: Any) -> Any:
    return kind(value)
