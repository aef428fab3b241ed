-- Why:    an API process keeps in memory what a session or key may do; it must learn within a second that this changed.
-- Locks:  sessions, users, api_keys, permission_groups, permission_group_assignments and permission_assignments,
--         SHARE ROW EXCLUSIVE, while their triggers are made.
-- Blocks: a trigger is made at once, whatever the size of its table.
-- Undo:   0035_create_principal_changes.down.sql drops it; processes of this release then trust no cached principal.

CREATE TABLE principal_changes (
    transaction_id xid8 NOT NULL DEFAULT pg_current_xact_id(),
    subject_id uuid NOT NULL,
    changed_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (transaction_id, subject_id)
);
CREATE INDEX principal_changes_by_changed_at ON principal_changes (changed_at);
COMMENT ON TABLE principal_changes IS 'Sessions, API keys, users and permission groups whose rights changed lately. Every API process reads the new rows several times a second; after an hour nobody needs a row.';
COMMENT ON COLUMN principal_changes.transaction_id IS 'The transaction that changed them: what a snapshot cannot see yet is at or above its xmin, whatever the clocks say.';
COMMENT ON COLUMN principal_changes.subject_id IS 'A session, an API key, a user or a permission group.';

CREATE FUNCTION record_principal_change() RETURNS trigger LANGUAGE plpgsql VOLATILE AS $$
BEGIN
    INSERT INTO principal_changes (subject_id)
    VALUES ((to_jsonb(coalesce(NEW, OLD)) ->> TG_ARGV[0])::uuid)
    ON CONFLICT (transaction_id, subject_id) DO NOTHING;
    RETURN NULL;
END
$$;
COMMENT ON FUNCTION record_principal_change() IS 'Records that the rights of a subject changed; the argument names the column of the row that has its id.';

CREATE TRIGGER sessions_change_principal
    AFTER UPDATE OF user_id, expires_at, revoked_at ON sessions
    FOR EACH ROW EXECUTE FUNCTION record_principal_change('id');
CREATE TRIGGER sessions_deletion_changes_principal
    AFTER DELETE ON sessions
    FOR EACH ROW WHEN (OLD.revoked_at IS NULL AND OLD.expires_at > now())
    EXECUTE FUNCTION record_principal_change('id');
CREATE TRIGGER users_change_principal
    AFTER UPDATE OF status, type OR DELETE ON users
    FOR EACH ROW EXECUTE FUNCTION record_principal_change('id');
CREATE TRIGGER api_keys_change_principal
    AFTER UPDATE OF user_id, permissions, expires_at, revoked_at OR DELETE ON api_keys
    FOR EACH ROW EXECUTE FUNCTION record_principal_change('id');
CREATE TRIGGER permission_groups_change_principal
    AFTER UPDATE OF key, permissions OR DELETE ON permission_groups
    FOR EACH ROW EXECUTE FUNCTION record_principal_change('id');
CREATE TRIGGER permission_group_assignments_change_principal
    AFTER INSERT OR UPDATE OR DELETE ON permission_group_assignments
    FOR EACH ROW EXECUTE FUNCTION record_principal_change('user_id');
CREATE TRIGGER permission_assignments_change_principal
    AFTER INSERT OR UPDATE OR DELETE ON permission_assignments
    FOR EACH ROW EXECUTE FUNCTION record_principal_change('user_id');

GRANT SELECT, INSERT ON principal_changes TO hiring_command;
GRANT SELECT ON principal_changes TO hiring_query;
GRANT SELECT, INSERT, DELETE ON principal_changes TO hiring_worker;
