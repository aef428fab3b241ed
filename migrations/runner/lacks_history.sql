-- Whether a table of the runner is missing. Asked first: making them again, with comments, takes locks that autovacuum
-- may hold.
SELECT to_regclass('public.schema_migrations') IS NULL OR to_regclass('public.schema_functions') IS NULL AS is_lacking
