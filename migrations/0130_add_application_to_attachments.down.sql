-- Undo of the file of the same number.
ALTER TABLE attachments DROP CONSTRAINT attachments_application_id_exists;
ALTER TABLE attachments DROP COLUMN application_id;
