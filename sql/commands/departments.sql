-- Departments: what changes the tree of departments.
-- Pool: primary.
-- Know first: the organization's row is locked before the tree changes shape, so that no two moves close a circle.

-- name: add(organization_id, event_id, actor, correlation_id, department_id, name, parent_id, external_id)^
-- Adds a department.
-- Returns: whether the parent was found, the department and its event.
-- Guards: the parent is active.
WITH given_parent AS (
    SELECT d.id
    FROM departments AS d
    WHERE d.organization_id = :organization_id AND d.id = :parent_id AND d.status = 'active'
    FOR SHARE
),
added_department AS (
    INSERT INTO departments AS d (organization_id, id, name, parent_id, external_id)
    SELECT :organization_id, :department_id, :name, :parent_id, :external_id
    FROM (SELECT) AS always
    WHERE :parent_id::uuid IS NULL OR EXISTS (SELECT FROM given_parent)
    RETURNING d AS department, d.id, d.version
),
recorded_event AS (
    INSERT INTO events (organization_id, id, actor, correlation_id, type, aggregate_type, aggregate_id,
                        aggregate_version, data)
    SELECT :organization_id, :event_id, :actor, :correlation_id, 'vocabulary.changed', 'department', a.id,
           a.version, jsonb_build_object('change', 'created')
    FROM added_department AS a
    RETURNING id
),
queued_event AS (
    INSERT INTO outbox (organization_id, event_id)
    SELECT :organization_id, e.id FROM recorded_event AS e
)
SELECT :parent_id::uuid IS NULL OR EXISTS (SELECT FROM given_parent) AS is_parent_found,
       a.id, a.version, department_body(a.department)::text AS body, e.id AS event_id
FROM (SELECT) AS always
LEFT JOIN added_department AS a ON true
LEFT JOIN recorded_event AS e ON true;

-- name: lock_tree(organization_id)
-- Locks the organization, whose tree of departments is about to change shape.
SELECT o.organization_id
FROM organizations AS o
WHERE o.organization_id = :organization_id
FOR NO KEY UPDATE;

-- name: update(organization_id, event_id, actor, correlation_id, department_id, changes, expected_version)^
-- Changes the fields that a merge patch names.
-- Locks first: lock_tree
-- Returns: what was found of department and parent, the department as it is now, its event, whether it is a circle.
-- Guards: something differs; version of the locked row; a parent that is newly named is active; no circle.
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
updated_department AS (
    UPDATE departments AS d
    SET (name, parent_id, external_id) = (
            SELECT n.name, n.parent_id, n.external_id FROM jsonb_populate_record(l.department, :changes) AS n
        ),
        version = l.version + 1, updated_at = written_at()
    FROM locked_department AS l
    WHERE d.organization_id = :organization_id AND d.id = l.id
      AND l.department IS DISTINCT FROM jsonb_populate_record(l.department, :changes)
      AND (:expected_version::integer IS NULL OR l.version = :expected_version)
      AND (:changes::jsonb ->> 'parent_id' IS NULL OR EXISTS (SELECT FROM kept_parent))
      AND NOT EXISTS (SELECT FROM ancestor AS a WHERE a.id = l.id)
    RETURNING d AS department, d.id, d.version
),
recorded_event AS (
    INSERT INTO events (organization_id, id, actor, correlation_id, type, aggregate_type, aggregate_id,
                        aggregate_version, data)
    SELECT :organization_id, :event_id, :actor, :correlation_id, 'vocabulary.changed', 'department', u.id,
           u.version, jsonb_build_object('change', 'updated', 'fields', (
               SELECT jsonb_agg(k) FROM jsonb_object_keys(:changes::jsonb) AS k
           ))
    FROM updated_department AS u
    RETURNING id
),
queued_event AS (
    INSERT INTO outbox (organization_id, event_id)
    SELECT :organization_id, e.id FROM recorded_event AS e
)
SELECT l.version AS found_version, l.id, coalesce(u.version, l.version) AS version,
       department_body(coalesce(u.department, l.department))::text AS body, e.id AS event_id,
       :changes::jsonb ->> 'parent_id' IS NULL OR EXISTS (SELECT FROM kept_parent) AS is_parent_found,
       EXISTS (SELECT FROM ancestor AS a WHERE a.id = l.id) AS is_circle
FROM locked_department AS l
LEFT JOIN updated_department AS u ON true
LEFT JOIN recorded_event AS e ON true;

-- name: archive(organization_id, event_id, actor, correlation_id, department_id, expected_version)^
-- Archives a department; one that is archived stays as it is.
-- Returns: what was found, the department as it is now, its event.
-- Guards: version of the locked row.
WITH locked_department AS (
    SELECT d AS department, d.id, d.version, d.status
    FROM departments AS d
    WHERE d.organization_id = :organization_id AND d.id = :department_id
    FOR NO KEY UPDATE
),
archived_department AS (
    UPDATE departments AS d
    SET status = 'archived', version = l.version + 1, updated_at = written_at()
    FROM locked_department AS l
    WHERE d.organization_id = :organization_id AND d.id = l.id AND l.status = 'active'
      AND (:expected_version::integer IS NULL OR l.version = :expected_version)
    RETURNING d AS department, d.id, d.version
),
recorded_event AS (
    INSERT INTO events (organization_id, id, actor, correlation_id, type, aggregate_type, aggregate_id,
                        aggregate_version, data)
    SELECT :organization_id, :event_id, :actor, :correlation_id, 'vocabulary.changed', 'department', a.id,
           a.version, jsonb_build_object('change', 'archived')
    FROM archived_department AS a
    RETURNING id
),
queued_event AS (
    INSERT INTO outbox (organization_id, event_id)
    SELECT :organization_id, e.id FROM recorded_event AS e
)
SELECT l.version AS found_version, l.id, coalesce(a.version, l.version) AS version,
       department_body(coalesce(a.department, l.department))::text AS body, e.id AS event_id
FROM locked_department AS l
LEFT JOIN archived_department AS a ON true
LEFT JOIN recorded_event AS e ON true;
