-- Offices: what changes the places of work.
-- Pool: primary.
-- Know first: an office is archived, never deleted; jobs keep naming it.

-- name: add^
-- Adds an office.
-- Takes: stamp, office_id, name, country, region, city, time_zone, external_id
-- Returns: the office and its event.
-- Rules: R6.
INSERT INTO offices AS o (organization_id, id, name, country, region, city, time_zone, external_id)
VALUES (:organization_id, :office_id, :name, :country, :region, :city, :time_zone, :external_id)
RETURNING o.id, o.version, office_body(o)::text AS body, record_event(
    :organization_id, :event_id, :actor, :correlation_id, 'vocabulary.changed', 'office', o.id, o.version,
    jsonb_build_object('change', 'created')
) AS event_id;

-- name: lock_office
-- Locks an office, so that no post is published at it while it changes its place.
-- Takes: organization_id, office_id
SELECT o.id
FROM offices AS o
WHERE o.organization_id = :organization_id AND o.id = :office_id
FOR NO KEY UPDATE;

-- name: update^
-- Changes the fields that a merge patch names; what is the same already changes nothing.
-- Takes: stamp, office_id, changes, expected_versions
-- Locks first: lock_office
-- Returns: the refusal, the office as it is now, its event.
-- Rules: S3, B34, R6.
-- Why: an office that has a region of another country already keeps it until a patch names either of them.
WITH seen_office AS (
    SELECT o AS office, o.id, o.version
    FROM offices AS o
    WHERE o.organization_id = :organization_id AND o.id = :office_id
),
broken_law AS (
    SELECT CASE WHEN :changes::jsonb -> 'region' IS NOT NULL THEN '/region' ELSE '/country' END AS pointer,
           b.finding, b.detail
    FROM seen_office AS l
    CROSS JOIN jsonb_populate_record(l.office, :changes) AS n
    JOIN job_offices AS f ON f.organization_id = :organization_id AND f.office_id = l.id
    JOIN posts AS p ON p.organization_id = :organization_id AND p.job_id = f.job_id AND p.status = 'published'
    CROSS JOIN broken_law(:organization_id, p, places_of_office(n)) AS b
    WHERE (n.country, n.region) IS DISTINCT FROM ((l.office).country, (l.office).region)
    ORDER BY p.id
    LIMIT 1
),
judged_office AS (
    SELECT CASE
        WHEN l.version <> ALL (:expected_versions::integer[]) THEN version_mismatch(l.version)
        WHEN left(n.region, 2) <> n.country AND :changes::jsonb -> 'region' IS NOT NULL
            THEN unfit('/region', 'contradiction', 'The region is not in the country of the office.')
        WHEN left(n.region, 2) <> n.country AND :changes::jsonb -> 'country' IS NOT NULL
            THEN unfit('/country', 'contradiction', 'The region of the office is not in this country.')
        WHEN b.finding IS NOT NULL THEN unfit_fields(json_build_object(b.pointer, b.finding), b.detail)
    END AS refusal
    FROM seen_office AS l
    CROSS JOIN jsonb_populate_record(l.office, :changes) AS n
    LEFT JOIN broken_law AS b ON true
),
updated_office AS (
    UPDATE offices AS o
    SET (name, country, region, city, time_zone, external_id) = (
            SELECT n.name, n.country, n.region, n.city, n.time_zone, n.external_id
            FROM jsonb_populate_record(l.office, :changes) AS n
        ),
        version = l.version + 1, updated_at = written_at()
    FROM judged_office AS g, seen_office AS l
    WHERE o.organization_id = :organization_id AND o.id = l.id AND g.refusal IS NULL
      AND l.office IS DISTINCT FROM jsonb_populate_record(l.office, :changes)
    RETURNING o AS office, o.version, record_event(
        :organization_id, :event_id, :actor, :correlation_id, 'vocabulary.changed', 'office', o.id, o.version,
        jsonb_build_object('change', 'updated', 'fields', fields_of(:changes))
    ) AS event_id
)
SELECT g.refusal::text AS refusal, l.id, coalesce(x.version, l.version) AS version,
       office_body(coalesce(x.office, l.office))::text AS body, x.event_id
FROM seen_office AS l
CROSS JOIN judged_office AS g
LEFT JOIN updated_office AS x ON true;

-- name: archive^
-- Archives an office; an archived one stays as it is.
-- Takes: stamp, office_id, expected_versions
-- Returns: the refusal, the office as it is now, its event.
-- Rules: S1.
WITH locked_office AS (
    SELECT o AS office, o.id, o.version, o.status
    FROM offices AS o
    WHERE o.organization_id = :organization_id AND o.id = :office_id
    FOR NO KEY UPDATE
),
judged_office AS (
    SELECT CASE
        WHEN l.version <> ALL (:expected_versions::integer[]) THEN version_mismatch(l.version)
    END AS refusal
    FROM locked_office AS l
),
archived_office AS (
    UPDATE offices AS o
    SET status = 'archived', version = l.version + 1, updated_at = written_at()
    FROM judged_office AS g, locked_office AS l
    WHERE o.organization_id = :organization_id AND o.id = l.id AND g.refusal IS NULL AND l.status = 'active'
    RETURNING o AS office, o.version, record_event(
        :organization_id, :event_id, :actor, :correlation_id, 'vocabulary.changed', 'office', o.id, o.version,
        jsonb_build_object('change', 'archived')
    ) AS event_id
)
SELECT g.refusal::text AS refusal, l.id, coalesce(x.version, l.version) AS version,
       office_body(coalesce(x.office, l.office))::text AS body, x.event_id
FROM locked_office AS l
CROSS JOIN judged_office AS g
LEFT JOIN archived_office AS x ON true;
