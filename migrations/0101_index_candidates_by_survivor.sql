-- Why:   the timeline of a candidate has what happened to those who were merged into them.
-- Locks: candidates, SHARE UPDATE EXCLUSIVE, while the index is built; rows are read and written meanwhile.
-- Undo:  0101_index_candidates_by_survivor.down.sql drops it; no data is lost.
-- transaction: none

CREATE INDEX CONCURRENTLY IF NOT EXISTS candidates_by_survivor
    ON candidates (organization_id, merged_into) WHERE merged_into IS NOT NULL;
