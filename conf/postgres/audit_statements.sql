-- The statements that cost a server most, for `make audit`: section|level|name|text. Run in the database `postgres`,
-- which has the view; a statement is known by the tag in its text.
\set ON_ERROR_STOP on
\pset format unaligned
\pset tuples_only on

SELECT CASE WHEN pg_is_in_recovery() THEN 'replica' ELSE 'primary' END || ' statements', 'ok', name,
       format('%s calls, mean %s ms, longest %s ms, %s %% of the time', calls, round(total_ms / calls, 2),
              round(longest_ms, 1), round(100 * total_ms / nullif(sum(total_ms) OVER (), 0)))
  FROM (SELECT substring(query FROM '/\* ([a-z0-9_./]+) \*/') AS name, sum(calls)::bigint AS calls,
               sum(total_exec_time)::numeric AS total_ms, max(max_exec_time)::numeric AS longest_ms
          FROM pg_stat_statements WHERE calls > 0 GROUP BY 1) statements
 WHERE name IS NOT NULL
 ORDER BY total_ms DESC
 LIMIT 5;
