-- Why:   what a candidate consented to, and what they refused, is on record.
-- Locks: candidates and consent_text_versions, SHARE ROW EXCLUSIVE, briefly: they are referred to by a table that is
--        empty.
-- Undo:  0112_create_consents.down.sql drops the table, with the data.

CREATE TABLE consents (
    organization_id uuid NOT NULL,
    id uuid NOT NULL,
    candidate_id uuid NOT NULL,
    consent_text_id uuid NOT NULL,
    consent_text_version integer NOT NULL,
    is_granted boolean NOT NULL,
    source text NOT NULL CONSTRAINT consents_source_known
        CHECK (source IN ('application', 'email', 'phone', 'in_person', 'paper', 'other', 'merge')),
    actor jsonb NOT NULL,
    version integer NOT NULL DEFAULT 1,
    created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    updated_at timestamptz NOT NULL DEFAULT written_at(),
    PRIMARY KEY (organization_id, id),
    CONSTRAINT consents_candidate_id_exists
        FOREIGN KEY (organization_id, candidate_id) REFERENCES candidates (organization_id, id),
    CONSTRAINT consents_consent_text_version_exists
        FOREIGN KEY (organization_id, consent_text_id, consent_text_version)
        REFERENCES consent_text_versions (organization_id, consent_text_id, version)
);
CREATE INDEX consents_by_candidate ON consents (organization_id, candidate_id, id DESC);
CREATE INDEX consents_by_updated_at ON consents (organization_id, updated_at, id);
ALTER TABLE consents ALTER organization_id SET (n_distinct = 2);
COMMENT ON TABLE consents IS 'What candidates said to consent texts. Rows are only added; of those of a candidate to a text the one with the greatest id holds.';
COMMENT ON COLUMN consents.id IS 'Made by the database, behind the lock of the candidate: the order of ids is that in which the consents came.';
COMMENT ON COLUMN consents.is_granted IS 'False for a refusal and for a consent that is taken back.';
COMMENT ON COLUMN consents.source IS 'How the candidate said so; merge where a refusal was carried over from a candidate who was merged.';
COMMENT ON COLUMN consents.actor IS 'The actor who recorded it.';
COMMENT ON COLUMN consents.updated_at IS 'When it came to the candidate: recorded, or with a candidate who was merged.';

GRANT SELECT, INSERT, UPDATE ON consents TO hiring_command;
GRANT SELECT ON consents TO hiring_query;
