-- Why:   the same of the applications to one job; callers of some jobs read a page of each.
-- Locks: applications, SHARE UPDATE EXCLUSIVE, while the index is built; rows are read and written meanwhile.
-- Undo:  0088_index_applications_by_job_applied_at.down.sql drops it; no data is lost.
-- transaction: none

CREATE INDEX CONCURRENTLY IF NOT EXISTS applications_by_job_applied_at
    ON applications (organization_id, job_id, applied_at DESC, id DESC);
