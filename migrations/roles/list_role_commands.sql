-- The commands that make one role what it should be. The password arrives as its SCRAM verifier,
-- never as text.
WITH limits (name, value) AS (
    VALUES
        ('statement_timeout', %(statement_timeout_ms)s::text),
        ('lock_timeout', %(lock_timeout_ms)s::text),
        ('idle_in_transaction_session_timeout', %(idle_in_transaction_timeout_ms)s::text),
        ('default_transaction_read_only', %(is_read_only)s::text),
        -- PostgreSQL logs parameters with statements, and quotes values in the details of errors and deadlocks:
        -- personal data stays out of its log
        ('log_error_verbosity', 'terse'),
        ('log_min_error_statement', 'panic'),
        ('log_min_duration_statement', '-1'),
        ('log_statement', 'none')
)
SELECT c.command
FROM (
    SELECT 1 AS position, format('CREATE ROLE %%I', %(role)s) AS command
    WHERE NOT EXISTS (SELECT 1 FROM pg_roles AS r WHERE r.rolname = %(role)s)
    UNION ALL
    SELECT 2, format(
        'ALTER ROLE %%I LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS '
            'CONNECTION LIMIT %%s PASSWORD %%L',
        %(role)s, %(connection_limit)s, %(verifier)s
    )
    UNION ALL
    SELECT 3, format('ALTER ROLE %%I SET %%s = %%L', %(role)s, l.name, l.value)
    FROM limits AS l
) AS c
ORDER BY c.position
