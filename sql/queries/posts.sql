-- Posts: what reads advertisements of jobs, from the inside.
-- Pool: replica, or the primary's read-only role when freshness demands it.
-- Know first: shown_posts() shows the posts of the jobs that the viewer sees; what the public sees is in boards.sql.

-- name: find^
-- Finds one post.
-- Takes: organization_id, job view, sees_pay, expand, post_id
-- Returns: version and body; no row when the viewer sees no such post.
SELECT p.version, p.body::text AS body, p.job::text AS job
FROM shown_posts(:organization_id, :viewer_id, :sees_all_jobs, :sees_confidential_jobs, :sees_pay, :expand) AS p
WHERE p.id = :post_id;

-- name: find_translation^
-- Finds the post in a language among an original and its translations.
-- Takes: organization_id, job view, sees_pay, expand, original_id, language
-- Returns: version and body; no row when the viewer sees no such post.
-- Index: posts_language_taken.
SELECT p.version, p.body::text AS body
FROM shown_posts(:organization_id, :viewer_id, :sees_all_jobs, :sees_confidential_jobs, :sees_pay, :expand) AS p
WHERE p.original_id = :original_id AND p.language = :language;

-- name: find_preview^
-- Finds where a preview link would show a post.
-- Takes: organization_id, job view, post_id
-- Returns: the slug of its board and its status; has_preview is false where the post has no preview.
-- Rules: B33.
SELECT b.slug, p.status, p.version, EXISTS (
           SELECT FROM previewed_posts(:organization_id) AS x WHERE x.id = p.id
       ) AS has_preview
FROM posts AS p
JOIN seen_jobs(:organization_id, :viewer_id, :sees_all_jobs, :sees_confidential_jobs) AS j ON j.id = p.job_id
JOIN job_boards AS b ON b.organization_id = :organization_id AND b.id = p.job_board_id
WHERE p.organization_id = :organization_id AND p.id = :post_id;

-- name: list
-- Lists posts, newest first; a filter that is NULL lets all pass.
-- Takes: organization_id, job view, sees_pay, expand, ids, external_id, job_id, status, before_id, row_limit
-- Plan: custom, for the filters that are given.
-- Page: by id; the first page passes the highest id.
-- Why: a sub-select names the one with an external id: by the average of all tenants the planner expects many.
-- Budget: 1,800 rows, 1,600 buffers, 33 ms at 1,000,000 applications
SELECT p.body::text AS body, p.job::text AS job
FROM shown_posts(:organization_id, :viewer_id, :sees_all_jobs, :sees_confidential_jobs, :sees_pay, :expand) AS p
WHERE p.id < :before_id
  AND (:ids::uuid[] IS NULL OR p.id = ANY (:ids))
  AND (:external_id::text IS NULL OR p.id = (SELECT x.id FROM posts AS x
      WHERE x.organization_id = :organization_id AND x.external_id = :external_id LIMIT 1))
  AND (:job_id::uuid IS NULL OR p.job_id = :job_id)
  AND (:status::text IS NULL OR p.status = :status)
ORDER BY p.id DESC
LIMIT :row_limit;

-- name: list_updated_since
-- Lists posts in the order of their last change; a filter that is NULL lets all pass.
-- Takes: organization_id, job view, sees_pay, expand, job_id, status, after_at, after_id, row_limit
-- Plan: custom, for the filters that are given.
-- Page: by (updated_at, id); the first page passes the moment and the lowest id.
-- Budget: 2,100 rows, 3,100 buffers, 62 ms at 1,000,000 applications
SELECT p.body::text AS body, p.job::text AS job
FROM shown_posts(:organization_id, :viewer_id, :sees_all_jobs, :sees_confidential_jobs, :sees_pay, :expand) AS p
WHERE (p.updated_at, p.id) > (:after_at, :after_id)
  AND p.updated_at < (SELECT h.settled_at FROM heartbeats AS h WHERE h.name = 'primary')
  AND (:job_id::uuid IS NULL OR p.job_id = :job_id)
  AND (:status::text IS NULL OR p.status = :status)
ORDER BY p.updated_at, p.id
LIMIT :row_limit;

-- name: list_by_team
-- Lists the posts of the jobs on whose teams the viewer is, newest first; a status that is NULL lets all pass.
-- Takes: organization_id, job view, sees_pay, expand, status, before_id, row_limit
-- Plan: custom, for the status that is given.
-- Page: by id; the first page passes the highest id.
-- Why: a page of each job, merged: a viewer of few jobs would read everybody's posts to find theirs.
-- Budget: 560 rows, 430 buffers, 10 ms at 1,000,000 applications
SELECT p.body::text AS body, p.job::text AS job
FROM shown_posts(:organization_id, :viewer_id, :sees_all_jobs, :sees_confidential_jobs, :sees_pay, :expand) AS p
WHERE p.id = ANY (ARRAY(
    SELECT t.id FROM team_posts(:organization_id, :viewer_id, :status, :before_id, :row_limit) AS t
))
ORDER BY p.id DESC
LIMIT :row_limit;

-- name: list_by_team_updated_since
-- Lists the posts of list_by_team in the order of their last change.
-- Takes: organization_id, job view, sees_pay, expand, status, after_at, after_id, row_limit
-- Plan: custom, for the status that is given.
-- Page: by (updated_at, id); the first page passes the moment and the lowest id.
-- Why: the reason of list_by_team.
-- Budget: 560 rows, 430 buffers, 10 ms at 1,000,000 applications
SELECT p.body::text AS body, p.job::text AS job
FROM shown_posts(:organization_id, :viewer_id, :sees_all_jobs, :sees_confidential_jobs, :sees_pay, :expand) AS p
WHERE p.id = ANY (ARRAY(
    SELECT t.id FROM team_posts_updated_since(
        :organization_id, :viewer_id, :status, :after_at, :after_id, :row_limit
    ) AS t
))
ORDER BY p.updated_at, p.id
LIMIT :row_limit;
