-- Why:   the bulk operations of an organization that have not ended are counted at each request of another one.
-- Locks: bulk_operations, SHARE UPDATE EXCLUSIVE, while the index is built; rows are read and written meanwhile.
-- Undo:  0113_index_bulk_operations_that_have_not_ended.down.sql drops it; no data is lost.
-- transaction: none

CREATE INDEX CONCURRENTLY IF NOT EXISTS bulk_operations_unended
    ON bulk_operations (organization_id)
    WHERE ended_at IS NULL;
