-- Undo of the file of the same number.
-- Unused: since 1.0

DELETE FROM messages WHERE kind = 'written';
ALTER TABLE messages DROP CONSTRAINT messages_kind_known;
ALTER TABLE messages ADD CONSTRAINT messages_kind_known CHECK (kind IN (
    'application_received', 'application_rejected', 'already_applied', 'invitation', 'note_mention', 'password_reset'
));
COMMENT ON COLUMN messages.facts IS 'What the template needs: first_name, job_title, organization_name, …';
COMMENT ON COLUMN messages.subject IS 'Rendered when sending began, and kept: every try sends the same.';
ALTER TABLE messages DROP CONSTRAINT messages_template_id_exists;
ALTER TABLE messages DROP COLUMN author, DROP COLUMN template_id;
