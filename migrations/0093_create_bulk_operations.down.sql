-- Undo of the file of the same number: what was requested, and what became of each application, is lost.

DROP TABLE bulk_operation_items;
DROP TABLE bulk_operations;
DROP FUNCTION require_claimed;
