-- Undo of the file of the same number.
ALTER TABLE candidates DROP CONSTRAINT candidates_merged_have_survivor;
