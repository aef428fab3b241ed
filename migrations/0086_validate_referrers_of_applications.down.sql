-- Undo of the file of the same number.
ALTER TABLE applications DROP CONSTRAINT applications_referrer_id_exists;
ALTER TABLE applications ADD CONSTRAINT applications_referrer_id_exists
    FOREIGN KEY (organization_id, referrer_id) REFERENCES users (organization_id, id) NOT VALID;
