-- Undo of the file of the same number.
ALTER TABLE posts DROP CONSTRAINT posts_translation_of_another;
ALTER TABLE posts DROP CONSTRAINT posts_translation_of_exists;
ALTER TABLE posts ADD CONSTRAINT posts_translation_of_exists
    FOREIGN KEY (organization_id, translation_of) REFERENCES posts (organization_id, id);
ALTER TABLE posts DROP CONSTRAINT posts_language_taken;
ALTER TABLE posts ADD CONSTRAINT posts_language_taken UNIQUE (organization_id, translation_of, language);
CREATE UNIQUE INDEX posts_new_language_taken ON posts (organization_id, original_id, language);
