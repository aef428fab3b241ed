-- Jobs: what reads vacancies, their hiring teams and their pipelines.
-- Pool: replica, or the primary's read-only role when freshness demands it.
-- Know first: who sees a job holds the permission for all jobs, or is on its team; a body is the JSON of job_body().

-- name: find(organization_id, viewer_id, sees_all_jobs, sees_confidential_jobs, sees_pay, expand, job_id)^
-- Finds one job.
-- Returns: version and body; no row when none is to be seen.
-- Budget: 26 rows, 50 buffers, 5 ms at 1,000,000 applications
SELECT j.version, job_body(j, (
           SELECT coalesce(json_agg(o.office_id ORDER BY o.position), '[]')
           FROM job_offices AS o
           WHERE o.organization_id = :organization_id AND o.job_id = j.id
       ), :sees_pay)::text AS body,
       CASE WHEN 'department' = ANY (:expand::text[]) THEN coalesce((
           SELECT department_body(d)::text
           FROM departments AS d
           WHERE d.organization_id = :organization_id AND d.id = j.department_id
       ), 'null') END AS department,
       CASE WHEN 'offices' = ANY (:expand::text[]) THEN (
           SELECT coalesce(json_agg(office_body(f) ORDER BY o.position), '[]')
           FROM job_offices AS o
           JOIN offices AS f ON f.organization_id = :organization_id AND f.id = o.office_id
           WHERE o.organization_id = :organization_id AND o.job_id = j.id
       )::text END AS offices
FROM jobs AS j
WHERE j.organization_id = :organization_id AND j.id = :job_id
  AND ((:sees_all_jobs AND (:sees_confidential_jobs OR NOT j.is_confidential)) OR EXISTS (
      SELECT FROM hiring_team_members AS t
      WHERE t.organization_id = :organization_id AND t.job_id = j.id AND t.user_id = :viewer_id
  ));

-- name: find_by_external_id(organization_id, viewer_id, sees_all_jobs, sees_confidential_jobs, sees_pay, expand, external_id, status, department_id)^
-- Finds the job that another system calls so.
-- Returns: version and body; no row when none is to be seen.
-- Index: jobs_external_id_taken.
-- Budget: 35 rows, 50 buffers, 5 ms at 1,000,000 applications
SELECT j.version, job_body(j, (
           SELECT coalesce(json_agg(o.office_id ORDER BY o.position), '[]')
           FROM job_offices AS o
           WHERE o.organization_id = :organization_id AND o.job_id = j.id
       ), :sees_pay)::text AS body,
       CASE WHEN 'department' = ANY (:expand::text[]) THEN coalesce((
           SELECT department_body(d)::text
           FROM departments AS d
           WHERE d.organization_id = :organization_id AND d.id = j.department_id
       ), 'null') END AS department,
       CASE WHEN 'offices' = ANY (:expand::text[]) THEN (
           SELECT coalesce(json_agg(office_body(f) ORDER BY o.position), '[]')
           FROM job_offices AS o
           JOIN offices AS f ON f.organization_id = :organization_id AND f.id = o.office_id
           WHERE o.organization_id = :organization_id AND o.job_id = j.id
       )::text END AS offices
FROM jobs AS j
WHERE j.organization_id = :organization_id AND j.external_id = :external_id
  AND (:status::text IS NULL OR j.status = :status)
  AND (:department_id::uuid IS NULL OR j.department_id = :department_id)
  AND ((:sees_all_jobs AND (:sees_confidential_jobs OR NOT j.is_confidential)) OR EXISTS (
      SELECT FROM hiring_team_members AS t
      WHERE t.organization_id = :organization_id AND t.job_id = j.id AND t.user_id = :viewer_id
  ));

-- name: list_by_ids(organization_id, viewer_id, sees_all_jobs, sees_confidential_jobs, sees_pay, expand, ids)
-- Lists the jobs with these ids, newest first; those that may not be seen are left out.
-- Budget: 1,700 rows, 3,100 buffers, 26 ms at 1,000,000 applications
SELECT j.id, job_body(j, (
           SELECT coalesce(json_agg(o.office_id ORDER BY o.position), '[]')
           FROM job_offices AS o
           WHERE o.organization_id = :organization_id AND o.job_id = j.id
       ), :sees_pay)::text AS body,
       CASE WHEN 'department' = ANY (:expand::text[]) THEN coalesce((
           SELECT department_body(d)::text
           FROM departments AS d
           WHERE d.organization_id = :organization_id AND d.id = j.department_id
       ), 'null') END AS department,
       CASE WHEN 'offices' = ANY (:expand::text[]) THEN (
           SELECT coalesce(json_agg(office_body(f) ORDER BY o.position), '[]')
           FROM job_offices AS o
           JOIN offices AS f ON f.organization_id = :organization_id AND f.id = o.office_id
           WHERE o.organization_id = :organization_id AND o.job_id = j.id
       )::text END AS offices
FROM jobs AS j
WHERE j.organization_id = :organization_id AND j.id = ANY (:ids::uuid[])
  AND ((:sees_all_jobs AND (:sees_confidential_jobs OR NOT j.is_confidential)) OR EXISTS (
      SELECT FROM hiring_team_members AS t
      WHERE t.organization_id = :organization_id AND t.job_id = j.id AND t.user_id = :viewer_id
  ))
ORDER BY j.id DESC;

-- name: list(organization_id, viewer_id, sees_all_jobs, sees_confidential_jobs, sees_pay, expand, before_id, row_limit)
-- Lists jobs, newest first.
-- Page: by id; the first page passes the highest id.
-- Budget: 1,800 rows, 2,800 buffers, 21 ms at 1,000,000 applications
SELECT j.id, job_body(j, (
           SELECT coalesce(json_agg(o.office_id ORDER BY o.position), '[]')
           FROM job_offices AS o
           WHERE o.organization_id = :organization_id AND o.job_id = j.id
       ), :sees_pay)::text AS body,
       CASE WHEN 'department' = ANY (:expand::text[]) THEN coalesce((
           SELECT department_body(d)::text
           FROM departments AS d
           WHERE d.organization_id = :organization_id AND d.id = j.department_id
       ), 'null') END AS department,
       CASE WHEN 'offices' = ANY (:expand::text[]) THEN (
           SELECT coalesce(json_agg(office_body(f) ORDER BY o.position), '[]')
           FROM job_offices AS o
           JOIN offices AS f ON f.organization_id = :organization_id AND f.id = o.office_id
           WHERE o.organization_id = :organization_id AND o.job_id = j.id
       )::text END AS offices
FROM jobs AS j
WHERE j.organization_id = :organization_id AND j.id < :before_id
  AND ((:sees_all_jobs AND (:sees_confidential_jobs OR NOT j.is_confidential)) OR EXISTS (
      SELECT FROM hiring_team_members AS t
      WHERE t.organization_id = :organization_id AND t.job_id = j.id AND t.user_id = :viewer_id
  ))
ORDER BY j.id DESC
LIMIT :row_limit;

-- name: list_by_status(organization_id, viewer_id, sees_all_jobs, sees_confidential_jobs, sees_pay, expand, status, before_id, row_limit)
-- Lists the jobs with a status, newest first.
-- Page: by id; the first page passes the highest id.
-- Index: jobs_by_status.
-- Budget: 1,800 rows, 2,800 buffers, 31 ms at 1,000,000 applications
SELECT j.id, job_body(j, (
           SELECT coalesce(json_agg(o.office_id ORDER BY o.position), '[]')
           FROM job_offices AS o
           WHERE o.organization_id = :organization_id AND o.job_id = j.id
       ), :sees_pay)::text AS body,
       CASE WHEN 'department' = ANY (:expand::text[]) THEN coalesce((
           SELECT department_body(d)::text
           FROM departments AS d
           WHERE d.organization_id = :organization_id AND d.id = j.department_id
       ), 'null') END AS department,
       CASE WHEN 'offices' = ANY (:expand::text[]) THEN (
           SELECT coalesce(json_agg(office_body(f) ORDER BY o.position), '[]')
           FROM job_offices AS o
           JOIN offices AS f ON f.organization_id = :organization_id AND f.id = o.office_id
           WHERE o.organization_id = :organization_id AND o.job_id = j.id
       )::text END AS offices
FROM jobs AS j
WHERE j.organization_id = :organization_id AND j.status = :status AND j.id < :before_id
  AND ((:sees_all_jobs AND (:sees_confidential_jobs OR NOT j.is_confidential)) OR EXISTS (
      SELECT FROM hiring_team_members AS t
      WHERE t.organization_id = :organization_id AND t.job_id = j.id AND t.user_id = :viewer_id
  ))
ORDER BY j.id DESC
LIMIT :row_limit;

-- name: list_by_department(organization_id, viewer_id, sees_all_jobs, sees_confidential_jobs, sees_pay, expand, department_id, status, before_id, row_limit)
-- Lists the jobs of one department, newest first.
-- Page: by id; the first page passes the highest id.
-- Index: jobs_by_department; a status is looked for among the jobs of one department.
-- Budget: 1,800 rows, 2,900 buffers, 30 ms at 1,000,000 applications
SELECT j.id, job_body(j, (
           SELECT coalesce(json_agg(o.office_id ORDER BY o.position), '[]')
           FROM job_offices AS o
           WHERE o.organization_id = :organization_id AND o.job_id = j.id
       ), :sees_pay)::text AS body,
       CASE WHEN 'department' = ANY (:expand::text[]) THEN coalesce((
           SELECT department_body(d)::text
           FROM departments AS d
           WHERE d.organization_id = :organization_id AND d.id = j.department_id
       ), 'null') END AS department,
       CASE WHEN 'offices' = ANY (:expand::text[]) THEN (
           SELECT coalesce(json_agg(office_body(f) ORDER BY o.position), '[]')
           FROM job_offices AS o
           JOIN offices AS f ON f.organization_id = :organization_id AND f.id = o.office_id
           WHERE o.organization_id = :organization_id AND o.job_id = j.id
       )::text END AS offices
FROM jobs AS j
WHERE j.organization_id = :organization_id AND j.department_id = :department_id AND j.id < :before_id
  AND (:status::text IS NULL OR j.status = :status)
  AND ((:sees_all_jobs AND (:sees_confidential_jobs OR NOT j.is_confidential)) OR EXISTS (
      SELECT FROM hiring_team_members AS t
      WHERE t.organization_id = :organization_id AND t.job_id = j.id AND t.user_id = :viewer_id
  ))
ORDER BY j.id DESC
LIMIT :row_limit;

-- name: list_by_team(organization_id, viewer_id, sees_pay, expand, status, department_id, before_id, row_limit)
-- Lists the jobs on whose teams the viewer is, newest first.
-- Page: by id; the first page passes the highest id.
-- Index: hiring_team_members_by_user.
-- Why: who sees no other jobs would read all of them to find theirs; what is optional is tested on the viewer's own.
-- Budget: 170 rows, 300 buffers, 5 ms at 1,000,000 applications
SELECT p.id, job_body(p.job, (
           SELECT coalesce(json_agg(o.office_id ORDER BY o.position), '[]')
           FROM job_offices AS o
           WHERE o.organization_id = :organization_id AND o.job_id = p.id
       ), :sees_pay)::text AS body,
       CASE WHEN 'department' = ANY (:expand::text[]) THEN coalesce((
           SELECT department_body(d)::text
           FROM departments AS d
           WHERE d.organization_id = :organization_id AND d.id = p.department_id
       ), 'null') END AS department,
       CASE WHEN 'offices' = ANY (:expand::text[]) THEN (
           SELECT coalesce(json_agg(office_body(f) ORDER BY o.position), '[]')
           FROM job_offices AS o
           JOIN offices AS f ON f.organization_id = :organization_id AND f.id = o.office_id
           WHERE o.organization_id = :organization_id AND o.job_id = p.id
       )::text END AS offices
FROM (
    SELECT DISTINCT t.job_id
    FROM hiring_team_members AS t
    WHERE t.organization_id = :organization_id AND t.user_id = :viewer_id AND t.job_id < :before_id
) AS m
CROSS JOIN LATERAL (
    SELECT j.id, j.department_id, j AS job
    FROM jobs AS j
    WHERE j.organization_id = :organization_id AND j.id = m.job_id
      AND (:status::text IS NULL OR j.status = :status)
      AND (:department_id::uuid IS NULL OR j.department_id = :department_id)
    LIMIT 1
) AS p
ORDER BY p.id DESC
LIMIT :row_limit;

-- name: list_updated_since(organization_id, viewer_id, sees_all_jobs, sees_confidential_jobs, sees_pay, expand, status, department_id, after_at, after_id, row_limit)
-- Lists jobs in the order of their last change.
-- Page: by (updated_at, id); the first page passes the moment and the lowest id.
-- Index: jobs_by_updated_at; rare filters read what changed, of as many jobs as an organization has.
-- Budget: 11,000 rows, 3,300 buffers, 37 ms at 1,000,000 applications
SELECT j.updated_at, j.id, job_body(j, (
           SELECT coalesce(json_agg(o.office_id ORDER BY o.position), '[]')
           FROM job_offices AS o
           WHERE o.organization_id = :organization_id AND o.job_id = j.id
       ), :sees_pay)::text AS body,
       CASE WHEN 'department' = ANY (:expand::text[]) THEN coalesce((
           SELECT department_body(d)::text
           FROM departments AS d
           WHERE d.organization_id = :organization_id AND d.id = j.department_id
       ), 'null') END AS department,
       CASE WHEN 'offices' = ANY (:expand::text[]) THEN (
           SELECT coalesce(json_agg(office_body(f) ORDER BY o.position), '[]')
           FROM job_offices AS o
           JOIN offices AS f ON f.organization_id = :organization_id AND f.id = o.office_id
           WHERE o.organization_id = :organization_id AND o.job_id = j.id
       )::text END AS offices
FROM jobs AS j
WHERE j.organization_id = :organization_id AND (j.updated_at, j.id) > (:after_at, :after_id)
  AND j.updated_at < (SELECT h.settled_at FROM heartbeats AS h WHERE h.name = 'primary')
  AND (:status::text IS NULL OR j.status = :status)
  AND (:department_id::uuid IS NULL OR j.department_id = :department_id)
  AND ((:sees_all_jobs AND (:sees_confidential_jobs OR NOT j.is_confidential)) OR EXISTS (
      SELECT FROM hiring_team_members AS t
      WHERE t.organization_id = :organization_id AND t.job_id = j.id AND t.user_id = :viewer_id
  ))
ORDER BY j.updated_at, j.id
LIMIT :row_limit;

-- name: list_by_team_updated_since(organization_id, viewer_id, sees_pay, expand, status, department_id, after_at, after_id, row_limit)
-- Lists the jobs of list_by_team in the order of their last change.
-- Page: by (updated_at, id); the first page passes the moment and the lowest id.
-- Index: hiring_team_members_by_user.
-- Why: as list_by_team.
-- Budget: 170 rows, 300 buffers, 5 ms at 1,000,000 applications
SELECT p.updated_at, p.id, job_body(p.job, (
           SELECT coalesce(json_agg(o.office_id ORDER BY o.position), '[]')
           FROM job_offices AS o
           WHERE o.organization_id = :organization_id AND o.job_id = p.id
       ), :sees_pay)::text AS body,
       CASE WHEN 'department' = ANY (:expand::text[]) THEN coalesce((
           SELECT department_body(d)::text
           FROM departments AS d
           WHERE d.organization_id = :organization_id AND d.id = p.department_id
       ), 'null') END AS department,
       CASE WHEN 'offices' = ANY (:expand::text[]) THEN (
           SELECT coalesce(json_agg(office_body(f) ORDER BY o.position), '[]')
           FROM job_offices AS o
           JOIN offices AS f ON f.organization_id = :organization_id AND f.id = o.office_id
           WHERE o.organization_id = :organization_id AND o.job_id = p.id
       )::text END AS offices
FROM (
    SELECT DISTINCT t.job_id
    FROM hiring_team_members AS t
    WHERE t.organization_id = :organization_id AND t.user_id = :viewer_id
) AS m
CROSS JOIN LATERAL (
    SELECT j.updated_at, j.id, j.department_id, j AS job
    FROM jobs AS j
    WHERE j.organization_id = :organization_id AND j.id = m.job_id AND (j.updated_at, j.id) > (:after_at, :after_id)
      AND j.updated_at < (SELECT h.settled_at FROM heartbeats AS h WHERE h.name = 'primary')
      AND (:status::text IS NULL OR j.status = :status)
      AND (:department_id::uuid IS NULL OR j.department_id = :department_id)
    LIMIT 1
) AS p
ORDER BY p.updated_at, p.id
LIMIT :row_limit;

-- name: find_team(organization_id, viewer_id, sees_all_jobs, sees_confidential_jobs, job_id)^
-- Finds who works on a job.
-- Returns: the job's version and the team; no row when the job is not to be seen.
-- Budget: 25 rows, 50 buffers, 5 ms at 1,000,000 applications
SELECT j.version, json_build_object('job_id', j.id, 'members', (
           SELECT coalesce(json_agg(json_build_object(
                      'user_id', m.user_id, 'name', u.name, 'role', m.role
                  ) ORDER BY u.name, m.user_id, m.role), '[]')
           FROM hiring_team_members AS m
           JOIN users AS u ON u.organization_id = :organization_id AND u.id = m.user_id
           WHERE m.organization_id = :organization_id AND m.job_id = j.id
       ))::text AS body
FROM jobs AS j
WHERE j.organization_id = :organization_id AND j.id = :job_id
  AND ((:sees_all_jobs AND (:sees_confidential_jobs OR NOT j.is_confidential)) OR EXISTS (
      SELECT FROM hiring_team_members AS t
      WHERE t.organization_id = :organization_id AND t.job_id = j.id AND t.user_id = :viewer_id
  ));

-- name: find_pipeline(organization_id, viewer_id, sees_all_jobs, sees_confidential_jobs, sees_all_applications, sees_team_applications, sees_internal, job_id)^
-- Finds a job's pipeline with the number of active applications that the viewer sees in each stage.
-- Returns: the job's version, the pipeline's, and the pipeline; no row when the job is not to be seen.
-- Budget: 9,000 rows, 21,000 buffers, 120 ms at 1,000,000 applications
WITH counted_applications AS (
    SELECT a.stage_id, count(*) AS applications_count
    FROM applications AS a
    WHERE a.organization_id = :organization_id AND a.job_id = :job_id AND a.status = 'active'
      AND NOT EXISTS (
          SELECT FROM candidates AS c
          WHERE c.organization_id = :organization_id AND c.id = a.candidate_id AND c.user_id IS NOT NULL
            AND (c.user_id = :viewer_id OR NOT :sees_internal)
      )
    GROUP BY a.stage_id
)
SELECT j.version, j.pipeline_version, json_build_object(
           'job_id', j.id, 'version', j.pipeline_version, 'as_of', now(), 'stages', (
               SELECT json_agg(json_build_object(
                          'id', s.id, 'name', s.name, 'kind', s.kind, 'position', s.position,
                          'applications_count', coalesce(n.applications_count, 0)
                      ) ORDER BY s.position)
               FROM stages AS s
               LEFT JOIN counted_applications AS n ON n.stage_id = s.id
                   AND ((:sees_all_applications AND (:sees_confidential_jobs OR NOT j.is_confidential))
                        OR (:sees_team_applications AND EXISTS (
                            SELECT FROM hiring_team_members AS t
                            WHERE t.organization_id = :organization_id AND t.job_id = j.id
                              AND t.user_id = :viewer_id AND t.role <> 'interviewer'
                        )))
               WHERE s.organization_id = :organization_id AND s.job_id = j.id AND s.removed_at IS NULL
           )
       )::text AS body
FROM jobs AS j
WHERE j.organization_id = :organization_id AND j.id = :job_id
  AND ((:sees_all_jobs AND (:sees_confidential_jobs OR NOT j.is_confidential)) OR EXISTS (
      SELECT FROM hiring_team_members AS t
      WHERE t.organization_id = :organization_id AND t.job_id = j.id AND t.user_id = :viewer_id
  ));

-- name: find_pipeline_as_of(organization_id, viewer_id, sees_all_jobs, sees_confidential_jobs, sees_all_applications, sees_team_applications, sees_internal, job_id, as_of)^
-- Finds the pipeline that a job had at a moment, with the applications then active in each stage.
-- Returns: the job's version and the pipeline; no row when there was none, or none is to be seen.
-- Budget: 770 rows, 2,200 buffers, 25 ms at 1,000,000 applications
WITH last_change AS (
    SELECT DISTINCT ON (h.application_id) h.application_id, h.change, h.to_stage_id
    FROM applications AS a
    JOIN stage_changes AS h ON h.organization_id = :organization_id AND h.application_id = a.id
    WHERE a.organization_id = :organization_id AND a.job_id = :job_id AND h.occurred_at <= :as_of
      AND NOT EXISTS (
          SELECT FROM candidates AS c
          WHERE c.organization_id = :organization_id AND c.id = a.candidate_id AND c.user_id IS NOT NULL
            AND (c.user_id = :viewer_id OR NOT :sees_internal)
      )
    ORDER BY h.application_id, h.occurred_at DESC, h.id DESC
),
counted_applications AS (
    SELECT c.to_stage_id AS stage_id, count(*) AS applications_count
    FROM last_change AS c
    WHERE c.change IN ('submitted', 'moved', 'reopened', 'unhired')
    GROUP BY c.to_stage_id
)
SELECT j.version, json_build_object(
           'job_id', j.id, 'version', p.version, 'as_of', :as_of::timestamptz, 'stages', (
               SELECT json_agg(json_build_object(
                          'id', s.id, 'name', s.name, 'kind', s.kind, 'position', s.position,
                          'applications_count', coalesce(n.applications_count, 0)
                      ) ORDER BY s.position)
               FROM jsonb_to_recordset(p.stages) AS s (id uuid, name text, kind text, position smallint)
               LEFT JOIN counted_applications AS n ON n.stage_id = s.id
                   AND ((:sees_all_applications AND (:sees_confidential_jobs OR NOT j.is_confidential))
                        OR (:sees_team_applications AND EXISTS (
                            SELECT FROM hiring_team_members AS t
                            WHERE t.organization_id = :organization_id AND t.job_id = j.id
                              AND t.user_id = :viewer_id AND t.role <> 'interviewer'
                        )))
           )
       )::text AS body
FROM jobs AS j
JOIN pipelines AS p ON p.organization_id = :organization_id AND p.job_id = j.id
WHERE j.organization_id = :organization_id AND j.id = :job_id AND p.created_at <= :as_of
  AND ((:sees_all_jobs AND (:sees_confidential_jobs OR NOT j.is_confidential)) OR EXISTS (
      SELECT FROM hiring_team_members AS t
      WHERE t.organization_id = :organization_id AND t.job_id = j.id AND t.user_id = :viewer_id
  ))
ORDER BY p.version DESC
LIMIT 1;
