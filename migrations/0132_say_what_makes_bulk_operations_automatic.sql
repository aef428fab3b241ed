-- Why:   closing a job rejects all its active applications, as its last hire does, also those that the person who closes
--        it does not see.
-- Locks: bulk_operations, SHARE UPDATE EXCLUSIVE.
-- Undo:  0132_say_what_makes_bulk_operations_automatic.down.sql; nothing is lost.

COMMENT ON COLUMN bulk_operations.is_automatic IS 'Whether a closing or jobs.on_filled requested it: then permissions do not count, those of the person who closed the job or made the setting did.';
