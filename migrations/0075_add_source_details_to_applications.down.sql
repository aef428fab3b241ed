-- Undo of the file of the same number.
ALTER TABLE applications DROP COLUMN source_details;
