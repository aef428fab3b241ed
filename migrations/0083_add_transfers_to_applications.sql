-- Why:   a transfer ends an application and begins another one on another job; each names the other.
-- Locks: applications, ACCESS EXCLUSIVE, briefly: columns without a default, and constraints that are not validated.
-- Undo:  0083_add_transfers_to_applications.down.sql; which application followed which is lost.

ALTER TABLE applications ADD COLUMN transferred_to uuid;
COMMENT ON COLUMN applications.transferred_to IS 'The application that a transfer began in place of this one.';
ALTER TABLE applications ADD COLUMN transferred_from uuid;
COMMENT ON COLUMN applications.transferred_from IS 'The application that a transfer ended to begin this one.';

ALTER TABLE applications ADD CONSTRAINT applications_transferred_to_exists
    FOREIGN KEY (organization_id, transferred_to) REFERENCES applications (organization_id, id) NOT VALID;
ALTER TABLE applications ADD CONSTRAINT applications_transferred_from_exists
    FOREIGN KEY (organization_id, transferred_from) REFERENCES applications (organization_id, id) NOT VALID;
ALTER TABLE applications ADD CONSTRAINT applications_transferred_to_when_transferred
    CHECK ((status = 'transferred') = (transferred_to IS NOT NULL)) NOT VALID;
