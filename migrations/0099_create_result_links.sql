-- Why:   vendors of assessments and background checks tell what they found about a candidate, and where to read it.
-- Locks: candidates, SHARE ROW EXCLUSIVE, briefly: it is referred to by a table that is empty.
-- Undo:  0099_create_result_links.down.sql drops the table, with the data.

CREATE TABLE result_links (
    organization_id uuid NOT NULL,
    id uuid NOT NULL,
    candidate_id uuid NOT NULL,
    label text NOT NULL,
    url text NOT NULL CONSTRAINT result_links_url_is_https CHECK (url ~* '^https://'),
    score text,
    added_by jsonb NOT NULL,
    created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (organization_id, id),
    CONSTRAINT result_links_candidate_id_exists
        FOREIGN KEY (organization_id, candidate_id) REFERENCES candidates (organization_id, id)
);
CREATE INDEX result_links_by_candidate ON result_links (organization_id, candidate_id, id DESC);
ALTER TABLE result_links ALTER organization_id SET (n_distinct = 2);
COMMENT ON TABLE result_links IS 'What a vendor found about a candidate, and where to read it. Nothing changes one; a deleted one leaves no row.';
COMMENT ON COLUMN result_links.score IS 'The result in the words of the vendor, such as 87 of 100; NULL where there is none.';
COMMENT ON COLUMN result_links.added_by IS 'The actor who added it, usually the API key of the vendor.';

GRANT SELECT, INSERT, UPDATE, DELETE ON result_links TO hiring_command;
GRANT SELECT ON result_links TO hiring_query;
