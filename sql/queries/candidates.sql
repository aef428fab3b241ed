-- Candidates: what reads the people who may be hired.
-- Pool: replica, or the primary's read-only role when freshness demands it.
-- Know first: a candidate is seen through an application that is seen; who sees all jobs sees also those without any.

-- name: find(organization_id, viewer_id, sees_all_jobs, sees_confidential_jobs, sees_internal, candidate_id)^
-- Finds one candidate.
-- Returns: version and body; no row when there is none to be seen.
-- Budget: 330 rows, 760 buffers, 5 ms at 1,000,000 applications
SELECT c.version, candidate_body(c)::text AS body
FROM candidates AS c
WHERE c.organization_id = :organization_id AND c.id = :candidate_id
  AND c.user_id IS DISTINCT FROM :viewer_id AND (:sees_internal OR c.user_id IS NULL)
  AND ((:sees_all_jobs AND :sees_confidential_jobs) OR coalesce((
      SELECT bool_or((:sees_all_jobs AND NOT j.is_confidential) OR EXISTS (
          SELECT FROM hiring_team_members AS t
          WHERE t.organization_id = :organization_id AND t.job_id = j.id AND t.user_id = :viewer_id
            AND t.role <> 'interviewer'
      ))
      FROM applications AS a
      JOIN jobs AS j ON j.organization_id = :organization_id AND j.id = a.job_id
      WHERE a.organization_id = :organization_id AND a.candidate_id = c.id
  ), :sees_all_jobs));

-- name: find_by_external_id(organization_id, viewer_id, sees_all_jobs, sees_confidential_jobs, sees_internal, external_id)^
-- Finds the candidate whom another system calls so.
-- Returns: version and body; no row when there is none to be seen.
-- Index: candidates_external_id_taken.
-- Budget: 330 rows, 760 buffers, 5 ms at 1,000,000 applications
SELECT c.version, candidate_body(c)::text AS body
FROM candidates AS c
WHERE c.organization_id = :organization_id AND c.external_id = :external_id AND c.status = 'active'
  AND c.user_id IS DISTINCT FROM :viewer_id AND (:sees_internal OR c.user_id IS NULL)
  AND ((:sees_all_jobs AND :sees_confidential_jobs) OR coalesce((
      SELECT bool_or((:sees_all_jobs AND NOT j.is_confidential) OR EXISTS (
          SELECT FROM hiring_team_members AS t
          WHERE t.organization_id = :organization_id AND t.job_id = j.id AND t.user_id = :viewer_id
            AND t.role <> 'interviewer'
      ))
      FROM applications AS a
      JOIN jobs AS j ON j.organization_id = :organization_id AND j.id = a.job_id
      WHERE a.organization_id = :organization_id AND a.candidate_id = c.id
  ), :sees_all_jobs));

-- name: list_by_ids(organization_id, viewer_id, sees_all_jobs, sees_confidential_jobs, sees_internal, ids)
-- Lists the candidates with these ids, newest first; those that may not be seen are left out.
-- Budget: 7,700 rows, 19,000 buffers, 80 ms at 1,000,000 applications
SELECT c.id, candidate_body(c)::text AS body
FROM candidates AS c
WHERE c.organization_id = :organization_id AND c.id = ANY (:ids::uuid[])
  AND c.user_id IS DISTINCT FROM :viewer_id AND (:sees_internal OR c.user_id IS NULL)
  AND ((:sees_all_jobs AND :sees_confidential_jobs) OR coalesce((
      SELECT bool_or((:sees_all_jobs AND NOT j.is_confidential) OR EXISTS (
          SELECT FROM hiring_team_members AS t
          WHERE t.organization_id = :organization_id AND t.job_id = j.id AND t.user_id = :viewer_id
            AND t.role <> 'interviewer'
      ))
      FROM applications AS a
      JOIN jobs AS j ON j.organization_id = :organization_id AND j.id = a.job_id
      WHERE a.organization_id = :organization_id AND a.candidate_id = c.id
  ), :sees_all_jobs))
ORDER BY c.id DESC;

-- name: list(organization_id, viewer_id, sees_all_jobs, sees_confidential_jobs, sees_internal, before_id, row_limit)
-- Lists candidates, newest first.
-- Page: by id; the first page passes the highest id.
-- Why: bool_or, for EXISTS of a candidate's applications is hashed: all of the organization's are read for a page.
-- Budget: 3,300 rows, 6,700 buffers, 31 ms at 1,000,000 applications
SELECT c.id, candidate_body(c)::text AS body
FROM candidates AS c
WHERE c.organization_id = :organization_id AND c.id < :before_id AND c.status = 'active'
  AND c.user_id IS DISTINCT FROM :viewer_id AND (:sees_internal OR c.user_id IS NULL)
  AND ((:sees_all_jobs AND :sees_confidential_jobs) OR coalesce((
      SELECT bool_or((:sees_all_jobs AND NOT j.is_confidential) OR EXISTS (
          SELECT FROM hiring_team_members AS t
          WHERE t.organization_id = :organization_id AND t.job_id = j.id AND t.user_id = :viewer_id
            AND t.role <> 'interviewer'
      ))
      FROM applications AS a
      JOIN jobs AS j ON j.organization_id = :organization_id AND j.id = a.job_id
      WHERE a.organization_id = :organization_id AND a.candidate_id = c.id
  ), :sees_all_jobs))
ORDER BY c.id DESC
LIMIT :row_limit;

-- name: list_by_email(organization_id, viewer_id, sees_all_jobs, sees_confidential_jobs, sees_internal, email, before_id, row_limit)
-- Lists the candidates with an e-mail address, newest first.
-- Page: by id; the first page passes the highest id.
-- Budget: 270 rows, 630 buffers, 5 ms at 1,000,000 applications
SELECT c.id, candidate_body(c)::text AS body
FROM candidate_emails AS m
JOIN candidates AS c ON c.organization_id = :organization_id AND c.id = m.candidate_id
WHERE m.organization_id = :organization_id AND m.email = lower(:email) AND c.id < :before_id
  AND c.status = 'active'
  AND c.user_id IS DISTINCT FROM :viewer_id AND (:sees_internal OR c.user_id IS NULL)
  AND ((:sees_all_jobs AND :sees_confidential_jobs) OR coalesce((
      SELECT bool_or((:sees_all_jobs AND NOT j.is_confidential) OR EXISTS (
          SELECT FROM hiring_team_members AS t
          WHERE t.organization_id = :organization_id AND t.job_id = j.id AND t.user_id = :viewer_id
            AND t.role <> 'interviewer'
      ))
      FROM applications AS a
      JOIN jobs AS j ON j.organization_id = :organization_id AND j.id = a.job_id
      WHERE a.organization_id = :organization_id AND a.candidate_id = c.id
  ), :sees_all_jobs))
ORDER BY c.id DESC
LIMIT :row_limit;

-- name: list_by_team(organization_id, viewer_id, sees_internal, before_id, row_limit)
-- Lists the candidates for the jobs on whose teams the viewer is, but as an interviewer, newest first.
-- Page: by id; the first page passes the highest id.
-- Index: applications_by_job_candidate.
-- Why: a page of each job, merged: who sees no other jobs would read every candidate to find theirs.
-- Budget: 1,400 rows, 2,800 buffers, 58 ms at 1,000,000 applications
SELECT DISTINCT ON (p.id) p.id, candidate_body(p.candidate)::text AS body
FROM (
    SELECT DISTINCT t.job_id
    FROM hiring_team_members AS t
    WHERE t.organization_id = :organization_id AND t.user_id = :viewer_id AND t.role <> 'interviewer'
) AS m
CROSS JOIN LATERAL (
    SELECT DISTINCT ON (a.candidate_id) a.candidate_id AS id, c AS candidate
    FROM applications AS a
    JOIN candidates AS c ON c.organization_id = :organization_id AND c.id = a.candidate_id
    WHERE a.organization_id = :organization_id AND a.job_id = m.job_id AND a.candidate_id < :before_id
      AND c.status = 'active' AND c.user_id IS DISTINCT FROM :viewer_id AND (:sees_internal OR c.user_id IS NULL)
    ORDER BY a.candidate_id DESC
    LIMIT :row_limit
) AS p
ORDER BY p.id DESC
LIMIT :row_limit;

-- name: list_updated_since(organization_id, viewer_id, sees_all_jobs, sees_confidential_jobs, sees_internal, after_at, after_id, row_limit)
-- Lists candidates in the order of their last change.
-- Page: by (updated_at, id); the first page passes the moment and the lowest id.
-- Index: candidates_by_updated_at.
-- Budget: 7,600 rows, 16,000 buffers, 46 ms at 1,000,000 applications
SELECT c.updated_at, c.id, candidate_body(c)::text AS body
FROM candidates AS c
WHERE c.organization_id = :organization_id AND (c.updated_at, c.id) > (:after_at, :after_id)
  AND c.updated_at < (SELECT h.settled_at FROM heartbeats AS h WHERE h.name = 'primary')
  AND c.status = 'active'
  AND c.user_id IS DISTINCT FROM :viewer_id AND (:sees_internal OR c.user_id IS NULL)
  AND ((:sees_all_jobs AND :sees_confidential_jobs) OR coalesce((
      SELECT bool_or((:sees_all_jobs AND NOT j.is_confidential) OR EXISTS (
          SELECT FROM hiring_team_members AS t
          WHERE t.organization_id = :organization_id AND t.job_id = j.id AND t.user_id = :viewer_id
            AND t.role <> 'interviewer'
      ))
      FROM applications AS a
      JOIN jobs AS j ON j.organization_id = :organization_id AND j.id = a.job_id
      WHERE a.organization_id = :organization_id AND a.candidate_id = c.id
  ), :sees_all_jobs))
ORDER BY c.updated_at, c.id
LIMIT :row_limit;

-- name: list_by_team_updated_since(organization_id, viewer_id, sees_internal, after_at, after_id, row_limit)
-- Lists the candidates of list_by_team in the order of their last change.
-- Page: by (updated_at, id); the first page passes the moment and the lowest id.
-- Index: applications_by_job_candidate.
-- Why: no index has jobs and candidates' changes: each page reads the candidates of the viewer's teams, no others.
-- Budget: 1,400 rows, 2,700 buffers, 67 ms at 1,000,000 applications
SELECT p.updated_at, p.id, candidate_body(p.candidate)::text AS body
FROM (
    SELECT DISTINCT x.candidate_id
    FROM (
        SELECT DISTINCT t.job_id
        FROM hiring_team_members AS t
        WHERE t.organization_id = :organization_id AND t.user_id = :viewer_id AND t.role <> 'interviewer'
    ) AS m
    CROSS JOIN LATERAL (
        SELECT DISTINCT a.candidate_id
        FROM applications AS a
        WHERE a.organization_id = :organization_id AND a.job_id = m.job_id
    ) AS x
) AS y
CROSS JOIN LATERAL (
    SELECT c.updated_at, c.id, c AS candidate
    FROM candidates AS c
    WHERE c.organization_id = :organization_id AND c.id = y.candidate_id AND c.status = 'active'
      AND (c.updated_at, c.id) > (:after_at, :after_id)
      AND c.updated_at < (SELECT h.settled_at FROM heartbeats AS h WHERE h.name = 'primary')
      AND c.user_id IS DISTINCT FROM :viewer_id AND (:sees_internal OR c.user_id IS NULL)
    LIMIT 1
) AS p
ORDER BY p.updated_at, p.id
LIMIT :row_limit;
