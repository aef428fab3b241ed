"""A role's password as PostgreSQL stores it, made on our side so that the password itself never travels in a statement."""

from psycopg2.extensions import encrypt_password

from hiring.connectors.postgres import Connection


def password_verifier(connection: Connection, *, user: str, password: str) -> str:
    """The SCRAM-SHA-256 verifier for ALTER ROLE … PASSWORD, with a new salt each time."""
    return encrypt_password(password, user, scope=connection.raw, algorithm="scram-sha-256")
