-- How large each table is, with its indexes, and about how many rows it has; NULL where nobody counted yet.
SELECT
    c.relname AS name,
    pg_size_pretty(pg_total_relation_size(c.oid)) AS size,
    nullif(c.reltuples::bigint, -1) AS row_count
FROM pg_class AS c
WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p', 'm')
