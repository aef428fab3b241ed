-- Undo of the file of the same number.
-- transaction: none

DROP INDEX CONCURRENTLY IF EXISTS api_keys_by_updated_at;
