-- On the primary: lag in milliseconds as the replica reported it; empty when nothing was written lately.
\pset footer off
\pset title 'Replication lag, milliseconds'
SELECT application_name AS replica,
       state,
       round(1000 * extract(epoch FROM write_lag), 1) AS written,
       round(1000 * extract(epoch FROM flush_lag), 1) AS on_disk,
       round(1000 * extract(epoch FROM replay_lag), 1) AS visible,
       pg_wal_lsn_diff(pg_current_wal_lsn(), replay_lsn) AS bytes_behind
  FROM pg_stat_replication
 ORDER BY application_name;
