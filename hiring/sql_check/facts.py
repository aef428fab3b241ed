"""What a PostgreSQL with the migrated schema and a believable volume says of every statement."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

import psycopg

from hiring.sql_check.catalog import Catalog, read_catalog
from hiring.sql_check.describe import Describer, Description
from hiring.sql_check.findings import Finding
from hiring.sql_check.plans import Node, plan_of
from hiring.sql_check.proofs import Indexes, read_indexes
from hiring.sql_check.scratch import scratch_database
from hiring.sql_check.statements import Statement

APPLICATIONS = 40_000
"""As many as make plans those of a large organization, in a moment."""


class Facts(NamedTuple):
    """Types and plans by the names of statements; what the schema refuses has none."""

    descriptions: Mapping[str, Description]
    plans: Mapping[str, Node]
    indexes: Indexes
    catalog: Catalog


@contextmanager
def filled_database(migrations: Path, volume: Path) -> Iterator[psycopg.Connection[Any]]:
    """A scratch database with the migrated schema and the volume. Raises: ServerMissing, MigrationError, OSError."""
    fill = (f"SET volume.applications = '{APPLICATIONS}'", volume.read_text(encoding="utf-8"), "ANALYZE")
    with scratch_database(migrations, fill) as connection:
        yield connection


def gather(statements: Sequence[Statement], migrations: Path, volume: Path) -> tuple[Facts, list[Finding]]:
    """Asks a scratch server, and finds what the schema refuses. Raises: ServerMissing, MigrationError, OSError."""
    with filled_database(migrations, volume) as connection:
        return ask(connection, statements)


def ask(connection: psycopg.Connection[Any], statements: Sequence[Statement]) -> tuple[Facts, list[Finding]]:
    """Asks the server of a connection, which has the schema and a volume."""
    descriptions, findings = Describer(connection).all(statements)
    plans = {each.name: plan_of(connection, each) for each in statements if each.name in descriptions}
    return Facts(descriptions, plans, read_indexes(connection), read_catalog(connection)), findings


def describe(
    statements: Sequence[Statement], migrations: Path
) -> tuple[Mapping[str, Description], Catalog, list[Finding]]:
    """Types and catalog alone, which need no volume, and what the schema refuses. Raises: as `gather`."""
    with scratch_database(migrations) as connection:
        descriptions, findings = Describer(connection).all(statements)
        return descriptions, read_catalog(connection), findings
