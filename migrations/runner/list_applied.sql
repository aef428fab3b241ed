-- What was applied, oldest first.
SELECT m.version, m.name, m.checksum, m.applied_at, m.duration_ms
FROM schema_migrations AS m
ORDER BY m.version
