-- Why:   the last hire of a job requests the rejection of its other applicants, where a setting of the job says so; the
--        worker then does what the setting says, whatever the person who hired may do.
-- Locks: bulk_operations, ACCESS EXCLUSIVE, briefly: a column with a default is made at once.
-- Undo:  0095_mark_automatic_bulk_operations.down.sql; those that have not ended go on with what their requester may do.

ALTER TABLE bulk_operations ADD COLUMN is_automatic boolean NOT NULL DEFAULT false;
COMMENT ON COLUMN bulk_operations.is_automatic IS 'Whether jobs.on_filled requested it: then permissions do not count, those of the person who made the setting did.';
