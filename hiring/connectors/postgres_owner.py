"""What only owner and superuser need of the driver: an error's full text, a password in PostgreSQL's own form."""

from typing import NamedTuple

import psycopg2
from psycopg2.extensions import encrypt_password

from hiring.connectors.postgres import Connection
from hiring.errors import ApiError


class Failure(NamedTuple):
    """What PostgreSQL said: `position` counts the statement's characters from 1; without `sqlstate` the line broke."""

    sqlstate: str
    sentence: str
    position: int


def failure(error: ApiError) -> Failure:
    """The server's own words behind an error, for people who may see them."""
    cause = error.__cause__
    if not isinstance(cause, psycopg2.Error) or cause.pgcode is None:
        return Failure("", str(cause or error).strip(), 1)
    diagnosis = cause.diag
    sentence = "; ".join(text for text in (diagnosis.message_primary, diagnosis.message_detail) if text)
    return Failure(cause.pgcode, sentence, int(diagnosis.statement_position or 1))


def password_verifier(connection: Connection, *, user: str, password: str) -> str:
    """The SCRAM-SHA-256 verifier for ALTER ROLE … PASSWORD, newly salted: the password itself never travels."""
    return encrypt_password(password, user, scope=connection.raw, algorithm="scram-sha-256")
