-- Why:   what was written before the key of the file before obeys it, too.
-- Locks: applications, SHARE UPDATE EXCLUSIVE.
-- Undo:  0086_validate_referrers_of_applications.down.sql; nothing is lost.

ALTER TABLE applications VALIDATE CONSTRAINT applications_referrer_id_exists;
