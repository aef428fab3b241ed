-- Why:   the same of what came in through one post.
-- Locks: applications, SHARE UPDATE EXCLUSIVE, while the index is built; rows are read and written meanwhile.
-- Undo:  0090_index_applications_by_post_applied_at.down.sql drops it; no data is lost.
-- transaction: none

CREATE INDEX CONCURRENTLY IF NOT EXISTS applications_by_post_applied_at
    ON applications (organization_id, post_id, applied_at DESC, id DESC)
    WHERE post_id IS NOT NULL;
