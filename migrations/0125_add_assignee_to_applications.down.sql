-- Undo of the file of the same number.
DELETE FROM bulk_operation_items AS i
USING bulk_operations AS b
WHERE b.organization_id = i.organization_id AND b.id = i.bulk_operation_id AND b.action = 'assign';
DELETE FROM bulk_operations WHERE action = 'assign';
ALTER TABLE bulk_operations DROP CONSTRAINT bulk_operations_action_known;
ALTER TABLE bulk_operations ADD CONSTRAINT bulk_operations_action_known
    CHECK (action IN ('message', 'move', 'reject', 'set_fields', 'tag', 'untag'));
ALTER TABLE applications DROP CONSTRAINT applications_assignee_id_exists;
ALTER TABLE applications DROP COLUMN assignee_id;
