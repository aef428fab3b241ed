"""What the migrations make: tables, and which of their rows belong to a tenant."""

import re
from pathlib import Path
from typing import NamedTuple

from pglast import ast, parse_sql

from hiring.sql_check.trees import nodes, texts

TENANT = "organization_id"
WITHOUT_TENANT, SMALL = "Tables without a tenant", "Tables that stay small"
"""The sections of `sql/README.md` that name tables."""


class Schema(NamedTuple):
    """Tables and views by name; those with a tenant; those that a person fills; functions that may write."""

    tables: frozenset[str]
    tenant_tables: frozenset[str]
    small_tables: frozenset[str]
    volatile_functions: frozenset[str]


def read_schema(migrations: Path, sql_folder: Path) -> Schema:
    """Reads the ways up. A table with an organization_id has a tenant, unless `sql/README.md` lists it as without."""
    tables: set[str] = set()
    with_tenant: set[str] = set()
    volatile: set[str] = set()
    for path in sorted(migrations.glob("*.sql")):
        if not path.name.endswith(".down.sql"):
            for statement in parse_sql(path.read_text(encoding="utf-8")):
                _apply(statement.stmt, tables, with_tenant, volatile)
    readme = (sql_folder / "README.md").read_text(encoding="utf-8")
    with_tenant -= _named(readme, WITHOUT_TENANT)
    return Schema(frozenset(tables), frozenset(with_tenant), frozenset(_named(readme, SMALL)), frozenset(volatile))


def _apply(statement: ast.Node, tables: set[str], with_tenant: set[str], volatile: set[str]) -> None:
    columns = {column.colname for column in nodes(statement, ast.ColumnDef)}
    match statement:
        case ast.CreateStmt():
            tables.add(statement.relation.relname)
            parents = {parent.relname for parent in statement.inhRelations or ()}
            if TENANT in columns or parents & with_tenant:
                with_tenant.add(statement.relation.relname)
        case ast.AlterTableStmt() if TENANT in columns:
            with_tenant.add(statement.relation.relname)
        case ast.ViewStmt():  # what a view shows has a tenant until somebody proves otherwise
            tables.add(statement.view.relname)
            with_tenant.add(statement.view.relname)
        case ast.DropStmt():
            for name in statement.objects:
                dropped = texts(name if isinstance(name, tuple) else (name,))[-1:]
                tables.difference_update(dropped)
                with_tenant.difference_update(dropped)
        case ast.CreateFunctionStmt():
            options = {option.defname: option.arg for option in statement.options or ()}
            if texts((options.get("volatility", ast.String("volatile")),)) == ("volatile",):
                volatile.update(texts(statement.funcname)[-1:])
        case _:
            pass


def _named(readme: str, title: str) -> set[str]:
    """The tables that a section of `sql/README.md` names."""
    section = re.search(rf"^## {title}$(.*?)(?=^## |\Z)", readme, re.MULTILINE | re.DOTALL)
    return set(re.findall(r"`(\w+)`", section[1])) if section else set()
