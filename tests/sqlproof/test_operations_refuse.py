"""`/openapi.json` lists for each operation the codes that its statements refuse with."""

import pytest

from hiring.errors import Unseen, declared
from hiring.handlers.routes import OPERATIONS
from hiring.http.operation import Operation
from sqlproof.catalogue.reached import read_callers, read_entries
from sqlproof.reading.statements import statements_of
from sqlproof.rules.refusals import codes_of
from tests.sqlproof.conftest import PROJECT

OF_MANY = {"invalid", "version_mismatch"}
"""Codes that the document tells otherwise: of what was sent, and of If-Match."""
BY_PYTHON = {
    "log_in": {"credentials_wrong"}, "read_sql_catalogue": {"not_found"},
    "refresh_session": {"token_invalid"}, "register_organization": {"registration_closed"},
}  # fmt: skip
"""What is refused outside a statement's judgement."""


def judged_codes() -> dict[str, set[str]]:
    """The codes of errors that the statements of each endpoint may refuse with, by its method and path."""
    assert PROJECT.refusals is not None
    statements = list(statements_of(PROJECT))
    errors = {error.code for error in declared()} - OF_MANY
    codes = {each.name: errors & set(codes_of(each, PROJECT.refusals)) for each in statements}
    entries = read_entries(read_callers(statements, PROJECT), PROJECT)
    return {each.name: set().union(*(codes[name] for name in each.statements)) for each in entries}


JUDGED = judged_codes()


@pytest.mark.parametrize("endpoint", OPERATIONS, ids=lambda each: each.name)
def test_operation_names_the_codes_that_its_statements_refuse_with(endpoint: Operation) -> None:
    """Neither fewer, which a client would not expect, nor more, which never come."""
    named = {error.code for error in endpoint.refuses}
    assert named == JUDGED.get(f"{endpoint.method} {endpoint.path}", set()) | BY_PYTHON.get(endpoint.name, set())


def test_statements_refuse_with_every_conflict_that_is_declared() -> None:
    """A class that no judgement names would be a promise that nobody keeps."""
    conflicts = {each.code for each in declared() if each.kind.status == 409 and not issubclass(each, Unseen)}
    assert conflicts - set().union(*JUDGED.values()) == NOT_JUDGED


NOT_JUDGED = {"conflict", "idempotency_key_running", "taken"}
"""A parent, a key of a request, and what a constraint refuses."""
