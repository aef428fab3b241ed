-- Undo of the file of the same number.
ALTER TABLE messages DROP CONSTRAINT messages_template_id_exists;
ALTER TABLE messages ADD CONSTRAINT messages_template_id_exists
    FOREIGN KEY (organization_id, template_id) REFERENCES email_templates (organization_id, id) NOT VALID;
ALTER TABLE messages DROP CONSTRAINT messages_kind_known;
ALTER TABLE messages ADD CONSTRAINT messages_kind_known CHECK (kind IN (
    'application_received', 'application_rejected', 'already_applied', 'invitation', 'note_mention', 'password_reset',
    'written'
)) NOT VALID;
