-- Undo of the file of the same number.
DELETE FROM messages WHERE kind = 'note_mention';
ALTER TABLE messages DROP CONSTRAINT messages_kind_known;
ALTER TABLE messages ADD CONSTRAINT messages_kind_known CHECK (kind IN (
    'application_received', 'application_rejected', 'already_applied', 'invitation', 'password_reset'
));
