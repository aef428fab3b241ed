-- Undo of the file of the same number.
-- transaction: none

DROP INDEX CONCURRENTLY IF EXISTS events_by_aggregate;
