-- Posts: what changes advertisements of jobs.
-- Pool: primary.
-- Know first: a post is shown, and accepts, only while it is published and its job is open; its own status says half.

-- name: share_job_of_post
-- Keeps the job of a post at its offices, whose laws a published post obeys.
-- Takes: organization_id, post_id
SELECT j.id
FROM jobs AS j
WHERE j.organization_id = :organization_id
  AND j.id = (SELECT p.job_id FROM posts AS p WHERE p.organization_id = :organization_id AND p.id = :post_id)
FOR SHARE;

-- name: share_offices_of_post
-- Keeps the offices of a post's job where they are, ids ascending.
-- Takes: organization_id, post_id
SELECT o.id
FROM offices AS o
WHERE o.organization_id = :organization_id AND o.id IN (
    SELECT f.office_id
    FROM job_offices AS f
    JOIN posts AS p ON p.organization_id = :organization_id AND p.job_id = f.job_id
    WHERE f.organization_id = :organization_id AND p.id = :post_id
)
ORDER BY o.id
FOR SHARE;

-- name: lock_original
-- Keeps the original of a translation as it is until the translation is in; without one there is nothing to keep.
-- Takes: organization_id, translation_of
SELECT p.id
FROM posts AS p
WHERE p.organization_id = :organization_id AND p.id = :translation_of
FOR SHARE;

-- name: add^
-- Adds a draft of a post to a job, on a board or the default one.
-- Takes: stamp, job view, sees_pay, post_id, job_id, job_board_id, external_id, translation_of, language, title, body,
--     body_format, body_html, locations, remote_regions, pay_ranges, questions, is_internal, closes_at
-- Locks first: lock_original
-- Returns: the refusal, the post as it is now, its event; no row when the viewer sees no such job.
-- Rules: B1, B2, B3, B4, R6.
-- Why: a translation of a translation is one of the original; posts_language_taken holds that their languages differ.
WITH seen_job AS (
    SELECT j.id, j.status, state_of(j.status, j.version) AS state
    FROM seen_jobs(:organization_id, :viewer_id, :sees_all_jobs, :sees_confidential_jobs) AS j
    WHERE j.id = :job_id
),
given_board AS (
    SELECT b.id, b.language
    FROM job_boards AS b
    WHERE b.organization_id = :organization_id
      AND CASE WHEN :job_board_id::uuid IS NULL THEN b.is_default ELSE b.id = :job_board_id END
),
given_original AS (
    SELECT p.original_id
    FROM posts AS p
    JOIN seen_job AS j ON p.job_id = j.id
    WHERE p.organization_id = :organization_id AND p.id = :translation_of
),
judged_post AS (
    SELECT j.id AS job_id, CASE
        WHEN b.id IS NULL THEN unfit('/job_board_id', 'unknown_reference')
        WHEN :translation_of::uuid IS NOT NULL AND o.original_id IS NULL
            THEN unfit('/translation_of', 'unknown_reference', 'There is no such post of this job.')
        WHEN j.status = 'archived' THEN refusal('status_conflict', j.state, 'An archived job takes no posts.')
    END AS refusal
    FROM seen_job AS j
    LEFT JOIN given_board AS b ON true
    LEFT JOIN given_original AS o ON true
),
added_post AS (
    INSERT INTO posts AS p (organization_id, id, external_id, job_id, job_board_id, translation_of, language, title,
                            body, body_format, body_html, locations, remote_regions, pay_ranges, questions,
                            is_internal, closes_at)
    SELECT :organization_id, :post_id, :external_id, g.job_id, b.id, o.original_id, coalesce(:language, b.language),
           :title, :body, :body_format, :body_html, :locations, :remote_regions, :pay_ranges, :questions,
           :is_internal, :closes_at
    FROM judged_post AS g
    CROSS JOIN given_board AS b
    LEFT JOIN given_original AS o ON true
    WHERE g.refusal IS NULL
    RETURNING p AS post, p.id, p.version, record_event(
        :organization_id, :event_id, :actor, :correlation_id, 'post.created', 'post', p.id, p.version,
        jsonb_build_object('job_id', p.job_id)
    ) AS event_id
)
SELECT g.refusal::text AS refusal, x.id, x.version, post_body(x.post, :sees_pay)::text AS body, x.event_id
FROM judged_post AS g
LEFT JOIN added_post AS x ON true;

-- name: update^
-- Changes the fields that a merge patch names, if the post still has the version that the patch was derived from.
-- Takes: stamp, job view, sees_pay, post_id, changes, read_version, expected_versions
-- Locks first: share_job_of_post, share_offices_of_post
-- Returns: the refusal, the post as it is now, its event; what search engines need from job and board, and the laws.
-- Rules: B4, B34, B36, B37, B38, R6, R10.
-- Why: pay ranges from a caller who may not see them are always a change: a version that stays would tell their value.
WITH locked_post AS (
    SELECT p AS post, p.id, p.version, p.status, j.workplace, b.post_url_template IS NOT NULL AS has_page
    FROM posts AS p
    JOIN seen_jobs(:organization_id, :viewer_id, :sees_all_jobs, :sees_confidential_jobs) AS j ON j.id = p.job_id
    JOIN job_boards AS b ON b.organization_id = :organization_id AND b.id = p.job_board_id
    WHERE p.organization_id = :organization_id AND p.id = :post_id
    FOR NO KEY UPDATE OF p
),
broken_law AS (
    SELECT b.pointer, b.finding, b.detail
    FROM locked_post AS l
    CROSS JOIN jsonb_populate_record(l.post, :changes) AS n
    CROSS JOIN places_of_post(:organization_id, n) AS a
    CROSS JOIN broken_law(:organization_id, n, a.places) AS b
    WHERE l.status = 'published' AND (n.locations, n.remote_regions, n.pay_ranges, n.questions) IS DISTINCT FROM
          ((l.post).locations, (l.post).remote_regions, (l.post).pay_ranges, (l.post).questions)
),
judged_post AS (
    SELECT CASE
        WHEN l.version <> ALL (:expected_versions::integer[]) THEN version_mismatch(l.version)
        WHEN l.version <> :read_version THEN refusal('being_changed', state_of(l.status, l.version))
        WHEN b.finding IS NOT NULL THEN unfit_fields(json_build_object(b.pointer, b.finding), b.detail)
    END AS refusal
    FROM locked_post AS l
    LEFT JOIN broken_law AS b ON true
),
updated_post AS (
    UPDATE posts AS p
    SET (external_id, language, title, body, body_format, body_html, locations, remote_regions, pay_ranges,
         questions, is_internal, closes_at) = (
            SELECT n.external_id, n.language, n.title, n.body, n.body_format, n.body_html, n.locations,
                   n.remote_regions, n.pay_ranges, n.questions, n.is_internal, n.closes_at
            FROM jsonb_populate_record(l.post, :changes) AS n
        ),
        version = l.version + 1, updated_at = written_at()
    FROM judged_post AS g, locked_post AS l
    WHERE p.organization_id = :organization_id AND p.id = l.id AND g.refusal IS NULL
      AND (l.post IS DISTINCT FROM jsonb_populate_record(l.post, :changes)
           OR (NOT :sees_pay AND :changes::jsonb -> 'pay_ranges' IS NOT NULL))
    RETURNING p AS post, p.version, record_event(
        :organization_id, :event_id, :actor, :correlation_id, 'post.updated', 'post', p.id, p.version,
        jsonb_build_object('fields', fields_of(:changes))
    ) AS event_id
)
SELECT g.refusal::text AS refusal, l.workplace, l.has_page, l.id, coalesce(x.version, l.version) AS version,
       post_body(coalesce(x.post, l.post), :sees_pay)::text AS body, x.event_id,
       (
           SELECT w.law FROM law_before_interview(:organization_id, coalesce(x.post, l.post)) AS w
       ) AS law_before_interview, (
           SELECT m.pointers FROM members_without_region(:organization_id, coalesce(x.post, l.post)) AS m
       ) AS without_region
FROM locked_post AS l
CROSS JOIN judged_post AS g
LEFT JOIN updated_post AS x ON true;

-- name: publish^
-- Publishes a post; one that is published stays as it is.
-- Takes: stamp, job view, sees_pay, post_id, expected_versions
-- Locks first: share_job_of_post, share_offices_of_post
-- Returns: the refusal, the post as it is now, its event; what search engines need from job and board, and the laws.
-- Rules: B5, B10, B34, B36, B37, B38.
-- Why: the body may have been written before one that shows nothing was refused.
WITH locked_post AS (
    SELECT p AS post, p.id, p.version, p.status, p.body_html ~ '^(<[^>]*>|&nbsp;|\s)*$' AS is_empty,
           j.workplace, b.post_url_template IS NOT NULL AS has_page
    FROM posts AS p
    JOIN seen_jobs(:organization_id, :viewer_id, :sees_all_jobs, :sees_confidential_jobs) AS j ON j.id = p.job_id
    JOIN job_boards AS b ON b.organization_id = :organization_id AND b.id = p.job_board_id
    WHERE p.organization_id = :organization_id AND p.id = :post_id
    FOR NO KEY UPDATE OF p
),
broken_law AS (
    SELECT b.pointer, b.finding, b.detail
    FROM locked_post AS l
    CROSS JOIN places_of_post(:organization_id, l.post) AS a
    CROSS JOIN broken_law(:organization_id, l.post, a.places) AS b
    WHERE l.status <> 'published'
),
judged_post AS (
    SELECT CASE
        WHEN l.version <> ALL (:expected_versions::integer[]) THEN version_mismatch(l.version)
        WHEN l.is_empty THEN unfit('/body', 'required', 'The body of the post shows nothing.')
        WHEN b.finding IS NOT NULL THEN unfit_fields(json_build_object(b.pointer, b.finding), b.detail)
    END AS refusal
    FROM locked_post AS l
    LEFT JOIN broken_law AS b ON true
),
published_post AS (
    UPDATE posts AS p
    SET status = 'published', published_at = coalesce(p.published_at, clock_timestamp()), version = l.version + 1,
        updated_at = written_at()
    FROM judged_post AS g, locked_post AS l
    WHERE p.organization_id = :organization_id AND p.id = l.id AND g.refusal IS NULL AND l.status <> 'published'
    RETURNING p AS post, p.version, record_event(
        :organization_id, :event_id, :actor, :correlation_id, 'post.published', 'post', p.id, p.version,
        jsonb_build_object('job_id', p.job_id)
    ) AS event_id
)
SELECT g.refusal::text AS refusal, l.workplace, l.has_page, l.id, coalesce(x.version, l.version) AS version,
       post_body(coalesce(x.post, l.post), :sees_pay)::text AS body, x.event_id,
       (
           SELECT w.law FROM law_before_interview(:organization_id, coalesce(x.post, l.post)) AS w
       ) AS law_before_interview, (
           SELECT m.pointers FROM members_without_region(:organization_id, coalesce(x.post, l.post)) AS m
       ) AS without_region
FROM locked_post AS l
CROSS JOIN judged_post AS g
LEFT JOIN published_post AS x ON true;

-- name: unpublish^
-- Takes a post off its board; one that is not on it stays as it is.
-- Takes: stamp, job view, sees_pay, post_id, expected_versions
-- Returns: the refusal, the post as it is now, its event.
WITH locked_post AS (
    SELECT p AS post, p.id, p.version, p.status
    FROM posts AS p
    JOIN seen_jobs(:organization_id, :viewer_id, :sees_all_jobs, :sees_confidential_jobs) AS j ON j.id = p.job_id
    WHERE p.organization_id = :organization_id AND p.id = :post_id
    FOR NO KEY UPDATE OF p
),
judged_post AS (
    SELECT CASE
        WHEN l.version <> ALL (:expected_versions::integer[]) THEN version_mismatch(l.version)
    END AS refusal
    FROM locked_post AS l
),
unpublished_post AS (
    UPDATE posts AS p
    SET status = 'unpublished', version = l.version + 1, updated_at = written_at()
    FROM judged_post AS g, locked_post AS l
    WHERE p.organization_id = :organization_id AND p.id = l.id AND g.refusal IS NULL AND l.status = 'published'
    RETURNING p AS post, p.version, record_event(
        :organization_id, :event_id, :actor, :correlation_id, 'post.unpublished', 'post', p.id, p.version,
        jsonb_build_object('job_id', p.job_id)
    ) AS event_id
)
SELECT g.refusal::text AS refusal, l.id, coalesce(x.version, l.version) AS version,
       post_body(coalesce(x.post, l.post), :sees_pay)::text AS body, x.event_id
FROM locked_post AS l
CROSS JOIN judged_post AS g
LEFT JOIN unpublished_post AS x ON true;
