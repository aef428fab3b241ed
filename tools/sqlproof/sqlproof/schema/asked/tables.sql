-- The tables and views of the schema: their comments, rows as ANALYZE counts them, and bytes.
SELECT c.relname AS name, c.relkind IN ('v', 'm') AS is_view, c.relkind = 'p' AS is_partitioned,
       coalesce(obj_description(c.oid, 'pg_class'), '') AS comment, greatest(c.reltuples, 0)::bigint AS row_count,
       pg_table_size(c.oid) AS table_bytes, pg_indexes_size(c.oid) AS index_bytes, c.relrowsecurity AS has_policies
  FROM pg_class AS c
 WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p', 'v', 'm')
 ORDER BY c.relname;
