-- Why:   applications of some time are listed in the order of their time.
-- Locks: applications, SHARE UPDATE EXCLUSIVE, while the index is built; rows are read and written meanwhile.
-- Undo:  0087_index_applications_by_applied_at.down.sql drops it; no data is lost.
-- transaction: none

CREATE INDEX CONCURRENTLY IF NOT EXISTS applications_by_applied_at
    ON applications (organization_id, applied_at DESC, id DESC);
