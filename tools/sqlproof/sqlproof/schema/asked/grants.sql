-- What each role may do with every table; the owner may do everything. A right on single columns names them.
SELECT g.table_name, g.role, string_agg(g.right, ', ' ORDER BY g.right) AS rights
  FROM (SELECT c.relname AS table_name, a.grantee::regrole::text AS role, lower(a.privilege_type) AS right
          FROM pg_class AS c CROSS JOIN aclexplode(c.relacl) AS a
         WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p', 'v', 'm') AND a.grantee <> c.relowner
         UNION ALL
        SELECT c.relname, a.grantee::regrole::text,
               lower(a.privilege_type) || ' (' || string_agg(t.attname, ', ' ORDER BY t.attnum) || ')'
          FROM pg_class AS c
          JOIN pg_attribute AS t ON t.attrelid = c.oid
         CROSS JOIN aclexplode(t.attacl) AS a
         WHERE c.relnamespace = 'public'::regnamespace
         GROUP BY c.relname, a.grantee, a.privilege_type) AS g
 GROUP BY g.table_name, g.role
 ORDER BY g.table_name, g.role;
