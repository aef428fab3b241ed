-- Why:   the token of a mailed link is swept with it.
-- Locks: link_directory, SHARE UPDATE EXCLUSIVE, while the index is built; rows are read and written meanwhile.
-- Undo:  0054_index_link_directory_by_link.down.sql drops it; no data is lost.
-- transaction: none

CREATE INDEX CONCURRENTLY IF NOT EXISTS link_directory_by_link
    ON link_directory (mailed_link_id);
