-- Why:   people look for words in the posts of a board; to read them out of each text would take a second for a large one.
-- Locks: posts, ACCESS EXCLUSIVE, briefly: a column without a default, and its trigger.
-- Undo:  0077_add_words_to_posts.down.sql; no data is lost, for the words are those of title and text.

ALTER TABLE posts ADD COLUMN words tsvector;
COMMENT ON COLUMN posts.words IS 'The words of title and body_html, without markup; a trigger keeps them.';

CREATE TRIGGER posts_words
    BEFORE INSERT OR UPDATE ON posts
    FOR EACH ROW EXECUTE FUNCTION tsvector_update_trigger(words, 'pg_catalog.simple', title, body_html);
