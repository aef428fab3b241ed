-- Posts: what reads advertisements of jobs, from the inside.
-- Pool: replica, or the primary's read-only role when freshness demands it.
-- Know first: a post is seen by who sees its job; what the public sees is in boards.sql.

-- name: find(organization_id, viewer_id, sees_all_jobs, sees_confidential_jobs, sees_pay, expand, post_id)^
-- Finds one post.
-- Returns: version and body; no row when none is to be seen.
SELECT p.version, post_body(p, :sees_pay)::text AS body,
       CASE WHEN 'job' = ANY (:expand::text[]) THEN job_body(j, (
           SELECT coalesce(json_agg(o.office_id ORDER BY o.position), '[]')
           FROM job_offices AS o
           WHERE o.organization_id = :organization_id AND o.job_id = j.id
       ), :sees_pay)::text END AS job
FROM posts AS p
JOIN jobs AS j ON j.organization_id = :organization_id AND j.id = p.job_id
WHERE p.organization_id = :organization_id AND p.id = :post_id
  AND ((:sees_all_jobs AND (:sees_confidential_jobs OR NOT j.is_confidential)) OR EXISTS (
      SELECT FROM hiring_team_members AS t
      WHERE t.organization_id = :organization_id AND t.job_id = j.id AND t.user_id = :viewer_id
  ));

-- name: find_by_external_id(organization_id, viewer_id, sees_all_jobs, sees_confidential_jobs, sees_pay, expand, external_id, status, job_id)^
-- Finds the post that another system calls so.
-- Returns: version and body; no row when there is none to be seen.
-- Index: posts_external_id_taken.
SELECT p.version, post_body(p, :sees_pay)::text AS body,
       CASE WHEN 'job' = ANY (:expand::text[]) THEN job_body(j, (
           SELECT coalesce(json_agg(o.office_id ORDER BY o.position), '[]')
           FROM job_offices AS o
           WHERE o.organization_id = :organization_id AND o.job_id = j.id
       ), :sees_pay)::text END AS job
FROM posts AS p
JOIN jobs AS j ON j.organization_id = :organization_id AND j.id = p.job_id
WHERE p.organization_id = :organization_id AND p.external_id = :external_id
  AND (:status::text IS NULL OR p.status = :status)
  AND (:job_id::uuid IS NULL OR p.job_id = :job_id)
  AND ((:sees_all_jobs AND (:sees_confidential_jobs OR NOT j.is_confidential)) OR EXISTS (
      SELECT FROM hiring_team_members AS t
      WHERE t.organization_id = :organization_id AND t.job_id = j.id AND t.user_id = :viewer_id
  ));

-- name: find_translation(organization_id, viewer_id, sees_all_jobs, sees_confidential_jobs, sees_pay, original_id, language)^
-- Finds the post in a language among an original and its translations.
-- Returns: version and body; no row when there is none to be seen.
-- Index: posts_language_taken.
SELECT p.version, post_body(p, :sees_pay)::text AS body
FROM posts AS p
JOIN jobs AS j ON j.organization_id = :organization_id AND j.id = p.job_id
WHERE p.organization_id = :organization_id AND p.original_id = :original_id AND p.language = :language
  AND ((:sees_all_jobs AND (:sees_confidential_jobs OR NOT j.is_confidential)) OR EXISTS (
      SELECT FROM hiring_team_members AS t
      WHERE t.organization_id = :organization_id AND t.job_id = j.id AND t.user_id = :viewer_id
  ));

-- name: list_by_ids(organization_id, viewer_id, sees_all_jobs, sees_confidential_jobs, sees_pay, expand, ids, job_id)
-- Lists the posts with these ids, newest first; those that may not be seen are left out.
-- Budget: 830 rows, 1,300 buffers, 18 ms at 1,000,000 applications
SELECT p.id, post_body(p, :sees_pay)::text AS body,
       CASE WHEN 'job' = ANY (:expand::text[]) THEN job_body(j, (
           SELECT coalesce(json_agg(o.office_id ORDER BY o.position), '[]')
           FROM job_offices AS o
           WHERE o.organization_id = :organization_id AND o.job_id = j.id
       ), :sees_pay)::text END AS job
FROM posts AS p
JOIN jobs AS j ON j.organization_id = :organization_id AND j.id = p.job_id
WHERE p.organization_id = :organization_id AND p.id = ANY (:ids::uuid[])
  AND (:job_id::uuid IS NULL OR p.job_id = :job_id)
  AND ((:sees_all_jobs AND (:sees_confidential_jobs OR NOT j.is_confidential)) OR EXISTS (
      SELECT FROM hiring_team_members AS t
      WHERE t.organization_id = :organization_id AND t.job_id = j.id AND t.user_id = :viewer_id
  ))
ORDER BY p.id DESC;

-- name: list(organization_id, viewer_id, sees_all_jobs, sees_confidential_jobs, sees_pay, expand, before_id, row_limit)
-- Lists posts, newest first.
-- Page: by id; the first page passes the highest id.
-- Budget: 830 rows, 1,400 buffers, 23 ms at 1,000,000 applications
SELECT p.id, post_body(p, :sees_pay)::text AS body,
       CASE WHEN 'job' = ANY (:expand::text[]) THEN job_body(j, (
           SELECT coalesce(json_agg(o.office_id ORDER BY o.position), '[]')
           FROM job_offices AS o
           WHERE o.organization_id = :organization_id AND o.job_id = j.id
       ), :sees_pay)::text END AS job
FROM posts AS p
JOIN jobs AS j ON j.organization_id = :organization_id AND j.id = p.job_id
WHERE p.organization_id = :organization_id AND p.id < :before_id
  AND ((:sees_all_jobs AND (:sees_confidential_jobs OR NOT j.is_confidential)) OR EXISTS (
      SELECT FROM hiring_team_members AS t
      WHERE t.organization_id = :organization_id AND t.job_id = j.id AND t.user_id = :viewer_id
  ))
ORDER BY p.id DESC
LIMIT :row_limit;

-- name: list_by_status(organization_id, viewer_id, sees_all_jobs, sees_confidential_jobs, sees_pay, expand, status, before_id, row_limit)
-- Lists the posts with a status, newest first.
-- Page: by id; the first page passes the highest id.
-- Index: posts_by_status.
-- Budget: 830 rows, 1,400 buffers, 23 ms at 1,000,000 applications
SELECT p.id, post_body(p, :sees_pay)::text AS body,
       CASE WHEN 'job' = ANY (:expand::text[]) THEN job_body(j, (
           SELECT coalesce(json_agg(o.office_id ORDER BY o.position), '[]')
           FROM job_offices AS o
           WHERE o.organization_id = :organization_id AND o.job_id = j.id
       ), :sees_pay)::text END AS job
FROM posts AS p
JOIN jobs AS j ON j.organization_id = :organization_id AND j.id = p.job_id
WHERE p.organization_id = :organization_id AND p.status = :status AND p.id < :before_id
  AND ((:sees_all_jobs AND (:sees_confidential_jobs OR NOT j.is_confidential)) OR EXISTS (
      SELECT FROM hiring_team_members AS t
      WHERE t.organization_id = :organization_id AND t.job_id = j.id AND t.user_id = :viewer_id
  ))
ORDER BY p.id DESC
LIMIT :row_limit;

-- name: list_by_job(organization_id, viewer_id, sees_all_jobs, sees_confidential_jobs, sees_pay, expand, job_id, status, before_id, row_limit)
-- Lists the posts of one job, newest first.
-- Page: by id; the first page passes the highest id.
-- Index: posts_by_job; a status is looked for among the few that one job has.
-- Budget: 32 rows, 50 buffers, 5 ms at 1,000,000 applications
SELECT p.id, post_body(p, :sees_pay)::text AS body,
       CASE WHEN 'job' = ANY (:expand::text[]) THEN job_body(j, (
           SELECT coalesce(json_agg(o.office_id ORDER BY o.position), '[]')
           FROM job_offices AS o
           WHERE o.organization_id = :organization_id AND o.job_id = j.id
       ), :sees_pay)::text END AS job
FROM posts AS p
JOIN jobs AS j ON j.organization_id = :organization_id AND j.id = p.job_id
WHERE p.organization_id = :organization_id AND p.job_id = :job_id AND p.id < :before_id
  AND (:status::text IS NULL OR p.status = :status)
  AND ((:sees_all_jobs AND (:sees_confidential_jobs OR NOT j.is_confidential)) OR EXISTS (
      SELECT FROM hiring_team_members AS t
      WHERE t.organization_id = :organization_id AND t.job_id = j.id AND t.user_id = :viewer_id
  ))
ORDER BY p.id DESC
LIMIT :row_limit;

-- name: list_by_team(organization_id, viewer_id, sees_pay, expand, status, before_id, row_limit)
-- Lists the posts of the jobs on whose teams the viewer is, newest first.
-- Page: by id; the first page passes the highest id.
-- Index: posts_by_job.
-- Why: a page of each job, merged: who sees no other jobs would read all posts to find theirs.
-- Budget: 150 rows, 230 buffers, 7 ms at 1,000,000 applications
SELECT q.id, post_body(q.post, :sees_pay)::text AS body,
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
    WHERE t.organization_id = :organization_id AND t.user_id = :viewer_id
) AS m
CROSS JOIN LATERAL (
    SELECT p.id, p AS post
    FROM posts AS p
    WHERE p.organization_id = :organization_id AND p.job_id = m.job_id AND p.id < :before_id
      AND (:status::text IS NULL OR p.status = :status)
    ORDER BY p.id DESC
    LIMIT :row_limit
) AS q
ORDER BY q.id DESC
LIMIT :row_limit;

-- name: list_updated_since(organization_id, viewer_id, sees_all_jobs, sees_confidential_jobs, sees_pay, expand, status, after_at, after_id, row_limit)
-- Lists posts in the order of their last change.
-- Page: by (updated_at, id); the first page passes the moment and the lowest id.
-- Index: posts_by_updated_at; a rare status reads what changed, of as few posts as there are jobs.
-- Budget: 19,000 rows, 4,200 buffers, 74 ms at 1,000,000 applications
SELECT p.updated_at, p.id, post_body(p, :sees_pay)::text AS body,
       CASE WHEN 'job' = ANY (:expand::text[]) THEN job_body(j, (
           SELECT coalesce(json_agg(o.office_id ORDER BY o.position), '[]')
           FROM job_offices AS o
           WHERE o.organization_id = :organization_id AND o.job_id = j.id
       ), :sees_pay)::text END AS job
FROM posts AS p
JOIN jobs AS j ON j.organization_id = :organization_id AND j.id = p.job_id
WHERE p.organization_id = :organization_id AND (p.updated_at, p.id) > (:after_at, :after_id)
  AND p.updated_at < (SELECT h.settled_at FROM heartbeats AS h WHERE h.name = 'primary')
  AND (:status::text IS NULL OR p.status = :status)
  AND ((:sees_all_jobs AND (:sees_confidential_jobs OR NOT j.is_confidential)) OR EXISTS (
      SELECT FROM hiring_team_members AS t
      WHERE t.organization_id = :organization_id AND t.job_id = j.id AND t.user_id = :viewer_id
  ))
ORDER BY p.updated_at, p.id
LIMIT :row_limit;

-- name: list_by_team_updated_since(organization_id, viewer_id, sees_pay, expand, status, after_at, after_id, row_limit)
-- Lists the posts of list_by_team in the order of their last change.
-- Page: by (updated_at, id); the first page passes the moment and the lowest id.
-- Index: posts_by_job.
-- Why: as list_by_team.
-- Budget: 150 rows, 230 buffers, 7 ms at 1,000,000 applications
SELECT q.updated_at, q.id, post_body(q.post, :sees_pay)::text AS body,
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
    WHERE t.organization_id = :organization_id AND t.user_id = :viewer_id
) AS m
CROSS JOIN LATERAL (
    SELECT p.updated_at, p.id, p AS post
    FROM posts AS p
    WHERE p.organization_id = :organization_id AND p.job_id = m.job_id
      AND (p.updated_at, p.id) > (:after_at, :after_id)
      AND p.updated_at < (SELECT h.settled_at FROM heartbeats AS h WHERE h.name = 'primary')
      AND (:status::text IS NULL OR p.status = :status)
    ORDER BY p.updated_at, p.id
    LIMIT :row_limit
) AS q
ORDER BY q.updated_at, q.id
LIMIT :row_limit;

-- name: list_by_job_updated_since(organization_id, viewer_id, sees_all_jobs, sees_confidential_jobs, sees_pay, expand, job_id, status, after_at, after_id, row_limit)
-- Lists the posts of one job in the order of their last change.
-- Page: by (updated_at, id); the first page passes the moment and the lowest id.
-- Index: posts_by_job; the few that one job has are sorted.
-- Budget: 32 rows, 50 buffers, 5 ms at 1,000,000 applications
SELECT p.updated_at, p.id, post_body(p, :sees_pay)::text AS body,
       CASE WHEN 'job' = ANY (:expand::text[]) THEN job_body(j, (
           SELECT coalesce(json_agg(o.office_id ORDER BY o.position), '[]')
           FROM job_offices AS o
           WHERE o.organization_id = :organization_id AND o.job_id = j.id
       ), :sees_pay)::text END AS job
FROM posts AS p
JOIN jobs AS j ON j.organization_id = :organization_id AND j.id = p.job_id
WHERE p.organization_id = :organization_id AND p.job_id = :job_id
  AND (p.updated_at, p.id) > (:after_at, :after_id)
  AND p.updated_at < (SELECT h.settled_at FROM heartbeats AS h WHERE h.name = 'primary')
  AND (:status::text IS NULL OR p.status = :status)
  AND ((:sees_all_jobs AND (:sees_confidential_jobs OR NOT j.is_confidential)) OR EXISTS (
      SELECT FROM hiring_team_members AS t
      WHERE t.organization_id = :organization_id AND t.job_id = j.id AND t.user_id = :viewer_id
  ))
ORDER BY p.updated_at, p.id
LIMIT :row_limit;
