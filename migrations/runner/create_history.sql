-- Makes the table in which the runner keeps what it applied.
CREATE TABLE IF NOT EXISTS schema_migrations (
    version text CONSTRAINT schema_migrations_version_taken PRIMARY KEY,
    name text NOT NULL,
    checksum text NOT NULL,
    applied_by text NOT NULL DEFAULT session_user,
    applied_at timestamptz NOT NULL DEFAULT now(),
    duration_ms integer NOT NULL
);
COMMENT ON TABLE schema_migrations IS
    'Which migrations this database has; `hiring migrate` writes it, with the change itself.';
COMMENT ON COLUMN schema_migrations.version IS 'The four digits that the file''s name starts with.';
COMMENT ON COLUMN schema_migrations.checksum IS
    'SHA-256 of the applied file''s bytes, hexadecimal: an edited one is refused.';
COMMENT ON COLUMN schema_migrations.duration_ms IS 'How long it took, waits for locks included.';
