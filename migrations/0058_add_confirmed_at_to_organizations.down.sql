-- Undo of the file of the same number.
ALTER TABLE organizations DROP COLUMN confirmed_at;
