-- Why:   the items of a bulk operation are written with it, in one statement, which checked this key 50,000 times: for four
--        fifths of its time.
-- Locks: bulk_operation_items and bulk_operations, ACCESS EXCLUSIVE, briefly: nothing is read.
-- Unused: since 0.1.0
-- Undo:  0129_drop_key_of_bulk_operation_items.down.sql; nothing is lost.

-- What it held holds by itself: an item is written together with its operation, and deleted before it.
-- squawk-ignore ban-drop-constraint
ALTER TABLE bulk_operation_items DROP CONSTRAINT bulk_operation_items_bulk_operation_id_exists;
COMMENT ON COLUMN bulk_operation_items.bulk_operation_id IS 'The operation, whose request writes both. No foreign key on purpose: one request would check 50,000.';
