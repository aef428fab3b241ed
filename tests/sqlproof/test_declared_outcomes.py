"""Each operation declares what its statements can end in: the codes that they refuse with, the events that they record.

`/openapi.json` lists both.
"""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from pglast import ast

from hiring.errors import TAKEN, AnalyticsDisabled, AnalyticsUnavailable, Unseen, declared
from hiring.handlers.routes import OPERATIONS
from hiring.http.operation import Operation
from sqlproof.catalogue.reached import read_callers, read_entries
from sqlproof.reading.analytics import analytics_of
from sqlproof.reading.statements import Statement, statements_of
from sqlproof.reading.trees import nodes
from sqlproof.rules.events import types_of
from sqlproof.rules.refusals import codes_of
from tests.sqlproof.conftest import PROJECT

OF_MANY = {"invalid", "version_mismatch"}
"""Codes that the document tells otherwise: of what was sent, and of If-Match."""
BY_PYTHON = {
    "addPreviewLink": {"status_conflict"}, "explainAccess": {"not_found"},
    "logIn": {"credentials_wrong", "organization_required"}, "readSqlCatalogue": {"not_found"},
    "refreshSession": {"token_invalid"}, "registerOrganization": {"registration_closed"},
}  # fmt: skip
"""What is refused outside a statement's judgement."""
NEVER = {
    # in an organization that is new; a slug that is taken gets another ending
    "registerOrganization": {"email_taken", "key_taken", "name_taken", "slug_taken"},
    # its body has no such member
    "changeMe": {"external_id_taken"},
    # the external id goes from one to the other, and the reason is the one that has the name
    "mergeCandidate": {"external_id_taken", "key_taken", "name_taken"},
}
"""What a statement could refuse, but not as this operation calls it."""


BY_PATH = {"candidate_id": {"candidate_merged", "candidate_moved"}}
"""What is refused for what the path names, whatever the operation is."""
STATEMENTS = list(statements_of(PROJECT))
OF_CLICKHOUSE = analytics_of(PROJECT)
MIGRATIONS = Path(__file__).resolve().parents[2] / "migrations"
UNIQUE_RULES = set(
    re.findall(
        r"(?:CONSTRAINT|UNIQUE INDEX) (\w+_taken)", "".join(each.read_text() for each in MIGRATIONS.glob("*.sql"))
    )
)


def by_endpoint(
    outcomes: Callable[[Statement], set[str]], of_clickhouse: frozenset[str] = frozenset()
) -> dict[str, set[str]]:
    """What the statements of each endpoint can end in, by its method and path; all of ClickHouse's in the same."""
    of_statement = {each.name: outcomes(each) for each in STATEMENTS} | {
        each.name: set(of_clickhouse) for each in OF_CLICKHOUSE
    }
    entries = read_entries(read_callers([*STATEMENTS, *OF_CLICKHOUSE], PROJECT), PROJECT)
    return {each.name: set().union(*(of_statement[name] for name in each.statements)) for each in entries}


def judged_codes(statement: Statement) -> set[str]:
    """The codes of errors that a statement may refuse with."""
    assert PROJECT.refusals is not None
    known = {error.code for error in declared()} - OF_MANY
    return known & set(codes_of(statement, PROJECT.refusals)) | taken_codes(statement)


def taken_codes(statement: Statement) -> set[str]:
    """The codes of the unique rules that a statement may break: of the columns that it writes."""
    writes = (each for each in nodes(statement.tree, ast.Node) if isinstance(each, ast.InsertStmt | ast.UpdateStmt))
    written = {
        f"{write.relation.relname}_{column.name}_taken"
        for write in writes
        for column in (write.cols if isinstance(write, ast.InsertStmt) else write.targetList) or ()
    }
    return {code for code in TAKEN if any(name.endswith(f"_{code}") for name in written & UNIQUE_RULES)}


def recorded_types(statement: Statement) -> set[str]:
    """The types of the events that a statement records."""
    assert PROJECT.events is not None
    return types_of(statement, PROJECT.events)


JUDGED = by_endpoint(judged_codes, frozenset({AnalyticsDisabled.code, AnalyticsUnavailable.code}))
RECORDED = by_endpoint(recorded_types)


@pytest.mark.parametrize("endpoint", OPERATIONS, ids=lambda each: each.name)
def test_operation_names_the_codes_that_its_statements_refuse_with(endpoint: Operation) -> None:
    """Neither fewer, which a client would not expect, nor more, which never come."""
    named = {error.code for error in endpoint.refuses}
    judged = JUDGED.get(f"{endpoint.method} {endpoint.path}", set()) - NEVER.get(endpoint.name, set())
    of_path = set().union(*(BY_PATH.get(name, set()) for name in endpoint.parameters))
    assert named - of_path == (judged | BY_PYTHON.get(endpoint.name, set())) - of_path


@pytest.mark.parametrize("endpoint", OPERATIONS, ids=lambda each: each.name)
def test_operation_names_the_events_that_its_statements_record(endpoint: Operation) -> None:
    """Neither fewer, which a subscriber would miss, nor more, which never come."""
    assert set(endpoint.events) == RECORDED.get(f"{endpoint.method} {endpoint.path}", set())


def test_statements_refuse_with_every_conflict_that_is_declared() -> None:
    """A class that no judgement names would be a promise that nobody keeps."""
    conflicts = {each.code for each in declared() if each.kind.status == 409 and not issubclass(each, Unseen)}
    assert conflicts - set().union(*JUDGED.values()) == NOT_JUDGED


NOT_JUDGED = {"conflict", "idempotency_key_running"}
"""A parent, and a key of a request."""
