-- Why:   a candidate's pursuit of one job, and everything that happened to it.
-- Locks: openings, briefly, for the foreign key to applications.
-- Undo:  0008_create_applications.down.sql drops all of it, with the data.

CREATE TABLE applications (
    organization_id uuid NOT NULL,
    id uuid NOT NULL,
    external_id text,
    candidate_id uuid NOT NULL,
    job_id uuid NOT NULL,
    post_id uuid,
    stage_id uuid NOT NULL,
    status text NOT NULL DEFAULT 'active' CONSTRAINT applications_status_known
        CHECK (status IN ('active', 'rejected', 'withdrawn', 'hired', 'transferred')),
    source_id uuid,
    referrer text,
    answers jsonb NOT NULL DEFAULT '[]',
    custom_fields jsonb NOT NULL DEFAULT '{}',
    end_reason_id uuid,
    override_reason text,
    start_on date,
    applied_at timestamptz NOT NULL DEFAULT now(),
    ended_at timestamptz,
    version integer NOT NULL DEFAULT 1,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (organization_id, id),
    CONSTRAINT applications_candidate_id_exists
        FOREIGN KEY (organization_id, candidate_id) REFERENCES candidates (organization_id, id),
    CONSTRAINT applications_job_id_exists FOREIGN KEY (organization_id, job_id) REFERENCES jobs (organization_id, id),
    CONSTRAINT applications_post_id_exists FOREIGN KEY (organization_id, post_id) REFERENCES posts (organization_id, id),
    CONSTRAINT applications_stage_id_exists
        FOREIGN KEY (organization_id, stage_id) REFERENCES stages (organization_id, id),
    CONSTRAINT applications_source_id_exists
        FOREIGN KEY (organization_id, source_id) REFERENCES sources (organization_id, id),
    CONSTRAINT applications_end_reason_id_exists
        FOREIGN KEY (organization_id, end_reason_id) REFERENCES reasons (organization_id, id),
    CONSTRAINT applications_external_id_taken UNIQUE (organization_id, external_id),
    CONSTRAINT applications_ended_when_not_active CHECK ((status = 'active') = (ended_at IS NULL))
);
CREATE UNIQUE INDEX applications_one_active_per_job ON applications (organization_id, candidate_id, job_id)
    WHERE status IN ('active', 'hired');
CREATE INDEX applications_by_job ON applications (organization_id, job_id, id DESC);
CREATE INDEX applications_by_candidate ON applications (organization_id, candidate_id, id DESC);
CREATE INDEX applications_by_stage ON applications (organization_id, stage_id) WHERE status = 'active';
CREATE INDEX applications_by_updated_at ON applications (organization_id, updated_at, id);
COMMENT ON TABLE applications IS 'A person''s pursuit of one job.';
COMMENT ON COLUMN applications.answers IS '[{"question_id", "label", "type", "value"}]: a snapshot of what was asked.';
COMMENT ON COLUMN applications.applied_at IS 'When the person applied; an import gives it as it was.';
COMMENT ON COLUMN applications.override_reason IS 'Why the application was hired without an accepted offer.';
COMMENT ON COLUMN applications.referrer IS 'Who or what sent the person, as given.';

CREATE TABLE stage_changes (
    organization_id uuid NOT NULL,
    id uuid NOT NULL,
    application_id uuid NOT NULL,
    change text NOT NULL CONSTRAINT stage_changes_change_known CHECK (change IN
        ('submitted', 'moved', 'rejected', 'withdrawn', 'reopened', 'hired', 'unhired', 'transferred')),
    from_stage_id uuid,
    to_stage_id uuid NOT NULL,
    reason_id uuid,
    note text,
    actor jsonb NOT NULL,
    occurred_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (organization_id, id),
    CONSTRAINT stage_changes_application_id_exists
        FOREIGN KEY (organization_id, application_id) REFERENCES applications (organization_id, id),
    CONSTRAINT stage_changes_from_stage_id_exists
        FOREIGN KEY (organization_id, from_stage_id) REFERENCES stages (organization_id, id),
    CONSTRAINT stage_changes_to_stage_id_exists
        FOREIGN KEY (organization_id, to_stage_id) REFERENCES stages (organization_id, id),
    CONSTRAINT stage_changes_reason_id_exists
        FOREIGN KEY (organization_id, reason_id) REFERENCES reasons (organization_id, id)
);
CREATE INDEX stage_changes_by_application ON stage_changes (organization_id, application_id, id DESC);
COMMENT ON TABLE stage_changes IS 'The history of applications, append only; the id is the event''s.';
COMMENT ON COLUMN stage_changes.note IS 'Why, in the actor''s words.';

ALTER TABLE openings ADD CONSTRAINT openings_application_id_exists
    FOREIGN KEY (organization_id, application_id) REFERENCES applications (organization_id, id);

CREATE FUNCTION application_body(application applications, stage stages) RETURNS json LANGUAGE sql STABLE
RETURN json_build_object(
    'id', application.id, 'external_id', application.external_id, 'candidate_id', application.candidate_id,
    'job_id', application.job_id, 'post_id', application.post_id, 'stage', stage_body(stage),
    'status', application.status, 'source_id', application.source_id, 'referrer', application.referrer,
    'answers', application.answers, 'custom_fields', application.custom_fields,
    'end_reason_id', application.end_reason_id, 'override_reason', application.override_reason,
    'start_on', application.start_on, 'applied_at', application.applied_at, 'ended_at', application.ended_at,
    'version', application.version, 'created_at', application.created_at, 'updated_at', application.updated_at
);

CREATE FUNCTION stage_change_body(stage_change stage_changes) RETURNS json LANGUAGE sql STABLE
RETURN json_build_object(
    'id', stage_change.id, 'application_id', stage_change.application_id, 'change', stage_change.change,
    'from_stage_id', stage_change.from_stage_id, 'to_stage_id', stage_change.to_stage_id,
    'reason_id', stage_change.reason_id, 'note', stage_change.note, 'actor', stage_change.actor,
    'occurred_at', stage_change.occurred_at
);

GRANT SELECT, INSERT, UPDATE ON applications TO hiring_command;
GRANT SELECT, INSERT ON stage_changes TO hiring_command;
GRANT SELECT ON applications, stage_changes TO hiring_query;
