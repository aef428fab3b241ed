-- Undo of the file of the same number.

DROP TRIGGER candidates_link_user_to_applications ON candidates;
DROP FUNCTION link_user_to_applications();
DROP TRIGGER applications_copy_user_of_candidate ON applications;
DROP FUNCTION copy_user_of_candidate();
ALTER TABLE applications DROP COLUMN candidate_user_id;
