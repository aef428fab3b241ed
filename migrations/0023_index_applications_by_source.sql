-- Why:   a foreign key without an index: what came from a source is found by it.
-- Locks: applications, SHARE UPDATE EXCLUSIVE, while the index is built; rows are read and written meanwhile.
-- Undo:  0023_index_applications_by_source.down.sql drops it; no data is lost.
-- transaction: none

CREATE INDEX CONCURRENTLY IF NOT EXISTS applications_by_source
    ON applications (organization_id, source_id)
    WHERE source_id IS NOT NULL;
