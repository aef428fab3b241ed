-- Why:   a talent pool is a job that is never filled: people apply to it, and are transferred to jobs that suit them.
-- Locks: jobs, ACCESS EXCLUSIVE, briefly: the default is the same for all rows, and what is added is not validated.
-- Undo:  0102_add_kind_to_jobs.down.sql; talent pools become jobs without openings.

ALTER TABLE jobs ADD COLUMN kind text NOT NULL DEFAULT 'job';
COMMENT ON COLUMN jobs.kind IS 'A job, or a talent pool, which has no openings and is never filled. It never changes.';
ALTER TABLE jobs ADD CONSTRAINT jobs_kind_known CHECK (kind IN ('job', 'pool')) NOT VALID;
