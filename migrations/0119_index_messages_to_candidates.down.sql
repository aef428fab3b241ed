-- Undo of the file of the same number.
-- transaction: none

DROP INDEX CONCURRENTLY IF EXISTS messages_to_candidates;
