-- Openings: what reads the seats of jobs.
-- Pool: replica, or the primary's read-only role when freshness demands it.
-- Know first: an opening is seen by who sees its job; a body is the JSON of opening_body().

-- name: list(organization_id, viewer_id, sees_all_jobs, sees_confidential_jobs, external_id, status, job_id, before_id, row_limit)
-- Lists openings, newest first.
-- Page: by id; the first page passes the highest id.
SELECT o.id, opening_body(o)::text AS body
FROM openings AS o
JOIN jobs AS j ON j.organization_id = :organization_id AND j.id = o.job_id
WHERE o.organization_id = :organization_id AND o.id < :before_id
  AND (:external_id::text IS NULL OR o.external_id = :external_id)
  AND (:status::text IS NULL OR o.status = :status)
  AND (:job_id::uuid IS NULL OR o.job_id = :job_id)
  AND ((:sees_all_jobs AND (:sees_confidential_jobs OR NOT j.is_confidential)) OR EXISTS (
      SELECT FROM hiring_team_members AS t
      WHERE t.organization_id = :organization_id AND t.job_id = j.id AND t.user_id = :viewer_id
  ))
ORDER BY o.id DESC
LIMIT :row_limit;

-- name: list_updated_since(organization_id, viewer_id, sees_all_jobs, sees_confidential_jobs, external_id, status, job_id, after_at, after_id, row_limit)
-- Lists openings in the order of their last change.
-- Page: by (updated_at, id); the first page passes the moment and the lowest id.
SELECT o.updated_at, o.id, opening_body(o)::text AS body
FROM openings AS o
JOIN jobs AS j ON j.organization_id = :organization_id AND j.id = o.job_id
WHERE o.organization_id = :organization_id AND (o.updated_at, o.id) > (:after_at, :after_id)
  AND (:external_id::text IS NULL OR o.external_id = :external_id)
  AND (:status::text IS NULL OR o.status = :status)
  AND (:job_id::uuid IS NULL OR o.job_id = :job_id)
  AND ((:sees_all_jobs AND (:sees_confidential_jobs OR NOT j.is_confidential)) OR EXISTS (
      SELECT FROM hiring_team_members AS t
      WHERE t.organization_id = :organization_id AND t.job_id = j.id AND t.user_id = :viewer_id
  ))
ORDER BY o.updated_at, o.id
LIMIT :row_limit;

-- name: list_by_ids(organization_id, viewer_id, sees_all_jobs, sees_confidential_jobs, ids)
-- Lists the openings with these ids, newest first; those that may not be seen are left out.
SELECT o.id, opening_body(o)::text AS body
FROM openings AS o
JOIN jobs AS j ON j.organization_id = :organization_id AND j.id = o.job_id
WHERE o.organization_id = :organization_id AND o.id = ANY (:ids::uuid[])
  AND ((:sees_all_jobs AND (:sees_confidential_jobs OR NOT j.is_confidential)) OR EXISTS (
      SELECT FROM hiring_team_members AS t
      WHERE t.organization_id = :organization_id AND t.job_id = j.id AND t.user_id = :viewer_id
  ))
ORDER BY o.id DESC;
