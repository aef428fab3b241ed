-- Sweeps: what has expired is deleted, each table by the one statement of its name.
-- Pool: primary, the worker's.
-- Know first: a statement deletes at most row_limit rows and tells how many; rows that somebody has locked stay.

-- name: begin_round$
-- Begins a round of the sweep unless another worker has begun one within the interval.
-- Takes: name, interval_s
-- Returns: the name of the round; no row when it is not due.
-- Why: the clock is read behind the lock. A worker that read it before, and waited, would find a round that was begun
-- Why: later than its own moment, and take the clock for one that was set back.
INSERT INTO heartbeats AS h (name, beaten_at)
VALUES (:name, clock_timestamp())
ON CONFLICT (name) DO UPDATE SET beaten_at = clock_timestamp()
WHERE h.beaten_at NOT BETWEEN clock_timestamp() - make_interval(secs => :interval_s) AND clock_timestamp()
RETURNING h.name;

-- name: idempotency_keys$
-- Deletes answers to requests with an Idempotency-Key.
-- Takes: cutoff_at, row_limit
WITH ended_key AS MATERIALIZED (
    SELECT k.ctid AS place
    FROM idempotency_keys AS k
    WHERE k.created_at < :cutoff_at
    ORDER BY k.created_at
    LIMIT :row_limit
    FOR UPDATE SKIP LOCKED
),
deleted_key AS (
    DELETE FROM idempotency_keys AS k
    WHERE k.ctid = ANY (ARRAY(SELECT e.place FROM ended_key AS e))
    RETURNING 1
)
SELECT count(*) AS swept_count FROM deleted_key;

-- name: inbox$
-- Deletes the memory of messages that were handled.
-- Takes: cutoff_at, row_limit
WITH ended_message AS MATERIALIZED (
    SELECT i.ctid AS place
    FROM inbox AS i
    WHERE i.handled_at < :cutoff_at
    ORDER BY i.handled_at
    LIMIT :row_limit
    FOR UPDATE SKIP LOCKED
),
deleted_message AS (
    DELETE FROM inbox AS i
    WHERE i.ctid = ANY (ARRAY(SELECT e.place FROM ended_message AS e))
    RETURNING 1
)
SELECT count(*) AS swept_count FROM deleted_message;

-- name: principal_changes$
-- Deletes changes of rights that every process knows by now.
-- Takes: cutoff_at, row_limit
WITH ended_change AS MATERIALIZED (
    SELECT c.ctid AS place
    FROM principal_changes AS c
    WHERE c.changed_at < :cutoff_at
    ORDER BY c.changed_at
    LIMIT :row_limit
    FOR UPDATE SKIP LOCKED
),
deleted_change AS (
    DELETE FROM principal_changes AS c
    WHERE c.ctid = ANY (ARRAY(SELECT e.place FROM ended_change AS e))
    RETURNING 1
)
SELECT count(*) AS swept_count FROM deleted_change;

-- name: refresh_tokens$
-- Deletes refresh tokens of the sessions that are swept next: one session may have thousands.
-- Takes: cutoff_at, row_limit, token_limit
-- Tenant: none, what has expired goes, in every organization.
-- Why: any of these tokens will do, so that no more are locked than are deleted.
WITH ended_session AS MATERIALIZED (
    SELECT s.id
    FROM sessions AS s
    WHERE least(s.expires_at, s.revoked_at) < :cutoff_at
    ORDER BY least(s.expires_at, s.revoked_at)
    LIMIT :row_limit
),
ended_token AS MATERIALIZED (
    SELECT t.place
    FROM ended_session AS e
    CROSS JOIN LATERAL (
        SELECT r.ctid AS place
        FROM refresh_tokens AS r
        WHERE r.session_id = e.id
        LIMIT :token_limit
        FOR UPDATE SKIP LOCKED
    ) AS t
    LIMIT :token_limit
),
deleted_token AS (
    DELETE FROM refresh_tokens AS r
    WHERE r.ctid = ANY (ARRAY(SELECT e.place FROM ended_token AS e))
    RETURNING 1
)
SELECT count(*) AS swept_count FROM deleted_token;

-- name: sessions$
-- Deletes sessions that expired or were revoked, and have no refresh tokens left.
-- Takes: cutoff_at, row_limit
-- Tenant: none, what has expired goes, in every organization.
WITH ended_session AS MATERIALIZED (
    SELECT s.ctid AS place, s.id
    FROM sessions AS s
    WHERE least(s.expires_at, s.revoked_at) < :cutoff_at
    ORDER BY least(s.expires_at, s.revoked_at)
    LIMIT :row_limit
    FOR UPDATE SKIP LOCKED
),
deleted_session AS (
    DELETE FROM sessions AS s
    WHERE s.ctid = ANY (ARRAY(
        SELECT e.place
        FROM ended_session AS e
        WHERE NOT EXISTS (SELECT FROM refresh_tokens AS r WHERE r.session_id = e.id)
    ))
    RETURNING 1
)
SELECT count(*) AS swept_count FROM deleted_session;

-- name: mailed_links$
-- Deletes mailed links that expired, spent or not, with their tokens.
-- Takes: cutoff_at, row_limit
-- Tenant: none, what has expired goes, in every organization.
WITH ended_link AS MATERIALIZED (
    SELECT k.ctid AS place, k.id
    FROM mailed_links AS k
    WHERE k.expires_at < :cutoff_at
    ORDER BY k.expires_at
    LIMIT :row_limit
    FOR UPDATE SKIP LOCKED
),
deleted_token AS (
    DELETE FROM link_directory AS t
    WHERE t.mailed_link_id = ANY (ARRAY(SELECT e.id FROM ended_link AS e))
),
deleted_link AS (
    DELETE FROM mailed_links AS k
    WHERE k.ctid = ANY (ARRAY(SELECT e.place FROM ended_link AS e))
    RETURNING 1
)
SELECT count(*) AS swept_count FROM deleted_link;

-- name: bulk_operation_items$
-- Deletes items of the bulk operations that are swept next: one may have 50,000.
-- Takes: cutoff_at, row_limit, item_limit
-- Tenant: none, what has expired goes, in every organization.
-- Why: any of these items will do, so that no more are locked than are deleted.
-- Rules: K11.
WITH ended_operation AS MATERIALIZED (
    SELECT b.organization_id, b.id
    FROM bulk_operations AS b
    WHERE b.ended_at < :cutoff_at
    ORDER BY b.ended_at
    LIMIT :row_limit
),
ended_item AS MATERIALIZED (
    SELECT t.place
    FROM ended_operation AS e
    CROSS JOIN LATERAL (
        SELECT i.ctid AS place
        FROM bulk_operation_items AS i
        WHERE i.organization_id = e.organization_id AND i.bulk_operation_id = e.id
        LIMIT :item_limit
        FOR UPDATE SKIP LOCKED
    ) AS t
    LIMIT :item_limit
),
deleted_item AS (
    DELETE FROM bulk_operation_items AS i
    WHERE i.ctid = ANY (ARRAY(SELECT e.place FROM ended_item AS e))
    RETURNING 1
)
SELECT count(*) AS swept_count FROM deleted_item;

-- name: bulk_operations$
-- Deletes bulk operations that ended, and have no items left.
-- Takes: cutoff_at, row_limit
-- Tenant: none, what has expired goes, in every organization.
-- Rules: K11.
WITH ended_operation AS MATERIALIZED (
    SELECT b.ctid AS place, b.organization_id, b.id
    FROM bulk_operations AS b
    WHERE b.ended_at < :cutoff_at
    ORDER BY b.ended_at
    LIMIT :row_limit
    FOR UPDATE SKIP LOCKED
),
deleted_operation AS (
    DELETE FROM bulk_operations AS b
    WHERE b.ctid = ANY (ARRAY(
        SELECT e.place
        FROM ended_operation AS e
        WHERE NOT EXISTS (
            SELECT FROM bulk_operation_items AS i
            WHERE i.organization_id = e.organization_id AND i.bulk_operation_id = e.id
        )
    ))
    RETURNING 1
)
SELECT count(*) AS swept_count FROM deleted_operation;

-- name: give_up_uploads$
-- Gives up uploads that expired before anybody used them: from here on nobody can, and their files may go.
-- Takes: cutoff_at, row_limit
-- Tenant: none, what has expired goes, in every organization.
WITH ended_upload AS MATERIALIZED (
    SELECT u.ctid AS place
    FROM uploads AS u
    WHERE u.used_at IS NULL AND u.expires_at < :cutoff_at
    ORDER BY u.expires_at
    LIMIT :row_limit
    FOR NO KEY UPDATE SKIP LOCKED
),
given_up_upload AS (
    UPDATE uploads AS u
    SET used_at = u.expires_at
    WHERE u.ctid = ANY (ARRAY(SELECT e.place FROM ended_upload AS e))
    RETURNING 1
)
SELECT count(*) AS swept_count FROM given_up_upload;

-- name: uploads$
-- Deletes uploads that were used or given up, once the files that nothing else names are gone.
-- Takes: organization_ids, ids
-- Tenant: none, what has expired goes, in every organization.
-- Guards: used_at is set, so nobody is about to attach it.
WITH ended_upload AS MATERIALIZED (
    SELECT u.ctid AS place
    FROM unnest(:organization_ids::uuid[], :ids::uuid[]) AS n (organization_id, id)
    JOIN uploads AS u ON u.organization_id = n.organization_id AND u.id = n.id
    WHERE u.used_at IS NOT NULL
    FOR UPDATE OF u SKIP LOCKED
),
deleted_upload AS (
    DELETE FROM uploads AS u
    WHERE u.ctid = ANY (ARRAY(SELECT e.place FROM ended_upload AS e))
    RETURNING 1
)
SELECT count(*) AS swept_count FROM deleted_upload;
