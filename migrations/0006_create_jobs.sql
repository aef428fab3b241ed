-- Why:   vacancies: jobs, their openings, teams, pipelines, and the posts that advertise them.
-- Locks: none on existing tables.
-- Undo:  0006_create_jobs.down.sql drops all of it, with the data.

CREATE TABLE jobs (
    organization_id uuid NOT NULL CONSTRAINT jobs_organization_id_exists REFERENCES organizations (organization_id),
    id uuid NOT NULL,
    external_id text,
    title text NOT NULL,
    description text,
    department_id uuid,
    employment_type text NOT NULL CONSTRAINT jobs_employment_type_known CHECK (employment_type IN
        ('full_time', 'part_time', 'contract', 'temporary', 'internship', 'volunteer', 'per_diem', 'other')),
    workplace text NOT NULL CONSTRAINT jobs_workplace_known CHECK (workplace IN ('onsite', 'hybrid', 'remote')),
    pay_range jsonb,
    requisition_code text,
    is_confidential boolean NOT NULL DEFAULT false,
    on_filled jsonb NOT NULL DEFAULT '{"active_applications": "keep"}',
    status text NOT NULL DEFAULT 'draft' CONSTRAINT jobs_status_known
        CHECK (status IN ('draft', 'pending_approval', 'approved', 'open', 'on_hold', 'closed', 'archived')),
    close_reason_id uuid,
    opened_at timestamptz,
    closed_at timestamptz,
    pipeline_version integer NOT NULL DEFAULT 1,
    version integer NOT NULL DEFAULT 1,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (organization_id, id),
    CONSTRAINT jobs_department_id_exists
        FOREIGN KEY (organization_id, department_id) REFERENCES departments (organization_id, id),
    CONSTRAINT jobs_close_reason_id_exists
        FOREIGN KEY (organization_id, close_reason_id) REFERENCES reasons (organization_id, id),
    CONSTRAINT jobs_external_id_taken UNIQUE (organization_id, external_id),
    CONSTRAINT jobs_closed_with_reason CHECK (status <> 'closed' OR close_reason_id IS NOT NULL)
);
CREATE INDEX jobs_by_status ON jobs (organization_id, status, id DESC);
CREATE INDEX jobs_by_updated_at ON jobs (organization_id, updated_at, id);
COMMENT ON TABLE jobs IS 'Vacancies. Background work is never called a job.';
COMMENT ON COLUMN jobs.pay_range IS '{"min_minor", "max_minor", "currency", "period"}; amounts in minor units of the currency.';
COMMENT ON COLUMN jobs.on_filled IS 'What becomes of active applications when the last opening is filled: {"active_applications": "keep" | {"reject": {"reason_id"}}}.';
COMMENT ON COLUMN jobs.pipeline_version IS 'Number of the current row of pipelines.';

CREATE TABLE job_offices (
    organization_id uuid NOT NULL,
    job_id uuid NOT NULL,
    position smallint NOT NULL,
    office_id uuid NOT NULL,
    PRIMARY KEY (organization_id, job_id, position),
    CONSTRAINT job_offices_job_id_exists FOREIGN KEY (organization_id, job_id) REFERENCES jobs (organization_id, id),
    CONSTRAINT job_offices_office_ids_exists
        FOREIGN KEY (organization_id, office_id) REFERENCES offices (organization_id, id)
);
CREATE INDEX job_offices_by_office ON job_offices (organization_id, office_id);
COMMENT ON TABLE job_offices IS 'The offices of a job, the primary one at position 0.';

CREATE TABLE openings (
    organization_id uuid NOT NULL,
    id uuid NOT NULL,
    external_id text,
    job_id uuid NOT NULL,
    status text NOT NULL DEFAULT 'open' CONSTRAINT openings_status_known
        CHECK (status IN ('open', 'reserved', 'filled', 'closed')),
    opened_on date NOT NULL DEFAULT current_date,
    target_start_on date,
    close_reason_id uuid,
    application_id uuid,
    version integer NOT NULL DEFAULT 1,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (organization_id, id),
    CONSTRAINT openings_job_id_exists FOREIGN KEY (organization_id, job_id) REFERENCES jobs (organization_id, id),
    CONSTRAINT openings_close_reason_id_exists
        FOREIGN KEY (organization_id, close_reason_id) REFERENCES reasons (organization_id, id),
    CONSTRAINT openings_external_id_taken UNIQUE (organization_id, external_id),
    CONSTRAINT openings_one_per_application UNIQUE (organization_id, application_id),
    CONSTRAINT openings_filled_by_application CHECK ((status = 'filled') = (application_id IS NOT NULL))
);
CREATE INDEX openings_by_job ON openings (organization_id, job_id, id);
CREATE INDEX openings_by_updated_at ON openings (organization_id, updated_at, id);
COMMENT ON TABLE openings IS 'The seats of a job; each is filled by one application.';

CREATE TABLE hiring_team_members (
    organization_id uuid NOT NULL,
    job_id uuid NOT NULL,
    user_id uuid NOT NULL,
    role text NOT NULL CONSTRAINT hiring_team_members_role_known
        CHECK (role IN ('recruiter', 'coordinator', 'hiring_manager', 'interviewer')),
    added_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (organization_id, job_id, user_id, role),
    CONSTRAINT hiring_team_members_job_id_exists
        FOREIGN KEY (organization_id, job_id) REFERENCES jobs (organization_id, id),
    CONSTRAINT hiring_team_members_user_id_exists
        FOREIGN KEY (organization_id, user_id) REFERENCES users (organization_id, id)
);
CREATE INDEX hiring_team_members_by_user ON hiring_team_members (organization_id, user_id, job_id);
COMMENT ON TABLE hiring_team_members IS 'Who works on a job; permissions say what, scope and team say which.';

CREATE TABLE stages (
    organization_id uuid NOT NULL,
    id uuid NOT NULL,
    job_id uuid NOT NULL,
    name text NOT NULL,
    kind text NOT NULL CONSTRAINT stages_kind_known
        CHECK (kind IN ('lead', 'review', 'screen', 'assessment', 'interview', 'offer', 'hired')),
    position smallint NOT NULL,
    removed_at timestamptz,
    replaced_by uuid,
    PRIMARY KEY (organization_id, id),
    CONSTRAINT stages_job_id_exists FOREIGN KEY (organization_id, job_id) REFERENCES jobs (organization_id, id),
    CONSTRAINT stages_replaced_by_exists FOREIGN KEY (organization_id, replaced_by) REFERENCES stages (organization_id, id)
);
CREATE INDEX stages_by_job ON stages (organization_id, job_id, position);
COMMENT ON TABLE stages IS 'The steps of a job''s current pipeline, and removed ones, which history still names.';
COMMENT ON COLUMN stages.replaced_by IS 'Where a removed stage''s applications went, and where a reopened one goes.';

CREATE TABLE pipelines (
    organization_id uuid NOT NULL,
    job_id uuid NOT NULL,
    version integer NOT NULL,
    stages jsonb NOT NULL,
    actor jsonb NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (organization_id, job_id, version),
    CONSTRAINT pipelines_job_id_exists FOREIGN KEY (organization_id, job_id) REFERENCES jobs (organization_id, id)
);
COMMENT ON TABLE pipelines IS 'Every version of a job''s pipeline; only the newest is in force, older ones answer as_of.';
COMMENT ON COLUMN pipelines.stages IS 'In order: [{"id", "name", "kind", "position"}].';

CREATE TABLE posts (
    organization_id uuid NOT NULL,
    id uuid NOT NULL,
    external_id text,
    job_id uuid NOT NULL,
    job_board_id uuid NOT NULL,
    translation_of uuid,
    language text NOT NULL,
    title text NOT NULL,
    body text NOT NULL,
    body_format text NOT NULL CONSTRAINT posts_body_format_known CHECK (body_format IN ('plain', 'html')),
    body_html text NOT NULL,
    locations jsonb NOT NULL DEFAULT '[]',
    remote_regions text[] NOT NULL DEFAULT '{}',
    pay_ranges jsonb NOT NULL DEFAULT '[]',
    questions jsonb NOT NULL DEFAULT '[]',
    status text NOT NULL DEFAULT 'draft' CONSTRAINT posts_status_known
        CHECK (status IN ('draft', 'published', 'unpublished')),
    is_internal boolean NOT NULL DEFAULT false,
    published_at timestamptz,
    closes_at timestamptz,
    version integer NOT NULL DEFAULT 1,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (organization_id, id),
    CONSTRAINT posts_job_id_exists FOREIGN KEY (organization_id, job_id) REFERENCES jobs (organization_id, id),
    CONSTRAINT posts_job_board_id_exists
        FOREIGN KEY (organization_id, job_board_id) REFERENCES job_boards (organization_id, id),
    CONSTRAINT posts_translation_of_exists
        FOREIGN KEY (organization_id, translation_of) REFERENCES posts (organization_id, id),
    CONSTRAINT posts_external_id_taken UNIQUE (organization_id, external_id),
    CONSTRAINT posts_language_taken UNIQUE (organization_id, translation_of, language)
);
CREATE INDEX posts_by_job ON posts (organization_id, job_id, id DESC);
CREATE INDEX posts_by_updated_at ON posts (organization_id, updated_at, id);
CREATE INDEX posts_published ON posts (organization_id, job_board_id, published_at DESC, id DESC)
    WHERE status = 'published' AND NOT is_internal;
COMMENT ON TABLE posts IS 'Advertisements of a job on a board, one language each; shown and accepting only while its job is open.';
COMMENT ON COLUMN posts.body IS 'The text as it was sent, byte for byte.';
COMMENT ON COLUMN posts.body_html IS 'The body as sanitized HTML; what the board shows.';
COMMENT ON COLUMN posts.questions IS 'In order: [{"id", "label", "help", "type", "required", "options", "max_length"}]; an edited question has a new id.';

CREATE FUNCTION job_body(job jobs, office_ids json, sees_pay boolean) RETURNS json LANGUAGE sql STABLE
RETURN json_build_object(
    'id', job.id, 'external_id', job.external_id, 'title', job.title, 'description', job.description,
    'department_id', job.department_id, 'office_ids', office_ids, 'employment_type', job.employment_type,
    'workplace', job.workplace, 'pay_range', CASE WHEN sees_pay THEN job.pay_range END,
    'requisition_code', job.requisition_code,
    'is_confidential', job.is_confidential, 'on_filled', job.on_filled, 'status', job.status,
    'close_reason_id', job.close_reason_id, 'opened_at', job.opened_at, 'closed_at', job.closed_at,
    'pipeline_version', job.pipeline_version, 'version', job.version, 'created_at', job.created_at,
    'updated_at', job.updated_at
);

CREATE FUNCTION opening_body(opening openings) RETURNS json LANGUAGE sql STABLE
RETURN json_build_object(
    'id', opening.id, 'external_id', opening.external_id, 'job_id', opening.job_id, 'status', opening.status,
    'opened_on', opening.opened_on, 'target_start_on', opening.target_start_on,
    'close_reason_id', opening.close_reason_id, 'application_id', opening.application_id, 'version', opening.version,
    'created_at', opening.created_at, 'updated_at', opening.updated_at
);

CREATE FUNCTION stage_body(stage stages) RETURNS json LANGUAGE sql STABLE
RETURN json_build_object('id', stage.id, 'name', stage.name, 'kind', stage.kind, 'position', stage.position);

CREATE FUNCTION post_body(post posts) RETURNS json LANGUAGE sql STABLE
RETURN json_build_object(
    'id', post.id, 'external_id', post.external_id, 'job_id', post.job_id, 'job_board_id', post.job_board_id,
    'translation_of', post.translation_of, 'language', post.language, 'title', post.title, 'body', post.body,
    'body_format', post.body_format, 'body_html', post.body_html, 'locations', post.locations,
    'remote_regions', post.remote_regions, 'pay_ranges', post.pay_ranges, 'questions', post.questions,
    'status', post.status, 'is_internal', post.is_internal, 'published_at', post.published_at,
    'closes_at', post.closes_at, 'version', post.version, 'created_at', post.created_at, 'updated_at', post.updated_at
);

GRANT SELECT, INSERT, UPDATE ON jobs, job_offices, openings, hiring_team_members, stages, pipelines, posts TO hiring_command;
GRANT DELETE ON job_offices, hiring_team_members TO hiring_command;
GRANT SELECT ON jobs, job_offices, openings, hiring_team_members, stages, pipelines, posts TO hiring_query;
