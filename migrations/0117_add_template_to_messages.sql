-- Why:   users write to candidates, in their own words or in those of a template of the organization.
-- Locks: messages, ACCESS EXCLUSIVE, briefly: columns without a default, and constraints that are not validated;
--        email_templates, SHARE ROW EXCLUSIVE, briefly.
-- Undo:  0117_add_template_to_messages.down.sql deletes what users have written to candidates.

ALTER TABLE messages ADD COLUMN template_id uuid, ADD COLUMN author jsonb;
ALTER TABLE messages ADD CONSTRAINT messages_template_id_exists
    FOREIGN KEY (organization_id, template_id) REFERENCES email_templates (organization_id, id) NOT VALID;
COMMENT ON COLUMN messages.template_id IS 'The e-mail template that the text was made from; NULL for a text of the service, or of the author.';
COMMENT ON COLUMN messages.author IS 'The actor who let it be sent; NULL for mails to users, and for older ones.';
COMMENT ON COLUMN messages.subject IS 'Rendered when sending began, or written before by the author or from a template; and kept: every try sends the same.';
COMMENT ON COLUMN messages.facts IS 'What a text of the service needs: first_name, job_title, organization_name, …';

-- What takes its place has its name, and refuses all that it refused but one.
-- squawk-ignore ban-drop-constraint
ALTER TABLE messages DROP CONSTRAINT messages_kind_known;
ALTER TABLE messages ADD CONSTRAINT messages_kind_known CHECK (kind IN (
    'application_received', 'application_rejected', 'already_applied', 'invitation', 'note_mention', 'password_reset',
    'written'
)) NOT VALID;
