-- Undo of the file of the same number.
-- transaction: none

DROP INDEX CONCURRENTLY IF EXISTS candidates_by_survivor;
