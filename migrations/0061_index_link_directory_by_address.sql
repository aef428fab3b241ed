-- Why:   the links that were mailed to one address in the last day are counted.
-- Locks: link_directory, SHARE UPDATE EXCLUSIVE, while the index is built; rows are read and written meanwhile.
-- Undo:  0061_index_link_directory_by_address.down.sql drops it; no data is lost.
-- transaction: none

CREATE INDEX CONCURRENTLY IF NOT EXISTS link_directory_by_address
    ON link_directory (email_hash, created_at);
