-- Why:   a list of the messages to candidates must not read the mails to users.
-- Locks: messages, SHARE UPDATE EXCLUSIVE, while the index is built; rows are read and written meanwhile.
-- Undo:  0119_index_messages_to_candidates.down.sql drops it; no data is lost.
-- transaction: none

CREATE INDEX CONCURRENTLY IF NOT EXISTS messages_to_candidates
    ON messages (organization_id, id DESC) WHERE user_id IS NULL;
