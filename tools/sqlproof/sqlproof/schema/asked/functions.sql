-- The project's own functions and views, as text; `query` is the body of a function that is one query.
SELECT p.proname AS name, pg_get_functiondef(p.oid) AS definition,
       coalesce(regexp_replace(pg_get_function_sqlbody(p.oid), '^RETURN ', 'SELECT '),
                CASE l.lanname WHEN 'sql' THEN btrim(p.prosrc, E' \n') END, '') AS query, false AS is_view
  FROM pg_proc AS p
  JOIN pg_language AS l ON l.oid = p.prolang
 WHERE p.pronamespace = 'public'::regnamespace AND p.prokind IN ('f', 'p')
   AND NOT EXISTS (SELECT FROM pg_depend AS d WHERE d.objid = p.oid AND d.deptype = 'e')
 UNION ALL
SELECT c.relname, pg_get_viewdef(c.oid), '', true
  FROM pg_class AS c
 WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('v', 'm')
   AND NOT EXISTS (SELECT FROM pg_depend AS d WHERE d.objid = c.oid AND d.deptype = 'e')
 ORDER BY 1;
