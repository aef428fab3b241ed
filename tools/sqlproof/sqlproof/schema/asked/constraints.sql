-- The constraints of every table; of a foreign key the columns and the table that they lead to.
SELECT t.relname AS table_name, k.conname AS name, k.contype::text AS kind, pg_get_constraintdef(k.oid) AS definition,
       f.relname AS target,
       ARRAY(SELECT a.attname::text FROM unnest(k.conkey) WITH ORDINALITY AS each (number, place)
               JOIN pg_attribute AS a ON a.attrelid = k.conrelid AND a.attnum = each.number
              ORDER BY each.place) AS columns,
       coalesce(obj_description(k.oid, 'pg_constraint'), '') AS comment
  FROM pg_constraint AS k
  JOIN pg_class AS t ON t.oid = k.conrelid
  LEFT JOIN pg_class AS f ON f.oid = k.confrelid
 WHERE t.relnamespace = 'public'::regnamespace
 ORDER BY t.relname, array_position('{p,u,x,f,c}', k.contype::text), k.conname;
