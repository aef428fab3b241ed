-- Keeps what this session sends, password verifiers, out of the server's log and out of
-- pg_stat_statements.
SELECT
    set_config('log_statement', 'none', false),
    set_config('log_min_error_statement', 'panic', false),
    set_config('log_min_duration_statement', '-1', false),
    set_config('log_min_duration_sample', '-1', false),
    set_config('pg_stat_statements.track', 'none', false)
