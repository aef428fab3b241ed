-- Why:   the foreign key of the next files refers to a post that is its own original.
-- Locks: posts, SHARE UPDATE EXCLUSIVE.
-- Undo:  0038_index_posts_by_original.down.sql; nothing is lost.
-- transaction: none

CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS posts_original_id_exists ON posts (organization_id, original_id, id);
