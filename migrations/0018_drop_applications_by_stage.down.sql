-- Undo of the file of the same number.
-- transaction: none

CREATE INDEX CONCURRENTLY IF NOT EXISTS applications_by_stage
    ON applications (organization_id, stage_id) WHERE status = 'active';
