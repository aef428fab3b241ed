-- Why:   the posts with a status are listed newest first, and a rare status must not read all of them.
-- Locks: posts, SHARE UPDATE EXCLUSIVE, while the index is built; rows are read and written meanwhile.
-- Undo:  0034_index_posts_by_status.down.sql drops it; no data is lost.
-- transaction: none

CREATE INDEX CONCURRENTLY IF NOT EXISTS posts_by_status
    ON posts (organization_id, status, id);
