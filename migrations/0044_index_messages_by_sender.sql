-- Why:   the worker counts how many mails of a domain are being handed over, among any number that wait.
-- Locks: messages, SHARE UPDATE EXCLUSIVE, while the index is built; rows are read and written meanwhile.
-- Undo:  0044_index_messages_by_sender.down.sql drops it; no data is lost.
-- transaction: none

CREATE INDEX CONCURRENTLY IF NOT EXISTS messages_by_sender
    ON messages (domain, next_try_at) WHERE sender_id IS NOT NULL;
