-- Why:   the files of one kind are listed in the order of their last change, and a rare kind must not read all of them.
-- Locks: attachments, SHARE UPDATE EXCLUSIVE, while the index is built; rows are read and written meanwhile.
-- Undo:  0032_index_attachments_by_kind_updated_at.down.sql drops it; no data is lost.
-- transaction: none

CREATE INDEX CONCURRENTLY IF NOT EXISTS attachments_by_kind_updated_at
    ON attachments (organization_id, kind, updated_at, id);
