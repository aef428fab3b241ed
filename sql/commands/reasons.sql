-- Reasons: what changes the words for why something ended.
-- Pool: primary.
-- Know first: a reason with a key is the system's own: it may be renamed, not archived.

-- name: add(organization_id, event_id, actor, correlation_id, reason_id, kind, name)^
-- Adds a reason.
-- Returns: the reason and its event.
WITH added_reason AS (
    INSERT INTO reasons AS r (organization_id, id, kind, name)
    VALUES (:organization_id, :reason_id, :kind, :name)
    RETURNING r AS reason, r.id, r.version
),
recorded_event AS (
    INSERT INTO events (organization_id, id, actor, correlation_id, type, aggregate_type, aggregate_id,
                        aggregate_version, data)
    SELECT :organization_id, :event_id, :actor, :correlation_id, 'vocabulary.changed', 'reason', x.id,
           x.version, jsonb_build_object('change', 'created')
    FROM added_reason AS x
    RETURNING id
),
queued_event AS (
    INSERT INTO outbox (organization_id, event_id)
    SELECT :organization_id, e.id FROM recorded_event AS e
)
SELECT x.id, x.version, reason_body(x.reason)::text AS body, e.id AS event_id
FROM added_reason AS x, recorded_event AS e;

-- name: update(organization_id, event_id, actor, correlation_id, reason_id, changes, expected_version)^
-- Changes the fields that a merge patch names.
-- Returns: what was found, the reason as it is now, its event.
-- Guards: something differs; version of the locked row.
WITH locked_reason AS (
    SELECT r AS reason, r.id, r.version
    FROM reasons AS r
    WHERE r.organization_id = :organization_id AND r.id = :reason_id
    FOR NO KEY UPDATE
),
updated_reason AS (
    UPDATE reasons AS r
    SET name = (SELECT n.name FROM jsonb_populate_record(l.reason, :changes) AS n),
        version = l.version + 1, updated_at = written_at()
    FROM locked_reason AS l
    WHERE r.organization_id = :organization_id AND r.id = l.id
      AND l.reason IS DISTINCT FROM jsonb_populate_record(l.reason, :changes)
      AND (:expected_version::integer IS NULL OR l.version = :expected_version)
    RETURNING r AS reason, r.id, r.version
),
recorded_event AS (
    INSERT INTO events (organization_id, id, actor, correlation_id, type, aggregate_type, aggregate_id,
                        aggregate_version, data)
    SELECT :organization_id, :event_id, :actor, :correlation_id, 'vocabulary.changed', 'reason', x.id,
           x.version, jsonb_build_object('change', 'updated', 'fields', (
               SELECT jsonb_agg(k) FROM jsonb_object_keys(:changes::jsonb) AS k
           ))
    FROM updated_reason AS x
    RETURNING id
),
queued_event AS (
    INSERT INTO outbox (organization_id, event_id)
    SELECT :organization_id, e.id FROM recorded_event AS e
)
SELECT l.version AS found_version, l.id, coalesce(u.version, l.version) AS version,
       reason_body(coalesce(u.reason, l.reason))::text AS body, e.id AS event_id
FROM locked_reason AS l
LEFT JOIN updated_reason AS u ON true
LEFT JOIN recorded_event AS e ON true;

-- name: archive(organization_id, event_id, actor, correlation_id, reason_id, expected_version)^
-- Archives a reason; one that is archived stays as it is.
-- Returns: what was found, whether the system itself uses it, the reason as it is now, its event.
-- Guards: version of the locked row; the system's own ones stay.
WITH locked_reason AS (
    SELECT r AS reason, r.id, r.version, r.status, r.key
    FROM reasons AS r
    WHERE r.organization_id = :organization_id AND r.id = :reason_id
    FOR NO KEY UPDATE
),
archived_reason AS (
    UPDATE reasons AS r
    SET status = 'archived', version = l.version + 1, updated_at = written_at()
    FROM locked_reason AS l
    WHERE r.organization_id = :organization_id AND r.id = l.id AND l.status = 'active' AND l.key IS NULL
      AND (:expected_version::integer IS NULL OR l.version = :expected_version)
    RETURNING r AS reason, r.id, r.version
),
recorded_event AS (
    INSERT INTO events (organization_id, id, actor, correlation_id, type, aggregate_type, aggregate_id,
                        aggregate_version, data)
    SELECT :organization_id, :event_id, :actor, :correlation_id, 'vocabulary.changed', 'reason', x.id,
           x.version, jsonb_build_object('change', 'archived')
    FROM archived_reason AS x
    RETURNING id
),
queued_event AS (
    INSERT INTO outbox (organization_id, event_id)
    SELECT :organization_id, e.id FROM recorded_event AS e
)
SELECT l.version AS found_version, l.status AS found_status, l.key IS NOT NULL AS is_built_in,
       l.id, coalesce(x.version, l.version) AS version,
       reason_body(coalesce(x.reason, l.reason))::text AS body, e.id AS event_id
FROM locked_reason AS l
LEFT JOIN archived_reason AS x ON true
LEFT JOIN recorded_event AS e ON true;
