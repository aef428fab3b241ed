-- Sources: what changes the words for where candidates come from.
-- Pool: primary.
-- Know first: a source with a key is the system's own: it may be renamed, not archived.

-- name: add(organization_id, event_id, actor, correlation_id, source_id, kind, name)^
-- Adds a source.
-- Returns: the source and its event.
WITH added_source AS (
    INSERT INTO sources AS s (organization_id, id, kind, name)
    VALUES (:organization_id, :source_id, :kind, :name)
    RETURNING s AS source, s.id, s.version
),
recorded_event AS (
    INSERT INTO events (organization_id, id, actor, correlation_id, type, aggregate_type, aggregate_id,
                        aggregate_version, data)
    SELECT :organization_id, :event_id, :actor, :correlation_id, 'vocabulary.changed', 'source', x.id,
           x.version, jsonb_build_object('change', 'created')
    FROM added_source AS x
    RETURNING id
),
queued_event AS (
    INSERT INTO outbox (organization_id, event_id)
    SELECT :organization_id, e.id FROM recorded_event AS e
)
SELECT x.id, x.version, source_body(x.source)::text AS body, e.id AS event_id
FROM added_source AS x, recorded_event AS e;

-- name: update(organization_id, event_id, actor, correlation_id, source_id, changes, expected_version)^
-- Changes the fields that a merge patch names.
-- Returns: what was found, the source as it is now, its event.
-- Guards: something differs; version of the locked row.
WITH locked_source AS (
    SELECT s AS source, s.id, s.version
    FROM sources AS s
    WHERE s.organization_id = :organization_id AND s.id = :source_id
    FOR NO KEY UPDATE
),
updated_source AS (
    UPDATE sources AS s
    SET name = (SELECT n.name FROM jsonb_populate_record(l.source, :changes) AS n),
        version = l.version + 1, updated_at = written_at()
    FROM locked_source AS l
    WHERE s.organization_id = :organization_id AND s.id = l.id
      AND l.source IS DISTINCT FROM jsonb_populate_record(l.source, :changes)
      AND (:expected_version::integer IS NULL OR l.version = :expected_version)
    RETURNING s AS source, s.id, s.version
),
recorded_event AS (
    INSERT INTO events (organization_id, id, actor, correlation_id, type, aggregate_type, aggregate_id,
                        aggregate_version, data)
    SELECT :organization_id, :event_id, :actor, :correlation_id, 'vocabulary.changed', 'source', x.id,
           x.version, jsonb_build_object('change', 'updated', 'fields', (
               SELECT jsonb_agg(k) FROM jsonb_object_keys(:changes::jsonb) AS k
           ))
    FROM updated_source AS x
    RETURNING id
),
queued_event AS (
    INSERT INTO outbox (organization_id, event_id)
    SELECT :organization_id, e.id FROM recorded_event AS e
)
SELECT l.version AS found_version, l.id, coalesce(u.version, l.version) AS version,
       source_body(coalesce(u.source, l.source))::text AS body, e.id AS event_id
FROM locked_source AS l
LEFT JOIN updated_source AS u ON true
LEFT JOIN recorded_event AS e ON true;

-- name: archive(organization_id, event_id, actor, correlation_id, source_id, expected_version)^
-- Archives a source; one that is archived stays as it is.
-- Returns: what was found, whether the system itself uses it, the source as it is now, its event.
-- Guards: version of the locked row; the system's own ones stay.
WITH locked_source AS (
    SELECT s AS source, s.id, s.version, s.status, s.key
    FROM sources AS s
    WHERE s.organization_id = :organization_id AND s.id = :source_id
    FOR NO KEY UPDATE
),
archived_source AS (
    UPDATE sources AS s
    SET status = 'archived', version = l.version + 1, updated_at = written_at()
    FROM locked_source AS l
    WHERE s.organization_id = :organization_id AND s.id = l.id AND l.status = 'active' AND l.key IS NULL
      AND (:expected_version::integer IS NULL OR l.version = :expected_version)
    RETURNING s AS source, s.id, s.version
),
recorded_event AS (
    INSERT INTO events (organization_id, id, actor, correlation_id, type, aggregate_type, aggregate_id,
                        aggregate_version, data)
    SELECT :organization_id, :event_id, :actor, :correlation_id, 'vocabulary.changed', 'source', x.id,
           x.version, jsonb_build_object('change', 'archived')
    FROM archived_source AS x
    RETURNING id
),
queued_event AS (
    INSERT INTO outbox (organization_id, event_id)
    SELECT :organization_id, e.id FROM recorded_event AS e
)
SELECT l.version AS found_version, l.status AS found_status, l.key IS NOT NULL AS is_built_in,
       l.id, coalesce(x.version, l.version) AS version,
       source_body(coalesce(x.source, l.source))::text AS body, e.id AS event_id
FROM locked_source AS l
LEFT JOIN archived_source AS x ON true
LEFT JOIN recorded_event AS e ON true;
