-- Why:   a page of the files of a rare kind must not read all of the organization's.
-- Locks: attachments, SHARE UPDATE EXCLUSIVE, while the index is built; rows are read and written meanwhile.
-- Undo:  0025_index_attachments_by_kind.down.sql drops it; no data is lost.
-- transaction: none

CREATE INDEX CONCURRENTLY IF NOT EXISTS attachments_by_kind
    ON attachments (organization_id, kind, id DESC);
