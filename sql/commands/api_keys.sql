-- API keys: secrets of service users.
-- Pool: primary.
-- Know first: a secret arrives as its SHA-256 only; api_key_directory has no tenant.

-- name: add^
-- Adds a key to an active service user.
-- Takes: stamp, api_key_id, user_id, name, prefix, key_hash, permissions, expires_at
-- Returns: the refusal, the key and its event.
-- Locks: the user, FOR SHARE, so that a disabled one gets none.
-- Rules: O21.
WITH locked_user AS (
    SELECT u.id
    FROM users AS u
    WHERE u.organization_id = :organization_id AND u.id = :user_id AND u.type = 'service' AND u.status = 'active'
    FOR SHARE
),
judged_user AS (
    SELECT l.id, CASE
        WHEN l.id IS NULL THEN unfit('/user_id', 'unknown_reference', 'There is no such active service user.')
    END AS refusal
    FROM (SELECT) AS always
    LEFT JOIN locked_user AS l ON true
),
added_key AS (
    INSERT INTO api_keys AS k (organization_id, id, user_id, name, prefix, permissions, created_by, expires_at)
    SELECT :organization_id, :api_key_id, g.id, :name, :prefix, :permissions, :actor, :expires_at
    FROM judged_user AS g
    WHERE g.refusal IS NULL
    RETURNING k AS api_key, k.id, record_event(
        :organization_id, :event_id, :actor, :correlation_id, 'api_key.created', 'api_key', k.id, 1,
        jsonb_build_object('user_id', k.user_id)
    ) AS event_id
),
listed_key AS (
    INSERT INTO api_key_directory (key_hash, organization_id, api_key_id)
    SELECT decode(:key_hash, 'hex'), :organization_id, x.id FROM added_key AS x
)
SELECT g.refusal::text AS refusal, x.id, 1 AS version, api_key_body(x.api_key)::text AS body, x.event_id
FROM judged_user AS g
LEFT JOIN added_key AS x ON true;

-- name: revoke^
-- Revokes a key at once; one that is revoked stays as it is.
-- Takes: stamp, api_key_id
-- Returns: the key's id and the event; no row when there is no such key.
WITH locked_key AS (
    SELECT k.id, k.revoked_at
    FROM api_keys AS k
    WHERE k.organization_id = :organization_id AND k.id = :api_key_id
    FOR NO KEY UPDATE
),
revoked_key AS (
    UPDATE api_keys AS k
    SET revoked_at = clock_timestamp(), updated_at = written_at()
    FROM locked_key AS l
    WHERE k.organization_id = :organization_id AND k.id = l.id AND l.revoked_at IS NULL
    RETURNING record_event(
        :organization_id, :event_id, :actor, :correlation_id, 'api_key.revoked', 'api_key', k.id, 2, '{}'
    ) AS event_id
)
SELECT l.id, x.event_id
FROM locked_key AS l
LEFT JOIN revoked_key AS x ON true;

-- name: lock_key
-- Locks a key, so that what follows sees the successor that somebody else gave it meanwhile.
-- Takes: organization_id, api_key_id
SELECT k.id
FROM api_keys AS k
WHERE k.organization_id = :organization_id AND k.id = :api_key_id
FOR NO KEY UPDATE;

-- name: rotate^
-- Gives a living key a successor with the same permissions and end; the old one works on for the overlap.
-- Takes: stamp, api_key_id, successor_id, prefix, key_hash, overlap_hours
-- Locks first: lock_key
-- Returns: the refusal, the successor and its event; no row when there is no such key.
-- Rules: O22.
-- Why: a key has one successor: a second one would end with the overlap of the first.
WITH locked_key AS (
    SELECT k.id, k.user_id, k.name, k.permissions, k.expires_at,
           CASE
               WHEN k.revoked_at IS NOT NULL THEN 'revoked'
               WHEN k.expires_at <= now() THEN 'expired'
               WHEN EXISTS (
                   SELECT FROM api_keys AS s
                   WHERE s.organization_id = :organization_id AND s.user_id = k.user_id AND s.rotated_from = k.id
               ) THEN 'rotated'
               ELSE 'active'
           END AS status
    FROM api_keys AS k
    WHERE k.organization_id = :organization_id AND k.id = :api_key_id
    FOR NO KEY UPDATE
),
judged_key AS (
    SELECT CASE
        WHEN l.status = 'rotated' THEN refusal(
            'status_conflict', json_build_object('status', l.status), 'The key has a successor; rotate that.'
        )
        WHEN l.status <> 'active' THEN refusal(
            'status_conflict', json_build_object('status', l.status), 'The key has ended; make a new one.'
        )
    END AS refusal
    FROM locked_key AS l
),
ending_key AS (
    UPDATE api_keys AS k
    SET expires_at = least(coalesce(l.expires_at, 'infinity'), now() + make_interval(hours => :overlap_hours)),
        updated_at = written_at()
    FROM judged_key AS g, locked_key AS l
    WHERE k.organization_id = :organization_id AND k.id = l.id AND g.refusal IS NULL
    RETURNING k.id
),
added_key AS (
    INSERT INTO api_keys AS k (organization_id, id, user_id, name, prefix, permissions, rotated_from, created_by,
                               expires_at)
    SELECT :organization_id, :successor_id, l.user_id, l.name, :prefix, l.permissions, l.id, :actor, l.expires_at
    FROM locked_key AS l, ending_key AS x
    RETURNING k AS api_key, k.id, record_event(
        :organization_id, :event_id, :actor, :correlation_id, 'api_key.created', 'api_key', k.id, 1,
        jsonb_build_object('user_id', k.user_id, 'rotated_from', k.rotated_from)
    ) AS event_id
),
listed_key AS (
    INSERT INTO api_key_directory (key_hash, organization_id, api_key_id)
    SELECT decode(:key_hash, 'hex'), :organization_id, x.id FROM added_key AS x
)
SELECT g.refusal::text AS refusal, x.id, 1 AS version, api_key_body(x.api_key)::text AS body, x.event_id
FROM judged_key AS g
LEFT JOIN added_key AS x ON true;

-- name: touch^
-- Notes that a key was used, at most once a minute; that is no change of the key.
-- Takes: organization_id, api_key_id
UPDATE api_keys AS k
SET last_used_at = clock_timestamp()
WHERE k.organization_id = :organization_id AND k.id = :api_key_id
  AND (k.last_used_at IS NULL OR k.last_used_at < now() - interval '1 minute')
RETURNING k.id;
