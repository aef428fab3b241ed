-- Why:   every try of a mail is to send the same bytes, also when the organization renames itself in between.
-- Locks: messages, ACCESS EXCLUSIVE, briefly: a column without a default.
-- Undo:  0012_add_sender_name_to_messages.down.sql; mails that are being sent take the name of that moment again.

ALTER TABLE messages ADD COLUMN sender_name text;
COMMENT ON COLUMN messages.sender_name IS 'As subject: the name in From.';
COMMENT ON COLUMN messages.status IS 'scheduled → sending → sent or failed; scheduled, sending → cancelled; cancelled → sent when it had been handed over already; scheduled → withheld (not on the allow-list).';
