-- Undo of the file of the same number.
ALTER TABLE posts DROP COLUMN original_id;
