-- Undo of the file of the same number.
-- transaction: none
DROP INDEX CONCURRENTLY IF EXISTS api_key_directory_by_key;
