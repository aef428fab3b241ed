-- What every statement of ours has cost a server since its statistics began: known by the tag in its text, added up over
-- roles and versions. `share` is of the time of all statements in the database, ours and others'. Times in ms.
-- Run in the database that has the view; the parameter is the service's own.
WITH counted AS (
    SELECT substring(s.query FROM '/\* ((?:commands|queries)/[a-z0-9_]+\.[a-z0-9_]+) \*/') AS name, s.calls,
           s.total_exec_time, s.mean_exec_time, s.stddev_exec_time, s.max_exec_time, s.rows,
           s.shared_blks_hit, s.shared_blks_read
      FROM pg_stat_statements AS s
      JOIN pg_database AS d ON d.oid = s.dbid AND d.datname = $1
     WHERE s.calls > 0
),
everything AS (
    SELECT sum(c.total_exec_time) AS total_ms FROM counted AS c
),
added AS (
    SELECT c.name, sum(c.calls) AS calls, sum(c.total_exec_time) AS total_ms, max(c.max_exec_time) AS max_ms,
           sum(c.calls * (c.stddev_exec_time ^ 2 + c.mean_exec_time ^ 2)) AS squares_ms, sum(c.rows) AS row_count,
           sum(c.shared_blks_hit) AS hit_count, sum(c.shared_blks_read) AS read_count
      FROM counted AS c
     WHERE c.name IS NOT NULL
     GROUP BY c.name
)
SELECT a.name, a.calls::bigint, a.total_ms, a.total_ms / a.calls AS mean_ms,
       sqrt(greatest(0, a.squares_ms / a.calls::float8 - (a.total_ms / a.calls::float8) ^ 2)) AS deviation_ms, a.max_ms,
       a.row_count::bigint, a.hit_count::bigint, a.read_count::bigint,
       coalesce(a.total_ms / nullif(e.total_ms, 0), 0) AS share
  FROM added AS a CROSS JOIN everything AS e
 ORDER BY a.total_ms DESC, a.name;
