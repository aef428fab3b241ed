-- Undo of the file of the same number.
-- transaction: none

CREATE INDEX CONCURRENTLY IF NOT EXISTS applications_by_post
    ON applications (organization_id, post_id)
    WHERE post_id IS NOT NULL;
