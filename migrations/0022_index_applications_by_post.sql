-- Why:   a foreign key without an index: what came in through a post is found by it.
-- Locks: applications, SHARE UPDATE EXCLUSIVE, while the index is built; rows are read and written meanwhile.
-- Undo:  0022_index_applications_by_post.down.sql drops it; no data is lost.
-- transaction: none

CREATE INDEX CONCURRENTLY IF NOT EXISTS applications_by_post
    ON applications (organization_id, post_id)
    WHERE post_id IS NOT NULL;
