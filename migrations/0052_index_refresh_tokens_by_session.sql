-- Why:   the refresh tokens of a session are swept with it.
-- Locks: refresh_tokens, SHARE UPDATE EXCLUSIVE, while the index is built; rows are read and written meanwhile.
-- Undo:  0052_index_refresh_tokens_by_session.down.sql drops it; no data is lost.
-- transaction: none

CREATE INDEX CONCURRENTLY IF NOT EXISTS refresh_tokens_by_session
    ON refresh_tokens (session_id);
