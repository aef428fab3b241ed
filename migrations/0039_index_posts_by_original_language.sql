-- Why:   an original and its translations have one post for each language.
-- Locks: posts, SHARE UPDATE EXCLUSIVE.
-- Undo:  0039_index_posts_by_original_language.down.sql; nothing is lost.
-- transaction: none

CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS posts_new_language_taken ON posts (organization_id, original_id, language);
