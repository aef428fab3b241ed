-- Sets the limits of one file: for its transaction, or for the session where there is none. A
-- backend at work notices within a second that its runner was killed, and lets its locks go.
SELECT
    set_config('lock_timeout', %(lock_timeout_ms)s::text, %(is_transactional)s),
    set_config('statement_timeout', %(statement_timeout_ms)s::text, %(is_transactional)s),
    set_config('client_connection_check_interval', '1s', %(is_transactional)s)
