-- Forgets a migration that was undone.
DELETE FROM schema_migrations AS m
WHERE m.version = %(version)s
