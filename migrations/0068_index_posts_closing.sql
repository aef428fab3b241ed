-- Why:   what a board shows changes by itself when a post closes; the next such moment is asked for all day.
-- Locks: posts, SHARE UPDATE EXCLUSIVE, while the index is built; rows are read and written meanwhile.
-- Undo:  0068_index_posts_closing.down.sql drops it; no data is lost.
-- transaction: none

CREATE INDEX CONCURRENTLY IF NOT EXISTS posts_closing
    ON posts (organization_id, closes_at) WHERE status = 'published' AND NOT is_internal AND closes_at IS NOT NULL;
