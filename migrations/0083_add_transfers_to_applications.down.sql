-- Undo of the file of the same number.

ALTER TABLE applications DROP CONSTRAINT applications_transferred_to_when_transferred;
ALTER TABLE applications DROP CONSTRAINT applications_transferred_from_exists;
ALTER TABLE applications DROP CONSTRAINT applications_transferred_to_exists;
ALTER TABLE applications DROP COLUMN transferred_from;
ALTER TABLE applications DROP COLUMN transferred_to;
