"""What every request passes: connection, admission, operation, checking, replies, idempotency, cursors, limits."""

PREFIX = "/api/v1"
"""Where the paths of the API begin."""
