-- On the primary: who streams, how far behind in bytes, and what its slot still keeps.
\pset footer off
\pset title 'Replication, as the primary sees it'
SELECT s.slot_name AS slot,
       CASE WHEN s.active THEN coalesce(r.state, 'starting') ELSE 'not connected' END AS state,
       s.wal_status AS wal,
       pg_size_pretty(pg_wal_lsn_diff(pg_current_wal_lsn(), s.restart_lsn)) AS wal_kept,
       pg_size_pretty(s.safe_wal_size) AS until_slot_is_lost,
       r.client_addr AS address,
       r.replay_lsn AS replayed,
       pg_size_pretty(pg_wal_lsn_diff(pg_current_wal_lsn(), r.replay_lsn)) AS behind,
       age(s.xmin) AS held_back_transactions
  FROM pg_replication_slots s
  LEFT JOIN pg_stat_replication r ON r.pid = s.active_pid
 WHERE s.slot_type = 'physical'
 ORDER BY s.slot_name;
