-- Why:   the timeline of a candidate is the events of the candidate, and of each resource that belongs to them.
-- Locks: events, SHARE UPDATE EXCLUSIVE, while the index is built; rows are read and written meanwhile.
-- Undo:  0100_index_events_by_aggregate.down.sql drops it; no data is lost.
-- transaction: none

CREATE INDEX CONCURRENTLY IF NOT EXISTS events_by_aggregate
    ON events (organization_id, aggregate_id, id DESC);
