-- The indexes of every table: what they are made of, and bytes. An expression among the columns is empty.
SELECT t.relname AS table_name, i.relname AS name, x.indisunique AS is_unique, x.indisprimary AS is_primary,
       ARRAY(SELECT coalesce(a.attname::text, '')
               FROM unnest(x.indkey::int2[]) WITH ORDINALITY AS each (number, place)
               LEFT JOIN pg_attribute AS a ON a.attrelid = x.indrelid AND a.attnum = each.number AND each.number > 0
              WHERE each.place <= x.indnkeyatts
              ORDER BY each.place) AS columns,
       coalesce(pg_get_expr(x.indpred, x.indrelid), '') AS predicate,
       substring(pg_get_indexdef(i.oid) FROM ' USING (.*)$') AS definition, pg_relation_size(i.oid) AS bytes,
       coalesce(obj_description(i.oid, 'pg_class'), '') AS comment
  FROM pg_index AS x
  JOIN pg_class AS i ON i.oid = x.indexrelid
  JOIN pg_class AS t ON t.oid = x.indrelid
 WHERE t.relnamespace = 'public'::regnamespace
 ORDER BY t.relname, NOT x.indisprimary, i.relname;
