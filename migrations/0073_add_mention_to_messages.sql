-- Why:   users who are mentioned in a note are told by mail.
-- Locks: messages, ACCESS EXCLUSIVE, briefly: what is added is not validated.
-- Undo:  0073_add_mention_to_messages.down.sql deletes the mails about mentions.

-- What takes its place has its name, and refuses all that it refused but one.
-- squawk-ignore ban-drop-constraint
ALTER TABLE messages DROP CONSTRAINT messages_kind_known;
ALTER TABLE messages ADD CONSTRAINT messages_kind_known CHECK (kind IN (
    'application_received', 'application_rejected', 'already_applied', 'invitation', 'note_mention', 'password_reset'
)) NOT VALID;
