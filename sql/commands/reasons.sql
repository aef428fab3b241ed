-- Reasons: what changes the words for why something ended.
-- Pool: primary.
-- Know first: a reason whose key is set is used by the system: it can be renamed, not archived.

-- name: add^
-- Adds a reason.
-- Takes: stamp, reason_id, kind, name
-- Returns: the reason and its event.
-- Rules: S8.
INSERT INTO reasons AS r (organization_id, id, kind, name)
VALUES (:organization_id, :reason_id, :kind, :name)
RETURNING r.id, r.version, reason_body(r)::text AS body, record_event(
    :organization_id, :event_id, :actor, :correlation_id, 'vocabulary.changed', 'reason', r.id, r.version,
    jsonb_build_object('change', 'created')
) AS event_id;

-- name: update^
-- Changes the fields that a merge patch names; what is the same already changes nothing.
-- Takes: stamp, reason_id, changes, expected_versions
-- Returns: the refusal, the reason as it is now, its event.
-- Rules: S8.
WITH locked_reason AS (
    SELECT r AS reason, r.id, r.version
    FROM reasons AS r
    WHERE r.organization_id = :organization_id AND r.id = :reason_id
    FOR NO KEY UPDATE
),
judged_reason AS (
    SELECT CASE
        WHEN l.version <> ALL (:expected_versions::integer[]) THEN version_mismatch(l.version)
    END AS refusal
    FROM locked_reason AS l
),
updated_reason AS (
    UPDATE reasons AS r
    SET name = (SELECT n.name FROM jsonb_populate_record(l.reason, :changes) AS n),
        version = l.version + 1, updated_at = written_at()
    FROM judged_reason AS g, locked_reason AS l
    WHERE r.organization_id = :organization_id AND r.id = l.id AND g.refusal IS NULL
      AND l.reason IS DISTINCT FROM jsonb_populate_record(l.reason, :changes)
    RETURNING r AS reason, r.version, record_event(
        :organization_id, :event_id, :actor, :correlation_id, 'vocabulary.changed', 'reason', r.id, r.version,
        jsonb_build_object('change', 'updated', 'fields', fields_of(:changes))
    ) AS event_id
)
SELECT g.refusal::text AS refusal, l.id, coalesce(x.version, l.version) AS version,
       reason_body(coalesce(x.reason, l.reason))::text AS body, x.event_id
FROM locked_reason AS l
CROSS JOIN judged_reason AS g
LEFT JOIN updated_reason AS x ON true;

-- name: archive^
-- Archives a reason; an archived one stays as it is.
-- Takes: stamp, reason_id, expected_versions
-- Returns: the refusal, the reason as it is now, its event.
-- Rules: S5.
WITH locked_reason AS (
    SELECT r AS reason, r.id, r.version, r.status, r.key
    FROM reasons AS r
    WHERE r.organization_id = :organization_id AND r.id = :reason_id
    FOR NO KEY UPDATE
),
judged_reason AS (
    SELECT CASE
        WHEN l.version <> ALL (:expected_versions::integer[]) THEN version_mismatch(l.version)
        WHEN l.key IS NOT NULL THEN refusal(
            'in_use', state_of(l.status, l.version), 'The system itself uses this reason; it can only be renamed.'
        )
    END AS refusal
    FROM locked_reason AS l
),
archived_reason AS (
    UPDATE reasons AS r
    SET status = 'archived', version = l.version + 1, updated_at = written_at()
    FROM judged_reason AS g, locked_reason AS l
    WHERE r.organization_id = :organization_id AND r.id = l.id AND g.refusal IS NULL AND l.status = 'active'
    RETURNING r AS reason, r.version, record_event(
        :organization_id, :event_id, :actor, :correlation_id, 'vocabulary.changed', 'reason', r.id, r.version,
        jsonb_build_object('change', 'archived')
    ) AS event_id
)
SELECT g.refusal::text AS refusal, l.id, coalesce(x.version, l.version) AS version,
       reason_body(coalesce(x.reason, l.reason))::text AS body, x.event_id
FROM locked_reason AS l
CROSS JOIN judged_reason AS g
LEFT JOIN archived_reason AS x ON true;
