-- The replica's lines of `make audit`: section|level|name|text.
\set ON_ERROR_STOP on
\pset format unaligned
\pset tuples_only on

SELECT 'services', CASE WHEN pg_is_in_recovery() THEN 'ok' ELSE 'bad' END, 'PostgreSQL replica',
       format('%s, up %s, %s connections%s', split_part(current_setting('server_version'), ' ', 1),
              date_trunc('second', now() - pg_postmaster_start_time()),
              (SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'client backend'),
              CASE WHEN NOT pg_is_in_recovery() THEN ', PROMOTED: it follows nobody' END);

SELECT 'replication', CASE WHEN status IS DISTINCT FROM 'streaming' THEN 'bad'
                           WHEN behind > interval '5 seconds' OR paused THEN 'warn' ELSE 'ok' END,
       'replica shows', format('%s, %s%s', coalesce(status, 'NO WAL RECEIVER: FROZEN DATA'),
                               CASE WHEN status IS NOT NULL AND behind = interval '0' THEN 'everything the primary sent'
                                    ELSE 'data of ' || coalesce(date_trunc('milliseconds', age)::text, 'unknown time') || ' ago'
                               END,
                               CASE WHEN paused THEN ', REPLAY IS PAUSED' END)
  FROM (SELECT w.status,
               CASE WHEN pg_last_wal_replay_lsn() >= coalesce(w.latest_end_lsn, pg_last_wal_receive_lsn()) THEN interval '0'
                    ELSE now() - pg_last_xact_replay_timestamp() END AS behind,
               now() - pg_last_xact_replay_timestamp() AS age,
               pg_is_in_recovery() AND pg_is_wal_replay_paused() AS paused
          FROM (SELECT 1) one LEFT JOIN pg_stat_wal_receiver w ON true) facts;

SELECT 'replication', CASE WHEN confl_snapshot + confl_lock > 0 THEN 'warn' ELSE 'ok' END, 'reads cancelled by replay',
       format('%s since the replica was made', confl_snapshot + confl_lock)
  FROM pg_stat_database_conflicts WHERE datname = current_database();
