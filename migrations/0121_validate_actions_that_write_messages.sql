-- Why:   what was written before the constraint of the file before obeys it, too.
-- Locks: bulk_operations, SHARE UPDATE EXCLUSIVE.
-- Undo:  0121_validate_actions_that_write_messages.down.sql; nothing is lost.

ALTER TABLE bulk_operations VALIDATE CONSTRAINT bulk_operations_action_known;
