-- Undo of the file of the same number.
COMMENT ON COLUMN bulk_operations.is_automatic IS 'Whether jobs.on_filled requested it: then permissions do not count, those of the person who made the setting did.';
