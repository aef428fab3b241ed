-- Why:   a file that came with an application is shown only to those who see the application.
-- Locks: attachments, ACCESS EXCLUSIVE, briefly: a column without a default, and a key that is not validated;
--        applications, SHARE ROW EXCLUSIVE, briefly.
-- Undo:  0130_add_application_to_attachments.down.sql; which application a file came with is lost.

ALTER TABLE attachments ADD COLUMN application_id uuid;
COMMENT ON COLUMN attachments.application_id IS 'The application that the file came with, if it came with one.';
ALTER TABLE attachments ADD CONSTRAINT attachments_application_id_exists
    FOREIGN KEY (organization_id, application_id) REFERENCES applications (organization_id, id) NOT VALID;
