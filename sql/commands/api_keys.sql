-- API keys: secrets of service users.
-- Pool: primary.
-- Know first: a secret arrives as its SHA-256 only; api_key_directory has no tenant.

-- name: add(organization_id, event_id, actor, correlation_id, api_key_id, user_id, name, prefix, key_hash, permissions, expires_at)^
-- Adds a key to an active service user.
-- Returns: whether there is such a user, the key and the event.
-- Locks: the user, FOR SHARE, so that a disabled one gets none.
WITH locked_user AS (
    SELECT u.id
    FROM users AS u
    WHERE u.organization_id = :organization_id AND u.id = :user_id AND u.type = 'service' AND u.status = 'active'
    FOR SHARE
),
added_key AS (
    INSERT INTO api_keys AS k (organization_id, id, user_id, name, prefix, permissions, created_by, expires_at)
    SELECT :organization_id, :api_key_id, l.id, :name, :prefix, :permissions, :actor, :expires_at
    FROM locked_user AS l
    RETURNING k AS api_key, k.id
),
listed_key AS (
    INSERT INTO api_key_directory (key_hash, organization_id, api_key_id)
    SELECT decode(:key_hash, 'hex'), :organization_id, a.id FROM added_key AS a
),
recorded_event AS (
    INSERT INTO events (organization_id, id, actor, correlation_id, type, aggregate_type, aggregate_id,
                        aggregate_version, data)
    SELECT :organization_id, :event_id, :actor, :correlation_id, 'api_key.created', 'api_key', a.id, 1,
           jsonb_build_object('user_id', :user_id::uuid)
    FROM added_key AS a
    RETURNING id
),
queued_event AS (
    INSERT INTO outbox (organization_id, event_id)
    SELECT :organization_id, e.id FROM recorded_event AS e
)
SELECT a.id, 1 AS version, api_key_body(a.api_key)::text AS body, e.id AS event_id
FROM added_key AS a, recorded_event AS e;

-- name: revoke(organization_id, event_id, actor, correlation_id, api_key_id)^
-- Revokes a key at once; one that is revoked stays as it is.
-- Returns: what was found, the event.
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
    RETURNING k.id
),
recorded_event AS (
    INSERT INTO events (organization_id, id, actor, correlation_id, type, aggregate_type, aggregate_id,
                        aggregate_version, data)
    SELECT :organization_id, :event_id, :actor, :correlation_id, 'api_key.revoked', 'api_key', r.id, 2, '{}'
    FROM revoked_key AS r
    RETURNING id
),
queued_event AS (
    INSERT INTO outbox (organization_id, event_id)
    SELECT :organization_id, e.id FROM recorded_event AS e
)
SELECT 1 AS found_version, l.id, e.id AS event_id
FROM locked_key AS l
LEFT JOIN recorded_event AS e ON true;

-- name: lock_key(organization_id, api_key_id)
-- Locks a key, so that what follows sees the successor that somebody else gave it meanwhile.
SELECT k.id
FROM api_keys AS k
WHERE k.organization_id = :organization_id AND k.id = :api_key_id
FOR NO KEY UPDATE;

-- name: rotate(organization_id, event_id, actor, correlation_id, api_key_id, successor_id, prefix, key_hash, overlap_hours)^
-- Gives a living key a successor with the same permissions and end; the old one works on for the overlap.
-- Locks first: lock_key
-- Returns: what was found, the successor and the event.
-- Guards: the key lives and has no successor: a second one would end with the overlap of the first.
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
ending_key AS (
    UPDATE api_keys AS k
    SET expires_at = least(coalesce(l.expires_at, 'infinity'), now() + make_interval(hours => :overlap_hours)),
        updated_at = written_at()
    FROM locked_key AS l
    WHERE k.organization_id = :organization_id AND k.id = l.id AND l.status = 'active'
    RETURNING k.id
),
added_key AS (
    INSERT INTO api_keys AS k (organization_id, id, user_id, name, prefix, permissions, rotated_from, created_by,
                               expires_at)
    SELECT :organization_id, :successor_id, l.user_id, l.name, :prefix, l.permissions, l.id, :actor, l.expires_at
    FROM locked_key AS l, ending_key AS x
    RETURNING k AS api_key, k.id, k.user_id
),
listed_key AS (
    INSERT INTO api_key_directory (key_hash, organization_id, api_key_id)
    SELECT decode(:key_hash, 'hex'), :organization_id, a.id FROM added_key AS a
),
recorded_event AS (
    INSERT INTO events (organization_id, id, actor, correlation_id, type, aggregate_type, aggregate_id,
                        aggregate_version, data)
    SELECT :organization_id, :event_id, :actor, :correlation_id, 'api_key.created', 'api_key', a.id, 1,
           jsonb_build_object('user_id', a.user_id, 'rotated_from', :api_key_id::uuid)
    FROM added_key AS a
    RETURNING id
),
queued_event AS (
    INSERT INTO outbox (organization_id, event_id)
    SELECT :organization_id, e.id FROM recorded_event AS e
)
SELECT 1 AS found_version, l.status AS found_status, a.id, 1 AS version, api_key_body(a.api_key)::text AS body,
       e.id AS event_id
FROM locked_key AS l
LEFT JOIN added_key AS a ON true
LEFT JOIN recorded_event AS e ON true;

-- name: touch(organization_id, api_key_id)^
-- Notes that a key was used, at most once a minute; that is no change of the key.
UPDATE api_keys AS k
SET last_used_at = clock_timestamp()
WHERE k.organization_id = :organization_id AND k.id = :api_key_id
  AND (k.last_used_at IS NULL OR k.last_used_at < now() - interval '1 minute')
RETURNING k.id;
