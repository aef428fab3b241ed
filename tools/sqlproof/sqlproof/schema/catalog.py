"""What the migrated schema says of its tables and functions, as far as a column's being null depends on it."""

from collections.abc import Mapping
from typing import Any, NamedTuple

import psycopg
from pglast import parse_sql

TABLES = """
SELECT c.relname, a.attname, a.attnotnull
FROM pg_class AS c
JOIN pg_attribute AS a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p', 'v')
ORDER BY c.relname, a.attnum
"""
FUNCTIONS = """
SELECT p.proname,
       coalesce(regexp_replace(pg_get_function_sqlbody(p.oid), '^RETURN ', 'SELECT '),
                CASE l.lanname WHEN 'sql' THEN btrim(p.prosrc, E' \\n') END)
FROM pg_proc AS p
JOIN pg_language AS l ON l.oid = p.prolang
WHERE p.pronamespace = 'public'::regnamespace
"""
AGGREGATES = "SELECT DISTINCT proname FROM pg_proc WHERE prokind = 'a'"


class Catalog(NamedTuple):
    """Tables by name, with their columns and whether each is never null; functions by name, with their bodies.

    A function has several bodies where it is overloaded, and None for one that is not an expression of SQL.
    """

    tables: Mapping[str, Mapping[str, bool]]
    functions: Mapping[str, tuple[Any, ...]]
    aggregates: frozenset[str]


def read_catalog(connection: psycopg.Connection[Any]) -> Catalog:
    """Reads the schema of a connection's database."""
    tables: dict[str, dict[str, bool]] = {}
    for table, column, is_never_null in connection.execute(TABLES).fetchall():
        tables.setdefault(table, {})[column] = is_never_null
    functions: dict[str, tuple[Any, ...]] = {}
    for name, text in connection.execute(FUNCTIONS).fetchall():
        is_expression = text is not None and text.startswith("SELECT ")
        functions[name] = (*functions.get(name, ()), parse_sql(text)[0].stmt if is_expression else None)
    aggregates = frozenset(name for (name,) in connection.execute(AGGREGATES).fetchall())
    return Catalog(tables, functions, aggregates)
