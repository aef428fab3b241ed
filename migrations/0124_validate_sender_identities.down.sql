-- Undo of the file of the same number.
ALTER TABLE job_boards DROP CONSTRAINT job_boards_sender_identity_id_exists;
ALTER TABLE job_boards ADD CONSTRAINT job_boards_sender_identity_id_exists
    FOREIGN KEY (organization_id, sender_identity_id) REFERENCES sender_identities (organization_id, id) NOT VALID;
ALTER TABLE email_templates DROP CONSTRAINT email_templates_sender_identity_id_exists;
ALTER TABLE email_templates ADD CONSTRAINT email_templates_sender_identity_id_exists
    FOREIGN KEY (organization_id, sender_identity_id) REFERENCES sender_identities (organization_id, id) NOT VALID;
ALTER TABLE mailed_links DROP CONSTRAINT mailed_links_sender_identity_id_exists;
ALTER TABLE mailed_links ADD CONSTRAINT mailed_links_sender_identity_id_exists
    FOREIGN KEY (organization_id, sender_identity_id) REFERENCES sender_identities (organization_id, id) NOT VALID;
ALTER TABLE mailed_links DROP CONSTRAINT mailed_links_kind_known;
ALTER TABLE mailed_links ADD CONSTRAINT mailed_links_kind_known
    CHECK (kind IN ('invitation', 'password_reset', 'sender_verification')) NOT VALID;
ALTER TABLE messages DROP CONSTRAINT messages_kind_known;
ALTER TABLE messages ADD CONSTRAINT messages_kind_known CHECK (kind IN (
    'application_received', 'application_rejected', 'already_applied', 'invitation', 'note_mention', 'password_reset',
    'sender_verification', 'written'
)) NOT VALID;
