-- Offices: what changes the places of work.
-- Pool: primary.
-- Know first: an office is archived, never deleted; jobs keep naming it.

-- name: add(organization_id, event_id, actor, correlation_id, office_id, name, country, region, city, time_zone, external_id)^
-- Adds an office.
-- Returns: the office and its event.
WITH added_office AS (
    INSERT INTO offices AS o (organization_id, id, name, country, region, city, time_zone, external_id)
    VALUES (:organization_id, :office_id, :name, :country, :region, :city, :time_zone, :external_id)
    RETURNING o AS office, o.id, o.version
),
recorded_event AS (
    INSERT INTO events (organization_id, id, actor, correlation_id, type, aggregate_type, aggregate_id,
                        aggregate_version, data)
    SELECT :organization_id, :event_id, :actor, :correlation_id, 'vocabulary.changed', 'office', x.id,
           x.version, jsonb_build_object('change', 'created')
    FROM added_office AS x
    RETURNING id
),
queued_event AS (
    INSERT INTO outbox (organization_id, event_id)
    SELECT :organization_id, e.id FROM recorded_event AS e
)
SELECT x.id, x.version, office_body(x.office)::text AS body, e.id AS event_id
FROM added_office AS x, recorded_event AS e;

-- name: update(organization_id, event_id, actor, correlation_id, office_id, changes, expected_version)^
-- Changes the fields that a merge patch names.
-- Returns: what was found, whether the region would be one of another country, the office as it is now, its event.
-- Guards: something differs; version of the locked row; a patch of region or country makes them go together.
WITH locked_office AS (
    SELECT o AS office, o.id, o.version
    FROM offices AS o
    WHERE o.organization_id = :organization_id AND o.id = :office_id
    FOR NO KEY UPDATE
),
contradiction AS (
    SELECT n.region
    FROM locked_office AS l, jsonb_populate_record(l.office, :changes) AS n
    WHERE left(n.region, 2) <> n.country
      AND (:changes::jsonb -> 'region' IS NOT NULL OR :changes::jsonb -> 'country' IS NOT NULL)
),
updated_office AS (
    UPDATE offices AS o
    SET (name, country, region, city, time_zone, external_id) = (
            SELECT n.name, n.country, n.region, n.city, n.time_zone, n.external_id
            FROM jsonb_populate_record(l.office, :changes) AS n
        ),
        version = l.version + 1, updated_at = written_at()
    FROM locked_office AS l
    WHERE o.organization_id = :organization_id AND o.id = l.id
      AND l.office IS DISTINCT FROM jsonb_populate_record(l.office, :changes)
      AND (:expected_version::integer IS NULL OR l.version = :expected_version)
      AND NOT EXISTS (SELECT FROM contradiction)
    RETURNING o AS office, o.id, o.version
),
recorded_event AS (
    INSERT INTO events (organization_id, id, actor, correlation_id, type, aggregate_type, aggregate_id,
                        aggregate_version, data)
    SELECT :organization_id, :event_id, :actor, :correlation_id, 'vocabulary.changed', 'office', x.id,
           x.version, jsonb_build_object('change', 'updated', 'fields', (
               SELECT jsonb_agg(k) FROM jsonb_object_keys(:changes::jsonb) AS k
           ))
    FROM updated_office AS x
    RETURNING id
),
queued_event AS (
    INSERT INTO outbox (organization_id, event_id)
    SELECT :organization_id, e.id FROM recorded_event AS e
)
SELECT l.version AS found_version, EXISTS (SELECT FROM contradiction) AS is_contradictory, l.id,
       coalesce(u.version, l.version) AS version,
       office_body(coalesce(u.office, l.office))::text AS body, e.id AS event_id
FROM locked_office AS l
LEFT JOIN updated_office AS u ON true
LEFT JOIN recorded_event AS e ON true;

-- name: archive(organization_id, event_id, actor, correlation_id, office_id, expected_version)^
-- Archives an office; one that is archived stays as it is.
-- Returns: what was found, the office as it is now, its event.
-- Guards: version of the locked row.
WITH locked_office AS (
    SELECT o AS office, o.id, o.version, o.status
    FROM offices AS o
    WHERE o.organization_id = :organization_id AND o.id = :office_id
    FOR NO KEY UPDATE
),
archived_office AS (
    UPDATE offices AS o
    SET status = 'archived', version = l.version + 1, updated_at = written_at()
    FROM locked_office AS l
    WHERE o.organization_id = :organization_id AND o.id = l.id AND l.status = 'active'
      AND (:expected_version::integer IS NULL OR l.version = :expected_version)
    RETURNING o AS office, o.id, o.version
),
recorded_event AS (
    INSERT INTO events (organization_id, id, actor, correlation_id, type, aggregate_type, aggregate_id,
                        aggregate_version, data)
    SELECT :organization_id, :event_id, :actor, :correlation_id, 'vocabulary.changed', 'office', x.id,
           x.version, jsonb_build_object('change', 'archived')
    FROM archived_office AS x
    RETURNING id
),
queued_event AS (
    INSERT INTO outbox (organization_id, event_id)
    SELECT :organization_id, e.id FROM recorded_event AS e
)
SELECT l.version AS found_version, l.id, coalesce(x.version, l.version) AS version,
       office_body(coalesce(x.office, l.office))::text AS body, e.id AS event_id
FROM locked_office AS l
LEFT JOIN archived_office AS x ON true
LEFT JOIN recorded_event AS e ON true;
