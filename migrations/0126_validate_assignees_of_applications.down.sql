-- Undo of the file of the same number.
ALTER TABLE bulk_operations DROP CONSTRAINT bulk_operations_action_known;
ALTER TABLE bulk_operations ADD CONSTRAINT bulk_operations_action_known
    CHECK (action IN ('assign', 'message', 'move', 'reject', 'set_fields', 'tag', 'untag')) NOT VALID;
ALTER TABLE applications DROP CONSTRAINT applications_assignee_id_exists;
ALTER TABLE applications ADD CONSTRAINT applications_assignee_id_exists
    FOREIGN KEY (organization_id, assignee_id) REFERENCES users (organization_id, id) NOT VALID;
