-- Why:   what became of the items of a bulk operation is listed by outcome: the few that were refused, out of 50,000.
-- Locks: bulk_operation_items, SHARE UPDATE EXCLUSIVE, while the index is built; rows are read and written meanwhile.
-- Undo:  0096_index_bulk_operation_items_by_outcome.down.sql drops it; no data is lost.
-- transaction: none

CREATE INDEX CONCURRENTLY IF NOT EXISTS bulk_operation_items_by_outcome
    ON bulk_operation_items (organization_id, bulk_operation_id, outcome, id);
