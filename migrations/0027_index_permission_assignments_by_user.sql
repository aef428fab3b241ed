-- Why:   a user's grants are listed with those that were revoked.
-- Locks: permission_assignments, SHARE UPDATE EXCLUSIVE, while the index is built; rows are read and written meanwhile.
-- Undo:  0027_index_permission_assignments_by_user.down.sql; nothing is lost.
-- transaction: none

CREATE INDEX CONCURRENTLY IF NOT EXISTS permission_assignments_by_user ON permission_assignments (organization_id, user_id, id);
