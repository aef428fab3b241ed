-- Jobs: what reads vacancies, their hiring teams and their pipelines.
-- Pool: replica, or the primary's read-only role when freshness demands it.
-- Know first: shown_jobs() shows the jobs that the viewer sees, of one kind or, with NULL, of all; functions/jobs.sql.

-- name: find^
-- Finds one job.
-- Takes: organization_id, job view, sees_pay, expand, job_id
-- Returns: version and body; no row when the viewer sees no such job.
-- Budget: 26 rows, 50 buffers, 5 ms at 1,000,000 applications
SELECT j.version, j.body::text AS body, j.department::text AS department, j.offices::text AS offices
FROM shown_jobs(:organization_id, :viewer_id, :sees_all_jobs, :sees_confidential_jobs, :sees_pay, :expand, NULL) AS j
WHERE j.id = :job_id;

-- name: list
-- Lists jobs, newest first.
-- Takes: organization_id, job view, sees_pay, expand, before_id, row_limit
-- Page: by id; the first page passes the highest id.
-- Budget: 1,800 rows, 2,800 buffers, 21 ms at 1,000,000 applications
SELECT j.body::text AS body, j.department::text AS department, j.offices::text AS offices
FROM shown_jobs(:organization_id, :viewer_id, :sees_all_jobs, :sees_confidential_jobs, :sees_pay, :expand, NULL) AS j
WHERE j.id < :before_id
ORDER BY j.id DESC
LIMIT :row_limit;

-- name: list_by_status
-- Lists the jobs with a status, newest first.
-- Takes: organization_id, job view, sees_pay, expand, status, before_id, row_limit
-- Page: by id; the first page passes the highest id.
-- Index: jobs_by_status.
-- Budget: 1,800 rows, 2,800 buffers, 31 ms at 1,000,000 applications
SELECT j.body::text AS body, j.department::text AS department, j.offices::text AS offices
FROM shown_jobs(:organization_id, :viewer_id, :sees_all_jobs, :sees_confidential_jobs, :sees_pay, :expand, NULL) AS j
WHERE j.status = :status AND j.id < :before_id
ORDER BY j.id DESC
LIMIT :row_limit;

-- name: list_filtered
-- Lists the jobs that pass any combination of filters, newest first; a filter that is NULL lets all pass.
-- Takes: organization_id, job view, sees_pay, expand, kind, ids, external_id, department_id, status, before_id,
--     row_limit
-- Plan: custom, for the filters that are given.
-- Page: by id; the first page passes the highest id.
-- Why: a sub-select names the one with an external id: by the average of all tenants the planner expects many.
-- Why: a rare kind is looked for among all jobs, which are thousands, not millions: no index has it.
-- Budget: 11,000 rows, 3,100 buffers, 30 ms at 1,000,000 applications
SELECT j.body::text AS body, j.department::text AS department, j.offices::text AS offices
FROM shown_jobs(:organization_id, :viewer_id, :sees_all_jobs, :sees_confidential_jobs, :sees_pay, :expand, :kind) AS j
WHERE j.id < :before_id
  AND (:ids::uuid[] IS NULL OR j.id = ANY (:ids))
  AND (:external_id::text IS NULL OR j.id = (SELECT x.id FROM jobs AS x
      WHERE x.organization_id = :organization_id AND x.external_id = :external_id LIMIT 1))
  AND (:department_id::uuid IS NULL OR j.department_id = :department_id)
  AND (:status::text IS NULL OR j.status = :status)
ORDER BY j.id DESC
LIMIT :row_limit;

-- name: list_updated_since
-- Lists jobs in the order of their last change; a filter that is NULL lets all pass.
-- Takes: organization_id, job view, sees_pay, expand, kind, department_id, status, after_at, after_id, row_limit
-- Plan: custom, for the filters that are given.
-- Page: by (updated_at, id); the first page passes the moment and the lowest id.
-- Budget: 11,000 rows, 3,300 buffers, 37 ms at 1,000,000 applications
SELECT j.body::text AS body, j.department::text AS department, j.offices::text AS offices
FROM shown_jobs(:organization_id, :viewer_id, :sees_all_jobs, :sees_confidential_jobs, :sees_pay, :expand, :kind) AS j
WHERE (j.updated_at, j.id) > (:after_at, :after_id)
  AND j.updated_at < (SELECT h.settled_at FROM heartbeats AS h WHERE h.name = 'primary')
  AND (:department_id::uuid IS NULL OR j.department_id = :department_id)
  AND (:status::text IS NULL OR j.status = :status)
ORDER BY j.updated_at, j.id
LIMIT :row_limit;

-- name: list_by_team
-- Lists the jobs on whose teams the viewer is, newest first; a filter that is NULL lets all pass.
-- Takes: organization_id, job view, sees_pay, expand, kind, department_id, status, before_id, row_limit
-- Plan: custom, for the filters that are given.
-- Page: by id; the first page passes the highest id.
-- Why: the jobs of the viewer's teams are looked up: who sees no others would read all jobs to find theirs.
-- Budget: 170 rows, 300 buffers, 5 ms at 1,000,000 applications
SELECT j.body::text AS body, j.department::text AS department, j.offices::text AS offices
FROM shown_jobs(:organization_id, :viewer_id, :sees_all_jobs, :sees_confidential_jobs, :sees_pay, :expand, :kind) AS j
WHERE j.id = ANY (ARRAY(SELECT m.job_id FROM team_jobs(:organization_id, :viewer_id) AS m)) AND j.id < :before_id
  AND (:department_id::uuid IS NULL OR j.department_id = :department_id)
  AND (:status::text IS NULL OR j.status = :status)
ORDER BY j.id DESC
LIMIT :row_limit;

-- name: list_by_team_updated_since
-- Lists the jobs of list_by_team in the order of their last change.
-- Takes: organization_id, job view, sees_pay, expand, kind, department_id, status, after_at, after_id, row_limit
-- Plan: custom, for the filters that are given.
-- Page: by (updated_at, id); the first page passes the moment and the lowest id.
-- Why: the reason of list_by_team.
-- Budget: 170 rows, 300 buffers, 5 ms at 1,000,000 applications
SELECT j.body::text AS body, j.department::text AS department, j.offices::text AS offices
FROM shown_jobs(:organization_id, :viewer_id, :sees_all_jobs, :sees_confidential_jobs, :sees_pay, :expand, :kind) AS j
WHERE j.id = ANY (ARRAY(SELECT m.job_id FROM team_jobs(:organization_id, :viewer_id) AS m))
  AND (j.updated_at, j.id) > (:after_at, :after_id)
  AND j.updated_at < (SELECT h.settled_at FROM heartbeats AS h WHERE h.name = 'primary')
  AND (:department_id::uuid IS NULL OR j.department_id = :department_id)
  AND (:status::text IS NULL OR j.status = :status)
ORDER BY j.updated_at, j.id
LIMIT :row_limit;

-- name: list_by_custom_value
-- Lists the jobs that have a value in a custom field, newest first; a filter that is NULL lets all pass.
-- Takes: organization_id, job view, sees_pay, expand, field_id, value, kind, department_id, status, before_id,
--     row_limit
-- Page: by id; the first page passes the highest id.
-- Index: custom_values_pkey.
-- Budget: 12,000 rows, 18,000 buffers, 40 ms at 1,000,000 applications
SELECT j.body::text AS body, j.department::text AS department, j.offices::text AS offices
FROM shown_jobs(:organization_id, :viewer_id, :sees_all_jobs, :sees_confidential_jobs, :sees_pay, :expand, NULL) AS j
WHERE j.id = ANY (ARRAY(SELECT p.id FROM jobs_by_custom_value(
    :organization_id, :viewer_id, :sees_all_jobs, :sees_confidential_jobs, :field_id, :value, :kind, :department_id,
    :status, :before_id, :row_limit
) AS p))
ORDER BY j.id DESC
LIMIT :row_limit;

-- name: list_by_team_custom_value
-- Lists the jobs of list_by_team that have a value in a custom field, newest first; a NULL lets all pass.
-- Takes: organization_id, job view, sees_pay, expand, kind, field_id, value, department_id, status, before_id,
--     row_limit
-- Plan: custom, for the filters that are given.
-- Page: by id; the first page passes the highest id.
-- Why: the reason of list_by_team.
-- Budget: 160 rows, 240 buffers, 16 ms at 1,000,000 applications
SELECT j.body::text AS body, j.department::text AS department, j.offices::text AS offices
FROM shown_jobs(:organization_id, :viewer_id, :sees_all_jobs, :sees_confidential_jobs, :sees_pay, :expand, :kind) AS j
WHERE j.id = ANY (ARRAY(
    SELECT p.id FROM team_jobs_by_custom_value(:organization_id, :viewer_id, :field_id, :value) AS p
)) AND j.id < :before_id
  AND (:department_id::uuid IS NULL OR j.department_id = :department_id)
  AND (:status::text IS NULL OR j.status = :status)
ORDER BY j.id DESC
LIMIT :row_limit;

-- name: find_team^
-- Finds the hiring team of a job.
-- Takes: organization_id, job view, job_id
-- Returns: the job's version and the team as body; no row when the viewer sees no such job.
-- Budget: 25 rows, 50 buffers, 5 ms at 1,000,000 applications
SELECT j.version, json_build_object('job_id', j.id, 'members', (
           SELECT coalesce(json_agg(json_build_object(
                      'user_id', m.user_id, 'name', u.name, 'role', m.role
                  ) ORDER BY u.name, m.user_id, m.role), '[]')
           FROM hiring_team_members AS m
           JOIN users AS u ON u.organization_id = :organization_id AND u.id = m.user_id
           WHERE m.organization_id = :organization_id AND m.job_id = j.id
       ))::text AS body
FROM seen_jobs(:organization_id, :viewer_id, :sees_all_jobs, :sees_confidential_jobs) AS j
WHERE j.id = :job_id;

-- name: find_pipeline^
-- Finds a job's pipeline with the number of active applications that the viewer sees in each stage.
-- Takes: organization_id, job view, counted view, job_id
-- Returns: the job's version, the pipeline as body; no row when the viewer sees no such job.
-- Budget: 9,000 rows, 21,000 buffers, 120 ms at 1,000,000 applications
WITH stage_count AS (
    SELECT a.stage_id, count(*) AS applications_count
    FROM counted_applications(:organization_id, :viewer_id, :sees_applications, :sees_all_applications,
                              :sees_confidential_jobs, :sees_internal, :job_id) AS a
    WHERE a.status = 'active'
    GROUP BY a.stage_id
)
SELECT j.version, json_build_object(
           'job_id', j.id, 'version', j.pipeline_version, 'as_of', as_utc(now()), 'stages', (
               SELECT json_agg(json_build_object(
                          'id', s.id, 'name', s.name, 'kind', s.kind, 'position', s.position,
                          'applications_count', coalesce(n.applications_count, 0)
                      ) ORDER BY s.position)
               FROM stages AS s
               LEFT JOIN stage_count AS n ON n.stage_id = s.id
               WHERE s.organization_id = :organization_id AND s.job_id = j.id AND s.removed_at IS NULL
           )
       )::text AS body
FROM seen_jobs(:organization_id, :viewer_id, :sees_all_jobs, :sees_confidential_jobs) AS j
WHERE j.id = :job_id;

-- name: find_pipeline_as_of^
-- Finds the pipeline that a job had at a moment, with the applications that were active in each stage.
-- Takes: organization_id, job view, counted view, job_id, as_of
-- Returns: the job's version and the pipeline as body; no row when there was none, or the viewer sees no such job.
-- Budget: 770 rows, 2,200 buffers, 25 ms at 1,000,000 applications
WITH last_change AS (
    SELECT DISTINCT ON (h.application_id) h.application_id, h.change, h.to_stage_id
    FROM counted_applications(:organization_id, :viewer_id, :sees_applications, :sees_all_applications,
                              :sees_confidential_jobs, :sees_internal, :job_id) AS a
    JOIN stage_changes AS h ON h.organization_id = :organization_id AND h.application_id = a.id
    WHERE h.occurred_at <= :as_of
    ORDER BY h.application_id, h.occurred_at DESC, h.id DESC
),
stage_count AS (
    SELECT c.to_stage_id AS stage_id, count(*) AS applications_count
    FROM last_change AS c
    WHERE c.change IN ('submitted', 'moved', 'reopened', 'unhired')
    GROUP BY c.to_stage_id
)
SELECT j.version, json_build_object(
           'job_id', j.id, 'version', p.version, 'as_of', as_utc(:as_of), 'stages', (
               SELECT json_agg(json_build_object(
                          'id', s.id, 'name', s.name, 'kind', s.kind, 'position', s.position,
                          'applications_count', coalesce(n.applications_count, 0)
                      ) ORDER BY s.position)
               FROM jsonb_to_recordset(p.stages) AS s (id uuid, name text, kind text, position smallint)
               LEFT JOIN stage_count AS n ON n.stage_id = s.id
           )
       )::text AS body
FROM seen_jobs(:organization_id, :viewer_id, :sees_all_jobs, :sees_confidential_jobs) AS j
JOIN pipelines AS p ON p.organization_id = :organization_id AND p.job_id = j.id
WHERE j.id = :job_id AND p.created_at <= :as_of
ORDER BY p.version DESC
LIMIT 1;
