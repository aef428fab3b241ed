-- Why:   the server of a career site proves which board it applies on, so that its visitors do not share one limit.
-- Locks: job_boards, SHARE ROW EXCLUSIVE, briefly: it is referred to by a table that is empty.
-- Undo:  0094_create_board_keys.down.sql drops the table, with the data: the keys stop working.

CREATE TABLE board_keys (
    organization_id uuid NOT NULL,
    id uuid NOT NULL,
    job_board_id uuid NOT NULL,
    name text NOT NULL,
    prefix text NOT NULL,
    key_hash bytea NOT NULL,
    created_by jsonb NOT NULL,
    created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    updated_at timestamptz NOT NULL DEFAULT written_at(),
    expires_at timestamptz,
    last_used_at timestamptz,
    revoked_at timestamptz,
    PRIMARY KEY (organization_id, id),
    CONSTRAINT board_keys_job_board_id_exists FOREIGN KEY (organization_id, job_board_id)
        REFERENCES job_boards (organization_id, id)
);
CREATE INDEX board_keys_by_hash ON board_keys (organization_id, key_hash);
CREATE INDEX board_keys_by_board ON board_keys (organization_id, job_board_id, id);
ALTER TABLE board_keys ALTER organization_id SET (n_distinct = 2);
COMMENT ON TABLE board_keys IS 'Keys with which the servers of career sites call a board. A secret is shown once.';
COMMENT ON COLUMN board_keys.prefix IS 'First characters of the secret, to recognize a key by.';
COMMENT ON COLUMN board_keys.key_hash IS 'SHA-256 of the secret. The path of a request names the board, and that the tenant.';
COMMENT ON COLUMN board_keys.created_by IS 'The actor who made the key.';
COMMENT ON COLUMN board_keys.updated_at IS 'When it was made or revoked last; using it changes nothing.';
COMMENT ON COLUMN board_keys.last_used_at IS 'When it was last used, to about a minute.';

CREATE TRIGGER board_keys_change_principal
    AFTER UPDATE OF job_board_id, expires_at, revoked_at OR DELETE ON board_keys
    FOR EACH ROW EXECUTE FUNCTION record_principal_change('id');

GRANT SELECT, INSERT, UPDATE ON board_keys TO hiring_command;
GRANT SELECT ON board_keys TO hiring_query;
