-- Why:   the list of what is assigned to a user, all of it or that of a status.
-- Locks: applications, SHARE UPDATE EXCLUSIVE, while the index is built; rows are read and written meanwhile.
-- Undo:  0127_index_applications_by_assignee_status.down.sql drops it; no data is lost.
-- transaction: none

CREATE INDEX CONCURRENTLY IF NOT EXISTS applications_by_assignee_status
    ON applications (organization_id, assignee_id, status, id) WHERE assignee_id IS NOT NULL;
