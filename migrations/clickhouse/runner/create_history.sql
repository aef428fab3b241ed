-- Makes the table in which the runner keeps what it applied.
CREATE TABLE IF NOT EXISTS schema_migrations (
    version String,
    checksum String,
    is_applied Bool,
    changed_at DateTime64(6, 'UTC') DEFAULT now64(6)
)
ENGINE = ReplacingMergeTree(changed_at)
ORDER BY version
COMMENT 'Which migrations this database has; `hiring analytics migrate` writes it. checksum: SHA-256 of the applied file, hexadecimal: an edited one is refused.'
