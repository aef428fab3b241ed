-- Undo of the file of the same number.
ALTER TABLE posts DROP CONSTRAINT posts_translation_of_another;
ALTER TABLE posts DROP CONSTRAINT posts_translation_of_exists;
ALTER TABLE posts ADD CONSTRAINT posts_translation_of_exists FOREIGN KEY (organization_id, original_id, translation_of)
    REFERENCES posts (organization_id, original_id, id) NOT VALID;
ALTER TABLE posts ADD CONSTRAINT posts_translation_of_another CHECK (translation_of <> id) NOT VALID;
