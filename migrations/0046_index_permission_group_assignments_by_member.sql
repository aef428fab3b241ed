-- Why:   one member of a group is found without reading all its members, whichever of two indexes the planner takes: the average
--        group has two members, that of a large organization thousands.
-- Locks: permission_group_assignments, SHARE UPDATE EXCLUSIVE, while the index is built; rows are read and written meanwhile.
-- Undo:  0046_index_permission_group_assignments_by_member.down.sql; nothing is lost.
-- transaction: none

CREATE INDEX CONCURRENTLY IF NOT EXISTS permission_group_assignments_by_member
    ON permission_group_assignments (organization_id, permission_group_id, user_id) WHERE revoked_at IS NULL;
