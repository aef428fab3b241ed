-- Why:   what was written before the constraint of the file before obeys it, too.
-- Locks: candidates, SHARE UPDATE EXCLUSIVE.
-- Undo:  0082_validate_survivors_of_merged_candidates.down.sql; nothing is lost.

ALTER TABLE candidates VALIDATE CONSTRAINT candidates_merged_have_survivor;
