-- Why:   a page of a stage's applications must not read all of the organization's.
-- Locks: applications, SHARE UPDATE EXCLUSIVE, while the index is built; rows are read and written meanwhile.
-- Undo:  0017_index_applications_by_stage_status.down.sql drops it; no data is lost.
-- transaction: none

CREATE INDEX CONCURRENTLY IF NOT EXISTS applications_by_stage_status
    ON applications (organization_id, stage_id, status, id DESC);
