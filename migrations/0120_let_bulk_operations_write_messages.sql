-- Why:   a bulk operation can write to candidates.
-- Locks: bulk_operations, ACCESS EXCLUSIVE, briefly: what is added is not validated.
-- Undo:  0120_let_bulk_operations_write_messages.down.sql deletes the operations that write; what they wrote stays.

-- What takes its place has its name, and refuses all that it refused but one.
-- squawk-ignore ban-drop-constraint
ALTER TABLE bulk_operations DROP CONSTRAINT bulk_operations_action_known;
ALTER TABLE bulk_operations ADD CONSTRAINT bulk_operations_action_known
    CHECK (action IN ('message', 'move', 'reject', 'set_fields', 'tag', 'untag')) NOT VALID;
