-- Undo of the file of the same number.
-- transaction: none

CREATE INDEX CONCURRENTLY IF NOT EXISTS permission_group_assignments_by_group
    ON permission_group_assignments (organization_id, permission_group_id) WHERE revoked_at IS NULL;
