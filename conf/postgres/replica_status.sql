-- On the replica: whether it is one, whether WAL arrives, how old what it shows is.
-- Positions before clocks: on an idle pair the last replayed transaction is old although nothing is missing.
\pset footer off
\pset title 'Replication, as the replica sees it'
SELECT CASE WHEN pg_is_in_recovery() THEN 'replica' ELSE 'PROMOTED' END AS role,
       coalesce(w.status, 'no WAL receiver') AS receiver,
       w.latest_end_lsn AS sent,
       pg_last_wal_replay_lsn() AS replayed,
       CASE WHEN pg_last_wal_replay_lsn() >= coalesce(w.latest_end_lsn, pg_last_wal_receive_lsn()) AND w.status = 'streaming' THEN interval '0'
            ELSE now() - pg_last_xact_replay_timestamp() END AS behind,
       pg_is_in_recovery() AND pg_is_wal_replay_paused() AS paused
  FROM (SELECT 1) one
  LEFT JOIN pg_stat_wal_receiver w ON true;
