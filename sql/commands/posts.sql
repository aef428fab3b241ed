-- Posts: what changes advertisements of jobs.
-- Pool: primary.
-- Know first: a post is shown, and accepts, only while it is published and its job is open; its own status says half.

-- name: add(organization_id, event_id, actor, correlation_id, viewer_id, sees_all_jobs, sees_confidential_jobs, sees_pay, post_id, job_id, job_board_id, external_id, translation_of, language, title, body, body_format, body_html, locations, remote_regions, pay_ranges, questions, is_internal, closes_at)^
-- Adds a draft of a post to a job, on a board or the default one.
-- Returns: what was found of job, board and original, the post that has the language, the post and the event.
-- Guards: the original is a post of the same job; no other post of it has the language.
-- Why: a translation of a translation is one of the original; twins meet at posts_language_taken.
WITH visible_job AS (
    SELECT j.id
    FROM jobs AS j
    WHERE j.organization_id = :organization_id AND j.id = :job_id AND j.status <> 'archived'
      AND ((:sees_all_jobs AND (:sees_confidential_jobs OR NOT j.is_confidential)) OR EXISTS (
          SELECT FROM hiring_team_members AS t
          WHERE t.organization_id = :organization_id AND t.job_id = j.id AND t.user_id = :viewer_id
      ))
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
    JOIN visible_job AS j ON p.job_id = j.id
    WHERE p.organization_id = :organization_id AND p.id = :translation_of
),
language_holder AS (
    SELECT p.id, p.status, p.version
    FROM posts AS p
    JOIN given_original AS o ON p.original_id = o.original_id
    JOIN given_board AS b ON p.language = coalesce(:language, b.language)
    WHERE p.organization_id = :organization_id
),
added_post AS (
    INSERT INTO posts AS p (organization_id, id, external_id, job_id, job_board_id, translation_of, language, title,
                            body, body_format, body_html, locations, remote_regions, pay_ranges, questions,
                            is_internal, closes_at)
    SELECT :organization_id, :post_id, :external_id, j.id, b.id, o.original_id, coalesce(:language, b.language),
           :title, :body, :body_format, :body_html, :locations, :remote_regions, :pay_ranges, :questions,
           :is_internal, :closes_at
    FROM visible_job AS j
    CROSS JOIN given_board AS b
    LEFT JOIN given_original AS o ON true
    WHERE (:translation_of::uuid IS NULL OR o.original_id IS NOT NULL) AND NOT EXISTS (SELECT FROM language_holder)
    RETURNING p AS post, p.id, p.version, p.job_id
),
recorded_event AS (
    INSERT INTO events (organization_id, id, actor, correlation_id, type, aggregate_type, aggregate_id,
                        aggregate_version, data)
    SELECT :organization_id, :event_id, :actor, :correlation_id, 'post.created', 'post', x.id, x.version,
           jsonb_build_object('job_id', x.job_id)
    FROM added_post AS x
    RETURNING id
),
queued_event AS (
    INSERT INTO outbox (organization_id, event_id)
    SELECT :organization_id, e.id FROM recorded_event AS e
)
SELECT j.id IS NOT NULL AS is_job_found, b.id IS NOT NULL AS is_board_found,
       o.original_id IS NOT NULL AS is_original_found,
       h.id AS holder_id, h.status AS holder_status, h.version AS holder_version, p.id, p.version,
       post_body(p.post, :sees_pay)::text AS body, e.id AS event_id
FROM (SELECT) AS always
LEFT JOIN visible_job AS j ON true
LEFT JOIN given_board AS b ON true
LEFT JOIN given_original AS o ON true
LEFT JOIN language_holder AS h ON true
LEFT JOIN added_post AS p ON true
LEFT JOIN recorded_event AS e ON true;

-- name: update(organization_id, event_id, actor, correlation_id, viewer_id, sees_all_jobs, sees_confidential_jobs, sees_pay, post_id, changes, expected_version)^
-- Changes the fields that a merge patch names.
-- Returns: what was found, the original or translation that has the language, the post as it is now, its
-- Returns: event; what search engines need from job and board.
-- Guards: something differs; version of the locked row; original and translations differ in language, which
-- Guards: posts_language_taken holds where two change at once.
-- Why: pay ranges that their giver does not see are a change, also equal ones, for an unchanged version would tell it.
WITH locked_post AS (
    SELECT p AS post, p.id, p.version, p.original_id, j.workplace, b.post_url_template IS NOT NULL AS has_page
    FROM posts AS p
    JOIN jobs AS j ON j.organization_id = :organization_id AND j.id = p.job_id
    JOIN job_boards AS b ON b.organization_id = :organization_id AND b.id = p.job_board_id
    WHERE p.organization_id = :organization_id AND p.id = :post_id
      AND ((:sees_all_jobs AND (:sees_confidential_jobs OR NOT j.is_confidential)) OR EXISTS (
          SELECT FROM hiring_team_members AS t
          WHERE t.organization_id = :organization_id AND t.job_id = j.id AND t.user_id = :viewer_id
      ))
    FOR NO KEY UPDATE OF p
),
language_holder AS (
    SELECT p.id, p.status, p.version
    FROM posts AS p
    JOIN locked_post AS l ON p.original_id = l.original_id AND p.id <> l.id
    WHERE p.organization_id = :organization_id AND p.language = :changes::jsonb ->> 'language'
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
    FROM locked_post AS l
    WHERE p.organization_id = :organization_id AND p.id = l.id
      AND (l.post IS DISTINCT FROM jsonb_populate_record(l.post, :changes)
           OR (NOT :sees_pay AND :changes::jsonb -> 'pay_ranges' IS NOT NULL))
      AND (:expected_version::integer IS NULL OR l.version = :expected_version)
      AND NOT EXISTS (SELECT FROM language_holder)
    RETURNING p AS post, p.id, p.version
),
recorded_event AS (
    INSERT INTO events (organization_id, id, actor, correlation_id, type, aggregate_type, aggregate_id,
                        aggregate_version, data)
    SELECT :organization_id, :event_id, :actor, :correlation_id, 'post.updated', 'post', x.id, x.version,
           jsonb_build_object('fields', (SELECT jsonb_agg(k) FROM jsonb_object_keys(:changes::jsonb) AS k))
    FROM updated_post AS x
    RETURNING id
),
queued_event AS (
    INSERT INTO outbox (organization_id, event_id)
    SELECT :organization_id, e.id FROM recorded_event AS e
)
SELECT l.version AS found_version, h.id AS holder_id, h.status AS holder_status, h.version AS holder_version,
       l.workplace, l.has_page, l.id, coalesce(x.version, l.version) AS version,
       post_body(coalesce(x.post, l.post), :sees_pay)::text AS body, e.id AS event_id
FROM locked_post AS l
LEFT JOIN language_holder AS h ON true
LEFT JOIN updated_post AS x ON true
LEFT JOIN recorded_event AS e ON true;

-- name: publish(organization_id, event_id, actor, correlation_id, viewer_id, sees_all_jobs, sees_confidential_jobs, sees_pay, post_id, expected_version)^
-- Publishes a post; one that is published stays as it is.
-- Returns: what was found, the post as it is now, its event; what search engines need from job and board.
-- Guards: version and status of the locked row; its body shows something.
WITH locked_post AS (
    SELECT p AS post, p.id, p.version, p.status, p.body_html ~ '^(<[^>]*>|&nbsp;|\s)*$' AS is_empty, j.workplace,
           b.post_url_template IS NOT NULL AS has_page
    FROM posts AS p
    JOIN jobs AS j ON j.organization_id = :organization_id AND j.id = p.job_id
    JOIN job_boards AS b ON b.organization_id = :organization_id AND b.id = p.job_board_id
    WHERE p.organization_id = :organization_id AND p.id = :post_id
      AND ((:sees_all_jobs AND (:sees_confidential_jobs OR NOT j.is_confidential)) OR EXISTS (
          SELECT FROM hiring_team_members AS t
          WHERE t.organization_id = :organization_id AND t.job_id = j.id AND t.user_id = :viewer_id
      ))
    FOR NO KEY UPDATE OF p
),
published_post AS (
    UPDATE posts AS p
    SET status = 'published', published_at = coalesce(p.published_at, clock_timestamp()), version = l.version + 1,
        updated_at = written_at()
    FROM locked_post AS l
    WHERE p.organization_id = :organization_id AND p.id = l.id AND l.status <> 'published'
      AND NOT l.is_empty AND (:expected_version::integer IS NULL OR l.version = :expected_version)
    RETURNING p AS post, p.id, p.version, p.job_id
),
recorded_event AS (
    INSERT INTO events (organization_id, id, actor, correlation_id, type, aggregate_type, aggregate_id,
                        aggregate_version, data)
    SELECT :organization_id, :event_id, :actor, :correlation_id, 'post.published', 'post', x.id, x.version,
           jsonb_build_object('job_id', x.job_id)
    FROM published_post AS x
    RETURNING id
),
queued_event AS (
    INSERT INTO outbox (organization_id, event_id)
    SELECT :organization_id, e.id FROM recorded_event AS e
)
SELECT l.version AS found_version, l.status AS found_status, l.is_empty, l.workplace, l.has_page, l.id,
       coalesce(x.version, l.version) AS version,
       post_body(coalesce(x.post, l.post), :sees_pay)::text AS body, e.id AS event_id
FROM locked_post AS l
LEFT JOIN published_post AS x ON true
LEFT JOIN recorded_event AS e ON true;

-- name: unpublish(organization_id, event_id, actor, correlation_id, viewer_id, sees_all_jobs, sees_confidential_jobs, sees_pay, post_id, expected_version)^
-- Takes a post off its board; one that is not on it stays as it is.
-- Returns: what was found, the post as it is now, its event.
-- Guards: version and status of the locked row.
WITH locked_post AS (
    SELECT p AS post, p.id, p.version, p.status
    FROM posts AS p
    JOIN jobs AS j ON j.organization_id = :organization_id AND j.id = p.job_id
    WHERE p.organization_id = :organization_id AND p.id = :post_id
      AND ((:sees_all_jobs AND (:sees_confidential_jobs OR NOT j.is_confidential)) OR EXISTS (
          SELECT FROM hiring_team_members AS t
          WHERE t.organization_id = :organization_id AND t.job_id = j.id AND t.user_id = :viewer_id
      ))
    FOR NO KEY UPDATE OF p
),
unpublished_post AS (
    UPDATE posts AS p
    SET status = 'unpublished', version = l.version + 1, updated_at = written_at()
    FROM locked_post AS l
    WHERE p.organization_id = :organization_id AND p.id = l.id AND l.status = 'published'
      AND (:expected_version::integer IS NULL OR l.version = :expected_version)
    RETURNING p AS post, p.id, p.version, p.job_id
),
recorded_event AS (
    INSERT INTO events (organization_id, id, actor, correlation_id, type, aggregate_type, aggregate_id,
                        aggregate_version, data)
    SELECT :organization_id, :event_id, :actor, :correlation_id, 'post.unpublished', 'post', x.id, x.version,
           jsonb_build_object('job_id', x.job_id)
    FROM unpublished_post AS x
    RETURNING id
),
queued_event AS (
    INSERT INTO outbox (organization_id, event_id)
    SELECT :organization_id, e.id FROM recorded_event AS e
)
SELECT l.version AS found_version, l.status AS found_status, l.id, coalesce(x.version, l.version) AS version,
       post_body(coalesce(x.post, l.post), :sees_pay)::text AS body, e.id AS event_id
FROM locked_post AS l
LEFT JOIN unpublished_post AS x ON true
LEFT JOIN recorded_event AS e ON true;
