-- Why:   who deletes a file finds the upload that it came by, to take its name and hash away there, too.
-- Locks: uploads, SHARE UPDATE EXCLUSIVE: reads and writes go on.
-- Undo:  0013_index_uploads_by_storage_name.down.sql; nothing is lost.
-- transaction: none

CREATE INDEX CONCURRENTLY IF NOT EXISTS uploads_by_storage_name ON uploads (organization_id, storage_name);
