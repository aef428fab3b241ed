-- Departments: what changes the tree of departments.
-- Pool: primary.
-- Know first: the organization's row is locked before the tree changes shape, so that no two moves close a circle.

-- name: add^
-- Adds a department; its parent must be active.
-- Takes: stamp, department_id, name, parent_id, external_id
-- Returns: the refusal, the department and its event.
-- Rules: S1, R6.
WITH given_parent AS (
    SELECT d.id
    FROM departments AS d
    WHERE d.organization_id = :organization_id AND d.id = :parent_id AND d.status = 'active'
    FOR SHARE
),
judged_parent AS (
    SELECT CASE
        WHEN :parent_id::uuid IS NOT NULL AND NOT EXISTS (SELECT FROM given_parent)
            THEN unfit('/parent_id', 'unknown_reference')
    END AS refusal
),
added_department AS (
    INSERT INTO departments AS d (organization_id, id, name, parent_id, external_id)
    SELECT :organization_id, :department_id, :name, :parent_id, :external_id
    FROM judged_parent AS g
    WHERE g.refusal IS NULL
    RETURNING d AS department, d.id, d.version, record_event(
        :organization_id, :event_id, :actor, :correlation_id, 'vocabulary.changed', 'department', d.id, d.version,
        jsonb_build_object('change', 'created')
    ) AS event_id
)
SELECT g.refusal::text AS refusal, x.id, x.version, department_body(x.department)::text AS body, x.event_id
FROM judged_parent AS g
LEFT JOIN added_department AS x ON true;

-- name: lock_tree
-- Locks the organization, whose tree of departments is about to change shape.
-- Takes: organization_id
SELECT o.organization_id
FROM organizations AS o
WHERE o.organization_id = :organization_id
FOR NO KEY UPDATE;

-- name: update^
-- Changes the fields that a merge patch names; what is the same already changes nothing.
-- Takes: stamp, department_id, changes, expected_versions
-- Locks first: lock_tree
-- Returns: the refusal, the department as it is now, its event.
-- Rules: S1, S2, R6.
WITH RECURSIVE locked_department AS (
    SELECT d AS department, d.id, d.version, d.parent_id
    FROM departments AS d
    WHERE d.organization_id = :organization_id AND d.id = :department_id
    FOR NO KEY UPDATE
),
kept_parent AS (
    SELECT d.id
    FROM departments AS d
    JOIN locked_department AS l ON d.status = 'active' OR d.id = l.parent_id
    WHERE d.organization_id = :organization_id AND d.id = (:changes::jsonb ->> 'parent_id')::uuid
    FOR SHARE OF d
),
ancestor AS (
    SELECT d.id, d.parent_id
    FROM departments AS d
    WHERE d.organization_id = :organization_id AND d.id = (:changes::jsonb ->> 'parent_id')::uuid
    UNION
    SELECT d.id, d.parent_id
    FROM departments AS d
    JOIN ancestor AS a ON d.id = a.parent_id
    WHERE d.organization_id = :organization_id
),
judged_department AS (
    SELECT CASE
        WHEN :changes::jsonb ->> 'parent_id' IS NOT NULL AND NOT EXISTS (SELECT FROM kept_parent)
            THEN unfit('/parent_id', 'unknown_reference')
        WHEN EXISTS (SELECT FROM ancestor AS a WHERE a.id = l.id)
            THEN unfit('/parent_id', 'circular', 'A department cannot be below itself.')
        WHEN l.version <> ALL (:expected_versions::integer[]) THEN version_mismatch(l.version)
    END AS refusal
    FROM locked_department AS l
),
updated_department AS (
    UPDATE departments AS d
    SET (name, parent_id, external_id) = (
            SELECT n.name, n.parent_id, n.external_id FROM jsonb_populate_record(l.department, :changes) AS n
        ),
        version = l.version + 1, updated_at = written_at()
    FROM judged_department AS g, locked_department AS l
    WHERE d.organization_id = :organization_id AND d.id = l.id AND g.refusal IS NULL
      AND l.department IS DISTINCT FROM jsonb_populate_record(l.department, :changes)
    RETURNING d AS department, d.version, record_event(
        :organization_id, :event_id, :actor, :correlation_id, 'vocabulary.changed', 'department', d.id, d.version,
        jsonb_build_object('change', 'updated', 'fields', fields_of(:changes))
    ) AS event_id
)
SELECT g.refusal::text AS refusal, l.id, coalesce(x.version, l.version) AS version,
       department_body(coalesce(x.department, l.department))::text AS body, x.event_id
FROM locked_department AS l
CROSS JOIN judged_department AS g
LEFT JOIN updated_department AS x ON true;

-- name: archive^
-- Archives a department; an archived one stays as it is.
-- Takes: stamp, department_id, expected_versions
-- Returns: the refusal, the department as it is now, its event.
-- Rules: S1.
WITH locked_department AS (
    SELECT d AS department, d.id, d.version, d.status
    FROM departments AS d
    WHERE d.organization_id = :organization_id AND d.id = :department_id
    FOR NO KEY UPDATE
),
judged_department AS (
    SELECT CASE
        WHEN l.version <> ALL (:expected_versions::integer[]) THEN version_mismatch(l.version)
    END AS refusal
    FROM locked_department AS l
),
archived_department AS (
    UPDATE departments AS d
    SET status = 'archived', version = l.version + 1, updated_at = written_at()
    FROM judged_department AS g, locked_department AS l
    WHERE d.organization_id = :organization_id AND d.id = l.id AND g.refusal IS NULL AND l.status = 'active'
    RETURNING d AS department, d.version, record_event(
        :organization_id, :event_id, :actor, :correlation_id, 'vocabulary.changed', 'department', d.id, d.version,
        jsonb_build_object('change', 'archived')
    ) AS event_id
)
SELECT g.refusal::text AS refusal, l.id, coalesce(x.version, l.version) AS version,
       department_body(coalesce(x.department, l.department))::text AS body, x.event_id
FROM locked_department AS l
CROSS JOIN judged_department AS g
LEFT JOIN archived_department AS x ON true;
