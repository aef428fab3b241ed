-- What `make audit` shows of ClickHouse: version, seconds since its start, bytes and rows of tables, and the most parts
-- that a partition has: 300 slow inserts down, 3000 stop them.
SELECT
    version(),
    uptime(),
    formatReadableSize((SELECT sum(bytes_on_disk) FROM system.parts WHERE active AND database != 'system')),
    (SELECT sum(rows) FROM system.parts WHERE active AND database != 'system'),
    (SELECT max(parts) FROM (SELECT count() AS parts FROM system.parts WHERE active GROUP BY database, table, partition))
