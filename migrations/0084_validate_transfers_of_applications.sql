-- Why:   what was written before the constraints of the file before obeys them, too.
-- Locks: applications, SHARE UPDATE EXCLUSIVE and ROW SHARE.
-- Undo:  0084_validate_transfers_of_applications.down.sql; nothing is lost.

ALTER TABLE applications VALIDATE CONSTRAINT applications_transferred_to_exists;
ALTER TABLE applications VALIDATE CONSTRAINT applications_transferred_from_exists;
ALTER TABLE applications VALIDATE CONSTRAINT applications_transferred_to_when_transferred;
