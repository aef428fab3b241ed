-- Undo of the file of the same number: tags, and which candidates have them, are lost.
-- Unused: since 1.0

DROP TRIGGER candidates_name_changed_tags ON candidates;
DROP TRIGGER candidates_name_new_tags ON candidates;
DROP TRIGGER candidates_link_changed_tags ON candidates;
DROP TRIGGER candidates_link_new_tags ON candidates;
DROP FUNCTION name_tags_of_candidate();
DROP FUNCTION link_tags_of_candidate();
DROP TABLE candidate_tags;
DROP TABLE tags;
ALTER TABLE candidates DROP COLUMN tag_ids;
COMMENT ON COLUMN candidates.tags IS NULL;
