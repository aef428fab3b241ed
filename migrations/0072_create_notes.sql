-- Why:   a hiring team writes down what it learns about a candidate, for each other or for a few.
-- Locks: candidates and applications, SHARE ROW EXCLUSIVE, briefly: they are referred to by a table that is empty.
-- Undo:  0072_create_notes.down.sql drops the table, with the data.

CREATE TABLE notes (
    organization_id uuid NOT NULL,
    id uuid NOT NULL,
    candidate_id uuid NOT NULL,
    application_id uuid,
    author jsonb NOT NULL,
    body text NOT NULL,
    mentions uuid[] NOT NULL,
    ever_mentioned uuid[] NOT NULL,
    visibility text NOT NULL CONSTRAINT notes_visibility_known CHECK (visibility IN ('team', 'private')),
    version integer NOT NULL DEFAULT 1,
    created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    updated_at timestamptz NOT NULL DEFAULT written_at(),
    PRIMARY KEY (organization_id, id),
    CONSTRAINT notes_candidate_id_exists
        FOREIGN KEY (organization_id, candidate_id) REFERENCES candidates (organization_id, id),
    CONSTRAINT notes_application_id_exists
        FOREIGN KEY (organization_id, application_id) REFERENCES applications (organization_id, id)
);
CREATE INDEX notes_by_candidate ON notes (organization_id, candidate_id, id DESC);
CREATE INDEX notes_by_application ON notes (organization_id, application_id, id DESC) WHERE application_id IS NOT NULL;
CREATE INDEX notes_by_updated_at ON notes (organization_id, updated_at, id);
ALTER TABLE notes ALTER organization_id SET (n_distinct = 2);
COMMENT ON TABLE notes IS 'What users write about a candidate. A deleted note leaves no row.';
COMMENT ON COLUMN notes.application_id IS 'The application of the candidate that it is about; NULL for one about the candidate as such.';
COMMENT ON COLUMN notes.author IS 'The actor who wrote it; the note is that of its user_id.';
COMMENT ON COLUMN notes.mentions IS 'Users whom the author points to, each once, in the order given.';
COMMENT ON COLUMN notes.ever_mentioned IS 'All who are mentioned or were: they get no second mail about it.';

GRANT SELECT, INSERT, UPDATE, DELETE ON notes TO hiring_command;
GRANT SELECT ON notes TO hiring_query;
