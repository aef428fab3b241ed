-- Undo of the file of the same number.
ALTER TABLE applications DROP CONSTRAINT applications_referrer_id_exists;
ALTER TABLE applications DROP COLUMN referrer_id;
ALTER TABLE applications DROP COLUMN source_application_id;
