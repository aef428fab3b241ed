-- Why:    applicants are asked to consent to texts of the organization; what somebody consented to stays readable.
-- Locks:  organizations, SHARE ROW EXCLUSIVE, briefly: it is referred to by a table that is empty, and gets a trigger.
-- Blocks: a trigger is made at once, whatever the size of its table.
-- Undo:   0111_create_consent_texts.down.sql drops the tables, with the data.

CREATE TABLE consent_texts (
    organization_id uuid NOT NULL
        CONSTRAINT consent_texts_organization_id_exists REFERENCES organizations (organization_id),
    id uuid NOT NULL,
    purpose text NOT NULL
        CONSTRAINT consent_texts_purpose_known CHECK (purpose IN ('processing', 'retention', 'demographics')),
    language text NOT NULL,
    text text NOT NULL,
    is_required boolean NOT NULL,
    status text NOT NULL DEFAULT 'active'
        CONSTRAINT consent_texts_status_known CHECK (status IN ('active', 'archived')),
    version integer NOT NULL DEFAULT 1,
    created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    updated_at timestamptz NOT NULL DEFAULT written_at(),
    PRIMARY KEY (organization_id, id)
);
CREATE UNIQUE INDEX consent_texts_language_taken ON consent_texts (organization_id, purpose, language)
    WHERE status = 'active';
CREATE INDEX consent_texts_by_updated_at ON consent_texts (organization_id, updated_at, id);
ALTER TABLE consent_texts ALTER organization_id SET (n_distinct = 2);
COMMENT ON TABLE consent_texts IS 'What application forms ask applicants to consent to.';
COMMENT ON COLUMN consent_texts.purpose IS 'What the data of the applicant is used for; like the language, it never changes.';
COMMENT ON COLUMN consent_texts.is_required IS 'Whether an application without this consent is refused.';

CREATE TABLE consent_text_versions (
    organization_id uuid NOT NULL,
    consent_text_id uuid NOT NULL,
    version integer NOT NULL,
    text text NOT NULL,
    is_required boolean NOT NULL,
    status text NOT NULL,
    updated_at timestamptz NOT NULL DEFAULT written_at(),
    PRIMARY KEY (organization_id, consent_text_id, version),
    CONSTRAINT consent_text_versions_consent_text_id_exists
        FOREIGN KEY (organization_id, consent_text_id) REFERENCES consent_texts (organization_id, id)
);
ALTER TABLE consent_text_versions ALTER organization_id SET (n_distinct = 2);
COMMENT ON TABLE consent_text_versions IS 'What a consent text was in each version, the current one included: consents name them. A trigger adds rows, and nothing changes them.';

CREATE FUNCTION keep_consent_text_version() RETURNS trigger LANGUAGE plpgsql VOLATILE AS $$
BEGIN
    INSERT INTO consent_text_versions (organization_id, consent_text_id, version, text, is_required, status, updated_at)
    VALUES (NEW.organization_id, NEW.id, NEW.version, NEW.text, NEW.is_required, NEW.status, NEW.updated_at);
    RETURN NULL;
END
$$;
COMMENT ON FUNCTION keep_consent_text_version() IS 'Keeps what a consent text is in its new version; a change without a new version is refused by the key.';
CREATE TRIGGER consent_texts_keep_versions
    AFTER INSERT OR UPDATE ON consent_texts
    FOR EACH ROW EXECUTE FUNCTION keep_consent_text_version();

CREATE CONSTRAINT TRIGGER consent_texts_renew_vocabulary
    AFTER INSERT OR UPDATE OR DELETE ON consent_texts
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION renew_vocabulary_version();

-- Forms show the texts, and those in the language of the organization where there are none in the language of the post.
CREATE CONSTRAINT TRIGGER consent_texts_renew_boards
    AFTER INSERT OR UPDATE OR DELETE ON consent_texts
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION renew_board_version();
CREATE CONSTRAINT TRIGGER organizations_language_renews_boards
    AFTER UPDATE OF language ON organizations
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (OLD.language IS DISTINCT FROM NEW.language)
    EXECUTE FUNCTION renew_board_version();

GRANT SELECT, INSERT, UPDATE ON consent_texts TO hiring_command;
GRANT SELECT, INSERT ON consent_text_versions TO hiring_command;
GRANT SELECT ON consent_texts, consent_text_versions TO hiring_query;
