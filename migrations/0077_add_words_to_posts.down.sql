-- Undo of the file of the same number.
DROP TRIGGER posts_words ON posts;
ALTER TABLE posts DROP COLUMN words;
