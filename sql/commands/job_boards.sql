-- Job boards: public lists of posts.
-- Pool: primary.
-- Know first: board_directory finds a board by its slug and has no tenant.

-- name: add(organization_id, event_id, actor, correlation_id, job_board_id, slug, name, language, allowed_origins, post_url_template, portal_url_template, required_fields)^
-- Adds a board.
-- Returns: the board and the event.
WITH added_board AS (
    INSERT INTO job_boards AS b (organization_id, id, slug, name, language, allowed_origins, post_url_template,
                                 portal_url_template, required_fields)
    SELECT :organization_id, :job_board_id, :slug, :name, coalesce(:language, o.language), :allowed_origins,
           :post_url_template, :portal_url_template, :required_fields
    FROM organizations AS o
    WHERE o.organization_id = :organization_id
    RETURNING b AS job_board, b.id, b.version
),
listed_board AS (
    INSERT INTO board_directory (slug, organization_id, job_board_id)
    SELECT :slug, :organization_id, a.id FROM added_board AS a
),
recorded_event AS (
    INSERT INTO events (organization_id, id, actor, correlation_id, type, aggregate_type, aggregate_id,
                        aggregate_version, data)
    SELECT :organization_id, :event_id, :actor, :correlation_id, 'vocabulary.changed', 'job_board', a.id, a.version,
           jsonb_build_object('change', 'created')
    FROM added_board AS a
    RETURNING id
),
queued_event AS (
    INSERT INTO outbox (organization_id, event_id)
    SELECT :organization_id, e.id FROM recorded_event AS e
)
SELECT a.id, a.version, job_board_body(a.job_board)::text AS body, e.id AS event_id
FROM added_board AS a, recorded_event AS e;

-- name: update(organization_id, event_id, actor, correlation_id, job_board_id, changes, expected_version)^
-- Changes the fields that a merge patch names; the slug stays, for it stands in links.
-- Returns: what was found, the board as it is now, its event.
-- Guards: something differs; version of the locked row.
WITH locked_board AS (
    SELECT b AS job_board, b.id, b.version
    FROM job_boards AS b
    WHERE b.organization_id = :organization_id AND b.id = :job_board_id
    FOR NO KEY UPDATE
),
updated_board AS (
    UPDATE job_boards AS b
    SET (name, language, allowed_origins, post_url_template, portal_url_template, required_fields) = (
            SELECT n.name, n.language, n.allowed_origins, n.post_url_template, n.portal_url_template,
                   n.required_fields
            FROM jsonb_populate_record(l.job_board, :changes) AS n
        ),
        version = l.version + 1, updated_at = written_at()
    FROM locked_board AS l
    WHERE b.organization_id = :organization_id AND b.id = l.id
      AND l.job_board IS DISTINCT FROM jsonb_populate_record(l.job_board, :changes)
      AND (:expected_version::integer IS NULL OR l.version = :expected_version)
    RETURNING b AS job_board, b.id, b.version
),
recorded_event AS (
    INSERT INTO events (organization_id, id, actor, correlation_id, type, aggregate_type, aggregate_id,
                        aggregate_version, data)
    SELECT :organization_id, :event_id, :actor, :correlation_id, 'vocabulary.changed', 'job_board', u.id, u.version,
           jsonb_build_object('change', 'updated', 'fields', (
               SELECT jsonb_agg(k) FROM jsonb_object_keys(:changes::jsonb) AS k
           ))
    FROM updated_board AS u
    RETURNING id
),
queued_event AS (
    INSERT INTO outbox (organization_id, event_id)
    SELECT :organization_id, e.id FROM recorded_event AS e
)
SELECT l.version AS found_version, l.id, coalesce(u.version, l.version) AS version,
       job_board_body(coalesce(u.job_board, l.job_board))::text AS body, e.id AS event_id
FROM locked_board AS l
LEFT JOIN updated_board AS u ON true
LEFT JOIN recorded_event AS e ON true;
