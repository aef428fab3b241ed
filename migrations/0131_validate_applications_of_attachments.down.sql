-- Undo of the file of the same number.
ALTER TABLE attachments DROP CONSTRAINT attachments_application_id_exists;
ALTER TABLE attachments ADD CONSTRAINT attachments_application_id_exists
    FOREIGN KEY (organization_id, application_id) REFERENCES applications (organization_id, id) NOT VALID;
