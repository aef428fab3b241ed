-- The commands that make one role what it should be. The password arrives as its SCRAM verifier, never as text.
SELECT c.command
FROM (
    VALUES
        (
            1, NOT EXISTS (SELECT 1 FROM pg_roles AS r WHERE r.rolname = %(role)s),
            format('CREATE ROLE %%I', %(role)s)
        ),
        (
            2, true,
            format(
                'ALTER ROLE %%I LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS CONNECTION LIMIT %%s PASSWORD %%L',
                %(role)s, %(connection_limit)s, %(verifier)s
            )
        ),
        (3, true, format('ALTER ROLE %%I SET statement_timeout = %%s', %(role)s, %(statement_timeout_ms)s)),
        (4, true, format('ALTER ROLE %%I SET lock_timeout = %%s', %(role)s, %(lock_timeout_ms)s)),
        (
            5, true,
            format(
                'ALTER ROLE %%I SET idle_in_transaction_session_timeout = %%s',
                %(role)s, %(idle_in_transaction_timeout_ms)s
            )
        ),
        (6, true, format('ALTER ROLE %%I SET default_transaction_read_only = %%s', %(role)s, %(is_read_only)s)),
        -- PostgreSQL logs parameters with statements: personal data stays out of the log
        (7, true, format('ALTER ROLE %%I SET log_min_error_statement = panic', %(role)s)),
        (8, true, format('ALTER ROLE %%I SET log_min_duration_statement = -1', %(role)s)),
        (9, true, format('ALTER ROLE %%I SET log_statement = none', %(role)s))
) AS c (position, is_needed, command)
WHERE c.is_needed
ORDER BY c.position
