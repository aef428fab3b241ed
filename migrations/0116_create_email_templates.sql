-- Why:   what an organization writes to its candidates is written once, and each mail fills in the names.
-- Locks: organizations, SHARE ROW EXCLUSIVE, briefly: it is referred to by a table that is empty.
-- Undo:  0116_create_email_templates.down.sql drops the table, with the data.

CREATE TABLE email_templates (
    organization_id uuid NOT NULL
        CONSTRAINT email_templates_organization_id_exists REFERENCES organizations (organization_id),
    id uuid NOT NULL,
    name text NOT NULL,
    language text NOT NULL,
    subject text NOT NULL,
    body text NOT NULL,
    status text NOT NULL DEFAULT 'active'
        CONSTRAINT email_templates_status_known CHECK (status IN ('active', 'archived')),
    version integer NOT NULL DEFAULT 1,
    created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    updated_at timestamptz NOT NULL DEFAULT written_at(),
    PRIMARY KEY (organization_id, id),
    CONSTRAINT email_templates_name_taken UNIQUE (organization_id, name)
);
CREATE INDEX email_templates_by_updated_at ON email_templates (organization_id, updated_at, id);
ALTER TABLE email_templates ALTER organization_id SET (n_distinct = 2);
COMMENT ON TABLE email_templates IS 'What an organization writes to candidates, with placeholders such as {{job_title}}.';
COMMENT ON COLUMN email_templates.language IS 'Language of the text (BCP 47).';
COMMENT ON COLUMN email_templates.body IS 'Plain text. Here and in subject, hiring/domain/email_templates.py has the placeholders.';

CREATE CONSTRAINT TRIGGER email_templates_renew_vocabulary
    AFTER INSERT OR UPDATE OR DELETE ON email_templates
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION renew_vocabulary_version();

GRANT SELECT, INSERT, UPDATE ON email_templates TO hiring_command;
GRANT SELECT ON email_templates TO hiring_query;
