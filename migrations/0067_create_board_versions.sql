-- Why:    API processes keep the answers of public boards in memory; a version tells them when these no longer hold.
-- Locks:  posts, jobs, departments, job_boards and organizations, SHARE ROW EXCLUSIVE, while their triggers are made.
-- Blocks: a trigger is made at once, whatever the size of its table.
-- Undo:   0067_create_board_versions.down.sql drops it; processes of this release then keep no answer.

CREATE TABLE board_versions (
    organization_id uuid NOT NULL PRIMARY KEY
        CONSTRAINT board_versions_organization_id_exists REFERENCES organizations (organization_id),
    version uuid NOT NULL
) WITH (fillfactor = 50);
COMMENT ON TABLE board_versions IS 'The version of what the public boards of an organization show. It is another after every change; without a row nothing has changed since there are versions.';
COMMENT ON COLUMN board_versions.version IS 'Random, so that a version that a failover lost never comes back.';

CREATE FUNCTION renew_board_version() RETURNS trigger LANGUAGE plpgsql VOLATILE AS $$
BEGIN
    INSERT INTO board_versions AS v (organization_id, version)
    VALUES (coalesce(NEW.organization_id, OLD.organization_id), gen_random_uuid())
    ON CONFLICT (organization_id) DO UPDATE SET version = excluded.version;
    RETURN NULL;
END
$$;
COMMENT ON FUNCTION renew_board_version() IS 'Gives what the boards of an organization show another version. At the end of the transaction, so that an open one holds nobody up; who commits waits for who commits before.';

CREATE FUNCTION require_fresh(is_fresh boolean) RETURNS void LANGUAGE plpgsql STABLE AS $$
BEGIN
    IF is_fresh IS NOT TRUE THEN
        RAISE EXCEPTION 'not visible on this node yet' USING ERRCODE = 'RV001';
    END IF;
END
$$;
COMMENT ON FUNCTION require_fresh IS 'Raises RV001 unless the condition holds on this node. The next statement of the message has a younger snapshot.';

CREATE CONSTRAINT TRIGGER posts_insertion_renews_boards
    AFTER INSERT ON posts
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (NEW.status = 'published')
    EXECUTE FUNCTION renew_board_version();
CREATE CONSTRAINT TRIGGER posts_change_renews_boards
    AFTER UPDATE ON posts
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (OLD.status = 'published' OR NEW.status = 'published')
    EXECUTE FUNCTION renew_board_version();
CREATE CONSTRAINT TRIGGER posts_deletion_renews_boards
    AFTER DELETE ON posts
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (OLD.status = 'published')
    EXECUTE FUNCTION renew_board_version();
CREATE CONSTRAINT TRIGGER jobs_change_renews_boards
    AFTER UPDATE OF status, employment_type, workplace, department_id ON jobs
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (
        (OLD.status, OLD.employment_type, OLD.workplace, OLD.department_id)
        IS DISTINCT FROM (NEW.status, NEW.employment_type, NEW.workplace, NEW.department_id)
    )
    EXECUTE FUNCTION renew_board_version();
CREATE CONSTRAINT TRIGGER departments_change_renews_boards
    AFTER UPDATE OF name ON departments
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (OLD.name IS DISTINCT FROM NEW.name)
    EXECUTE FUNCTION renew_board_version();
CREATE CONSTRAINT TRIGGER job_boards_change_renews_boards
    AFTER UPDATE OR DELETE ON job_boards
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION renew_board_version();
CREATE CONSTRAINT TRIGGER organizations_change_renews_boards
    AFTER UPDATE OF name, website_url, logo_url ON organizations
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN ((OLD.name, OLD.website_url, OLD.logo_url) IS DISTINCT FROM (NEW.name, NEW.website_url, NEW.logo_url))
    EXECUTE FUNCTION renew_board_version();

GRANT SELECT, INSERT, UPDATE ON board_versions TO hiring_command;
GRANT SELECT ON board_versions TO hiring_query;
