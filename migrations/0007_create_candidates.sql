-- Why:   people who may be hired, and their files.
-- Locks: none on existing tables.
-- Undo:  0007_create_candidates.down.sql drops all of it, with the data; the stored files stay behind.

CREATE TABLE candidates (
    organization_id uuid NOT NULL
        CONSTRAINT candidates_organization_id_exists REFERENCES organizations (organization_id),
    id uuid NOT NULL,
    external_id text,
    status text NOT NULL DEFAULT 'active' CONSTRAINT candidates_status_known
        CHECK (status IN ('active', 'merged', 'anonymized')),
    first_name text,
    middle_name text,
    last_name text,
    name text,
    emails jsonb NOT NULL DEFAULT '[]',
    phones jsonb NOT NULL DEFAULT '[]',
    links jsonb NOT NULL DEFAULT '[]',
    location text,
    time_zone text,
    language text,
    current_title text,
    current_company text,
    tags text[] NOT NULL DEFAULT '{}',
    source_id uuid,
    custom_fields jsonb NOT NULL DEFAULT '{}',
    user_id uuid,
    is_possible_duplicate boolean NOT NULL DEFAULT false,
    proposed_update jsonb,
    has_legal_hold boolean NOT NULL DEFAULT false,
    retain_until date,
    merged_into uuid,
    version integer NOT NULL DEFAULT 1,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (organization_id, id),
    CONSTRAINT candidates_source_id_exists
        FOREIGN KEY (organization_id, source_id) REFERENCES sources (organization_id, id),
    CONSTRAINT candidates_user_id_exists FOREIGN KEY (organization_id, user_id) REFERENCES users (organization_id, id),
    CONSTRAINT candidates_merged_into_exists
        FOREIGN KEY (organization_id, merged_into) REFERENCES candidates (organization_id, id),
    CONSTRAINT candidates_external_id_taken UNIQUE (organization_id, external_id),
    CONSTRAINT candidates_active_have_name CHECK (status <> 'active' OR name IS NOT NULL)
);
CREATE INDEX candidates_by_updated_at ON candidates (organization_id, updated_at, id);
CREATE INDEX candidates_by_user ON candidates (organization_id, user_id) WHERE user_id IS NOT NULL;
COMMENT ON TABLE candidates IS 'A person. Nothing but the name is required; a person''s pursuit of one job is an application.';
COMMENT ON COLUMN candidates.emails IS '[{"value", "kind"}]; values lower case. Not unique: families share addresses.';
COMMENT ON COLUMN candidates.user_id IS 'Set when the candidate is a user of the organization: an internal candidate, hidden from that user.';
COMMENT ON COLUMN candidates.proposed_update IS 'What a later application through the board would change in the profile; waits for a recruiter.';
COMMENT ON COLUMN candidates.is_possible_duplicate IS 'The board found none or several candidates with the same e-mail address.';

CREATE TABLE candidate_emails (
    organization_id uuid NOT NULL,
    email text NOT NULL,
    candidate_id uuid NOT NULL,
    PRIMARY KEY (organization_id, email, candidate_id),
    CONSTRAINT candidate_emails_candidate_id_exists
        FOREIGN KEY (organization_id, candidate_id) REFERENCES candidates (organization_id, id),
    CONSTRAINT candidate_emails_lower_case CHECK (email = lower(email))
);
CREATE INDEX candidate_emails_by_candidate ON candidate_emails (organization_id, candidate_id);
COMMENT ON TABLE candidate_emails IS 'The addresses of candidates.emails, to find a person by.';

CREATE TABLE uploads (
    organization_id uuid NOT NULL
        CONSTRAINT uploads_organization_id_exists REFERENCES organizations (organization_id),
    id uuid NOT NULL,
    job_board_id uuid,
    file_name text NOT NULL,
    media_type text NOT NULL,
    size bigint NOT NULL,
    sha256 text NOT NULL,
    storage_name text NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    expires_at timestamptz NOT NULL,
    used_at timestamptz,
    PRIMARY KEY (organization_id, id)
);
CREATE INDEX uploads_by_expiry ON uploads (expires_at) WHERE used_at IS NULL;
COMMENT ON TABLE uploads IS 'Files that were sent and wait to be attached: single use, swept when they expire.';
COMMENT ON COLUMN uploads.job_board_id IS 'Set for an anonymous upload: only an application through this board may use it.';
COMMENT ON COLUMN uploads.storage_name IS 'Random name in the file store.';

CREATE TABLE attachments (
    organization_id uuid NOT NULL,
    id uuid NOT NULL,
    candidate_id uuid NOT NULL,
    kind text NOT NULL CONSTRAINT attachments_kind_known
        CHECK (kind IN ('resume', 'cover_letter', 'portfolio', 'offer_letter', 'other')),
    visibility text NOT NULL DEFAULT 'team' CONSTRAINT attachments_visibility_known
        CHECK (visibility IN ('team', 'private')),
    file_name text,
    media_type text NOT NULL,
    size bigint NOT NULL,
    sha256 text,
    storage_name text,
    status text NOT NULL DEFAULT 'stored' CONSTRAINT attachments_status_known
        CHECK (status IN ('stored', 'parsed', 'unparsable', 'deleted')),
    version integer NOT NULL DEFAULT 1,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (organization_id, id),
    CONSTRAINT attachments_candidate_id_exists
        FOREIGN KEY (organization_id, candidate_id) REFERENCES candidates (organization_id, id)
);
CREATE INDEX attachments_by_candidate ON attachments (organization_id, candidate_id, id DESC);
CREATE INDEX attachments_by_updated_at ON attachments (organization_id, updated_at, id);
COMMENT ON TABLE attachments IS 'Files of a candidate; a deleted one keeps its row, not its name, hash or content.';

CREATE FUNCTION candidate_body(candidate candidates) RETURNS json LANGUAGE sql STABLE
RETURN json_build_object(
    'id', candidate.id, 'external_id', candidate.external_id, 'status', candidate.status,
    'first_name', candidate.first_name, 'middle_name', candidate.middle_name, 'last_name', candidate.last_name,
    'name', candidate.name, 'emails', candidate.emails, 'phones', candidate.phones, 'links', candidate.links,
    'location', candidate.location, 'time_zone', candidate.time_zone, 'language', candidate.language,
    'current_title', candidate.current_title, 'current_company', candidate.current_company, 'tags', candidate.tags,
    'source_id', candidate.source_id, 'custom_fields', candidate.custom_fields, 'user_id', candidate.user_id,
    'is_possible_duplicate', candidate.is_possible_duplicate, 'proposed_update', candidate.proposed_update,
    'has_legal_hold', candidate.has_legal_hold, 'retain_until', candidate.retain_until,
    'merged_into', candidate.merged_into, 'version', candidate.version, 'created_at', candidate.created_at,
    'updated_at', candidate.updated_at
);

CREATE FUNCTION upload_body(upload uploads) RETURNS json LANGUAGE sql STABLE
RETURN json_build_object(
    'id', upload.id, 'file_name', upload.file_name, 'size', upload.size, 'sha256', upload.sha256,
    'media_type', upload.media_type, 'expires_at', upload.expires_at
);

CREATE FUNCTION attachment_body(attachment attachments) RETURNS json LANGUAGE sql STABLE
RETURN json_build_object(
    'id', attachment.id, 'candidate_id', attachment.candidate_id, 'kind', attachment.kind,
    'visibility', attachment.visibility, 'file_name', attachment.file_name, 'media_type', attachment.media_type,
    'size', attachment.size, 'sha256', attachment.sha256, 'status', attachment.status, 'version', attachment.version,
    'created_at', attachment.created_at, 'updated_at', attachment.updated_at
);

GRANT SELECT, INSERT, UPDATE ON candidates, candidate_emails, uploads, attachments TO hiring_command;
GRANT DELETE ON candidate_emails TO hiring_command;
GRANT SELECT ON candidates, candidate_emails, uploads, attachments TO hiring_query;
