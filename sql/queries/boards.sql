-- Boards: what the public reads.
-- Pool: replica, or the primary's read-only role when freshness demands it.
-- Know first: public_posts has the posts that a board shows to the public.

-- name: find^
-- Finds a board, as the public sees it.
-- Takes: organization_id, job_board_id
SELECT b.allowed_origins, b.required_fields, b.post_url_template, o.website_url,
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
FROM public_posts(:organization_id, :job_board_id) AS p
WHERE (p.published_at, p.id) < (:before_at, :before_id)
  AND (:language::text IS NULL OR p.language = :language)
  AND (:title_pattern::text IS NULL OR p.title ILIKE :title_pattern)
ORDER BY p.published_at DESC, p.id DESC
LIMIT :row_limit;

-- name: search_posts
-- Lists the public posts of a board that a search finds, latest publication first, and counts the values of all.
-- Takes: organization_id, job_board_id, language, title_pattern, words, department_id, employment_type, workplace,
--     country, region, city, with_facets, before_at, before_id, row_limit
-- Returns: the counts in the first row, if they are asked for: the 50 most frequent values of each kind.
-- Page: by (published_at, id); the first page passes 'infinity' and the highest id.
-- Rules: B11, B25, B30, B31.
-- Plan: custom
-- Index: posts_published; posts_language_taken for the translations of each.
-- Budget: 15,200 rows, 33,000 buffers, 110 ms at 1,000,000 applications
SELECT p.published_at, p.id, p.summary::text AS body,
       CASE WHEN :with_facets AND row_number() OVER (ORDER BY p.published_at DESC, p.id DESC) = 1 THEN (
           SELECT json_build_object(
               'language', coalesce(json_agg(r.shown ORDER BY r.place) FILTER (WHERE r.facet = 'language'), '[]'),
               'department_id', coalesce(
                   json_agg(r.shown ORDER BY r.place) FILTER (WHERE r.facet = 'department_id'), '[]'
               ),
               'employment_type', coalesce(
                   json_agg(r.shown ORDER BY r.place) FILTER (WHERE r.facet = 'employment_type'), '[]'
               ),
               'workplace', coalesce(json_agg(r.shown ORDER BY r.place) FILTER (WHERE r.facet = 'workplace'), '[]'),
               'country', coalesce(json_agg(r.shown ORDER BY r.place) FILTER (WHERE r.facet = 'country'), '[]')
           )::text
           FROM (
               SELECT v.facet, json_build_object('value', v.value, 'name', v.name, 'post_count', count(*)) AS shown,
                      row_number() OVER (PARTITION BY v.facet ORDER BY count(*) DESC, v.value) AS place
               FROM found_posts(
                   :organization_id, :job_board_id, :language, :title_pattern, :words, :department_id,
                   :employment_type, :workplace, :country, :region, :city
               ) AS f
               CROSS JOIN LATERAL (
                   VALUES ('language', f.language, NULL), ('department_id', f.department_id::text, f.department),
                          ('employment_type', f.employment_type, NULL), ('workplace', f.workplace, NULL)
                   UNION
                   SELECT 'country', location_country(l.location), NULL
                   FROM jsonb_array_elements(f.locations) AS l (location)
               ) AS v (facet, value, name)
               WHERE v.value IS NOT NULL
               GROUP BY v.facet, v.value, v.name
           ) AS r
           WHERE r.place <= 50
       ) END AS facets
FROM found_posts(
    :organization_id, :job_board_id, :language, :title_pattern, :words, :department_id, :employment_type, :workplace,
    :country, :region, :city
) AS p
WHERE (p.published_at, p.id) < (:before_at, :before_id)
ORDER BY p.published_at DESC, p.id DESC
LIMIT :row_limit;

-- name: list_advertised
-- Lists the latest posts of a board that feeds have, with their texts: so many, and so many bytes of text.
-- Takes: organization_id, job_board_id, maximum_bytes, row_limit
-- Rules: B11, B28.
-- Index: posts_published.
-- Budget: 4,800 rows, 11,000 buffers, 15 ms at 1,000,000 applications
SELECT q.advertisement::text AS body
FROM (
    SELECT p.published_at, p.id, p.advertisement,
           sum(p.body_bytes) OVER (
               ORDER BY p.published_at DESC, p.id DESC ROWS UNBOUNDED PRECEDING
           ) AS read_bytes
    FROM public_posts(:organization_id, :job_board_id) AS p
    WHERE NOT p.is_confidential
    ORDER BY p.published_at DESC, p.id DESC
    LIMIT :row_limit
) AS q
WHERE q.read_bytes <= :maximum_bytes
ORDER BY q.published_at DESC, q.id DESC;

-- name: find_post^
-- Finds a public post, with what its form and its structured data are made of.
-- Takes: organization_id, job_board_id, post_id
-- Rules: B11, B25, G3.
-- Budget: 25 rows, 50 buffers, 5 ms at 1,000,000 applications
SELECT p.questions::text AS questions, c.consent_texts::text AS consent_texts, o.website_url, o.logo_url,
       p.body::text AS body
FROM public_posts(:organization_id, :job_board_id) AS p
CROSS JOIN shown_consent_texts(:organization_id, p.language) AS c
JOIN organizations AS o ON o.organization_id = :organization_id
WHERE p.id = :post_id;

-- name: find_previewed_post^
-- Finds a post of a board for its preview link, as the public would see it.
-- Takes: organization_id, job_board_id, post_id
-- Returns: what find_post returns; no row where the board has no such post, or the post has no preview.
-- Rules: B25, B33, G3.
-- Visibility: the link was given out by somebody who may publish the post, and its signature is checked before.
SELECT p.questions::text AS questions, c.consent_texts::text AS consent_texts, o.website_url, o.logo_url,
       p.body::text AS body
FROM previewed_posts(:organization_id) AS p
CROSS JOIN shown_consent_texts(:organization_id, p.language) AS c
JOIN organizations AS o ON o.organization_id = :organization_id
WHERE p.job_board_id = :job_board_id AND p.id = :post_id;

-- name: find_form^
-- Finds what the form of a published post asks, also where it has stopped accepting, and the version that asks it.
-- Takes: organization_id, job_board_id, post_id
SELECT p.version, p.questions::text AS questions, c.consents::text AS consents
FROM published_posts(:organization_id) AS p
CROSS JOIN LATERAL asked_consents(:organization_id, p.language) AS c
WHERE p.job_board_id = :job_board_id AND p.id = :post_id;
