-- Undo of the file of the same number: talent pools become jobs without openings.
ALTER TABLE jobs DROP CONSTRAINT jobs_kind_known;
ALTER TABLE jobs DROP COLUMN kind;
