-- Board keys: secrets with which the servers of career sites call a board.
-- Pool: primary.
-- Know first: a secret arrives as its SHA-256 only; boards are never removed, so that a key always has its board.

-- name: add^
-- Adds a key to a board.
-- Takes: stamp, board_key_id, job_board_id, name, prefix, key_hash, expires_at
-- Returns: the key and its event; no row when there is no such board.
WITH added_key AS (
    INSERT INTO board_keys AS k (organization_id, id, job_board_id, name, prefix, key_hash, created_by, expires_at)
    SELECT :organization_id, :board_key_id, b.id, :name, :prefix, decode(:key_hash, 'hex'), :actor, :expires_at
    FROM job_boards AS b
    WHERE b.organization_id = :organization_id AND b.id = :job_board_id
    RETURNING k AS board_key, k.id, record_event(
        :organization_id, :event_id, :actor, :correlation_id, 'board_key.created', 'board_key', k.id, 1,
        jsonb_build_object('job_board_id', k.job_board_id)
    ) AS event_id
)
SELECT x.id, 1 AS version, board_key_body(x.board_key)::text AS body, x.event_id
FROM added_key AS x;

-- name: revoke^
-- Revokes a key of a board at once; one that is revoked stays as it is.
-- Takes: stamp, job_board_id, board_key_id
-- Returns: the key's id and the event; no row when the board has no such key.
WITH locked_key AS (
    SELECT k.id, k.revoked_at
    FROM board_keys AS k
    WHERE k.organization_id = :organization_id AND k.job_board_id = :job_board_id AND k.id = :board_key_id
    FOR NO KEY UPDATE
),
revoked_key AS (
    UPDATE board_keys AS k
    SET revoked_at = clock_timestamp(), updated_at = written_at()
    FROM locked_key AS l
    WHERE k.organization_id = :organization_id AND k.id = l.id AND l.revoked_at IS NULL
    RETURNING record_event(
        :organization_id, :event_id, :actor, :correlation_id, 'board_key.revoked', 'board_key', k.id, 2,
        jsonb_build_object('job_board_id', k.job_board_id)
    ) AS event_id
)
SELECT l.id, x.event_id
FROM locked_key AS l
LEFT JOIN revoked_key AS x ON true;

-- name: touch^
-- Notes that a key was used, at most once a minute; that is no change of the key.
-- Takes: organization_id, board_key_id
UPDATE board_keys AS k
SET last_used_at = clock_timestamp()
WHERE k.organization_id = :organization_id AND k.id = :board_key_id
  AND (k.last_used_at IS NULL OR k.last_used_at < now() - interval '1 minute')
RETURNING k.id;
