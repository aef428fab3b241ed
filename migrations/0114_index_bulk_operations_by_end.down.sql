-- Undo of the file of the same number.
-- transaction: none

DROP INDEX CONCURRENTLY IF EXISTS bulk_operations_by_end;
