-- Undo of the file of the same number.
-- transaction: none

CREATE INDEX CONCURRENTLY IF NOT EXISTS applications_by_source
    ON applications (organization_id, source_id)
    WHERE source_id IS NOT NULL;
