-- Why:   who sees only their teams' jobs must not read every change to find theirs.
-- Locks: applications, SHARE UPDATE EXCLUSIVE, while the index is built; rows are read and written meanwhile.
-- Undo:  0020_index_applications_by_job_updated_at.down.sql drops it; no data is lost.
-- transaction: none

CREATE INDEX CONCURRENTLY IF NOT EXISTS applications_by_job_updated_at
    ON applications (organization_id, job_id, updated_at, id);
