-- Undo of the file of the same number.
-- Unused: since 1.0

REVOKE SELECT ON email_templates FROM hiring_worker;
REVOKE SELECT (organization_id, id, post_id) ON applications FROM hiring_worker;
REVOKE SELECT (organization_id, id, job_board_id) ON posts FROM hiring_worker;
DELETE FROM messages WHERE kind = 'sender_verification';
DELETE FROM mailed_links WHERE kind = 'sender_verification';
ALTER TABLE messages DROP CONSTRAINT messages_kind_known;
ALTER TABLE messages ADD CONSTRAINT messages_kind_known CHECK (kind IN (
    'application_received', 'application_rejected', 'already_applied', 'invitation', 'note_mention', 'password_reset',
    'written'
));
ALTER TABLE mailed_links DROP CONSTRAINT mailed_links_kind_known;
ALTER TABLE mailed_links ADD CONSTRAINT mailed_links_kind_known CHECK (kind IN ('invitation', 'password_reset'));
COMMENT ON COLUMN mailed_links.user_id IS NULL;
COMMENT ON COLUMN link_directory.email_hash IS 'SHA-256 of the address it was mailed to, as in login_directory; NULL when the first address of the organization was confirmed by then: its links are not counted with those of others.';
ALTER TABLE messages DROP COLUMN sender_address;
ALTER TABLE mailed_links DROP COLUMN sender_identity_id;
ALTER TABLE email_templates DROP COLUMN sender_identity_id;
ALTER TABLE job_boards DROP COLUMN sender_identity_id;
