-- Undo of the file of the same number.
ALTER TABLE bulk_operations DROP COLUMN is_automatic;
