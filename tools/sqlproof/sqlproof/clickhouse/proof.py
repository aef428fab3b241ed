"""Everything that is known of the statements for ClickHouse, asked of an engine that is made for it."""

from collections.abc import Sequence
from typing import NamedTuple

from sqlproof.clickhouse.described import Described, describe
from sqlproof.clickhouse.engine import started
from sqlproof.clickhouse.schema import make_schema
from sqlproof.clickhouse.stubs import analytics_stubs
from sqlproof.configuration import Project
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
    if (analytics := project.analytics) is None:
        return UNASKED
    files = list(read_analytics(project))
    statements = [each for _, found, _ in files for each in found]
    refused = [problem for _, _, problems in files for problem in problems]
    with started(project, analytics) as engine:
        schema = make_schema(engine, project, analytics)
        answers = [describe(engine, each, analytics) for each in statements]
    described = [each for each in answers if isinstance(each, Described)]
    refused += [*schema.findings, *(each for each in answers if isinstance(each, Finding))]
    stubs = ""
    if not refused:
        try:
            stubs = analytics_stubs(described, analytics.folder)
        except TypeUnknown as error:
            refused.append(error.finding)
    return Proven(described, len(statements), stubs, sorted(set(refused)))
