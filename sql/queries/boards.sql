-- Boards: what the public reads.
-- Pool: replica, or the primary's read-only role when freshness demands it.
-- Know first: a post is public while it is published, its job is open and its closing time has not come.

-- name: find^
-- Finds a board, as the public sees it.
-- Takes: organization_id, job_board_id
SELECT b.allowed_origins, b.required_fields, b.post_url_template,
       json_build_object('slug', b.slug, 'name', b.name, 'language', b.language,
                         'organization_name', o.name)::text AS body
FROM job_boards AS b
JOIN organizations AS o ON o.organization_id = :organization_id
WHERE b.organization_id = :organization_id AND b.id = :job_board_id;

-- name: list_posts
-- Lists the public posts of a board, latest publication first.
-- Takes: organization_id, job_board_id, title_pattern, before_at, before_id, row_limit
-- Visibility: everybody sees a published post.
-- Page: by (published_at, id); the first page passes 'infinity' and the highest id.
-- Rules: B11.
-- Index: posts_published.
-- Budget: 5,900 rows, 6,600 buffers, 42 ms at 1,000,000 applications
SELECT p.published_at, p.id,
       json_build_object('id', p.id, 'title', p.title, 'language', p.language, 'locations', p.locations,
                         'remote_regions', p.remote_regions, 'pay_ranges', p.pay_ranges,
                         'employment_type', j.employment_type, 'workplace', j.workplace, 'department', d.name,
                         'published_at', p.published_at, 'closes_at', p.closes_at)::text AS body
FROM posts AS p
JOIN jobs AS j ON j.organization_id = :organization_id AND j.id = p.job_id AND j.status = 'open'
LEFT JOIN departments AS d ON d.organization_id = :organization_id AND d.id = j.department_id
WHERE p.organization_id = :organization_id AND p.job_board_id = :job_board_id
  AND p.status = 'published' AND NOT p.is_internal AND coalesce(p.closes_at, 'infinity') > now()
  AND (p.published_at, p.id) < (:before_at, :before_id)
  AND (:title_pattern::text IS NULL OR p.title ILIKE :title_pattern)
ORDER BY p.published_at DESC, p.id DESC
LIMIT :row_limit;

-- name: find_post^
-- Finds a public post, with what its form and its structured data are made of.
-- Takes: organization_id, job_board_id, post_id
-- Visibility: everybody sees a published post.
-- Rules: B11.
-- Budget: 25 rows, 50 buffers, 5 ms at 1,000,000 applications
SELECT p.questions::text AS questions, o.website_url, o.logo_url,
       json_build_object('id', p.id, 'title', p.title, 'language', p.language, 'body', p.body,
                         'body_format', p.body_format, 'body_html', p.body_html, 'locations', p.locations,
                         'remote_regions', p.remote_regions, 'pay_ranges', p.pay_ranges,
                         'employment_type', j.employment_type, 'workplace', j.workplace, 'department', d.name,
                         'published_at', p.published_at, 'closes_at', p.closes_at,
                         'organization_name', o.name)::text AS body
FROM posts AS p
JOIN jobs AS j ON j.organization_id = :organization_id AND j.id = p.job_id AND j.status = 'open'
JOIN organizations AS o ON o.organization_id = :organization_id
LEFT JOIN departments AS d ON d.organization_id = :organization_id AND d.id = j.department_id
WHERE p.organization_id = :organization_id AND p.job_board_id = :job_board_id AND p.id = :post_id
  AND p.status = 'published' AND NOT p.is_internal AND coalesce(p.closes_at, 'infinity') > now();

-- name: find_questions^
-- Finds the questions of a published post, also where it has stopped accepting, and the version that asks them.
-- Takes: organization_id, job_board_id, post_id
-- Visibility: everybody sees a published post.
SELECT p.version, p.questions::text AS questions
FROM posts AS p
WHERE p.organization_id = :organization_id AND p.job_board_id = :job_board_id AND p.id = :post_id
  AND p.status = 'published' AND NOT p.is_internal;
