"""What a PostgreSQL with the migrated schema and a believable volume says of every statement."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import psycopg

from sqlproof.explain.plans import Node, plan_of
from sqlproof.findings import Finding
from sqlproof.reading.statements import Statement
from sqlproof.rules.proofs import Indexes, read_indexes
from sqlproof.schema.catalog import Catalog, read_catalog
from sqlproof.schema.describe import Describer, Description
from sqlproof.schema.scratch import scratch_database

APPLICATIONS = 40_000
"""As many as make plans those of a large organization, in a moment."""


class Facts(NamedTuple):
    """Types and plans by the names of statements; what the schema refuses has none."""

    descriptions: Mapping[str, Description]
    plans: Mapping[str, Node]
    indexes: Indexes
    catalog: Catalog


def gather(statements: Sequence[Statement], migrations: Path, volume: Path) -> tuple[Facts, list[Finding]]:
    """Asks a scratch server, and finds what the schema refuses. Raises: ServerMissing, MigrationError, OSError."""
    with scratch_database(migrations) as connection:
        if (refused := fill(connection, volume)) is None:
            return ask(connection, statements)
        descriptions, findings = Describer(connection).all(statements)
        return Facts(descriptions, {}, read_indexes(connection), read_catalog(connection)), [*findings, refused]


def fill(connection: psycopg.Connection[Any], volume: Path) -> Finding | None:
    """Runs the volume's script; what the schema refuses in it is a finding, and there are no rows to plan for."""
    text = volume.read_text(encoding="utf-8")
    try:
        for each in (f"SET volume.applications = '{APPLICATIONS}'", text):
            connection.execute(each.encode())
    except psycopg.Error as error:
        connection.execute("ROLLBACK")
        line = text[: int(error.diag.statement_position or 1) - 1].count("\n") + 1
        return Finding(volume, line, "", f"the migrated schema refuses it: {error.diag.message_primary}")
    return None


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
