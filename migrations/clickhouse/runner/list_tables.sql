-- The tables that hold facts.
SELECT t.name
FROM system.tables AS t
WHERE t.database = currentDatabase() AND t.engine LIKE '%MergeTree' AND t.name != 'schema_migrations'
ORDER BY t.name != 'facts', t.name
