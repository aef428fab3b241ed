-- What this server is doing: sessions by the name of their statement. Names, never values.
\pset footer off
SELECT now()::timestamp(0) AS now_utc,
       count(*) FILTER (WHERE state = 'active') AS active,
       count(*) FILTER (WHERE state LIKE 'idle in transaction%') AS in_transaction,
       count(*) FILTER (WHERE state = 'idle') AS idle,
       count(*) FILTER (WHERE wait_event_type = 'Lock') AS waiting_for_locks,
       current_setting('max_connections') AS of_connections
  FROM pg_stat_activity
 WHERE backend_type = 'client backend' AND pid <> pg_backend_pid();

SELECT pid,
       usename AS role,
       state,
       coalesce(wait_event_type || ' ' || wait_event, '') AS waits_for,
       round(1000 * extract(epoch FROM clock_timestamp() - query_start)) AS ms,
       coalesce(substring(query FROM '.*EXECUTE "([a-z0-9_./]+)"'), substring(query FROM '^\s*(\w+)')) AS statement
  FROM pg_stat_activity
 WHERE backend_type = 'client backend' AND pid <> pg_backend_pid() AND query <> ''
   AND (state <> 'idle' OR state_change > now() - interval '5 seconds')
 ORDER BY state, query_start
 LIMIT 40;
