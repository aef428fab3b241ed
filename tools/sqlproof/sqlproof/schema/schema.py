"""What the migrations make, and what `sql/README.md` says about it: tenants, functions, the order of locks."""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from pglast import parse_sql

from sqlproof.schema.functions import Functions, read_functions
from sqlproof.schema.tables import Table, read_tables

TENANT = "organization_id"
WITHOUT_TENANT, SMALL = "Tables without a tenant", "Tables that stay small"
"""The sections of `sql/README.md` that name tables."""
LOCK_ORDER = re.compile(r"\*\*Locks\*\* are taken in one order: ([\w\s,]+)")


class Schema(NamedTuple):
    """Tables and views; those with a tenant; those that stay small; what functions do; the order of locks."""

    tables: Mapping[str, Table]
    tenant_tables: frozenset[str]
    small_tables: frozenset[str]
    functions: Functions
    lock_order: Mapping[str, int]

    def place(self, table: str) -> int | None:
        """Where a table is in the order of locks, by its name in the singular or the plural."""
        return next((self.lock_order[name] for name in (table, table[:-1]) if name in self.lock_order), None)


def read_schema(migrations: Path, sql_folder: Path) -> Schema:
    """Reads the ways up. A table with an organization_id has a tenant, unless `sql/README.md` lists it as without.

    What a view shows has a tenant until somebody proves otherwise.
    """
    ways_up = [path for path in sorted(migrations.glob("*.sql")) if not path.name.endswith(".down.sql")]
    made = [*ways_up, *sorted(sql_folder.glob("functions/*.sql"))]
    statements = [raw.stmt for path in made for raw in parse_sql(path.read_text(encoding="utf-8"))]
    readme = (sql_folder / "README.md").read_text(encoding="utf-8")
    tables = read_tables(statements)
    with_tenant = {name for name, table in tables.items() if TENANT in table.columns or table.is_view}
    order = LOCK_ORDER.search(readme)
    return Schema(
        tables,
        frozenset(with_tenant - _named(readme, WITHOUT_TENANT)),
        frozenset(_named(readme, SMALL)),
        read_functions(statements),
        {noun.strip(): place for place, noun in enumerate(order[1].split(","))} if order else {},
    )


def tables_named(sql_folder: Path, title: str) -> set[str]:
    """The tables that a section of `sql/README.md` names."""
    return _named((sql_folder / "README.md").read_text(encoding="utf-8"), title)


def _named(readme: str, title: str) -> set[str]:
    section = re.search(rf"^## {title}$(.*?)(?=^## |\Z)", readme, re.MULTILINE | re.DOTALL)
    return set(re.findall(r"`(\w+)`", section[1])) if section else set()
