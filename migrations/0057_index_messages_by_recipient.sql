-- Why:   how many mails an address got in the last day bounds how many more it gets.
-- Locks: messages, SHARE UPDATE EXCLUSIVE, while the index is built; rows are read and written meanwhile.
-- Undo:  0057_index_messages_by_recipient.down.sql drops it; no data is lost.
-- transaction: none

CREATE INDEX CONCURRENTLY IF NOT EXISTS messages_by_recipient
    ON messages (organization_id, recipient, created_at);
