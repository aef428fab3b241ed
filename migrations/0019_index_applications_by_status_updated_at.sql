-- Why:   who asks for the hires since a moment must not read every other change.
-- Locks: applications, SHARE UPDATE EXCLUSIVE, while the index is built; rows are read and written meanwhile.
-- Undo:  0019_index_applications_by_status_updated_at.down.sql drops it; no data is lost.
-- transaction: none

CREATE INDEX CONCURRENTLY IF NOT EXISTS applications_by_status_updated_at
    ON applications (organization_id, status, updated_at, id);
