-- Tags: what changes the words that candidates are grouped by.
-- Pool: primary.
-- Know first: an archived tag keeps its name, which no other gets; commands/candidates.sql gives candidates their tags.

-- name: add^
-- Adds a tag.
-- Takes: stamp, tag_id, name
-- Returns: the tag and its event.
-- Rules: S8.
INSERT INTO tags AS t (organization_id, id, name)
VALUES (:organization_id, :tag_id, :name)
RETURNING t.id, t.version, tag_body(t)::text AS body, record_event(
    :organization_id, :event_id, :actor, :correlation_id, 'vocabulary.changed', 'tag', t.id, t.version,
    jsonb_build_object('change', 'created')
) AS event_id;

-- name: update^
-- Changes the fields that a merge patch names; what is the same already changes nothing.
-- Takes: stamp, tag_id, changes, expected_versions
-- Returns: the refusal, the tag as it is now, its event.
-- Rules: S8.
WITH locked_tag AS (
    SELECT t AS tag, t.id, t.version
    FROM tags AS t
    WHERE t.organization_id = :organization_id AND t.id = :tag_id
    FOR NO KEY UPDATE
),
judged_tag AS (
    SELECT CASE
        WHEN l.version <> ALL (:expected_versions::integer[]) THEN version_mismatch(l.version)
    END AS refusal
    FROM locked_tag AS l
),
updated_tag AS (
    UPDATE tags AS t
    SET name = (SELECT n.name FROM jsonb_populate_record(l.tag, :changes) AS n),
        version = l.version + 1, updated_at = written_at()
    FROM judged_tag AS g, locked_tag AS l
    WHERE t.organization_id = :organization_id AND t.id = l.id AND g.refusal IS NULL
      AND l.tag IS DISTINCT FROM jsonb_populate_record(l.tag, :changes)
    RETURNING t AS tag, t.version, record_event(
        :organization_id, :event_id, :actor, :correlation_id, 'vocabulary.changed', 'tag', t.id, t.version,
        jsonb_build_object('change', 'updated', 'fields', fields_of(:changes))
    ) AS event_id
)
SELECT g.refusal::text AS refusal, l.id, coalesce(x.version, l.version) AS version,
       tag_body(coalesce(x.tag, l.tag))::text AS body, x.event_id
FROM locked_tag AS l
CROSS JOIN judged_tag AS g
LEFT JOIN updated_tag AS x ON true;

-- name: archive^
-- Archives a tag; an archived one stays as it is.
-- Takes: stamp, tag_id, expected_versions
-- Returns: the refusal, the tag as it is now, its event.
-- Rules: S1.
WITH locked_tag AS (
    SELECT t AS tag, t.id, t.version, t.status
    FROM tags AS t
    WHERE t.organization_id = :organization_id AND t.id = :tag_id
    FOR NO KEY UPDATE
),
judged_tag AS (
    SELECT CASE
        WHEN l.version <> ALL (:expected_versions::integer[]) THEN version_mismatch(l.version)
    END AS refusal
    FROM locked_tag AS l
),
archived_tag AS (
    UPDATE tags AS t
    SET status = 'archived', version = l.version + 1, updated_at = written_at()
    FROM judged_tag AS g, locked_tag AS l
    WHERE t.organization_id = :organization_id AND t.id = l.id AND g.refusal IS NULL AND l.status = 'active'
    RETURNING t AS tag, t.version, record_event(
        :organization_id, :event_id, :actor, :correlation_id, 'vocabulary.changed', 'tag', t.id, t.version,
        jsonb_build_object('change', 'archived')
    ) AS event_id
)
SELECT g.refusal::text AS refusal, l.id, coalesce(x.version, l.version) AS version,
       tag_body(coalesce(x.tag, l.tag))::text AS body, x.event_id
FROM locked_tag AS l
CROSS JOIN judged_tag AS g
LEFT JOIN archived_tag AS x ON true;
