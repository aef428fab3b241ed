-- Why:   the openings with a status are listed newest first, and a rare status must not read all of them.
-- Locks: openings, SHARE UPDATE EXCLUSIVE, while the index is built; rows are read and written meanwhile.
-- Undo:  0033_index_openings_by_status.down.sql drops it; no data is lost.
-- transaction: none

CREATE INDEX CONCURRENTLY IF NOT EXISTS openings_by_status
    ON openings (organization_id, status, id);
