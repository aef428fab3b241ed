-- The primary's lines of `make audit`: section|level|name|text. The judgement is here, one rule a line.
\set ON_ERROR_STOP on
\pset format unaligned
\pset tuples_only on

SELECT 'services', CASE WHEN sessions < 0.8 * most AND broken = 0 THEN 'ok' ELSE 'bad' END, 'PostgreSQL primary',
       format('%s, up %s, %s of %s connections, %s%s', version, up, sessions, most, size,
              CASE WHEN broken > 0 THEN format(', %s PAGES WITH A WRONG CHECKSUM', broken) END)
  FROM (SELECT split_part(current_setting('server_version'), ' ', 1) AS version,
               date_trunc('second', now() - pg_postmaster_start_time()) AS up,
               (SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'client backend') AS sessions,
               current_setting('max_connections')::int AS most,
               pg_size_pretty(pg_database_size(current_database())) AS size,
               (SELECT coalesce(sum(checksum_failures), 0) FROM pg_stat_database) AS broken) facts;

SELECT 'services', CASE WHEN age > interval '1 minute' THEN 'warn' ELSE 'ok' END, 'oldest transaction',
       CASE WHEN age IS NULL THEN 'none' ELSE format('%s, of %s', date_trunc('second', age), usename) END
  FROM (SELECT 1) one
  LEFT JOIN LATERAL (SELECT now() - xact_start AS age, usename FROM pg_stat_activity
                      WHERE backend_type = 'client backend' AND pid <> pg_backend_pid() AND xact_start IS NOT NULL
                      ORDER BY xact_start LIMIT 1) oldest ON true;

SELECT 'replication',
       CASE WHEN wal_status IS NULL OR wal_status = 'lost' OR r.state IS DISTINCT FROM 'streaming' THEN 'bad'
            WHEN wal_status <> 'reserved' OR r.replay_lag > interval '5 seconds' THEN 'warn' ELSE 'ok' END,
       coalesce(slot_name, 'no slot'),
       format('%s, WAL %s, %s behind%s', coalesce(r.state, 'NOT CONNECTED'), coalesce(wal_status, '-'),
              coalesce(pg_size_pretty(pg_wal_lsn_diff(pg_current_wal_lsn(), r.replay_lsn)), 'unknown'),
              ', keeps ' || pg_size_pretty(pg_wal_lsn_diff(pg_current_wal_lsn(), restart_lsn)))
  FROM (SELECT 1) one
  LEFT JOIN pg_replication_slots s ON s.slot_type = 'physical'
  LEFT JOIN pg_stat_replication r ON r.pid = s.active_pid;

SELECT to_regclass('feed_watermarks') IS NOT NULL AS migrated \gset
\if :migrated
  SELECT 'events', CASE WHEN oldest > interval '1 minute' THEN 'bad' WHEN oldest > interval '10 seconds' THEN 'warn'
                        ELSE 'ok' END,
         'outbox', format('%s due%s, %s for later', due, ', oldest ' || date_trunc('second', oldest), later)
    FROM (SELECT count(*) FILTER (WHERE due_at <= now()) AS due, count(*) FILTER (WHERE due_at > now()) AS later,
                 now() - min(due_at) FILTER (WHERE due_at <= now()) AS oldest FROM outbox) waiting;

  SELECT 'events', CASE WHEN behind > 10000 THEN 'bad' WHEN behind > 1000 THEN 'warn' ELSE 'ok' END,
         'feed and relay', format('position %s, relay at %s, %s to publish', last, relayed, behind)
    FROM (SELECT last, relayed, greatest(last - relayed, 0) AS behind
            FROM (SELECT coalesce((SELECT max(position) FROM feed), 0) AS last,
                         coalesce((SELECT position FROM feed_watermarks WHERE name = 'relay'), 0) AS relayed) positions) facts;

  SELECT 'events', CASE WHEN failed > 0 OR late > 0 THEN 'warn' ELSE 'ok' END,
         'mails', format('%s sent, %s scheduled%s%s%s', sent, scheduled,
                         CASE WHEN late > 0 THEN format(', %s LATE', late) END,
                         CASE WHEN retried > 0 THEN format(', %s wait for another try', retried) END,
                         CASE WHEN failed > 0 THEN format(', %s FAILED', failed) END)
    FROM (SELECT count(*) FILTER (WHERE status = 'sent') AS sent,
                 count(*) FILTER (WHERE status = 'failed') AS failed,
                 count(*) FILTER (WHERE status IN ('scheduled', 'sending')) AS scheduled,
                 count(*) FILTER (WHERE status = 'sending' AND last_answer IS NOT NULL) AS retried,
                 count(*) FILTER (WHERE status IN ('scheduled', 'sending')
                                    AND send_at < now() - interval '1 minute') AS late
            FROM messages) counted;
\else
  SELECT 'events', 'warn', 'schema', 'not migrated: make migrate-up';
\endif
