-- Why:   what was written before the constraint of the file before obeys it, too.
-- Locks: messages, SHARE UPDATE EXCLUSIVE.
-- Undo:  0074_validate_kinds_of_messages.down.sql; nothing is lost.

ALTER TABLE messages VALIDATE CONSTRAINT messages_kind_known;
