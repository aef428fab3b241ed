-- Since when a server counts, and how often it has forgotten the rarest statements.
SELECT to_char(i.stats_reset AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI') || ' UTC' AS since, i.dealloc AS forgotten_count
  FROM pg_stat_statements_info AS i;
