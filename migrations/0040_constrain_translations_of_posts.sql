-- Why:   a translation points to an original, which is one by being its own original_id; no language is there twice.
-- Locks: posts, ACCESS EXCLUSIVE, briefly: the index is there, and what is added is not validated.
-- Unused: since 0.1.0
-- Undo:  0040_constrain_translations_of_posts.down.sql; nothing is lost.

-- What takes the place of both has their names, and refuses all that they refused.
-- squawk-ignore ban-drop-constraint
ALTER TABLE posts DROP CONSTRAINT posts_language_taken;
ALTER TABLE posts ADD CONSTRAINT posts_language_taken UNIQUE USING INDEX posts_new_language_taken;
-- Its successor has its name, too.
-- squawk-ignore ban-drop-constraint
ALTER TABLE posts DROP CONSTRAINT posts_translation_of_exists;
ALTER TABLE posts ADD CONSTRAINT posts_translation_of_exists FOREIGN KEY (organization_id, original_id, translation_of)
    REFERENCES posts (organization_id, original_id, id) NOT VALID;
ALTER TABLE posts ADD CONSTRAINT posts_translation_of_another CHECK (translation_of <> id) NOT VALID;
