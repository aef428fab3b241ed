-- Why:   the worker looks for the next mail of each domain, and must not read those that wait for their next try.
-- Locks: messages, SHARE UPDATE EXCLUSIVE, while the index is built; rows are read and written meanwhile.
-- Undo:  0043_index_messages_to_send.down.sql drops it; no data is lost.
-- transaction: none

CREATE INDEX CONCURRENTLY IF NOT EXISTS messages_to_send
    ON messages (domain, next_try_at, id) WHERE status = 'sending';
