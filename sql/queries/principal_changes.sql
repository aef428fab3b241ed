-- Principal changes: which sessions, keys, users and groups may do something else than before.
-- Pool: a connection of its own to the primary; a replica while the primary does not answer.
-- Know first: triggers write the table, so that no change of rights is missed, by whatever path it is made.

-- name: find_since^
-- Finds whose rights were changed by transactions from a given one on.
-- Takes: transaction_id
-- Returns: the server and whether it is a replica, the age of its heartbeat, from which transaction to ask next,
-- Returns: and at most 10,001 subjects. A subject may come again.
-- Why: what this snapshot does not show belongs to a transaction at or above its xmin, so the next look begins there.
SELECT pg_postmaster_start_time()::text AS server, pg_is_in_recovery() AS is_replica,
       (
           SELECT (extract(epoch FROM clock_timestamp() - h.beaten_at) * 1000)::bigint
           FROM heartbeats AS h
           WHERE h.name = 'primary'
       ) AS heartbeat_age_ms,
       pg_snapshot_xmin(pg_current_snapshot())::text AS next_transaction_id,
       array(
           SELECT c.subject_id
           FROM principal_changes AS c
           WHERE c.transaction_id >= :transaction_id::text::xid8
           ORDER BY c.transaction_id, c.subject_id
           LIMIT 10001
       ) AS subject_ids;
