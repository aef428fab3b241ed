-- Why:   a candidate is merged exactly when it says into whom; GET of it leads there for ever.
-- Locks: candidates, ACCESS EXCLUSIVE, briefly: what is added is not validated.
-- Undo:  0081_require_survivor_of_merged_candidates.down.sql; nothing is lost.

ALTER TABLE candidates ADD CONSTRAINT candidates_merged_have_survivor
    CHECK ((status = 'merged') = (merged_into IS NOT NULL) AND merged_into IS DISTINCT FROM id) NOT VALID;
