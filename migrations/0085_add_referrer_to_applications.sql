-- Why:   an application tells the user who referred the candidate, and the id that its source gave it.
-- Locks: applications, ACCESS EXCLUSIVE, briefly: columns without a default, and a key that is not validated; users,
--        SHARE ROW EXCLUSIVE, briefly.
-- Undo:  0085_add_referrer_to_applications.down.sql; what was told is lost.

ALTER TABLE applications ADD COLUMN source_application_id text;
COMMENT ON COLUMN applications.source_application_id IS 'The id that the source gave the application; sources do not know of each other, so it is not unique.';
ALTER TABLE applications ADD COLUMN referrer_id uuid;
COMMENT ON COLUMN applications.referrer_id IS 'The user who referred the candidate.';
ALTER TABLE applications ADD CONSTRAINT applications_referrer_id_exists
    FOREIGN KEY (organization_id, referrer_id) REFERENCES users (organization_id, id) NOT VALID;
