-- Why:   keys are listed in the order of their last change.
-- Locks: api_keys, SHARE UPDATE EXCLUSIVE, while the index is built; rows are read and written meanwhile.
-- Undo:  0031_index_api_keys_by_updated_at.down.sql drops it; no data is lost.
-- transaction: none

CREATE INDEX CONCURRENTLY IF NOT EXISTS api_keys_by_updated_at
    ON api_keys (organization_id, updated_at, id);
