-- Sources: what changes the words for where candidates come from.
-- Pool: primary.
-- Know first: a source whose key is set is used by the system: it can be renamed, not archived.

-- name: add^
-- Adds a source.
-- Takes: stamp, source_id, kind, name
-- Returns: the source and its event.
-- Rules: S8.
INSERT INTO sources AS s (organization_id, id, kind, name)
VALUES (:organization_id, :source_id, :kind, :name)
RETURNING s.id, s.version, source_body(s)::text AS body, record_event(
    :organization_id, :event_id, :actor, :correlation_id, 'vocabulary.changed', 'source', s.id, s.version,
    jsonb_build_object('change', 'created')
) AS event_id;

-- name: update^
-- Changes the fields that a merge patch names; what is the same already changes nothing.
-- Takes: stamp, source_id, changes, expected_versions
-- Returns: the refusal, the source as it is now, its event.
-- Rules: S8.
WITH locked_source AS (
    SELECT s AS source, s.id, s.version
    FROM sources AS s
    WHERE s.organization_id = :organization_id AND s.id = :source_id
    FOR NO KEY UPDATE
),
judged_source AS (
    SELECT CASE
        WHEN l.version <> ALL (:expected_versions::integer[]) THEN version_mismatch(l.version)
    END AS refusal
    FROM locked_source AS l
),
updated_source AS (
    UPDATE sources AS s
    SET name = (SELECT n.name FROM jsonb_populate_record(l.source, :changes) AS n),
        version = l.version + 1, updated_at = written_at()
    FROM judged_source AS g, locked_source AS l
    WHERE s.organization_id = :organization_id AND s.id = l.id AND g.refusal IS NULL
      AND l.source IS DISTINCT FROM jsonb_populate_record(l.source, :changes)
    RETURNING s AS source, s.version, record_event(
        :organization_id, :event_id, :actor, :correlation_id, 'vocabulary.changed', 'source', s.id, s.version,
        jsonb_build_object('change', 'updated', 'fields', fields_of(:changes))
    ) AS event_id
)
SELECT g.refusal::text AS refusal, l.id, coalesce(x.version, l.version) AS version,
       source_body(coalesce(x.source, l.source))::text AS body, x.event_id
FROM locked_source AS l
CROSS JOIN judged_source AS g
LEFT JOIN updated_source AS x ON true;

-- name: archive^
-- Archives a source; an archived one stays as it is.
-- Takes: stamp, source_id, expected_versions
-- Returns: the refusal, the source as it is now, its event.
-- Rules: S1, S5.
WITH locked_source AS (
    SELECT s AS source, s.id, s.version, s.status, s.key
    FROM sources AS s
    WHERE s.organization_id = :organization_id AND s.id = :source_id
    FOR NO KEY UPDATE
),
judged_source AS (
    SELECT CASE
        WHEN l.version <> ALL (:expected_versions::integer[]) THEN version_mismatch(l.version)
        WHEN l.key IS NOT NULL THEN refusal(
            'in_use', state_of(l.status, l.version), 'The system itself uses this source; it can only be renamed.'
        )
    END AS refusal
    FROM locked_source AS l
),
archived_source AS (
    UPDATE sources AS s
    SET status = 'archived', version = l.version + 1, updated_at = written_at()
    FROM judged_source AS g, locked_source AS l
    WHERE s.organization_id = :organization_id AND s.id = l.id AND g.refusal IS NULL AND l.status = 'active'
    RETURNING s AS source, s.version, record_event(
        :organization_id, :event_id, :actor, :correlation_id, 'vocabulary.changed', 'source', s.id, s.version,
        jsonb_build_object('change', 'archived')
    ) AS event_id
)
SELECT g.refusal::text AS refusal, l.id, coalesce(x.version, l.version) AS version,
       source_body(coalesce(x.source, l.source))::text AS body, x.event_id
FROM locked_source AS l
CROSS JOIN judged_source AS g
LEFT JOIN archived_source AS x ON true;
