-- Jobs: which of them a viewer sees, whose applicants they see, and how a job is shown.

-- The jobs that the viewer sees: all that are open to them, and those whose hiring team they are on, in any role.
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

-- A job with the offices it is at. Pay is shown to callers who may see it.
CREATE OR REPLACE FUNCTION job_body(job jobs, office_ids json, sees_pay boolean) RETURNS json LANGUAGE sql STABLE AS $$
    SELECT json_build_object(
        'id', job.id, 'external_id', job.external_id, 'title', job.title, 'description', job.description,
        'department_id', job.department_id, 'office_ids', office_ids, 'employment_type', job.employment_type,
        'workplace', job.workplace, 'pay_range', CASE WHEN sees_pay THEN job.pay_range END,
        'requisition_code', job.requisition_code,
        'is_confidential', job.is_confidential, 'on_filled', job.on_filled, 'status', job.status,
        'close_reason_id', job.close_reason_id, 'opened_at', job.opened_at, 'closed_at', job.closed_at,
        'pipeline_version', job.pipeline_version, 'version', job.version, 'created_at', job.created_at,
        'updated_at', job.updated_at
    )
$$;

-- A stage of a pipeline.
CREATE OR REPLACE FUNCTION stage_body(stage stages) RETURNS json LANGUAGE sql STABLE AS $$
    SELECT json_build_object('id', stage.id, 'name', stage.name, 'kind', stage.kind, 'position', stage.position)
$$;
