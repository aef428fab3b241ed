-- Why:   the same of what came from one source.
-- Locks: applications, SHARE UPDATE EXCLUSIVE, while the index is built; rows are read and written meanwhile.
-- Undo:  0089_index_applications_by_source_applied_at.down.sql drops it; no data is lost.
-- transaction: none

CREATE INDEX CONCURRENTLY IF NOT EXISTS applications_by_source_applied_at
    ON applications (organization_id, source_id, applied_at DESC, id DESC)
    WHERE source_id IS NOT NULL;
