"""What every request passes: connection, admission, operation, checking, replies, idempotency, cursors, limits."""
