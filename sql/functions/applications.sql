-- Applications: how they are shown, and to whom.

-- What became of an application, by its status; nothing of one that another took the place of.
-- Rules: A28.
CREATE OR REPLACE FUNCTION outcome_of(status text) RETURNS text LANGUAGE sql STABLE AS $$
    SELECT CASE status WHEN 'active' THEN 'open' WHEN 'hired' THEN 'hired' WHEN 'rejected' THEN 'declined'
                       WHEN 'withdrawn' THEN 'declined' END
$$;

-- An application with the stage that it is in.
CREATE OR REPLACE FUNCTION application_body(application applications, stage stages)
RETURNS json LANGUAGE sql STABLE AS $$
    SELECT json_build_object(
        'id', application.id, 'external_id', application.external_id, 'candidate_id', application.candidate_id,
        'job_id', application.job_id, 'post_id', application.post_id, 'stage', stage_body(stage),
        'status', application.status, 'outcome', outcome_of(application.status),
        'transferred_to', application.transferred_to, 'transferred_from', application.transferred_from,
        'source_id', application.source_id, 'source_application_id', application.source_application_id,
        'referrer', application.referrer, 'referrer_id', application.referrer_id, 'assignee_id', application.assignee_id,
        'source_details', application.source_details, 'answers', application.answers,
        'custom_fields', application.custom_fields, 'end_reason_id', application.end_reason_id,
        'override_reason', application.override_reason, 'start_on', application.start_on,
        'applied_at', as_utc(application.applied_at), 'ended_at', as_utc(application.ended_at),
        'version', application.version,
        'created_at', as_utc(application.created_at), 'updated_at', as_utc(application.updated_at)
    )
$$;

-- The applications whose candidates are not hidden from the viewer. Whether they are seen is decided by the jobs.
-- Rules: V7.
CREATE OR REPLACE FUNCTION unhidden_applications(organization_id uuid, viewer_id uuid, sees_internal boolean)
RETURNS SETOF applications LANGUAGE sql STABLE AS $$
    SELECT a.*
    FROM applications AS a
    WHERE a.organization_id = unhidden_applications.organization_id
      AND a.candidate_user_id IS DISTINCT FROM unhidden_applications.viewer_id
      AND (sees_internal OR a.candidate_user_id IS NULL)
$$;

-- The applications that the viewer sees, with what lists filter and sort by: unhidden ones to recruited_jobs. The bodies
-- are made for the rows that a statement returns, not for all that it reads.
CREATE OR REPLACE FUNCTION shown_applications(
    organization_id uuid, viewer_id uuid, sees_all_jobs boolean, sees_confidential_jobs boolean, sees_internal boolean,
    sees_pay boolean, expand text[]
) RETURNS TABLE (
    id uuid, updated_at timestamptz, version integer, external_id text, candidate_id uuid, job_id uuid, stage_id uuid,
    status text, body json, candidate json, job json
) LANGUAGE sql STABLE AS $$
    SELECT a.id, a.updated_at, a.version, a.external_id, a.candidate_id, a.job_id, a.stage_id, a.status,
           application_body(a, s),
           CASE WHEN 'candidate' = ANY (expand) THEN (
               SELECT candidate_body(c, (
                   SELECT n.names FROM names_of_tags(shown_applications.organization_id, c.tag_ids) AS n
               ))
               FROM candidates AS c
               WHERE c.organization_id = shown_applications.organization_id AND c.id = a.candidate_id
           ) END,
           CASE WHEN 'job' = ANY (expand) THEN job_body(j, (
               SELECT f.office_ids FROM offices_of_job(shown_applications.organization_id, j.id) AS f
           ), sees_pay) END
    FROM unhidden_applications(shown_applications.organization_id, viewer_id, sees_internal) AS a
    JOIN stages AS s ON s.organization_id = shown_applications.organization_id AND s.id = a.stage_id
    JOIN recruited_jobs(shown_applications.organization_id, viewer_id, sees_all_jobs, sees_confidential_jobs) AS j
        ON j.id = a.job_id
$$;

-- The newest applications in a stage: a page of each status, merged.
CREATE OR REPLACE FUNCTION stage_applications(
    organization_id uuid, viewer_id uuid, sees_internal boolean, stage_id uuid, status text, before_id uuid,
    row_limit integer
) RETURNS TABLE (id uuid) LANGUAGE sql STABLE AS $$
    SELECT p.id
    FROM unnest('{active,rejected,withdrawn,hired,transferred}'::text[]) AS w (status)
    CROSS JOIN LATERAL (
        SELECT a.id
        FROM unhidden_applications(stage_applications.organization_id, viewer_id, sees_internal) AS a
        WHERE a.stage_id = stage_applications.stage_id AND a.status = w.status AND a.id < stage_applications.before_id
        ORDER BY a.id DESC
        LIMIT row_limit
    ) AS p
    WHERE stage_applications.status IS NULL OR w.status = stage_applications.status
    ORDER BY p.id DESC
    LIMIT row_limit
$$;

-- The newest applications that are assigned to a user and that the viewer sees: a page of each status, merged.
CREATE OR REPLACE FUNCTION assigned_applications(
    organization_id uuid, viewer_id uuid, sees_all_jobs boolean, sees_confidential_jobs boolean, sees_internal boolean,
    assignee_id uuid, status text, before_id uuid, row_limit integer
) RETURNS TABLE (id uuid) LANGUAGE sql STABLE AS $$
    SELECT p.id
    FROM unnest('{active,rejected,withdrawn,hired,transferred}'::text[]) AS w (status)
    CROSS JOIN LATERAL (
        SELECT a.id
        FROM unhidden_applications(assigned_applications.organization_id, viewer_id, sees_internal) AS a
        JOIN recruited_jobs(
            assigned_applications.organization_id, viewer_id, sees_all_jobs, sees_confidential_jobs
        ) AS j ON j.id = a.job_id
        WHERE a.assignee_id = assigned_applications.assignee_id AND a.status = w.status
          AND a.id < assigned_applications.before_id
        ORDER BY a.id DESC
        LIMIT row_limit
    ) AS p
    WHERE assigned_applications.status IS NULL OR w.status = assigned_applications.status
    ORDER BY p.id DESC
    LIMIT row_limit
$$;

-- The newest applications to a job that are assigned to a user and not hidden. Whether the viewer sees them is decided by
-- the job.
CREATE OR REPLACE FUNCTION assigned_job_applications(
    organization_id uuid, viewer_id uuid, sees_internal boolean, job_id uuid, assignee_id uuid, status text,
    before_id uuid, row_limit integer
) RETURNS TABLE (id uuid) LANGUAGE sql STABLE AS $$
    SELECT a.id
    FROM unhidden_applications(assigned_job_applications.organization_id, viewer_id, sees_internal) AS a
    WHERE a.job_id = assigned_job_applications.job_id AND a.assignee_id = assigned_job_applications.assignee_id
      AND a.id < assigned_job_applications.before_id
      AND (assigned_job_applications.status IS NULL OR a.status = assigned_job_applications.status)
    ORDER BY a.id DESC
    LIMIT row_limit
$$;

-- The newest applications to the jobs of recruiting_team_jobs that are assigned to a user: a page of each job, merged.
CREATE OR REPLACE FUNCTION assigned_team_applications(
    organization_id uuid, viewer_id uuid, sees_internal boolean, assignee_id uuid, status text, before_id uuid,
    row_limit integer
) RETURNS TABLE (id uuid) LANGUAGE sql STABLE AS $$
    SELECT p.id
    FROM recruiting_team_jobs(assigned_team_applications.organization_id, viewer_id) AS m
    CROSS JOIN LATERAL assigned_job_applications(
        assigned_team_applications.organization_id, viewer_id, sees_internal, m.job_id, assignee_id, status, before_id,
        row_limit
    ) AS p
    ORDER BY p.id DESC
    LIMIT row_limit
$$;

-- The newest applications to the jobs of recruiting_team_jobs: a page of each job, merged.
CREATE OR REPLACE FUNCTION team_applications(
    organization_id uuid, viewer_id uuid, sees_internal boolean, status text, before_id uuid, row_limit integer
) RETURNS TABLE (id uuid) LANGUAGE sql STABLE AS $$
    SELECT p.id
    FROM recruiting_team_jobs(team_applications.organization_id, viewer_id) AS m
    CROSS JOIN LATERAL (
        SELECT a.id
        FROM unhidden_applications(team_applications.organization_id, viewer_id, sees_internal) AS a
        WHERE a.job_id = m.job_id AND a.id < team_applications.before_id
          AND (team_applications.status IS NULL OR a.status = team_applications.status)
        ORDER BY a.id DESC
        LIMIT row_limit
    ) AS p
    ORDER BY p.id DESC
    LIMIT row_limit
$$;

-- The same in the order of their last change, as far as changes are settled.
CREATE OR REPLACE FUNCTION team_applications_updated_since(
    organization_id uuid, viewer_id uuid, sees_internal boolean, status text, after_at timestamptz, after_id uuid,
    row_limit integer
) RETURNS TABLE (id uuid) LANGUAGE sql STABLE AS $$
    SELECT p.id
    FROM recruiting_team_jobs(team_applications_updated_since.organization_id, viewer_id) AS m
    CROSS JOIN LATERAL (
        SELECT a.updated_at, a.id
        FROM unhidden_applications(team_applications_updated_since.organization_id, viewer_id, sees_internal) AS a
        WHERE a.job_id = m.job_id AND (a.updated_at, a.id) > (after_at, after_id)
          AND a.updated_at < (SELECT h.settled_at FROM heartbeats AS h WHERE h.name = 'primary')
          AND (team_applications_updated_since.status IS NULL OR a.status = team_applications_updated_since.status)
        ORDER BY a.updated_at, a.id
        LIMIT row_limit
    ) AS p
    ORDER BY p.updated_at, p.id
    LIMIT row_limit
$$;

-- The latest applications to the jobs of recruiting_team_jobs, by the moment of applying, also of one source.
CREATE OR REPLACE FUNCTION team_applications_applied(
    organization_id uuid, viewer_id uuid, sees_internal boolean, source_id uuid, from_at timestamptz,
    before_at timestamptz, before_id uuid, row_limit integer
) RETURNS TABLE (id uuid, applied_at timestamptz) LANGUAGE sql STABLE AS $$
    SELECT p.id, p.applied_at
    FROM recruiting_team_jobs(team_applications_applied.organization_id, viewer_id) AS m
    CROSS JOIN LATERAL (
        SELECT a.id, a.applied_at
        FROM unhidden_applications(team_applications_applied.organization_id, viewer_id, sees_internal) AS a
        WHERE a.job_id = m.job_id AND (a.applied_at, a.id) < (before_at, before_id)
          AND (from_at IS NULL OR a.applied_at >= from_at)
          AND (team_applications_applied.source_id IS NULL OR a.source_id = team_applications_applied.source_id)
        ORDER BY a.applied_at DESC, a.id DESC
        LIMIT row_limit
    ) AS p
    ORDER BY p.applied_at DESC, p.id DESC
    LIMIT row_limit
$$;

-- The applications to a job that a pipeline counts for the viewer: those that they see, and none for viewers who read no
-- applications. A scope of its own: who sees the job may see fewer applications, or more.
-- Rules: V4, V7.
CREATE OR REPLACE FUNCTION counted_applications(
    organization_id uuid, viewer_id uuid, sees_applications boolean, sees_all_applications boolean,
    sees_confidential_jobs boolean, sees_internal boolean, job_id uuid
) RETURNS SETOF applications LANGUAGE sql STABLE AS $$
    SELECT a.*
    FROM unhidden_applications(counted_applications.organization_id, viewer_id, sees_internal) AS a
    WHERE a.job_id = (
        SELECT r.id
        FROM recruited_jobs(
            counted_applications.organization_id, viewer_id, sees_all_applications, sees_confidential_jobs
        ) AS r
        WHERE r.id = counted_applications.job_id AND sees_applications
    )
$$;
