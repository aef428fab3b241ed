-- Undo of the file of the same number.
COMMENT ON COLUMN bulk_operation_items.bulk_operation_id IS NULL;
ALTER TABLE bulk_operation_items ADD CONSTRAINT bulk_operation_items_bulk_operation_id_exists
    FOREIGN KEY (organization_id, bulk_operation_id) REFERENCES bulk_operations (organization_id, id);
