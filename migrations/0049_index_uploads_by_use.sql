-- Why:   uploads that were used are swept by age.
-- Locks: uploads, SHARE UPDATE EXCLUSIVE, while the index is built; rows are read and written meanwhile.
-- Undo:  0049_index_uploads_by_use.down.sql drops it; no data is lost.
-- transaction: none

CREATE INDEX CONCURRENTLY IF NOT EXISTS uploads_by_use
    ON uploads (used_at, id) WHERE used_at IS NOT NULL;
