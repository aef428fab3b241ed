"""Everything that is known of the statements for ClickHouse, asked of an engine that is made for it."""

from collections.abc import Sequence
from typing import NamedTuple

from sqlproof.clickhouse.described import Described, describe
from sqlproof.clickhouse.engine import Engine, started
from sqlproof.clickhouse.levels import check_statement, check_view
from sqlproof.clickhouse.schema import make_schema
from sqlproof.clickhouse.stubs import analytics_stubs
from sqlproof.clickhouse.texts import check_described, check_functions, check_taken, check_texts, check_types
from sqlproof.configuration import Analytics, Project
from sqlproof.findings import Finding
from sqlproof.reading.analytics import read_analytics
from sqlproof.types.stubs import TypeUnknown


class Proven(NamedTuple):
    """The statements as ClickHouse describes them, their stubs, and what is wrong with them and their schema.

    `statement_count` is of all statements. There are no stubs where something is `refused`; `broken` are rules.
    """

    described: Sequence[Described] = ()
    statement_count: int = 0
    stubs: str = ""
    refused: Sequence[Finding] = ()
    broken: Sequence[Finding] = ()


UNASKED = Proven()


def prove(project: Project) -> Proven:
    """Starts an engine and asks it; nothing where the project has none. Raises: EngineMissing, OSError."""
    if project.analytics is None:
        return UNASKED
    with started(project, project.analytics) as engine:
        return prove_on(engine, project, project.analytics)


def prove_on(engine: Engine, project: Project, analytics: Analytics) -> Proven:
    """Asks an engine with nothing in it. Raises: OSError."""
    files = list(read_analytics(project))
    statements = [each for _, found, _ in files for each in found]
    schema = make_schema(engine, project, analytics)
    answers = [describe(engine, each, analytics) for each in statements]
    described = [each for each in answers if isinstance(each, Described)]
    refused = [*schema.findings, *(each for each in answers if isinstance(each, Finding))]
    refused += [finding for each in described for finding in check_taken(each)]
    broken = [*check_types(described, {view.piece: view.parameters for view in schema.views.values()})]
    broken += check_functions(schema.others)
    for path, found, problems in files:
        broken += [*problems, *check_texts(path, found, project, analytics)]
    for view in schema.views.values():
        broken += check_view(view, engine, schema, project.tenants.column, analytics)
    for each in described:
        broken += check_described(each, project, analytics)
        broken += check_statement(each, schema, project.tenants.column)
    stubs = ""
    if not refused:
        try:
            stubs = analytics_stubs(described, analytics.folder)
        except TypeUnknown as error:
            refused.append(error.finding)
    return Proven(described, len(statements), stubs, refused, broken)
