"""What PostgreSQL says, as the error that a client sees: each code and class, and the detail of a constraint."""

from types import SimpleNamespace
from typing import Any, cast

import psycopg2
import pytest

from hiring.connectors.postgres import organization_of
from hiring.connectors.postgres_errors import PLAN_OUTDATED, CancelledByReplay, key_of, typed
from hiring.connectors.postgres_owner import failure
from hiring.connectors.postgres_session import REPEATED_ONCE, Call
from hiring.connectors.postgres_shares import share_of
from hiring.connectors.postgres_values import array_literal
from hiring.errors import (
    ApiError,
    DatabaseUnavailable,
    Internal,
    Invalid,
    KeyAnswered,
    KeyReused,
    KeyRunning,
    Malformed,
    MessageDone,
    MessageRunning,
    NameTaken,
    NotVisibleYet,
    StatementStopped,
)
from hiring.foundation.ids import new_id


def said(sqlstate: str | None, **diagnosis: Any) -> psycopg2.Error:
    """An error of the driver, as the server's message makes it."""
    fields = {"constraint_name": None, "table_name": None, "message_detail": None} | diagnosis

    class Said(psycopg2.Error):
        pgcode = sqlstate
        diag = SimpleNamespace(**fields)  # type: ignore[assignment]  # the driver makes its own from a message

    return Said("the server's own words")


@pytest.mark.parametrize(
    ("sqlstate", "expected"),
    [
        ("RV001", NotVisibleYet), ("IK001", KeyRunning), ("IK002", KeyAnswered), ("IK003", KeyReused),
        ("IN001", MessageRunning), ("IN002", MessageDone), ("57014", StatementStopped), ("55P03", StatementStopped),
        ("40P01", StatementStopped), ("40001", CancelledByReplay), ("25006", DatabaseUnavailable),
        ("0A000", StatementStopped), ("26000", StatementStopped), ("42883", Internal), ("22001", Malformed),
        ("22003", Malformed), ("22007", Malformed), ("22008", Malformed), ("22021", Malformed), ("22P02", Malformed),
        ("22P05", Malformed), ("42804", Malformed), ("54000", Malformed), ("08006", DatabaseUnavailable),
        ("53300", DatabaseUnavailable), ("53100", DatabaseUnavailable), ("57P01", DatabaseUnavailable),
        ("57P03", DatabaseUnavailable), ("42501", Internal), ("XX000", Internal), ("22012", Internal), (None, Internal),
    ],
)  # fmt: skip
def test_code_becomes_its_error(sqlstate: str | None, expected: type[ApiError]) -> None:
    """Also a code that only its class tells; what nobody expects is an internal error."""
    assert type(typed(said(sqlstate), is_lost=False)) is expected


@pytest.mark.parametrize(
    ("sqlstate", "expected"),
    [(None, DatabaseUnavailable), ("XX000", DatabaseUnavailable), ("42804", Malformed), ("23505", DatabaseUnavailable)],
)
def test_what_nobody_knows_is_unavailable_when_the_connection_is_lost(
    sqlstate: str | None, expected: type[ApiError]
) -> None:
    """What was sent may have happened; a refusal that the server could still tell stays one."""
    assert type(typed(said(sqlstate), is_lost=True)) is expected


def test_constraint_is_told_with_what_it_met() -> None:
    """A unique rule by its field and its values, a foreign key by its field."""
    detail = "Key (organization_id, name)=(0197, Berlin) already exists."
    taken = typed(
        said("23505", constraint_name="offices_name_taken", table_name="offices", message_detail=detail), is_lost=False
    )
    assert isinstance(taken, NameTaken)
    assert (taken.constraint, taken.key) == ("offices_name_taken", {"organization_id": "0197", "name": "Berlin"})
    unknown = typed(said("23503", constraint_name="jobs_office_id_exists", table_name="jobs"), is_lost=False)
    assert isinstance(unknown, Invalid)
    assert [(each.pointer, each.code) for each in unknown.errors] == [("/office_id", "unknown_reference")]
    assert type(typed(said("23514"), is_lost=False)) is Internal


@pytest.mark.parametrize(
    ("detail", "expected"),
    [
        ("Key (a)=(x) already exists.", {"a": "x"}),
        ("Key (a, b)=(1, x, y) already exists.", {"a": "1", "b": "x, y"}),
        ("Schlüssel »(a, b)=(1, (x)=(y))« existiert bereits.", {"a": "1", "b": "(x)=(y)"}),
        ("Key (a, b)=(1, x\ny) already exists.", {"a": "1", "b": "x\ny"}),
        ("Key (a)=() already exists.", {"a": ""}), ("", {}), ("Failing row contains (1, 2).", {}),
    ],
)  # fmt: skip
def test_detail_tells_columns_and_values(detail: str, expected: dict[str, str]) -> None:
    """In whatever language; the last value may hold anything."""
    assert key_of(detail) == expected


def test_owner_is_told_the_servers_own_words() -> None:
    """With the place in the statement; without a code the line broke."""
    words = said("42601", message_primary="syntax error", message_detail="near x", statement_position="17")
    error = Internal()
    error.__cause__ = words
    assert failure(error) == ("42601", "syntax error; near x", 17)
    error.__cause__ = said("42601", message_primary="syntax error", statement_position=None)
    assert failure(error) == ("42601", "syntax error", 1)
    error.__cause__ = said(None)
    assert failure(error) == ("", "the server's own words", 1)
    assert failure(DatabaseUnavailable("No answer.")).sqlstate == ""


def test_message_is_sent_again_after_a_deadlock_or_an_outdated_plan_alone() -> None:
    """Nothing else is known to have left no trace."""
    assert {"0A000", "26000", "42883"} == PLAN_OUTDATED
    assert {"0A000", "26000", "42883", "40P01"} == REPEATED_ONCE


def test_message_belongs_to_the_organization_of_its_last_statement() -> None:
    """A proof or a claim before it names none, or the same."""
    organization_id = new_id()
    calls = cast(list[Call], [(None, {"event_ids": ()}), (None, {"organization_id": organization_id})])
    assert organization_of(calls) == organization_id
    assert organization_of(calls[:1]) is None and organization_of(()) is None


def test_values_of_an_array_stay_apart() -> None:
    """Whatever they hold; NULL is no text."""
    assert array_literal([]) == "{}"
    assert array_literal([None, "NULL", 'a"b', "c\\d", "e,f", "", 7]) == r'{NULL,"NULL","a\"b","c\\d","e,f","","7"}'


def test_share_is_rounded_down_and_never_nothing() -> None:
    """Two thirds of three places are one: more would be more than the settings say."""
    assert [share_of(8, 50), share_of(3, 66), share_of(3, 67), share_of(1, 1), share_of(8, 100)] == [4, 1, 2, 1, 8]
