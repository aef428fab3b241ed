-- Permissions: groups of an organization's own, and who holds which group or permission.
-- Pool: primary.
-- Know first: nothing is deleted; a grant is revoked. What decides about the last administrator locks the organization.

-- name: add_group^
-- Adds a group of the organization's own.
-- Takes: stamp, permission_group_id, name, permissions, built_in
-- Returns: the group and its event.
-- Rules: S8.
INSERT INTO permission_groups AS g (organization_id, id, name, permissions)
VALUES (:organization_id, :permission_group_id, :name, :permissions)
RETURNING g.id, g.version, permission_group_body(g, :built_in)::text AS body, record_event(
    :organization_id, :event_id, :actor, :correlation_id, 'vocabulary.changed', 'permission_group', g.id, g.version,
    jsonb_build_object('change', 'created')
) AS event_id;

-- name: update_group^
-- Changes a group of the organization's own; a built-in one keeps what its release says.
-- Takes: stamp, permission_group_id, changes, built_in, expected_versions
-- Returns: the refusal, the group as it is now, its event.
-- Rules: O19, S8.
WITH locked_group AS (
    SELECT g AS permission_group, g.id, g.version, g.key
    FROM permission_groups AS g
    WHERE g.organization_id = :organization_id AND g.id = :permission_group_id
    FOR NO KEY UPDATE
),
judged_group AS (
    SELECT CASE
        WHEN l.version <> ALL (:expected_versions::integer[]) THEN version_mismatch(l.version)
        WHEN l.key IS NOT NULL THEN refusal(
            'in_use', json_build_object('version', l.version),
            'A built-in group cannot be changed; make a group of your own.'
        )
    END AS refusal
    FROM locked_group AS l
),
updated_group AS (
    UPDATE permission_groups AS g
    SET (name, permissions) = (
            SELECT n.name, n.permissions FROM jsonb_populate_record(l.permission_group, :changes) AS n
        ),
        version = l.version + 1, updated_at = written_at()
    FROM judged_group AS d, locked_group AS l
    WHERE g.organization_id = :organization_id AND g.id = l.id AND d.refusal IS NULL
      AND l.permission_group IS DISTINCT FROM jsonb_populate_record(l.permission_group, :changes)
    RETURNING g AS permission_group, g.version, record_event(
        :organization_id, :event_id, :actor, :correlation_id, 'vocabulary.changed', 'permission_group', g.id,
        g.version, jsonb_build_object('change', 'updated', 'fields', fields_of(:changes))
    ) AS event_id
)
SELECT d.refusal::text AS refusal, l.id, coalesce(x.version, l.version) AS version,
       permission_group_body(coalesce(x.permission_group, l.permission_group), :built_in)::text AS body, x.event_id
FROM locked_group AS l
CROSS JOIN judged_group AS d
LEFT JOIN updated_group AS x ON true;

-- name: grant_group^
-- Gives a user a group; a grant that stands with the same scope stays, another scope replaces it.
-- Takes: stamp, assignment_id, user_id, permission_group_id, seen_group_version, scope
-- Locks first: lock_organization, lock_user
-- Returns: the refusal, the grant, and the event when something changed; no row when there is no such user.
-- Locks: the group, FOR SHARE, so that it permits what was judged.
-- Rules: O15, O20, R10.
WITH locked_group AS (
    SELECT g.id, g.version, g.key
    FROM permission_groups AS g
    WHERE g.organization_id = :organization_id AND g.id = :permission_group_id
    FOR SHARE
),
locked_user AS (
    SELECT u.id, u.version, u.status
    FROM users AS u
    WHERE u.organization_id = :organization_id AND u.id = :user_id
    FOR NO KEY UPDATE
),
judged_grant AS (
    SELECT CASE
        WHEN l.version IS DISTINCT FROM :seen_group_version
            THEN refusal('being_changed', json_build_object('version', l.version))
        WHEN l.key = 'administrator' AND :scope <> 'all'
             AND EXISTS (SELECT FROM last_administrator(:organization_id, :user_id) AS a)
            THEN refusal('last_administrator', state_of(u.status, u.version))
    END AS refusal
    FROM locked_user AS u
    LEFT JOIN locked_group AS l ON true
),
standing_grant AS (
    SELECT a.id, a.scope
    FROM permission_group_assignments AS a
    WHERE a.organization_id = :organization_id AND a.user_id = :user_id
      AND a.permission_group_id = :permission_group_id AND a.revoked_at IS NULL
),
revoked_grant AS (
    UPDATE permission_group_assignments AS a
    SET revoked_by = :actor, revoked_at = clock_timestamp()
    FROM judged_grant AS g, standing_grant AS s
    WHERE a.organization_id = :organization_id AND a.id = s.id AND a.revoked_at IS NULL AND s.scope <> :scope
      AND g.refusal IS NULL
    RETURNING a.id
),
made_grant AS (
    INSERT INTO permission_group_assignments AS a
        (organization_id, id, user_id, permission_group_id, scope, granted_by)
    SELECT :organization_id, :assignment_id, u.id, :permission_group_id, :scope, :actor
    FROM judged_grant AS g, locked_user AS u, (SELECT count(*) FROM revoked_grant) AS after_revoking
    WHERE g.refusal IS NULL AND NOT EXISTS (SELECT FROM standing_grant AS s WHERE s.scope = :scope)
    RETURNING record_event(
        :organization_id, :event_id, :actor, :correlation_id, 'permission.granted', 'user', a.user_id,
        (SELECT u.version FROM locked_user AS u),
        jsonb_build_object('permission_group_id', a.permission_group_id, 'scope', a.scope)
    ) AS event_id
)
SELECT g.refusal::text AS refusal, x.event_id,
       json_build_object('permission_group_id', :permission_group_id::uuid, 'scope', :scope::text)::text AS body
FROM judged_grant AS g
LEFT JOIN made_grant AS x ON true;

-- name: revoke_group^
-- Takes a group from a user.
-- Takes: stamp, user_id, permission_group_id
-- Locks first: lock_organization, lock_user
-- Returns: the refusal and the event; no row when the user is not in the group.
-- Rules: O15, O20.
WITH standing_grant AS (
    SELECT a.id, a.user_id, g.key, u.version, u.status
    FROM permission_group_assignments AS a
    JOIN permission_groups AS g ON g.organization_id = :organization_id AND g.id = a.permission_group_id
    JOIN users AS u ON u.organization_id = :organization_id AND u.id = a.user_id
    WHERE a.organization_id = :organization_id AND a.user_id = :user_id
      AND a.permission_group_id = :permission_group_id AND a.revoked_at IS NULL
    FOR NO KEY UPDATE OF a
),
judged_grant AS (
    SELECT CASE
        WHEN s.key = 'administrator' AND EXISTS (SELECT FROM last_administrator(:organization_id, :user_id) AS a)
            THEN refusal('last_administrator', state_of(s.status, s.version))
    END AS refusal
    FROM standing_grant AS s
),
revoked_grant AS (
    UPDATE permission_group_assignments AS a
    SET revoked_by = :actor, revoked_at = clock_timestamp()
    FROM judged_grant AS g, standing_grant AS s
    WHERE a.organization_id = :organization_id AND a.id = s.id AND a.revoked_at IS NULL AND g.refusal IS NULL
    RETURNING record_event(
        :organization_id, :event_id, :actor, :correlation_id, 'permission.revoked', 'user', s.user_id, s.version,
        jsonb_build_object('permission_group_id', a.permission_group_id)
    ) AS event_id
)
SELECT g.refusal::text AS refusal, x.event_id
FROM judged_grant AS g
LEFT JOIN revoked_grant AS x ON true;

-- name: grant^
-- Gives a user a permission; a grant that stands with the same scope stays, another scope replaces it.
-- Takes: stamp, assignment_id, user_id, permission, scope
-- Locks first: lock_user
-- Returns: the grant, and the event when something changed; no row when there is no such user.
-- Rules: O20.
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
    FROM standing_grant AS s
    WHERE a.organization_id = :organization_id AND a.id = s.id AND a.revoked_at IS NULL AND s.scope <> :scope
    RETURNING a.id
),
made_grant AS (
    INSERT INTO permission_assignments AS a (organization_id, id, user_id, permission, scope, granted_by)
    SELECT :organization_id, :assignment_id, l.id, :permission, :scope, :actor
    FROM locked_user AS l, (SELECT count(*) FROM revoked_grant) AS after_revoking
    WHERE NOT EXISTS (SELECT FROM standing_grant AS s WHERE s.scope = :scope)
    RETURNING record_event(
        :organization_id, :event_id, :actor, :correlation_id, 'permission.granted', 'user', a.user_id,
        (SELECT l.version FROM locked_user AS l), jsonb_build_object('permission', a.permission, 'scope', a.scope)
    ) AS event_id
)
SELECT l.id, x.event_id, json_build_object('permission', :permission::text, 'scope', :scope::text)::text AS body
FROM locked_user AS l
LEFT JOIN made_grant AS x ON true;

-- name: revoke^
-- Takes a permission from a user.
-- Takes: stamp, user_id, permission
-- Locks first: lock_user
-- Returns: the event; no row when the user was not given it.
-- Rules: O20.
WITH standing_grant AS (
    SELECT a.id, a.user_id, u.version
    FROM permission_assignments AS a
    JOIN users AS u ON u.organization_id = :organization_id AND u.id = a.user_id
    WHERE a.organization_id = :organization_id AND a.user_id = :user_id AND a.permission = :permission
      AND a.revoked_at IS NULL
    FOR NO KEY UPDATE OF a
)
UPDATE permission_assignments AS a
SET revoked_by = :actor, revoked_at = clock_timestamp()
FROM standing_grant AS s
WHERE a.organization_id = :organization_id AND a.id = s.id AND a.revoked_at IS NULL
RETURNING record_event(
    :organization_id, :event_id, :actor, :correlation_id, 'permission.revoked', 'user', s.user_id, s.version,
    jsonb_build_object('permission', a.permission)
) AS event_id;
