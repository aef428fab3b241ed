-- Undo of the file of the same number.
REVOKE SELECT, UPDATE, DELETE ON bulk_operations, bulk_operation_items FROM hiring_worker;
