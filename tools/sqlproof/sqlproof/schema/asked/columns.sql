-- The columns of every table, in their order.
SELECT c.relname AS table_name, a.attname AS name, format_type(a.atttypid, a.atttypmod) AS type,
       a.attnotnull AS is_required, coalesce(pg_get_expr(d.adbin, d.adrelid), '') AS default_value,
       coalesce(col_description(c.oid, a.attnum), '') AS comment, coalesce(a.attoptions, '{}') AS options
  FROM pg_class AS c
  JOIN pg_attribute AS a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
  LEFT JOIN pg_attrdef AS d ON d.adrelid = c.oid AND d.adnum = a.attnum
 WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p', 'v', 'm')
 ORDER BY c.relname, a.attnum;
