-- Who holds the runners' lock.
SELECT a.pid, a.usename, host(a.client_addr) AS client_address, a.backend_start
FROM pg_locks AS l
JOIN pg_stat_activity AS a ON a.pid = l.pid
WHERE l.locktype = 'advisory'
    AND l.granted
    AND l.database = (SELECT d.oid FROM pg_database AS d WHERE d.datname = current_database())
    AND l.classid::bigint << 32 | l.objid::bigint = hashtextextended('hiring migrate', 0)
