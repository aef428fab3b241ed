-- Why:   the list of what is assigned to a user of the applications to one job, or to those of a team.
-- Locks: applications, SHARE UPDATE EXCLUSIVE, while the index is built; rows are read and written meanwhile.
-- Undo:  0128_index_applications_by_job_assignee.down.sql drops it; no data is lost.
-- transaction: none

CREATE INDEX CONCURRENTLY IF NOT EXISTS applications_by_job_assignee
    ON applications (organization_id, job_id, assignee_id, id) WHERE assignee_id IS NOT NULL;
