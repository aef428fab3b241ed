-- Why:   who sees only their teams' candidates must not read every candidate to find theirs.
-- Locks: applications, SHARE UPDATE EXCLUSIVE, while the index is built; rows are read and written meanwhile.
-- Undo:  0021_index_applications_by_job_candidate.down.sql drops it; no data is lost.
-- transaction: none

CREATE INDEX CONCURRENTLY IF NOT EXISTS applications_by_job_candidate
    ON applications (organization_id, job_id, candidate_id DESC);
