-- Why:   a page of a job's applications with a rare status must not read all of the job's.
-- Locks: applications, SHARE UPDATE EXCLUSIVE, while the index is built; rows are read and written meanwhile.
-- Undo:  0015_index_applications_by_job_status.down.sql drops it; no data is lost.
-- transaction: none

CREATE INDEX CONCURRENTLY IF NOT EXISTS applications_by_job_status
    ON applications (organization_id, job_id, status, id DESC);
