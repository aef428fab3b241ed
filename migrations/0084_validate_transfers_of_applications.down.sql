-- Undo of the file of the same number.
ALTER TABLE applications DROP CONSTRAINT applications_transferred_to_when_transferred;
ALTER TABLE applications DROP CONSTRAINT applications_transferred_from_exists;
ALTER TABLE applications DROP CONSTRAINT applications_transferred_to_exists;
ALTER TABLE applications ADD CONSTRAINT applications_transferred_to_exists
    FOREIGN KEY (organization_id, transferred_to) REFERENCES applications (organization_id, id) NOT VALID;
ALTER TABLE applications ADD CONSTRAINT applications_transferred_from_exists
    FOREIGN KEY (organization_id, transferred_from) REFERENCES applications (organization_id, id) NOT VALID;
ALTER TABLE applications ADD CONSTRAINT applications_transferred_to_when_transferred
    CHECK ((status = 'transferred') = (transferred_to IS NOT NULL)) NOT VALID;
