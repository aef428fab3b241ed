-- Undo of the file of the same number.

CREATE OR REPLACE FUNCTION record_principal_change() RETURNS trigger LANGUAGE plpgsql VOLATILE AS $$
BEGIN
    INSERT INTO principal_changes (subject_id)
    VALUES ((to_jsonb(coalesce(NEW, OLD)) ->> TG_ARGV[0])::uuid)
    ON CONFLICT (transaction_id, subject_id) DO NOTHING;
    RETURN NULL;
END
$$;
