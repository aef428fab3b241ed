-- Replication: how a node stands to the primary.
-- Pool: each node, over a connection of its own.
-- Know first: on the primary itself is_replica is false and the rest says nothing.

-- name: find_health^
-- Finds out whether a replica follows the primary.
-- Returns: receiver_pid, NULL without a WAL receiver; heartbeat_age_ms, NULL before the first heartbeat.
-- Why: the age of the last replayed transaction alone reads minutes on an idle, healthy pair, and positions alone are
-- Why: equal for ever on a replica whose slot was lost.
SELECT pg_is_in_recovery() AS is_replica,
       (SELECT r.pid FROM pg_stat_wal_receiver AS r) AS receiver_pid,
       coalesce(pg_last_wal_receive_lsn() <= pg_last_wal_replay_lsn(), false) AS is_caught_up,
       (
           SELECT (extract(epoch FROM clock_timestamp() - h.beaten_at) * 1000)::bigint
           FROM heartbeats AS h
           WHERE h.name = 'primary'
       ) AS heartbeat_age_ms;
