-- Indexes that an interrupted CREATE INDEX CONCURRENTLY left; IF NOT EXISTS would think them done.
SELECT
    c.relname AS name,
    format('DROP INDEX CONCURRENTLY %I.%I', n.nspname, c.relname) AS drop_command
FROM pg_index AS i
JOIN pg_class AS c ON c.oid = i.indexrelid
JOIN pg_namespace AS n ON n.oid = c.relnamespace
WHERE n.nspname = 'public' AND NOT i.indisvalid
ORDER BY c.relname
