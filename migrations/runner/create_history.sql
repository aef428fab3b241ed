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
CREATE TABLE IF NOT EXISTS schema_functions (
    signature text CONSTRAINT schema_functions_signature_taken PRIMARY KEY,
    definition_before text,
    checksum text NOT NULL,
    applied_at timestamptz NOT NULL DEFAULT now()
);
COMMENT ON TABLE schema_functions IS
    'The functions that sql/functions made; `hiring migrate` writes it, with the functions themselves.';
COMMENT ON COLUMN schema_functions.definition_before IS
    'For the way back: what makes the function that stood in its place before; NULL where none did.';
COMMENT ON COLUMN schema_functions.checksum IS
    'SHA-256 of all files of sql/functions that were applied last, hexadecimal: other files are applied again.';
