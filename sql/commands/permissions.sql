-- Permissions: groups of an organization's own, and who holds which group or permission.
-- Pool: primary.
-- Know first: nothing is deleted; a grant is revoked. What decides about the last administrator locks the organization.

-- name: lock_organization(organization_id)
-- Locks the organization, whose administrators are about to be counted.
SELECT o.organization_id
FROM organizations AS o
WHERE o.organization_id = :organization_id
FOR NO KEY UPDATE;

-- name: lock_user(organization_id, user_id)
-- Locks a user, so that what follows sees their grants and sessions as nobody else changes them.
SELECT u.id
FROM users AS u
WHERE u.organization_id = :organization_id AND u.id = :user_id
FOR NO KEY UPDATE;

-- name: add_group(organization_id, event_id, actor, correlation_id, permission_group_id, name, permissions, built_in)^
-- Adds a group of the organization's own.
-- Returns: the group and the event.
WITH added_group AS (
    INSERT INTO permission_groups AS g (organization_id, id, name, permissions)
    VALUES (:organization_id, :permission_group_id, :name, :permissions)
    RETURNING g AS permission_group, g.id, g.version
),
recorded_event AS (
    INSERT INTO events (organization_id, id, actor, correlation_id, type, aggregate_type, aggregate_id,
                        aggregate_version, data)
    SELECT :organization_id, :event_id, :actor, :correlation_id, 'vocabulary.changed', 'permission_group', a.id,
           a.version, jsonb_build_object('change', 'created')
    FROM added_group AS a
    RETURNING id
),
queued_event AS (
    INSERT INTO outbox (organization_id, event_id)
    SELECT :organization_id, e.id FROM recorded_event AS e
)
SELECT a.id, a.version, permission_group_body(a.permission_group, :built_in)::text AS body, e.id AS event_id
FROM added_group AS a, recorded_event AS e;

-- name: update_group(organization_id, event_id, actor, correlation_id, permission_group_id, changes, built_in, expected_version)^
-- Changes a group of the organization's own; a built-in one keeps what its release says.
-- Returns: what was found, the group as it is now, its event.
-- Guards: something differs; version of the locked row; not built in.
WITH locked_group AS (
    SELECT g AS permission_group, g.id, g.version, g.key
    FROM permission_groups AS g
    WHERE g.organization_id = :organization_id AND g.id = :permission_group_id
    FOR NO KEY UPDATE
),
updated_group AS (
    UPDATE permission_groups AS g
    SET (name, permissions) = (
            SELECT n.name, n.permissions FROM jsonb_populate_record(l.permission_group, :changes) AS n
        ),
        version = l.version + 1, updated_at = written_at()
    FROM locked_group AS l
    WHERE g.organization_id = :organization_id AND g.id = l.id AND l.key IS NULL
      AND l.permission_group IS DISTINCT FROM jsonb_populate_record(l.permission_group, :changes)
      AND (:expected_version::integer IS NULL OR l.version = :expected_version)
    RETURNING g AS permission_group, g.id, g.version
),
recorded_event AS (
    INSERT INTO events (organization_id, id, actor, correlation_id, type, aggregate_type, aggregate_id,
                        aggregate_version, data)
    SELECT :organization_id, :event_id, :actor, :correlation_id, 'vocabulary.changed', 'permission_group', u.id,
           u.version, jsonb_build_object('change', 'updated', 'fields', (
               SELECT jsonb_agg(k) FROM jsonb_object_keys(:changes::jsonb) AS k
           ))
    FROM updated_group AS u
    RETURNING id
),
queued_event AS (
    INSERT INTO outbox (organization_id, event_id)
    SELECT :organization_id, e.id FROM recorded_event AS e
)
SELECT l.version AS found_version, l.id, l.key IS NOT NULL AS is_built_in, coalesce(u.version, l.version) AS version,
       permission_group_body(coalesce(u.permission_group, l.permission_group), :built_in)::text AS body,
       e.id AS event_id
FROM locked_group AS l
LEFT JOIN updated_group AS u ON true
LEFT JOIN recorded_event AS e ON true;

-- name: grant_group(organization_id, event_id, actor, correlation_id, assignment_id, user_id, permission_group_id, seen_group_version, scope)^
-- Gives a user a group; a grant that stands with the same scope stays, another scope replaces it.
-- Locks first: lock_organization, lock_user
-- Returns: what was found of user and group, whether it narrows the last administrator, the event.
-- Guards: the last administrator keeps the group for all jobs.
-- Locks: the group, FOR SHARE, so that it permits what was judged.
WITH locked_group AS (
    SELECT g.id, g.version, g.key
    FROM permission_groups AS g
    WHERE g.organization_id = :organization_id AND g.id = :permission_group_id
    FOR SHARE
),
judged_group AS (
    SELECT g.id, g.key FROM locked_group AS g WHERE g.version = :seen_group_version
),
locked_user AS (
    SELECT u.id, u.version, u.status, u.type
    FROM users AS u
    WHERE u.organization_id = :organization_id AND u.id = :user_id
    FOR NO KEY UPDATE
),
standing_grant AS (
    SELECT a.id, a.scope
    FROM permission_group_assignments AS a
    JOIN locked_user AS l ON a.user_id = l.id
    WHERE a.organization_id = :organization_id AND a.permission_group_id = :permission_group_id
      AND a.revoked_at IS NULL
),
left_administrator AS (
    SELECT a.user_id
    FROM permission_group_assignments AS a
    JOIN permission_groups AS g ON g.organization_id = :organization_id AND g.id = a.permission_group_id
    JOIN users AS u ON u.organization_id = :organization_id AND u.id = a.user_id
    WHERE a.organization_id = :organization_id AND a.revoked_at IS NULL AND a.user_id <> :user_id
      AND g.key = 'administrator' AND a.scope = 'all' AND u.status = 'active' AND u.type = 'member'
    LIMIT 1
),
kept_grant AS (
    SELECT g.id
    FROM standing_grant AS g, judged_group AS x, locked_user AS l
    WHERE x.key = 'administrator' AND g.scope = 'all' AND g.scope <> :scope AND l.status = 'active'
      AND l.type = 'member' AND NOT EXISTS (SELECT FROM left_administrator)
),
revoked_grant AS (
    UPDATE permission_group_assignments AS a
    SET revoked_by = :actor, revoked_at = clock_timestamp()
    FROM standing_grant AS g
    WHERE a.organization_id = :organization_id AND a.id = g.id AND a.revoked_at IS NULL AND g.scope <> :scope
      AND EXISTS (SELECT FROM judged_group) AND NOT EXISTS (SELECT FROM kept_grant)
    RETURNING a.id
),
made_grant AS (
    INSERT INTO permission_group_assignments AS a
        (organization_id, id, user_id, permission_group_id, scope, granted_by)
    SELECT :organization_id, :assignment_id, l.id, x.id, :scope, :actor
    FROM locked_user AS l, judged_group AS x, (SELECT count(*) FROM revoked_grant) AS after_revoking
    WHERE NOT EXISTS (SELECT FROM standing_grant AS g WHERE g.scope = :scope)
      AND NOT EXISTS (SELECT FROM kept_grant)
    RETURNING a.id
),
recorded_event AS (
    INSERT INTO events (organization_id, id, actor, correlation_id, type, aggregate_type, aggregate_id,
                        aggregate_version, data)
    SELECT :organization_id, :event_id, :actor, :correlation_id, 'permission.granted', 'user', l.id, l.version,
           jsonb_build_object('permission_group_id', :permission_group_id::uuid, 'scope', :scope::text)
    FROM made_grant AS g, locked_user AS l
    RETURNING id
),
queued_event AS (
    INSERT INTO outbox (organization_id, event_id)
    SELECT :organization_id, e.id FROM recorded_event AS e
)
SELECT l.version AS found_version, l.status AS found_status, EXISTS (SELECT FROM judged_group) AS is_group_as_judged,
       (SELECT g.version FROM locked_group AS g) AS group_version,
       EXISTS (SELECT FROM kept_grant) AS is_last_administrator, e.id AS event_id,
       json_build_object('permission_group_id', :permission_group_id::uuid, 'scope', :scope::text)::text AS body
FROM locked_user AS l
LEFT JOIN recorded_event AS e ON true;

-- name: revoke_group(organization_id, event_id, actor, correlation_id, user_id, permission_group_id)^
-- Takes a group from a user.
-- Locks first: lock_organization, lock_user
-- Returns: what was found, whether it is the last administrator's, the event.
-- Guards: the last administrator keeps the group.
WITH standing_grant AS (
    SELECT a.id, a.user_id, a.scope, g.key, u.version, u.status, u.type
    FROM permission_group_assignments AS a
    JOIN permission_groups AS g ON g.organization_id = :organization_id AND g.id = a.permission_group_id
    JOIN users AS u ON u.organization_id = :organization_id AND u.id = a.user_id
    WHERE a.organization_id = :organization_id AND a.user_id = :user_id
      AND a.permission_group_id = :permission_group_id AND a.revoked_at IS NULL
    FOR NO KEY UPDATE OF a
),
left_administrator AS (
    SELECT a.user_id
    FROM permission_group_assignments AS a
    JOIN permission_groups AS g ON g.organization_id = :organization_id AND g.id = a.permission_group_id
    JOIN users AS u ON u.organization_id = :organization_id AND u.id = a.user_id
    WHERE a.organization_id = :organization_id AND a.revoked_at IS NULL AND a.user_id <> :user_id
      AND g.key = 'administrator' AND a.scope = 'all' AND u.status = 'active' AND u.type = 'member'
    LIMIT 1
),
kept_grant AS (
    SELECT g.id
    FROM standing_grant AS g
    WHERE g.key = 'administrator' AND g.scope = 'all' AND g.status = 'active' AND g.type = 'member'
      AND NOT EXISTS (SELECT FROM left_administrator)
),
revoked_grant AS (
    UPDATE permission_group_assignments AS a
    SET revoked_by = :actor, revoked_at = clock_timestamp()
    FROM standing_grant AS g
    WHERE a.organization_id = :organization_id AND a.id = g.id AND a.revoked_at IS NULL
      AND NOT EXISTS (SELECT FROM kept_grant)
    RETURNING a.id
),
recorded_event AS (
    INSERT INTO events (organization_id, id, actor, correlation_id, type, aggregate_type, aggregate_id,
                        aggregate_version, data)
    SELECT :organization_id, :event_id, :actor, :correlation_id, 'permission.revoked', 'user', g.user_id, g.version,
           jsonb_build_object('permission_group_id', :permission_group_id::uuid)
    FROM revoked_grant AS r, standing_grant AS g
    RETURNING id
),
queued_event AS (
    INSERT INTO outbox (organization_id, event_id)
    SELECT :organization_id, e.id FROM recorded_event AS e
)
SELECT g.version AS found_version, g.status AS found_status,
       EXISTS (SELECT FROM kept_grant) AS is_last_administrator, e.id AS event_id
FROM standing_grant AS g
LEFT JOIN recorded_event AS e ON true;

-- name: grant(organization_id, event_id, actor, correlation_id, assignment_id, user_id, permission, scope)^
-- Gives a user a permission; a grant that stands with the same scope stays, another scope replaces it.
-- Locks first: lock_user
-- Returns: whether the user was found, the grant, the event when something changed.
WITH locked_user AS (
    SELECT u.id, u.version
    FROM users AS u
    WHERE u.organization_id = :organization_id AND u.id = :user_id
    FOR NO KEY UPDATE
),
standing_grant AS (
    SELECT a.id, a.scope
    FROM permission_assignments AS a
    JOIN locked_user AS l ON a.user_id = l.id
    WHERE a.organization_id = :organization_id AND a.permission = :permission AND a.revoked_at IS NULL
),
revoked_grant AS (
    UPDATE permission_assignments AS a
    SET revoked_by = :actor, revoked_at = clock_timestamp()
    FROM standing_grant AS g
    WHERE a.organization_id = :organization_id AND a.id = g.id AND a.revoked_at IS NULL AND g.scope <> :scope
    RETURNING a.id
),
made_grant AS (
    INSERT INTO permission_assignments AS a (organization_id, id, user_id, permission, scope, granted_by)
    SELECT :organization_id, :assignment_id, l.id, :permission, :scope, :actor
    FROM locked_user AS l, (SELECT count(*) FROM revoked_grant) AS after_revoking
    WHERE NOT EXISTS (SELECT FROM standing_grant AS g WHERE g.scope = :scope)
    RETURNING a.id
),
recorded_event AS (
    INSERT INTO events (organization_id, id, actor, correlation_id, type, aggregate_type, aggregate_id,
                        aggregate_version, data)
    SELECT :organization_id, :event_id, :actor, :correlation_id, 'permission.granted', 'user', l.id, l.version,
           jsonb_build_object('permission', :permission::text, 'scope', :scope::text)
    FROM made_grant AS g, locked_user AS l
    RETURNING id
),
queued_event AS (
    INSERT INTO outbox (organization_id, event_id)
    SELECT :organization_id, e.id FROM recorded_event AS e
)
SELECT l.version AS found_version, e.id AS event_id,
       json_build_object('permission', :permission::text, 'scope', :scope::text)::text AS body
FROM locked_user AS l
LEFT JOIN recorded_event AS e ON true;

-- name: revoke(organization_id, event_id, actor, correlation_id, user_id, permission)^
-- Takes a permission from a user.
-- Locks first: lock_user
-- Returns: what was found, the event.
WITH standing_grant AS (
    SELECT a.id, a.user_id, u.version
    FROM permission_assignments AS a
    JOIN users AS u ON u.organization_id = :organization_id AND u.id = a.user_id
    WHERE a.organization_id = :organization_id AND a.user_id = :user_id AND a.permission = :permission
      AND a.revoked_at IS NULL
    FOR NO KEY UPDATE OF a
),
revoked_grant AS (
    UPDATE permission_assignments AS a
    SET revoked_by = :actor, revoked_at = clock_timestamp()
    FROM standing_grant AS g
    WHERE a.organization_id = :organization_id AND a.id = g.id AND a.revoked_at IS NULL
    RETURNING a.id
),
recorded_event AS (
    INSERT INTO events (organization_id, id, actor, correlation_id, type, aggregate_type, aggregate_id,
                        aggregate_version, data)
    SELECT :organization_id, :event_id, :actor, :correlation_id, 'permission.revoked', 'user', g.user_id, g.version,
           jsonb_build_object('permission', :permission::text)
    FROM revoked_grant AS r, standing_grant AS g
    RETURNING id
),
queued_event AS (
    INSERT INTO outbox (organization_id, event_id)
    SELECT :organization_id, e.id FROM recorded_event AS e
)
SELECT g.version AS found_version, e.id AS event_id
FROM standing_grant AS g
LEFT JOIN recorded_event AS e ON true;
