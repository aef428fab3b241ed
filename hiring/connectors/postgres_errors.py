"""What PostgreSQL refuses, as the errors that a client can see. The driver's own error stays behind as the cause."""

import re

import psycopg2

from hiring.errors import (
    ApiError,
    DatabaseUnavailable,
    Internal,
    KeyAnswered,
    KeyReused,
    KeyRunning,
    Malformed,
    MessageDone,
    MessageRunning,
    NotVisibleYet,
    StatementStopped,
    from_constraint,
)

PLAN_OUTDATED = frozenset({"0A000", "26000", "42883"})
"""A migration or a DEALLOCATE came between PREPARE and EXECUTE."""
DEADLOCK = "40P01"


class CancelledByReplay(StatementStopped):
    """The request took too long or met another one; nothing was changed."""


BY_SQLSTATE: dict[str, type[ApiError]] = {
    "RV001": NotVisibleYet,
    "IK001": KeyRunning,
    "IK002": KeyAnswered,
    "IK003": KeyReused,
    "IN001": MessageRunning,
    "IN002": MessageDone,
    "57014": StatementStopped,  # statement_timeout, or an operator's pg_cancel_backend
    "55P03": StatementStopped,  # lock_timeout
    DEADLOCK: StatementStopped,
    "40001": CancelledByReplay,  # under read committed only a replica raises it: replay would not wait any longer
    "25006": DatabaseUnavailable,  # read-only: what we take for the primary is a replica
    **dict.fromkeys(PLAN_OUTDATED - {"42883"}, StatementStopped),
    # values that passed our own validation and still do not fit their type
    **dict.fromkeys(("22001", "22003", "22007", "22008", "22021", "22P02", "22P05", "42804", "54000"), Malformed),
}
UNAVAILABLE_CLASSES = frozenset({"08", "53", "57"})
"""Connection exceptions, insufficient resources (disk full, too many connections), operator intervention."""
CONSTRAINT_CLASS = "23"
KEY = re.compile(r"\((?P<columns>[^()]+)\)=\((?P<values>.*)\)", re.DOTALL)
"""The form of a unique rule's detail, in whatever language: `Key (organization_id, name)=(0197…, Berlin) …`."""


def typed(error: psycopg2.Error, *, is_lost: bool) -> ApiError:
    """The error to raise for the driver's; `is_lost`: the connection is gone, so what was sent may have happened."""
    sqlstate = error.pgcode or ""
    if known := BY_SQLSTATE.get(sqlstate):
        return known()
    if is_lost or sqlstate[:2] in UNAVAILABLE_CLASSES:
        return DatabaseUnavailable()
    if sqlstate[:2] == CONSTRAINT_CLASS:
        key = key_of(error.diag.message_detail or "")
        return from_constraint(error.diag.constraint_name or "", error.diag.table_name or "", key)
    return Internal()


def key_of(detail: str) -> dict[str, str]:
    """Columns and values of a constraint's detail; of the values only the last one is free text."""
    told = KEY.search(detail)
    columns = told["columns"].split(", ") if told else []
    return dict(zip(columns, told["values"].split(", ", len(columns) - 1), strict=False)) if told else {}
