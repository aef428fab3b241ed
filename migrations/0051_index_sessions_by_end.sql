-- Why:   sessions that have ended are swept by the time since.
-- Locks: sessions, SHARE UPDATE EXCLUSIVE, while the index is built; rows are read and written meanwhile.
-- Undo:  0051_index_sessions_by_end.down.sql drops it; no data is lost.
-- transaction: none

CREATE INDEX CONCURRENTLY IF NOT EXISTS sessions_by_end
    ON sessions (least(expires_at, revoked_at));
