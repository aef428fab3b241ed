-- Why:    an application is hidden from its own candidate, so each list of applications joined candidates to know who is
--         a user; with the user beside the candidate it needs no join.
-- Locks:  applications, ACCESS EXCLUSIVE, briefly; candidates, SHARE ROW EXCLUSIVE, briefly.
-- Blocks: a column without a default and triggers are made at once, whatever the size of the table.
-- Undo:   0065_keep_user_of_candidate_on_applications.down.sql drops the column; candidates still has the users.

ALTER TABLE applications ADD COLUMN candidate_user_id uuid;
COMMENT ON COLUMN applications.candidate_user_id IS 'The user that the candidate is, as in candidates.user_id: triggers keep it. Such applications are hidden from that user.';

CREATE FUNCTION copy_user_of_candidate() RETURNS trigger LANGUAGE plpgsql VOLATILE AS $$
BEGIN
    SELECT c.user_id INTO NEW.candidate_user_id
    FROM candidates AS c
    WHERE c.organization_id = NEW.organization_id AND c.id = NEW.candidate_id
    FOR NO KEY UPDATE;
    RETURN NEW;
END
$$;
COMMENT ON FUNCTION copy_user_of_candidate() IS 'Gives an application the user of its candidate. The lock waits for a change of that user, and makes one wait.';
CREATE TRIGGER applications_copy_user_of_candidate
    BEFORE INSERT OR UPDATE OF candidate_id ON applications
    FOR EACH ROW EXECUTE FUNCTION copy_user_of_candidate();

CREATE FUNCTION link_user_to_applications() RETURNS trigger LANGUAGE plpgsql VOLATILE AS $$
BEGIN
    UPDATE applications AS a
    SET candidate_user_id = NEW.user_id
    WHERE a.organization_id = NEW.organization_id AND a.candidate_id = NEW.id;
    RETURN NULL;
END
$$;
COMMENT ON FUNCTION link_user_to_applications() IS 'Gives the applications of a candidate the user that it has now.';
CREATE TRIGGER candidates_link_user_to_applications
    AFTER UPDATE OF user_id ON candidates
    FOR EACH ROW WHEN (OLD.user_id IS DISTINCT FROM NEW.user_id)
    EXECUTE FUNCTION link_user_to_applications();
