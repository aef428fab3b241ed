-- Why:   bulk operations that have ended are swept by the time since.
-- Locks: bulk_operations, SHARE UPDATE EXCLUSIVE, while the index is built; rows are read and written meanwhile.
-- Undo:  0114_index_bulk_operations_by_end.down.sql drops it; no data is lost.
-- transaction: none

CREATE INDEX CONCURRENTLY IF NOT EXISTS bulk_operations_by_end
    ON bulk_operations (ended_at)
    WHERE ended_at IS NOT NULL;
