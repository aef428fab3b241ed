-- What is applied, in order.
SELECT m.version, m.checksum, m.changed_at
FROM schema_migrations AS m FINAL
WHERE m.is_applied
ORDER BY m.version
