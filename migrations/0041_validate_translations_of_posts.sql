-- Why:   what was written before the constraints of the file before obeys them, too.
-- Locks: posts, SHARE UPDATE EXCLUSIVE and ROW SHARE.
-- Undo:  0041_validate_translations_of_posts.down.sql; nothing is lost.

ALTER TABLE posts VALIDATE CONSTRAINT posts_translation_of_exists;
ALTER TABLE posts VALIDATE CONSTRAINT posts_translation_of_another;
