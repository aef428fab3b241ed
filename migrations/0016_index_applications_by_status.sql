-- Why:   a page of the applications with a rare status must not read all of the organization's.
-- Locks: applications, SHARE UPDATE EXCLUSIVE, while the index is built; rows are read and written meanwhile.
-- Undo:  0016_index_applications_by_status.down.sql drops it; no data is lost.
-- transaction: none

CREATE INDEX CONCURRENTLY IF NOT EXISTS applications_by_status
    ON applications (organization_id, status, id DESC);
