-- Why:   what was written before the constraints of the file before obeys them, too.
-- Locks: messages, SHARE UPDATE EXCLUSIVE.
-- Undo:  0118_validate_templates_of_messages.down.sql; nothing is lost.

ALTER TABLE messages VALIDATE CONSTRAINT messages_kind_known;
ALTER TABLE messages VALIDATE CONSTRAINT messages_template_id_exists;
