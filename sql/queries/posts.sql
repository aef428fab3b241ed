-- Posts: what reads advertisements of jobs, from the inside.
-- Pool: replica, or the primary's read-only role when freshness demands it.
-- Know first: a post is seen by who sees its job, its pay ranges while they are not public only by who may see pay.

-- name: find(organization_id, viewer_id, sees_all_jobs, sees_confidential_jobs, sees_pay, post_id)^
-- Finds one post.
-- Returns: version and body; no row when none is to be seen.
SELECT p.version, post_body(p, :sees_pay)::text AS body
FROM posts AS p
JOIN jobs AS j ON j.organization_id = :organization_id AND j.id = p.job_id
WHERE p.organization_id = :organization_id AND p.id = :post_id
  AND ((:sees_all_jobs AND (:sees_confidential_jobs OR NOT j.is_confidential)) OR EXISTS (
      SELECT FROM hiring_team_members AS t
      WHERE t.organization_id = :organization_id AND t.job_id = j.id AND t.user_id = :viewer_id
  ));

-- name: list(organization_id, viewer_id, sees_all_jobs, sees_confidential_jobs, sees_pay, external_id, status, job_id, before_id, row_limit)
-- Lists posts, newest first.
-- Page: by id; the first page passes the highest id.
SELECT p.id, post_body(p, :sees_pay)::text AS body
FROM posts AS p
JOIN jobs AS j ON j.organization_id = :organization_id AND j.id = p.job_id
WHERE p.organization_id = :organization_id AND p.id < :before_id
  AND (:external_id::text IS NULL OR p.external_id = :external_id)
  AND (:status::text IS NULL OR p.status = :status)
  AND (:job_id::uuid IS NULL OR p.job_id = :job_id)
  AND ((:sees_all_jobs AND (:sees_confidential_jobs OR NOT j.is_confidential)) OR EXISTS (
      SELECT FROM hiring_team_members AS t
      WHERE t.organization_id = :organization_id AND t.job_id = j.id AND t.user_id = :viewer_id
  ))
ORDER BY p.id DESC
LIMIT :row_limit;

-- name: list_updated_since(organization_id, viewer_id, sees_all_jobs, sees_confidential_jobs, sees_pay, external_id, status, job_id, after_at, after_id, row_limit)
-- Lists posts in the order of their last change.
-- Page: by (updated_at, id); the first page passes the moment and the lowest id.
SELECT p.updated_at, p.id, post_body(p, :sees_pay)::text AS body
FROM posts AS p
JOIN jobs AS j ON j.organization_id = :organization_id AND j.id = p.job_id
WHERE p.organization_id = :organization_id AND (p.updated_at, p.id) > (:after_at, :after_id)
  AND (:external_id::text IS NULL OR p.external_id = :external_id)
  AND (:status::text IS NULL OR p.status = :status)
  AND (:job_id::uuid IS NULL OR p.job_id = :job_id)
  AND ((:sees_all_jobs AND (:sees_confidential_jobs OR NOT j.is_confidential)) OR EXISTS (
      SELECT FROM hiring_team_members AS t
      WHERE t.organization_id = :organization_id AND t.job_id = j.id AND t.user_id = :viewer_id
  ))
ORDER BY p.updated_at, p.id
LIMIT :row_limit;

-- name: list_by_ids(organization_id, viewer_id, sees_all_jobs, sees_confidential_jobs, sees_pay, ids)
-- Lists the posts with these ids, newest first; those that may not be seen are left out.
SELECT p.id, post_body(p, :sees_pay)::text AS body
FROM posts AS p
JOIN jobs AS j ON j.organization_id = :organization_id AND j.id = p.job_id
WHERE p.organization_id = :organization_id AND p.id = ANY (:ids::uuid[])
  AND ((:sees_all_jobs AND (:sees_confidential_jobs OR NOT j.is_confidential)) OR EXISTS (
      SELECT FROM hiring_team_members AS t
      WHERE t.organization_id = :organization_id AND t.job_id = j.id AND t.user_id = :viewer_id
  ))
ORDER BY p.id DESC;
