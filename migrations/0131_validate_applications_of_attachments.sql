-- Why:   what was written before the key of the file before obeys it, too.
-- Locks: attachments, SHARE UPDATE EXCLUSIVE.
-- Undo:  0131_validate_applications_of_attachments.down.sql; nothing is lost.

ALTER TABLE attachments VALIDATE CONSTRAINT attachments_application_id_exists;
