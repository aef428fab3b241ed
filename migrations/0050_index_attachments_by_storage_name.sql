-- Why:   the sweep asks for each file whether an attachment still names it.
-- Locks: attachments, SHARE UPDATE EXCLUSIVE, while the index is built; rows are read and written meanwhile.
-- Undo:  0050_index_attachments_by_storage_name.down.sql drops it; no data is lost.
-- transaction: none

CREATE INDEX CONCURRENTLY IF NOT EXISTS attachments_by_storage_name
    ON attachments (organization_id, storage_name);
