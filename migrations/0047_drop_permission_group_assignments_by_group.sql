-- Why:   permission_group_assignments_by_member finds all that this index finds.
-- Locks: permission_group_assignments, SHARE UPDATE EXCLUSIVE, until no transaction uses the index.
-- Undo:  0047_drop_permission_group_assignments_by_group.down.sql makes it again; no data is lost.
-- transaction: none

DROP INDEX CONCURRENTLY IF EXISTS permission_group_assignments_by_group;
