-- Boards: what the public reads.
-- Pool: replica, or the primary's read-only role when freshness demands it.
-- Know first: board_posts has the posts that a board shows to the public.

-- name: find^
-- Finds a board, as the public sees it.
-- Takes: organization_id, job_board_id
SELECT b.allowed_origins, b.required_fields, b.post_url_template,
       json_build_object('slug', b.slug, 'name', b.name, 'language', b.language,
                         'organization_name', o.name)::text AS body
FROM job_boards AS b
JOIN organizations AS o ON o.organization_id = :organization_id
WHERE b.organization_id = :organization_id AND b.id = :job_board_id;

-- name: find_state$
-- Finds the state of what the boards of an organization show.
-- Takes: organization_id
-- Index: posts_closing.
-- Budget: 5 rows, 20 buffers, 2 ms at 1,000,000 applications
SELECT b.state
FROM board_state(:organization_id) AS b;

-- name: require_state
-- Refuses with RV001 on a node on which the boards of an organization are not in a state.
-- Takes: organization_id, state
-- Index: posts_closing.
SELECT require_fresh(b.state = :state)
FROM board_state(:organization_id) AS b;

-- name: list_posts
-- Lists the public posts of a board, latest publication first.
-- Takes: organization_id, job_board_id, language, title_pattern, before_at, before_id, row_limit
-- Page: by (published_at, id); the first page passes 'infinity' and the highest id.
-- Rules: B11, B25.
-- Index: posts_published; posts_language_taken for the translations of each.
-- Budget: 5,900 rows, 6,600 buffers, 60 ms at 1,000,000 applications
SELECT p.published_at, p.id, p.summary::text AS body
FROM board_posts(:organization_id, :job_board_id) AS p
WHERE (p.published_at, p.id) < (:before_at, :before_id)
  AND (:language::text IS NULL OR p.language = :language)
  AND (:title_pattern::text IS NULL OR p.title ILIKE :title_pattern)
ORDER BY p.published_at DESC, p.id DESC
LIMIT :row_limit;

-- name: find_post^
-- Finds a public post, with what its form and its structured data are made of.
-- Takes: organization_id, job_board_id, post_id
-- Rules: B11, B25.
-- Budget: 25 rows, 50 buffers, 5 ms at 1,000,000 applications
SELECT p.questions::text AS questions, o.website_url, o.logo_url, p.body::text AS body
FROM board_posts(:organization_id, :job_board_id) AS p
JOIN organizations AS o ON o.organization_id = :organization_id
WHERE p.id = :post_id;

-- name: find_questions^
-- Finds the questions of a published post, also where it has stopped accepting, and the version that asks them.
-- Takes: organization_id, job_board_id, post_id
SELECT p.version, p.questions::text AS questions
FROM published_posts(:organization_id) AS p
WHERE p.job_board_id = :job_board_id AND p.id = :post_id;
