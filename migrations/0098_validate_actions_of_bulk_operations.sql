-- Why:   what was written before the constraint of the file before obeys it, too.
-- Locks: bulk_operations, SHARE UPDATE EXCLUSIVE.
-- Undo:  0098_validate_actions_of_bulk_operations.down.sql; nothing is lost.

ALTER TABLE bulk_operations VALIDATE CONSTRAINT bulk_operations_action_known;
