-- Why:   mailed links that have expired are swept by the time since.
-- Locks: mailed_links, SHARE UPDATE EXCLUSIVE, while the index is built; rows are read and written meanwhile.
-- Undo:  0053_index_mailed_links_by_expiry.down.sql drops it; no data is lost.
-- transaction: none

CREATE INDEX CONCURRENTLY IF NOT EXISTS mailed_links_by_expiry
    ON mailed_links (expires_at);
