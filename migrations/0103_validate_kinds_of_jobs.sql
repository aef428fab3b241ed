-- Why:   what was written before the constraint of the file before obeys it, too.
-- Locks: jobs, SHARE UPDATE EXCLUSIVE.
-- Undo:  0103_validate_kinds_of_jobs.down.sql; nothing is lost.

ALTER TABLE jobs VALIDATE CONSTRAINT jobs_kind_known;
