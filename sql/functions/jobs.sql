-- Jobs: which of them a viewer sees, whose applicants they see, and how a job is shown.

-- The jobs that the viewer sees: all that are open to them, and those whose hiring team they are on, in any role.
-- Rules: V2, V3.
CREATE OR REPLACE FUNCTION seen_jobs(
    organization_id uuid, viewer_id uuid, sees_all_jobs boolean, sees_confidential_jobs boolean
) RETURNS SETOF jobs LANGUAGE sql STABLE AS $$
    SELECT j.*
    FROM jobs AS j
    WHERE j.organization_id = seen_jobs.organization_id
      AND ((sees_all_jobs AND (sees_confidential_jobs OR NOT j.is_confidential)) OR EXISTS (
          SELECT FROM hiring_team_members AS t
          WHERE t.organization_id = seen_jobs.organization_id AND t.job_id = j.id AND t.user_id = seen_jobs.viewer_id
      ))
$$;

-- The jobs whose applicants the viewer sees: as seen_jobs, but being an interviewer on the team is not enough.
-- Rules: V4.
CREATE OR REPLACE FUNCTION recruited_jobs(
    organization_id uuid, viewer_id uuid, sees_all_jobs boolean, sees_confidential_jobs boolean
) RETURNS SETOF jobs LANGUAGE sql STABLE AS $$
    SELECT j.*
    FROM jobs AS j
    WHERE j.organization_id = recruited_jobs.organization_id
      AND ((sees_all_jobs AND (sees_confidential_jobs OR NOT j.is_confidential)) OR EXISTS (
          SELECT FROM hiring_team_members AS t
          WHERE t.organization_id = recruited_jobs.organization_id AND t.job_id = j.id
            AND t.user_id = recruited_jobs.viewer_id AND t.role <> 'interviewer'
      ))
$$;

-- The jobs whose hiring team the viewer is on, in any role: lists merge a page of each.
CREATE OR REPLACE FUNCTION team_jobs(organization_id uuid, viewer_id uuid)
RETURNS TABLE (job_id uuid) LANGUAGE sql STABLE AS $$
    SELECT DISTINCT t.job_id
    FROM hiring_team_members AS t
    WHERE t.organization_id = team_jobs.organization_id AND t.user_id = team_jobs.viewer_id
$$;

-- The jobs of team_jobs, except where the viewer is only an interviewer.
CREATE OR REPLACE FUNCTION recruiting_team_jobs(organization_id uuid, viewer_id uuid)
RETURNS TABLE (job_id uuid) LANGUAGE sql STABLE AS $$
    SELECT DISTINCT t.job_id
    FROM hiring_team_members AS t
    WHERE t.organization_id = recruiting_team_jobs.organization_id AND t.user_id = recruiting_team_jobs.viewer_id
      AND t.role <> 'interviewer'
$$;

-- The jobs that the viewer may show to others: confidential ones as a member of their hiring team who is more than an
-- interviewer, or as an administrator, who is a user: a key that acts on behalf of one is none.
-- Rules: J6, O23.
CREATE OR REPLACE FUNCTION shareable_jobs(organization_id uuid, viewer_id uuid, is_user boolean)
RETURNS SETOF jobs LANGUAGE sql STABLE AS $$
    SELECT j.*
    FROM jobs AS j
    WHERE j.organization_id = shareable_jobs.organization_id
      AND (NOT j.is_confidential OR EXISTS (
          SELECT FROM hiring_team_members AS t
          WHERE t.organization_id = shareable_jobs.organization_id AND t.job_id = j.id
            AND t.user_id = shareable_jobs.viewer_id AND t.role <> 'interviewer'
      ) OR (is_user AND EXISTS (
          SELECT FROM administrators(shareable_jobs.organization_id) AS a WHERE a.user_id = shareable_jobs.viewer_id
      )))
$$;

-- The offices that a job is at, the primary one first.
CREATE OR REPLACE FUNCTION offices_of_job(organization_id uuid, job_id uuid)
RETURNS TABLE (office_ids json) LANGUAGE sql STABLE AS $$
    SELECT coalesce(json_agg(o.office_id ORDER BY o.position), '[]')
    FROM job_offices AS o
    WHERE o.organization_id = offices_of_job.organization_id AND o.job_id = offices_of_job.job_id
$$;

-- The reason for which the last hire rejects the other applicants of a job; NULL where they are kept.
CREATE OR REPLACE FUNCTION rejection_reason(on_filled jsonb) RETURNS uuid LANGUAGE sql STABLE AS $$
    SELECT (on_filled #>> '{active_applications,reject,reason_id}')::uuid
$$;

-- A job with the offices it is at. Pay is shown to callers who may see it.
-- Rules: V8.
CREATE OR REPLACE FUNCTION job_body(job jobs, office_ids json, sees_pay boolean) RETURNS json LANGUAGE sql STABLE AS $$
    SELECT json_build_object(
        'id', job.id, 'external_id', job.external_id, 'kind', job.kind, 'title', job.title,
        'description', job.description, 'department_id', job.department_id, 'office_ids', office_ids,
        'employment_type', job.employment_type, 'workplace', job.workplace,
        'pay_range', CASE WHEN sees_pay THEN job.pay_range END, 'requisition_code', job.requisition_code,
        'is_confidential', job.is_confidential, 'on_filled', job.on_filled, 'custom_fields', job.custom_fields,
        'status', job.status, 'close_reason_id', job.close_reason_id, 'opened_at', as_utc(job.opened_at),
        'closed_at', as_utc(job.closed_at), 'pipeline_version', job.pipeline_version, 'version', job.version,
        'created_at', as_utc(job.created_at), 'updated_at', as_utc(job.updated_at)
    )
$$;

-- The jobs that the viewer sees, of one kind or, where it is NULL, of all, with what lists filter and sort by, and what is
-- shown within them where it is asked for.
CREATE OR REPLACE FUNCTION shown_jobs(
    organization_id uuid, viewer_id uuid, sees_all_jobs boolean, sees_confidential_jobs boolean, sees_pay boolean,
    expand text[], kind text
) RETURNS TABLE (
    id uuid, updated_at timestamptz, version integer, external_id text, status text, department_id uuid, body json,
    department json, offices json
) LANGUAGE sql STABLE AS $$
    SELECT j.id, j.updated_at, j.version, j.external_id, j.status, j.department_id,
           job_body(j, (SELECT f.office_ids FROM offices_of_job(shown_jobs.organization_id, j.id) AS f), sees_pay),
           CASE WHEN 'department' = ANY (expand) THEN coalesce((
               SELECT department_body(d)
               FROM departments AS d
               WHERE d.organization_id = shown_jobs.organization_id AND d.id = j.department_id
           ), 'null') END,
           CASE WHEN 'offices' = ANY (expand) THEN (
               SELECT coalesce(json_agg(office_body(f) ORDER BY o.position), '[]')
               FROM job_offices AS o
               JOIN offices AS f ON f.organization_id = shown_jobs.organization_id AND f.id = o.office_id
               WHERE o.organization_id = shown_jobs.organization_id AND o.job_id = j.id
           ) END
    FROM seen_jobs(shown_jobs.organization_id, viewer_id, sees_all_jobs, sees_confidential_jobs) AS j
    WHERE shown_jobs.kind IS NULL OR j.kind = shown_jobs.kind
$$;

-- A stage of a pipeline.
CREATE OR REPLACE FUNCTION stage_body(stage stages) RETURNS json LANGUAGE sql STABLE AS $$
    SELECT json_build_object('id', stage.id, 'name', stage.name, 'kind', stage.kind, 'position', stage.position)
$$;
