-- Undo of the file of the same number.
DELETE FROM bulk_operation_items AS i
USING bulk_operations AS b
WHERE b.organization_id = i.organization_id AND b.id = i.bulk_operation_id AND b.action = 'message';
DELETE FROM bulk_operations WHERE action = 'message';
ALTER TABLE bulk_operations DROP CONSTRAINT bulk_operations_action_known;
ALTER TABLE bulk_operations ADD CONSTRAINT bulk_operations_action_known
    CHECK (action IN ('move', 'reject', 'set_fields', 'tag', 'untag'));
