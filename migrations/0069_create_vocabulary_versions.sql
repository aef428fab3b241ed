-- Why:    API processes keep the lists of an organization's vocabularies in memory; a version tells them when these no longer hold.
-- Locks:  departments, offices, reasons, sources, job_boards, pipeline_templates, permission_groups and organizations,
--         SHARE ROW EXCLUSIVE, while their triggers and the foreign key are made.
-- Blocks: a trigger is made at once, whatever the size of its table.
-- Undo:   0069_create_vocabulary_versions.down.sql drops it; processes of this release then keep no list.

CREATE TABLE vocabulary_versions (
    organization_id uuid NOT NULL PRIMARY KEY
        CONSTRAINT vocabulary_versions_organization_id_exists REFERENCES organizations (organization_id),
    version uuid NOT NULL
) WITH (fillfactor = 50);
COMMENT ON TABLE vocabulary_versions IS 'The version of the vocabularies of an organization. It is another after every change; without a row nothing has changed since there are versions.';
COMMENT ON COLUMN vocabulary_versions.version IS 'Random, so that a version that a failover lost never comes back.';

CREATE FUNCTION renew_vocabulary_version() RETURNS trigger LANGUAGE plpgsql VOLATILE AS $$
BEGIN
    INSERT INTO vocabulary_versions AS v (organization_id, version)
    VALUES (coalesce(NEW.organization_id, OLD.organization_id), gen_random_uuid())
    ON CONFLICT (organization_id) DO UPDATE SET version = excluded.version;
    RETURN NULL;
END
$$;
COMMENT ON FUNCTION renew_vocabulary_version() IS 'Gives the vocabularies of an organization another version. At the end of the transaction, so that an open one holds nobody up; who commits waits for who commits before.';

CREATE CONSTRAINT TRIGGER departments_renew_vocabulary
    AFTER INSERT OR UPDATE OR DELETE ON departments
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION renew_vocabulary_version();
CREATE CONSTRAINT TRIGGER job_boards_renew_vocabulary
    AFTER INSERT OR UPDATE OR DELETE ON job_boards
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION renew_vocabulary_version();
CREATE CONSTRAINT TRIGGER offices_renew_vocabulary
    AFTER INSERT OR UPDATE OR DELETE ON offices
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION renew_vocabulary_version();
CREATE CONSTRAINT TRIGGER permission_groups_renew_vocabulary
    AFTER INSERT OR UPDATE OR DELETE ON permission_groups
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION renew_vocabulary_version();
CREATE CONSTRAINT TRIGGER pipeline_templates_renew_vocabulary
    AFTER INSERT OR UPDATE OR DELETE ON pipeline_templates
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION renew_vocabulary_version();
CREATE CONSTRAINT TRIGGER reasons_renew_vocabulary
    AFTER INSERT OR UPDATE OR DELETE ON reasons
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION renew_vocabulary_version();
CREATE CONSTRAINT TRIGGER sources_renew_vocabulary
    AFTER INSERT OR UPDATE OR DELETE ON sources
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION renew_vocabulary_version();

GRANT SELECT, INSERT, UPDATE ON vocabulary_versions TO hiring_command;
GRANT SELECT ON vocabulary_versions TO hiring_query;
