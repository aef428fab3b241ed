-- Candidates: what reads the people who may be hired.
-- Pool: replica, or the primary's read-only role when freshness demands it.
-- Know first: a candidate is seen through an application that is seen; who sees all jobs sees also those without any.

-- name: find(organization_id, viewer_id, sees_all_jobs, sees_confidential_jobs, sees_internal, candidate_id)^
-- Finds one candidate.
-- Returns: version and body; no row when there is none to be seen.
SELECT c.version, candidate_body(c)::text AS body
FROM candidates AS c
WHERE c.organization_id = :organization_id AND c.id = :candidate_id
  AND c.user_id IS DISTINCT FROM :viewer_id AND (:sees_internal OR c.user_id IS NULL)
  AND ((:sees_all_jobs AND (:sees_confidential_jobs OR NOT EXISTS (
      SELECT FROM applications AS a WHERE a.organization_id = :organization_id AND a.candidate_id = c.id
  ))) OR EXISTS (
      SELECT FROM applications AS a
      JOIN jobs AS j ON j.organization_id = :organization_id AND j.id = a.job_id
      WHERE a.organization_id = :organization_id AND a.candidate_id = c.id
        AND ((:sees_all_jobs AND NOT j.is_confidential) OR EXISTS (
            SELECT FROM hiring_team_members AS t
            WHERE t.organization_id = :organization_id AND t.job_id = j.id AND t.user_id = :viewer_id
        ))
  ));

-- name: list(organization_id, viewer_id, sees_all_jobs, sees_confidential_jobs, sees_internal, external_id, before_id, row_limit)
-- Lists candidates, newest first.
-- Page: by id; the first page passes the highest id.
SELECT c.id, candidate_body(c)::text AS body
FROM candidates AS c
WHERE c.organization_id = :organization_id AND c.id < :before_id AND c.status = 'active'
  AND (:external_id::text IS NULL OR c.external_id = :external_id)
  AND c.user_id IS DISTINCT FROM :viewer_id AND (:sees_internal OR c.user_id IS NULL)
  AND ((:sees_all_jobs AND (:sees_confidential_jobs OR NOT EXISTS (
      SELECT FROM applications AS a WHERE a.organization_id = :organization_id AND a.candidate_id = c.id
  ))) OR EXISTS (
      SELECT FROM applications AS a
      JOIN jobs AS j ON j.organization_id = :organization_id AND j.id = a.job_id
      WHERE a.organization_id = :organization_id AND a.candidate_id = c.id
        AND ((:sees_all_jobs AND NOT j.is_confidential) OR EXISTS (
            SELECT FROM hiring_team_members AS t
            WHERE t.organization_id = :organization_id AND t.job_id = j.id AND t.user_id = :viewer_id
        ))
  ))
ORDER BY c.id DESC
LIMIT :row_limit;

-- name: list_by_email(organization_id, viewer_id, sees_all_jobs, sees_confidential_jobs, sees_internal, email, before_id, row_limit)
-- Lists the candidates with an e-mail address, newest first.
-- Page: by id; the first page passes the highest id.
SELECT c.id, candidate_body(c)::text AS body
FROM candidate_emails AS m
JOIN candidates AS c ON c.organization_id = :organization_id AND c.id = m.candidate_id
WHERE m.organization_id = :organization_id AND m.email = lower(:email) AND c.id < :before_id
  AND c.status = 'active'
  AND c.user_id IS DISTINCT FROM :viewer_id AND (:sees_internal OR c.user_id IS NULL)
  AND ((:sees_all_jobs AND (:sees_confidential_jobs OR NOT EXISTS (
      SELECT FROM applications AS a WHERE a.organization_id = :organization_id AND a.candidate_id = c.id
  ))) OR EXISTS (
      SELECT FROM applications AS a
      JOIN jobs AS j ON j.organization_id = :organization_id AND j.id = a.job_id
      WHERE a.organization_id = :organization_id AND a.candidate_id = c.id
        AND ((:sees_all_jobs AND NOT j.is_confidential) OR EXISTS (
            SELECT FROM hiring_team_members AS t
            WHERE t.organization_id = :organization_id AND t.job_id = j.id AND t.user_id = :viewer_id
        ))
  ))
ORDER BY c.id DESC
LIMIT :row_limit;

-- name: list_updated_since(organization_id, viewer_id, sees_all_jobs, sees_confidential_jobs, sees_internal, external_id, after_at, after_id, row_limit)
-- Lists candidates in the order of their last change.
-- Page: by (updated_at, id); the first page passes the moment and the lowest id.
SELECT c.updated_at, c.id, candidate_body(c)::text AS body
FROM candidates AS c
WHERE c.organization_id = :organization_id AND (c.updated_at, c.id) > (:after_at, :after_id)
  AND c.status = 'active' AND (:external_id::text IS NULL OR c.external_id = :external_id)
  AND c.user_id IS DISTINCT FROM :viewer_id AND (:sees_internal OR c.user_id IS NULL)
  AND ((:sees_all_jobs AND (:sees_confidential_jobs OR NOT EXISTS (
      SELECT FROM applications AS a WHERE a.organization_id = :organization_id AND a.candidate_id = c.id
  ))) OR EXISTS (
      SELECT FROM applications AS a
      JOIN jobs AS j ON j.organization_id = :organization_id AND j.id = a.job_id
      WHERE a.organization_id = :organization_id AND a.candidate_id = c.id
        AND ((:sees_all_jobs AND NOT j.is_confidential) OR EXISTS (
            SELECT FROM hiring_team_members AS t
            WHERE t.organization_id = :organization_id AND t.job_id = j.id AND t.user_id = :viewer_id
        ))
  ))
ORDER BY c.updated_at, c.id
LIMIT :row_limit;

-- name: list_by_ids(organization_id, viewer_id, sees_all_jobs, sees_confidential_jobs, sees_internal, ids)
-- Lists the candidates with these ids, newest first; those that may not be seen are left out.
SELECT c.id, candidate_body(c)::text AS body
FROM candidates AS c
WHERE c.organization_id = :organization_id AND c.id = ANY (:ids::uuid[])
  AND c.user_id IS DISTINCT FROM :viewer_id AND (:sees_internal OR c.user_id IS NULL)
  AND ((:sees_all_jobs AND (:sees_confidential_jobs OR NOT EXISTS (
      SELECT FROM applications AS a WHERE a.organization_id = :organization_id AND a.candidate_id = c.id
  ))) OR EXISTS (
      SELECT FROM applications AS a
      JOIN jobs AS j ON j.organization_id = :organization_id AND j.id = a.job_id
      WHERE a.organization_id = :organization_id AND a.candidate_id = c.id
        AND ((:sees_all_jobs AND NOT j.is_confidential) OR EXISTS (
            SELECT FROM hiring_team_members AS t
            WHERE t.organization_id = :organization_id AND t.job_id = j.id AND t.user_id = :viewer_id
        ))
  ))
ORDER BY c.id DESC;
