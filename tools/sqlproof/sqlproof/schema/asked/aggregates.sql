-- The aggregates that there are.
SELECT DISTINCT p.proname AS name
  FROM pg_proc AS p
 WHERE p.prokind = 'a';
