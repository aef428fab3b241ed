-- Undo of the file of the same number.
ALTER TABLE candidates DROP CONSTRAINT candidates_merged_have_survivor;
ALTER TABLE candidates ADD CONSTRAINT candidates_merged_have_survivor
    CHECK ((status = 'merged') = (merged_into IS NOT NULL) AND merged_into IS DISTINCT FROM id) NOT VALID;
