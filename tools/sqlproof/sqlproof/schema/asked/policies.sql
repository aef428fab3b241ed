-- The row policies of every table.
SELECT p.tablename AS table_name, p.policyname AS name, p.permissive = 'PERMISSIVE' AS is_permissive,
       array_to_string(p.roles, ', ') AS roles, lower(p.cmd) AS command, coalesce(p.qual, '') AS condition,
       coalesce(p.with_check, '') AS check_condition
  FROM pg_policies AS p
 WHERE p.schemaname = 'public'
 ORDER BY p.tablename, p.policyname;
