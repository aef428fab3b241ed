-- Why:   a grant that is moved from one user to another by hand changes the rights of both; only the new one was told of.
-- Locks: none on tables.
-- Undo:  0059_tell_both_users_of_moved_grants.down.sql; whoever had the grant then keeps it for up to a minute.

CREATE OR REPLACE FUNCTION record_principal_change() RETURNS trigger LANGUAGE plpgsql VOLATILE AS $$
BEGIN
    INSERT INTO principal_changes (subject_id)
    SELECT (r.old_or_new ->> TG_ARGV[0])::uuid
    FROM (VALUES (to_jsonb(OLD)), (to_jsonb(NEW))) AS r (old_or_new)
    WHERE r.old_or_new IS NOT NULL
    ON CONFLICT (transaction_id, subject_id) DO NOTHING;
    RETURN NULL;
END
$$;
