-- Why:   what was written before the key and the constraint of the file before obeys them, too.
-- Locks: applications and bulk_operations, SHARE UPDATE EXCLUSIVE.
-- Undo:  0126_validate_assignees_of_applications.down.sql; nothing is lost.

ALTER TABLE applications VALIDATE CONSTRAINT applications_assignee_id_exists;
ALTER TABLE bulk_operations VALIDATE CONSTRAINT bulk_operations_action_known;
