-- Applications: what reads people's pursuits of jobs.
-- Pool: replica, or the primary's read-only role when freshness demands it.
-- Know first: a row is seen by who sees its job, and never by the user who is its candidate.

-- name: find(organization_id, viewer_id, sees_all_jobs, sees_confidential_jobs, application_id)^
-- Finds one application.
-- Returns: version and body; no row when there is none to be seen.
SELECT a.version, application_body(a, s)::text AS body
FROM applications AS a
JOIN stages AS s ON s.organization_id = :organization_id AND s.id = a.stage_id
JOIN jobs AS j ON j.organization_id = :organization_id AND j.id = a.job_id
JOIN candidates AS c ON c.organization_id = :organization_id AND c.id = a.candidate_id
WHERE a.organization_id = :organization_id AND a.id = :application_id
  AND c.user_id IS DISTINCT FROM :viewer_id
  AND ((:sees_all_jobs AND (:sees_confidential_jobs OR NOT j.is_confidential)) OR EXISTS (
      SELECT FROM hiring_team_members AS t
      WHERE t.organization_id = :organization_id AND t.job_id = j.id AND t.user_id = :viewer_id
  ));

-- name: list(organization_id, viewer_id, sees_all_jobs, sees_confidential_jobs, external_id, status, stage_id, before_id, row_limit)
-- Lists applications, newest first.
-- Page: by id; the first page passes the highest id.
SELECT a.id, application_body(a, s)::text AS body
FROM applications AS a
JOIN stages AS s ON s.organization_id = :organization_id AND s.id = a.stage_id
JOIN jobs AS j ON j.organization_id = :organization_id AND j.id = a.job_id
JOIN candidates AS c ON c.organization_id = :organization_id AND c.id = a.candidate_id
WHERE a.organization_id = :organization_id AND a.id < :before_id
  AND (:external_id::text IS NULL OR a.external_id = :external_id)
  AND (:status::text IS NULL OR a.status = :status)
  AND (:stage_id::uuid IS NULL OR a.stage_id = :stage_id)
  AND c.user_id IS DISTINCT FROM :viewer_id
  AND ((:sees_all_jobs AND (:sees_confidential_jobs OR NOT j.is_confidential)) OR EXISTS (
      SELECT FROM hiring_team_members AS t
      WHERE t.organization_id = :organization_id AND t.job_id = j.id AND t.user_id = :viewer_id
  ))
ORDER BY a.id DESC
LIMIT :row_limit;

-- name: list_by_job(organization_id, viewer_id, sees_all_jobs, sees_confidential_jobs, job_id, status, stage_id, before_id, row_limit)
-- Lists the applications of one job, newest first.
-- Page: by id; the first page passes the highest id.
-- Index: applications_by_job.
SELECT a.id, application_body(a, s)::text AS body
FROM applications AS a
JOIN stages AS s ON s.organization_id = :organization_id AND s.id = a.stage_id
JOIN jobs AS j ON j.organization_id = :organization_id AND j.id = a.job_id
JOIN candidates AS c ON c.organization_id = :organization_id AND c.id = a.candidate_id
WHERE a.organization_id = :organization_id AND a.job_id = :job_id AND a.id < :before_id
  AND (:status::text IS NULL OR a.status = :status)
  AND (:stage_id::uuid IS NULL OR a.stage_id = :stage_id)
  AND c.user_id IS DISTINCT FROM :viewer_id
  AND ((:sees_all_jobs AND (:sees_confidential_jobs OR NOT j.is_confidential)) OR EXISTS (
      SELECT FROM hiring_team_members AS t
      WHERE t.organization_id = :organization_id AND t.job_id = j.id AND t.user_id = :viewer_id
  ))
ORDER BY a.id DESC
LIMIT :row_limit;

-- name: list_by_candidate(organization_id, viewer_id, sees_all_jobs, sees_confidential_jobs, candidate_id, job_id, status, before_id, row_limit)
-- Lists the applications of one candidate, newest first.
-- Page: by id; the first page passes the highest id.
-- Index: applications_by_candidate.
SELECT a.id, application_body(a, s)::text AS body
FROM applications AS a
JOIN stages AS s ON s.organization_id = :organization_id AND s.id = a.stage_id
JOIN jobs AS j ON j.organization_id = :organization_id AND j.id = a.job_id
JOIN candidates AS c ON c.organization_id = :organization_id AND c.id = a.candidate_id
WHERE a.organization_id = :organization_id AND a.candidate_id = :candidate_id AND a.id < :before_id
  AND (:job_id::uuid IS NULL OR a.job_id = :job_id)
  AND (:status::text IS NULL OR a.status = :status)
  AND c.user_id IS DISTINCT FROM :viewer_id
  AND ((:sees_all_jobs AND (:sees_confidential_jobs OR NOT j.is_confidential)) OR EXISTS (
      SELECT FROM hiring_team_members AS t
      WHERE t.organization_id = :organization_id AND t.job_id = j.id AND t.user_id = :viewer_id
  ))
ORDER BY a.id DESC
LIMIT :row_limit;

-- name: list_updated_since(organization_id, viewer_id, sees_all_jobs, sees_confidential_jobs, external_id, status, stage_id, after_at, after_id, row_limit)
-- Lists applications in the order of their last change.
-- Page: by (updated_at, id); the first page passes the moment and the lowest id.
SELECT a.updated_at, a.id, application_body(a, s)::text AS body
FROM applications AS a
JOIN stages AS s ON s.organization_id = :organization_id AND s.id = a.stage_id
JOIN jobs AS j ON j.organization_id = :organization_id AND j.id = a.job_id
JOIN candidates AS c ON c.organization_id = :organization_id AND c.id = a.candidate_id
WHERE a.organization_id = :organization_id AND (a.updated_at, a.id) > (:after_at, :after_id)
  AND (:external_id::text IS NULL OR a.external_id = :external_id)
  AND (:status::text IS NULL OR a.status = :status)
  AND (:stage_id::uuid IS NULL OR a.stage_id = :stage_id)
  AND c.user_id IS DISTINCT FROM :viewer_id
  AND ((:sees_all_jobs AND (:sees_confidential_jobs OR NOT j.is_confidential)) OR EXISTS (
      SELECT FROM hiring_team_members AS t
      WHERE t.organization_id = :organization_id AND t.job_id = j.id AND t.user_id = :viewer_id
  ))
ORDER BY a.updated_at, a.id
LIMIT :row_limit;

-- name: list_by_ids(organization_id, viewer_id, sees_all_jobs, sees_confidential_jobs, ids)
-- Lists the applications with these ids, newest first; those that may not be seen are left out.
SELECT a.id, application_body(a, s)::text AS body
FROM applications AS a
JOIN stages AS s ON s.organization_id = :organization_id AND s.id = a.stage_id
JOIN jobs AS j ON j.organization_id = :organization_id AND j.id = a.job_id
JOIN candidates AS c ON c.organization_id = :organization_id AND c.id = a.candidate_id
WHERE a.organization_id = :organization_id AND a.id = ANY (:ids::uuid[])
  AND c.user_id IS DISTINCT FROM :viewer_id
  AND ((:sees_all_jobs AND (:sees_confidential_jobs OR NOT j.is_confidential)) OR EXISTS (
      SELECT FROM hiring_team_members AS t
      WHERE t.organization_id = :organization_id AND t.job_id = j.id AND t.user_id = :viewer_id
  ))
ORDER BY a.id DESC;

-- name: list_history(organization_id, application_id, before_id, row_limit)
-- Lists what happened to an application, newest first; who may see the application is asked before.
-- Page: by id; the first page passes the highest id.
SELECT h.id, stage_change_body(h)::text AS body
FROM stage_changes AS h
WHERE h.organization_id = :organization_id AND h.application_id = :application_id AND h.id < :before_id
ORDER BY h.id DESC
LIMIT :row_limit;
