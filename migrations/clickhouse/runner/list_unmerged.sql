-- The partitions of more than one part: reports merge them each time.
SELECT p.table AS table, p.partition_id AS partition_id
FROM system.parts AS p
WHERE p.database = currentDatabase() AND p.active
GROUP BY p.table, p.partition_id
HAVING count() > 1
ORDER BY p.table, p.partition_id
