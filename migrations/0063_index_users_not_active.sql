-- Why:   a list of the few users who are invited or disabled reads them alone, not everybody.
-- Locks: users, SHARE UPDATE EXCLUSIVE, while the index is built; rows are read and written meanwhile.
-- Undo:  0063_index_users_not_active.down.sql drops it; no data is lost.
-- transaction: none

CREATE INDEX CONCURRENTLY IF NOT EXISTS users_not_active
    ON users (organization_id, status, id)
    WHERE status <> 'active';
