-- Why:   a bulk operation can change the fields of applications.
-- Locks: bulk_operations, ACCESS EXCLUSIVE, briefly: what is added is not validated.
-- Undo:  0097_let_bulk_operations_set_fields.down.sql deletes the operations that set fields; what they changed stays.

-- What takes its place has its name, and refuses all that it refused but one.
-- squawk-ignore ban-drop-constraint
ALTER TABLE bulk_operations DROP CONSTRAINT bulk_operations_action_known;
ALTER TABLE bulk_operations ADD CONSTRAINT bulk_operations_action_known
    CHECK (action IN ('move', 'reject', 'set_fields', 'tag', 'untag')) NOT VALID;
