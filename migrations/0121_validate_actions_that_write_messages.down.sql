-- Undo of the file of the same number.
ALTER TABLE bulk_operations DROP CONSTRAINT bulk_operations_action_known;
ALTER TABLE bulk_operations ADD CONSTRAINT bulk_operations_action_known
    CHECK (action IN ('message', 'move', 'reject', 'set_fields', 'tag', 'untag')) NOT VALID;
