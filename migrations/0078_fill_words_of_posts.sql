-- Why:   the posts that there are get their words; the trigger of 0082 keeps them from then on.
-- Locks: posts, ROW EXCLUSIVE.
-- Undo:  0078_fill_words_of_posts.down.sql changes nothing: 0082's takes the column away.

UPDATE posts
SET words = to_tsvector('pg_catalog.simple', title || ' ' || body_html)
WHERE words IS NULL;
