-- Why:   the worker deletes bulk operations that have ended. To lock a row, it needs UPDATE of a column, and no more.
-- Locks: none.
-- Undo:  0115_grant_sweep_of_bulk_operations.down.sql; they then stay.

GRANT SELECT, UPDATE (id), DELETE ON bulk_operations, bulk_operation_items TO hiring_worker;
