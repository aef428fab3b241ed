-- Whether the runner has ever worked here.
SELECT to_regclass('public.schema_migrations') IS NOT NULL AS has_history
