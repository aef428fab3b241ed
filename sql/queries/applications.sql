-- Applications: what reads people's pursuits of jobs.
-- Pool: replica, or the primary's read-only role when freshness demands it.
-- Know first: seen by who sees its job but as an interviewer on its team, and never by the user who is its candidate.

-- name: find(organization_id, viewer_id, sees_all_jobs, sees_confidential_jobs, sees_internal, sees_pay, expand, application_id)^
-- Finds one application.
-- Returns: version and body; no row when there is none to be seen.
-- Budget: 25 rows, 50 buffers, 5 ms at 1,000,000 applications
SELECT a.version, application_body(a, s)::text AS body,
       CASE WHEN 'candidate' = ANY (:expand::text[]) THEN candidate_body(c)::text END AS candidate,
       CASE WHEN 'job' = ANY (:expand::text[]) THEN job_body(j, (
           SELECT coalesce(json_agg(o.office_id ORDER BY o.position), '[]')
           FROM job_offices AS o
           WHERE o.organization_id = :organization_id AND o.job_id = j.id
       ), :sees_pay)::text END AS job
FROM applications AS a
JOIN stages AS s ON s.organization_id = :organization_id AND s.id = a.stage_id
JOIN jobs AS j ON j.organization_id = :organization_id AND j.id = a.job_id
JOIN candidates AS c ON c.organization_id = :organization_id AND c.id = a.candidate_id
WHERE a.organization_id = :organization_id AND a.id = :application_id
  AND c.user_id IS DISTINCT FROM :viewer_id AND (:sees_internal OR c.user_id IS NULL)
  AND ((:sees_all_jobs AND (:sees_confidential_jobs OR NOT j.is_confidential)) OR EXISTS (
      SELECT FROM hiring_team_members AS t
      WHERE t.organization_id = :organization_id AND t.job_id = j.id AND t.user_id = :viewer_id
        AND t.role <> 'interviewer'
  ));

-- name: find_by_external_id(organization_id, viewer_id, sees_all_jobs, sees_confidential_jobs, sees_internal, sees_pay, expand, external_id, job_id, status, stage_id)^
-- Finds the application that another system calls so.
-- Returns: version and body; no row when there is none to be seen.
-- Index: applications_external_id_taken.
-- Budget: 25 rows, 50 buffers, 5 ms at 1,000,000 applications
SELECT a.version, application_body(a, s)::text AS body,
       CASE WHEN 'candidate' = ANY (:expand::text[]) THEN candidate_body(c)::text END AS candidate,
       CASE WHEN 'job' = ANY (:expand::text[]) THEN job_body(j, (
           SELECT coalesce(json_agg(o.office_id ORDER BY o.position), '[]')
           FROM job_offices AS o
           WHERE o.organization_id = :organization_id AND o.job_id = j.id
       ), :sees_pay)::text END AS job
FROM applications AS a
JOIN stages AS s ON s.organization_id = :organization_id AND s.id = a.stage_id
JOIN jobs AS j ON j.organization_id = :organization_id AND j.id = a.job_id
JOIN candidates AS c ON c.organization_id = :organization_id AND c.id = a.candidate_id
WHERE a.organization_id = :organization_id AND a.external_id = :external_id
  AND (:job_id::uuid IS NULL OR a.job_id = :job_id)
  AND (:status::text IS NULL OR a.status = :status)
  AND (:stage_id::uuid IS NULL OR a.stage_id = :stage_id)
  AND c.user_id IS DISTINCT FROM :viewer_id AND (:sees_internal OR c.user_id IS NULL)
  AND ((:sees_all_jobs AND (:sees_confidential_jobs OR NOT j.is_confidential)) OR EXISTS (
      SELECT FROM hiring_team_members AS t
      WHERE t.organization_id = :organization_id AND t.job_id = j.id AND t.user_id = :viewer_id
        AND t.role <> 'interviewer'
  ));

-- name: list_by_ids(organization_id, viewer_id, sees_all_jobs, sees_confidential_jobs, sees_internal, sees_pay, expand, ids, job_id)
-- Lists the applications with these ids, newest first; those that may not be seen are left out.
-- Budget: 900 rows, 2,600 buffers, 43 ms at 1,000,000 applications
SELECT a.id, application_body(a, s)::text AS body,
       CASE WHEN 'candidate' = ANY (:expand::text[]) THEN candidate_body(c)::text END AS candidate,
       CASE WHEN 'job' = ANY (:expand::text[]) THEN job_body(j, (
           SELECT coalesce(json_agg(o.office_id ORDER BY o.position), '[]')
           FROM job_offices AS o
           WHERE o.organization_id = :organization_id AND o.job_id = j.id
       ), :sees_pay)::text END AS job
FROM applications AS a
JOIN stages AS s ON s.organization_id = :organization_id AND s.id = a.stage_id
JOIN jobs AS j ON j.organization_id = :organization_id AND j.id = a.job_id
JOIN candidates AS c ON c.organization_id = :organization_id AND c.id = a.candidate_id
WHERE a.organization_id = :organization_id AND a.id = ANY (:ids::uuid[])
  AND (:job_id::uuid IS NULL OR a.job_id = :job_id)
  AND c.user_id IS DISTINCT FROM :viewer_id AND (:sees_internal OR c.user_id IS NULL)
  AND ((:sees_all_jobs AND (:sees_confidential_jobs OR NOT j.is_confidential)) OR EXISTS (
      SELECT FROM hiring_team_members AS t
      WHERE t.organization_id = :organization_id AND t.job_id = j.id AND t.user_id = :viewer_id
        AND t.role <> 'interviewer'
  ))
ORDER BY a.id DESC;

-- name: list(organization_id, viewer_id, sees_all_jobs, sees_confidential_jobs, sees_internal, sees_pay, expand, before_id, row_limit)
-- Lists applications, newest first.
-- Page: by id; the first page passes the highest id.
-- Budget: 820 rows, 1,900 buffers, 33 ms at 1,000,000 applications
SELECT a.id, application_body(a, s)::text AS body,
       CASE WHEN 'candidate' = ANY (:expand::text[]) THEN candidate_body(c)::text END AS candidate,
       CASE WHEN 'job' = ANY (:expand::text[]) THEN job_body(j, (
           SELECT coalesce(json_agg(o.office_id ORDER BY o.position), '[]')
           FROM job_offices AS o
           WHERE o.organization_id = :organization_id AND o.job_id = j.id
       ), :sees_pay)::text END AS job
FROM applications AS a
JOIN stages AS s ON s.organization_id = :organization_id AND s.id = a.stage_id
JOIN jobs AS j ON j.organization_id = :organization_id AND j.id = a.job_id
JOIN candidates AS c ON c.organization_id = :organization_id AND c.id = a.candidate_id
WHERE a.organization_id = :organization_id AND a.id < :before_id
  AND c.user_id IS DISTINCT FROM :viewer_id AND (:sees_internal OR c.user_id IS NULL)
  AND ((:sees_all_jobs AND (:sees_confidential_jobs OR NOT j.is_confidential)) OR EXISTS (
      SELECT FROM hiring_team_members AS t
      WHERE t.organization_id = :organization_id AND t.job_id = j.id AND t.user_id = :viewer_id
        AND t.role <> 'interviewer'
  ))
ORDER BY a.id DESC
LIMIT :row_limit;

-- name: list_by_status(organization_id, viewer_id, sees_all_jobs, sees_confidential_jobs, sees_internal, sees_pay, expand, status, before_id, row_limit)
-- Lists the applications with a status, newest first.
-- Page: by id; the first page passes the highest id.
-- Index: applications_by_status.
-- Budget: 850 rows, 2,000 buffers, 37 ms at 1,000,000 applications
SELECT a.id, application_body(a, s)::text AS body,
       CASE WHEN 'candidate' = ANY (:expand::text[]) THEN candidate_body(c)::text END AS candidate,
       CASE WHEN 'job' = ANY (:expand::text[]) THEN job_body(j, (
           SELECT coalesce(json_agg(o.office_id ORDER BY o.position), '[]')
           FROM job_offices AS o
           WHERE o.organization_id = :organization_id AND o.job_id = j.id
       ), :sees_pay)::text END AS job
FROM applications AS a
JOIN stages AS s ON s.organization_id = :organization_id AND s.id = a.stage_id
JOIN jobs AS j ON j.organization_id = :organization_id AND j.id = a.job_id
JOIN candidates AS c ON c.organization_id = :organization_id AND c.id = a.candidate_id
WHERE a.organization_id = :organization_id AND a.status = :status AND a.id < :before_id
  AND c.user_id IS DISTINCT FROM :viewer_id AND (:sees_internal OR c.user_id IS NULL)
  AND ((:sees_all_jobs AND (:sees_confidential_jobs OR NOT j.is_confidential)) OR EXISTS (
      SELECT FROM hiring_team_members AS t
      WHERE t.organization_id = :organization_id AND t.job_id = j.id AND t.user_id = :viewer_id
        AND t.role <> 'interviewer'
  ))
ORDER BY a.id DESC
LIMIT :row_limit;

-- name: list_by_candidate(organization_id, viewer_id, sees_all_jobs, sees_confidential_jobs, sees_internal, sees_pay, expand, candidate_id, job_id, stage_id, status, before_id, row_limit)
-- Lists the applications of one candidate, newest first.
-- Page: by id; the first page passes the highest id.
-- Index: applications_by_candidate; what is optional is tested on the few that one candidate has.
-- Budget: 640 rows, 1,700 buffers, 42 ms at 1,000,000 applications
SELECT a.id, application_body(a, s)::text AS body,
       CASE WHEN 'candidate' = ANY (:expand::text[]) THEN candidate_body(c)::text END AS candidate,
       CASE WHEN 'job' = ANY (:expand::text[]) THEN job_body(j, (
           SELECT coalesce(json_agg(o.office_id ORDER BY o.position), '[]')
           FROM job_offices AS o
           WHERE o.organization_id = :organization_id AND o.job_id = j.id
       ), :sees_pay)::text END AS job
FROM applications AS a
JOIN stages AS s ON s.organization_id = :organization_id AND s.id = a.stage_id
JOIN jobs AS j ON j.organization_id = :organization_id AND j.id = a.job_id
JOIN candidates AS c ON c.organization_id = :organization_id AND c.id = a.candidate_id
WHERE a.organization_id = :organization_id AND a.candidate_id = :candidate_id AND a.id < :before_id
  AND (:job_id::uuid IS NULL OR a.job_id = :job_id)
  AND (:stage_id::uuid IS NULL OR a.stage_id = :stage_id)
  AND (:status::text IS NULL OR a.status = :status)
  AND c.user_id IS DISTINCT FROM :viewer_id AND (:sees_internal OR c.user_id IS NULL)
  AND ((:sees_all_jobs AND (:sees_confidential_jobs OR NOT j.is_confidential)) OR EXISTS (
      SELECT FROM hiring_team_members AS t
      WHERE t.organization_id = :organization_id AND t.job_id = j.id AND t.user_id = :viewer_id
        AND t.role <> 'interviewer'
  ))
ORDER BY a.id DESC
LIMIT :row_limit;

-- name: list_by_job(organization_id, viewer_id, sees_all_jobs, sees_confidential_jobs, sees_internal, sees_pay, expand, job_id, before_id, row_limit)
-- Lists the applications of one job, newest first.
-- Page: by id; the first page passes the highest id.
-- Index: applications_by_job.
-- Why: the job is looked at first: its applications are not read for who does not see it.
-- Budget: 1,100 rows, 1,800 buffers, 37 ms at 1,000,000 applications
SELECT p.id, application_body(p.application, p.stage)::text AS body,
       CASE WHEN 'candidate' = ANY (:expand::text[]) THEN candidate_body(p.candidate)::text END AS candidate,
       CASE WHEN 'job' = ANY (:expand::text[]) THEN job_body(j, (
           SELECT coalesce(json_agg(o.office_id ORDER BY o.position), '[]')
           FROM job_offices AS o
           WHERE o.organization_id = :organization_id AND o.job_id = j.id
       ), :sees_pay)::text END AS job
FROM jobs AS j
CROSS JOIN LATERAL (
    SELECT a.id, a AS application, s AS stage, c AS candidate
    FROM applications AS a
    JOIN stages AS s ON s.organization_id = :organization_id AND s.id = a.stage_id
    JOIN candidates AS c ON c.organization_id = :organization_id AND c.id = a.candidate_id
    WHERE a.organization_id = :organization_id AND a.job_id = j.id AND a.id < :before_id
      AND c.user_id IS DISTINCT FROM :viewer_id AND (:sees_internal OR c.user_id IS NULL)
    ORDER BY a.id DESC
    LIMIT :row_limit
) AS p
WHERE j.organization_id = :organization_id AND j.id = :job_id
  AND ((:sees_all_jobs AND (:sees_confidential_jobs OR NOT j.is_confidential)) OR EXISTS (
      SELECT FROM hiring_team_members AS t
      WHERE t.organization_id = :organization_id AND t.job_id = j.id AND t.user_id = :viewer_id
        AND t.role <> 'interviewer'
  ))
ORDER BY p.id DESC
LIMIT :row_limit;

-- name: list_by_job_and_status(organization_id, viewer_id, sees_all_jobs, sees_confidential_jobs, sees_internal, sees_pay, expand, job_id, status, before_id, row_limit)
-- Lists the applications of one job with a status, newest first.
-- Page: by id; the first page passes the highest id.
-- Index: applications_by_job_status.
-- Why: as list_by_job.
-- Budget: 760 rows, 1,900 buffers, 54 ms at 1,000,000 applications
SELECT p.id, application_body(p.application, p.stage)::text AS body,
       CASE WHEN 'candidate' = ANY (:expand::text[]) THEN candidate_body(p.candidate)::text END AS candidate,
       CASE WHEN 'job' = ANY (:expand::text[]) THEN job_body(j, (
           SELECT coalesce(json_agg(o.office_id ORDER BY o.position), '[]')
           FROM job_offices AS o
           WHERE o.organization_id = :organization_id AND o.job_id = j.id
       ), :sees_pay)::text END AS job
FROM jobs AS j
CROSS JOIN LATERAL (
    SELECT a.id, a AS application, s AS stage, c AS candidate
    FROM applications AS a
    JOIN stages AS s ON s.organization_id = :organization_id AND s.id = a.stage_id
    JOIN candidates AS c ON c.organization_id = :organization_id AND c.id = a.candidate_id
    WHERE a.organization_id = :organization_id AND a.job_id = j.id AND a.status = :status AND a.id < :before_id
      AND c.user_id IS DISTINCT FROM :viewer_id AND (:sees_internal OR c.user_id IS NULL)
    ORDER BY a.id DESC
    LIMIT :row_limit
) AS p
WHERE j.organization_id = :organization_id AND j.id = :job_id
  AND ((:sees_all_jobs AND (:sees_confidential_jobs OR NOT j.is_confidential)) OR EXISTS (
      SELECT FROM hiring_team_members AS t
      WHERE t.organization_id = :organization_id AND t.job_id = j.id AND t.user_id = :viewer_id
        AND t.role <> 'interviewer'
  ))
ORDER BY p.id DESC
LIMIT :row_limit;

-- name: list_by_stage(organization_id, viewer_id, sees_all_jobs, sees_confidential_jobs, sees_internal, sees_pay, expand, stage_id, job_id, status, before_id, row_limit)
-- Lists the applications in one stage, newest first; none when a job is named that is not the stage's.
-- Page: by id; the first page passes the highest id.
-- Index: applications_by_stage_status.
-- Why: a page of each status, merged: as a filter, a rare status would read all that ever ended in the stage.
-- Budget: 1,300 rows, 2,700 buffers, 79 ms at 1,000,000 applications
SELECT p.id, application_body(p.application, s)::text AS body,
       CASE WHEN 'candidate' = ANY (:expand::text[]) THEN candidate_body(p.candidate)::text END AS candidate,
       CASE WHEN 'job' = ANY (:expand::text[]) THEN job_body(j, (
           SELECT coalesce(json_agg(o.office_id ORDER BY o.position), '[]')
           FROM job_offices AS o
           WHERE o.organization_id = :organization_id AND o.job_id = j.id
       ), :sees_pay)::text END AS job
FROM stages AS s
JOIN jobs AS j ON j.organization_id = :organization_id AND j.id = s.job_id
CROSS JOIN unnest('{active,rejected,withdrawn,hired,transferred}'::text[]) AS w (status)
CROSS JOIN LATERAL (
    SELECT a.id, a AS application, c AS candidate
    FROM applications AS a
    JOIN candidates AS c ON c.organization_id = :organization_id AND c.id = a.candidate_id
    WHERE a.organization_id = :organization_id AND a.stage_id = s.id AND a.status = w.status AND a.id < :before_id
      AND a.job_id = s.job_id
      AND c.user_id IS DISTINCT FROM :viewer_id AND (:sees_internal OR c.user_id IS NULL)
    ORDER BY a.id DESC
    LIMIT :row_limit
) AS p
WHERE s.organization_id = :organization_id AND s.id = :stage_id
  AND (:job_id::uuid IS NULL OR s.job_id = :job_id) AND (:status::text IS NULL OR w.status = :status)
  AND ((:sees_all_jobs AND (:sees_confidential_jobs OR NOT j.is_confidential)) OR EXISTS (
      SELECT FROM hiring_team_members AS t
      WHERE t.organization_id = :organization_id AND t.job_id = j.id AND t.user_id = :viewer_id
        AND t.role <> 'interviewer'
  ))
ORDER BY p.id DESC
LIMIT :row_limit;

-- name: list_by_team(organization_id, viewer_id, sees_internal, sees_pay, expand, status, before_id, row_limit)
-- Lists the applications for the jobs on whose teams the viewer is, but as an interviewer, newest first.
-- Page: by id; the first page passes the highest id.
-- Index: applications_by_job_status.
-- Why: a page of each job and status, merged: who sees no other jobs would read everybody's to find theirs.
-- Budget: 2,700 rows, 7,100 buffers, 110 ms at 1,000,000 applications
SELECT p.id, application_body(p.application, p.stage)::text AS body,
       CASE WHEN 'candidate' = ANY (:expand::text[]) THEN candidate_body(p.candidate)::text END AS candidate,
       CASE WHEN 'job' = ANY (:expand::text[]) THEN (
           SELECT job_body(j, (
               SELECT coalesce(json_agg(o.office_id ORDER BY o.position), '[]')
               FROM job_offices AS o
               WHERE o.organization_id = :organization_id AND o.job_id = j.id
           ), :sees_pay)
           FROM jobs AS j
           WHERE j.organization_id = :organization_id AND j.id = m.job_id
       )::text END AS job
FROM (
    SELECT DISTINCT t.job_id
    FROM hiring_team_members AS t
    WHERE t.organization_id = :organization_id AND t.user_id = :viewer_id AND t.role <> 'interviewer'
) AS m
CROSS JOIN unnest('{active,rejected,withdrawn,hired,transferred}'::text[]) AS w (status)
CROSS JOIN LATERAL (
    SELECT a.id, a AS application, s AS stage, c AS candidate
    FROM applications AS a
    JOIN stages AS s ON s.organization_id = :organization_id AND s.id = a.stage_id
    JOIN candidates AS c ON c.organization_id = :organization_id AND c.id = a.candidate_id
    WHERE a.organization_id = :organization_id AND a.job_id = m.job_id AND a.status = w.status AND a.id < :before_id
      AND c.user_id IS DISTINCT FROM :viewer_id AND (:sees_internal OR c.user_id IS NULL)
    ORDER BY a.id DESC
    LIMIT :row_limit
) AS p
WHERE :status::text IS NULL OR w.status = :status
ORDER BY p.id DESC
LIMIT :row_limit;

-- name: list_updated_since(organization_id, viewer_id, sees_all_jobs, sees_confidential_jobs, sees_internal, sees_pay, expand, after_at, after_id, row_limit)
-- Lists applications in the order of their last change.
-- Page: by (updated_at, id); the first page passes the moment and the lowest id.
-- Index: applications_by_updated_at.
-- Budget: 810 rows, 1,900 buffers, 39 ms at 1,000,000 applications
SELECT a.updated_at, a.id, application_body(a, s)::text AS body,
       CASE WHEN 'candidate' = ANY (:expand::text[]) THEN candidate_body(c)::text END AS candidate,
       CASE WHEN 'job' = ANY (:expand::text[]) THEN job_body(j, (
           SELECT coalesce(json_agg(o.office_id ORDER BY o.position), '[]')
           FROM job_offices AS o
           WHERE o.organization_id = :organization_id AND o.job_id = j.id
       ), :sees_pay)::text END AS job
FROM applications AS a
JOIN stages AS s ON s.organization_id = :organization_id AND s.id = a.stage_id
JOIN jobs AS j ON j.organization_id = :organization_id AND j.id = a.job_id
JOIN candidates AS c ON c.organization_id = :organization_id AND c.id = a.candidate_id
WHERE a.organization_id = :organization_id AND (a.updated_at, a.id) > (:after_at, :after_id)
  AND a.updated_at < (SELECT h.settled_at FROM heartbeats AS h WHERE h.name = 'primary')
  AND c.user_id IS DISTINCT FROM :viewer_id AND (:sees_internal OR c.user_id IS NULL)
  AND ((:sees_all_jobs AND (:sees_confidential_jobs OR NOT j.is_confidential)) OR EXISTS (
      SELECT FROM hiring_team_members AS t
      WHERE t.organization_id = :organization_id AND t.job_id = j.id AND t.user_id = :viewer_id
        AND t.role <> 'interviewer'
  ))
ORDER BY a.updated_at, a.id
LIMIT :row_limit;

-- name: list_by_status_updated_since(organization_id, viewer_id, sees_all_jobs, sees_confidential_jobs, sees_internal, sees_pay, expand, status, after_at, after_id, row_limit)
-- Lists the applications with a status in the order of their last change.
-- Page: by (updated_at, id); the first page passes the moment and the lowest id.
-- Index: applications_by_status_updated_at.
-- Budget: 880 rows, 2,200 buffers, 48 ms at 1,000,000 applications
SELECT a.updated_at, a.id, application_body(a, s)::text AS body,
       CASE WHEN 'candidate' = ANY (:expand::text[]) THEN candidate_body(c)::text END AS candidate,
       CASE WHEN 'job' = ANY (:expand::text[]) THEN job_body(j, (
           SELECT coalesce(json_agg(o.office_id ORDER BY o.position), '[]')
           FROM job_offices AS o
           WHERE o.organization_id = :organization_id AND o.job_id = j.id
       ), :sees_pay)::text END AS job
FROM applications AS a
JOIN stages AS s ON s.organization_id = :organization_id AND s.id = a.stage_id
JOIN jobs AS j ON j.organization_id = :organization_id AND j.id = a.job_id
JOIN candidates AS c ON c.organization_id = :organization_id AND c.id = a.candidate_id
WHERE a.organization_id = :organization_id AND a.status = :status AND (a.updated_at, a.id) > (:after_at, :after_id)
  AND a.updated_at < (SELECT h.settled_at FROM heartbeats AS h WHERE h.name = 'primary')
  AND c.user_id IS DISTINCT FROM :viewer_id AND (:sees_internal OR c.user_id IS NULL)
  AND ((:sees_all_jobs AND (:sees_confidential_jobs OR NOT j.is_confidential)) OR EXISTS (
      SELECT FROM hiring_team_members AS t
      WHERE t.organization_id = :organization_id AND t.job_id = j.id AND t.user_id = :viewer_id
        AND t.role <> 'interviewer'
  ))
ORDER BY a.updated_at, a.id
LIMIT :row_limit;

-- name: list_by_job_updated_since(organization_id, viewer_id, sees_all_jobs, sees_confidential_jobs, sees_internal, sees_pay, expand, job_id, after_at, after_id, row_limit)
-- Lists the applications of one job in the order of their last change.
-- Page: by (updated_at, id); the first page passes the moment and the lowest id.
-- Index: applications_by_job_updated_at.
-- Why: as list_by_job.
-- Budget: 1,100 rows, 1,800 buffers, 46 ms at 1,000,000 applications
SELECT p.updated_at, p.id, application_body(p.application, p.stage)::text AS body,
       CASE WHEN 'candidate' = ANY (:expand::text[]) THEN candidate_body(p.candidate)::text END AS candidate,
       CASE WHEN 'job' = ANY (:expand::text[]) THEN job_body(j, (
           SELECT coalesce(json_agg(o.office_id ORDER BY o.position), '[]')
           FROM job_offices AS o
           WHERE o.organization_id = :organization_id AND o.job_id = j.id
       ), :sees_pay)::text END AS job
FROM jobs AS j
CROSS JOIN LATERAL (
    SELECT a.updated_at, a.id, a AS application, s AS stage, c AS candidate
    FROM applications AS a
    JOIN stages AS s ON s.organization_id = :organization_id AND s.id = a.stage_id
    JOIN candidates AS c ON c.organization_id = :organization_id AND c.id = a.candidate_id
    WHERE a.organization_id = :organization_id AND a.job_id = j.id AND (a.updated_at, a.id) > (:after_at, :after_id)
      AND a.updated_at < (SELECT h.settled_at FROM heartbeats AS h WHERE h.name = 'primary')
      AND c.user_id IS DISTINCT FROM :viewer_id AND (:sees_internal OR c.user_id IS NULL)
    ORDER BY a.updated_at, a.id
    LIMIT :row_limit
) AS p
WHERE j.organization_id = :organization_id AND j.id = :job_id
  AND ((:sees_all_jobs AND (:sees_confidential_jobs OR NOT j.is_confidential)) OR EXISTS (
      SELECT FROM hiring_team_members AS t
      WHERE t.organization_id = :organization_id AND t.job_id = j.id AND t.user_id = :viewer_id
        AND t.role <> 'interviewer'
  ))
ORDER BY p.updated_at, p.id
LIMIT :row_limit;

-- name: list_by_team_updated_since(organization_id, viewer_id, sees_internal, sees_pay, expand, status, after_at, after_id, row_limit)
-- Lists the applications of list_by_team in the order of their last change.
-- Page: by (updated_at, id); the first page passes the moment and the lowest id.
-- Index: applications_by_job_updated_at; a rare status reads what changed in the jobs of the viewer's teams, no more.
-- Budget: 2,700 rows, 7,000 buffers, 110 ms at 1,000,000 applications
SELECT p.updated_at, p.id, application_body(p.application, p.stage)::text AS body,
       CASE WHEN 'candidate' = ANY (:expand::text[]) THEN candidate_body(p.candidate)::text END AS candidate,
       CASE WHEN 'job' = ANY (:expand::text[]) THEN (
           SELECT job_body(j, (
               SELECT coalesce(json_agg(o.office_id ORDER BY o.position), '[]')
               FROM job_offices AS o
               WHERE o.organization_id = :organization_id AND o.job_id = j.id
           ), :sees_pay)
           FROM jobs AS j
           WHERE j.organization_id = :organization_id AND j.id = m.job_id
       )::text END AS job
FROM (
    SELECT DISTINCT t.job_id
    FROM hiring_team_members AS t
    WHERE t.organization_id = :organization_id AND t.user_id = :viewer_id AND t.role <> 'interviewer'
) AS m
CROSS JOIN LATERAL (
    SELECT a.updated_at, a.id, a AS application, s AS stage, c AS candidate
    FROM applications AS a
    JOIN stages AS s ON s.organization_id = :organization_id AND s.id = a.stage_id
    JOIN candidates AS c ON c.organization_id = :organization_id AND c.id = a.candidate_id
    WHERE a.organization_id = :organization_id AND a.job_id = m.job_id
      AND (a.updated_at, a.id) > (:after_at, :after_id) AND (:status::text IS NULL OR a.status = :status)
      AND a.updated_at < (SELECT h.settled_at FROM heartbeats AS h WHERE h.name = 'primary')
      AND c.user_id IS DISTINCT FROM :viewer_id AND (:sees_internal OR c.user_id IS NULL)
    ORDER BY a.updated_at, a.id
    LIMIT :row_limit
) AS p
ORDER BY p.updated_at, p.id
LIMIT :row_limit;

-- name: list_history(organization_id, application_id, before_id, row_limit)
-- Lists what happened to an application, newest first; who may see the application is asked before.
-- Page: by id; the first page passes the highest id.
-- Budget: 25 rows, 50 buffers, 5 ms at 1,000,000 applications
SELECT h.id, stage_change_body(h)::text AS body
FROM stage_changes AS h
WHERE h.organization_id = :organization_id AND h.application_id = :application_id AND h.id < :before_id
ORDER BY h.id DESC
LIMIT :row_limit;
