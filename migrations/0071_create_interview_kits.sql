-- Why:   what interviewers look for and ask is written once for all interviews of a kind.
-- Locks: organizations, SHARE ROW EXCLUSIVE, briefly: it is referred to by a table that is empty.
-- Undo:  0071_create_interview_kits.down.sql drops the table, with the data.

CREATE TABLE interview_kits (
    organization_id uuid NOT NULL
        CONSTRAINT interview_kits_organization_id_exists REFERENCES organizations (organization_id),
    id uuid NOT NULL,
    name text NOT NULL,
    attributes jsonb NOT NULL,
    questions jsonb NOT NULL,
    status text NOT NULL DEFAULT 'active'
        CONSTRAINT interview_kits_status_known CHECK (status IN ('active', 'archived')),
    version integer NOT NULL DEFAULT 1,
    created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    updated_at timestamptz NOT NULL DEFAULT written_at(),
    PRIMARY KEY (organization_id, id),
    CONSTRAINT interview_kits_name_taken UNIQUE (organization_id, name)
);
CREATE INDEX interview_kits_by_updated_at ON interview_kits (organization_id, updated_at, id);
ALTER TABLE interview_kits ALTER organization_id SET (n_distinct = 2);
COMMENT ON TABLE interview_kits IS 'What interviewers look for and ask in interviews of a kind.';
COMMENT ON COLUMN interview_kits.attributes IS 'In order: [{"id", "name", "description"}]. Scorecards will name the ids.';
COMMENT ON COLUMN interview_kits.questions IS 'In order: texts.';

CREATE CONSTRAINT TRIGGER interview_kits_renew_vocabulary
    AFTER INSERT OR UPDATE OR DELETE ON interview_kits
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION renew_vocabulary_version();

GRANT SELECT, INSERT, UPDATE ON interview_kits TO hiring_command;
GRANT SELECT ON interview_kits TO hiring_query;
