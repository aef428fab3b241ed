-- Why:   a page of a department's jobs must not read all of the organization's; and a foreign key without an index.
-- Locks: jobs, SHARE UPDATE EXCLUSIVE, while the index is built; rows are read and written meanwhile.
-- Undo:  0024_index_jobs_by_department.down.sql drops it; no data is lost.
-- transaction: none

CREATE INDEX CONCURRENTLY IF NOT EXISTS jobs_by_department
    ON jobs (organization_id, department_id, id DESC);
