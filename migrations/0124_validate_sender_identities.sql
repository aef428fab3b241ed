-- Why:   what was written before the constraints of the file before obeys them, too.
-- Locks: job_boards, email_templates, mailed_links and messages, SHARE UPDATE EXCLUSIVE.
-- Undo:  0124_validate_sender_identities.down.sql; nothing is lost.

ALTER TABLE job_boards VALIDATE CONSTRAINT job_boards_sender_identity_id_exists;
ALTER TABLE email_templates VALIDATE CONSTRAINT email_templates_sender_identity_id_exists;
ALTER TABLE mailed_links VALIDATE CONSTRAINT mailed_links_sender_identity_id_exists;
ALTER TABLE mailed_links VALIDATE CONSTRAINT mailed_links_kind_known;
ALTER TABLE messages VALIDATE CONSTRAINT messages_kind_known;
