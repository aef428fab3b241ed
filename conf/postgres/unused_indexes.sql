-- Indexes that nothing has read on this server: days since its statistics count|bytes|name. Run on primary and replica:
-- each counts its own reads. Those that hold a constraint are of use without being read.
\set ON_ERROR_STOP on
\pset format unaligned
\pset tuples_only on
SELECT floor(extract(epoch FROM now() - since) / 86400), pg_relation_size(i.indexrelid), i.indexrelname
  FROM pg_stat_user_indexes i
  JOIN pg_index x ON x.indexrelid = i.indexrelid AND NOT x.indisunique AND NOT x.indisexclusion,
       (SELECT coalesce(stats_reset, (pg_stat_file(format('base/%s/PG_VERSION', datid))).modification) AS since
          FROM pg_stat_database WHERE datname = current_database()) counted
 WHERE i.idx_scan = 0
 ORDER BY 2 DESC, 3;
