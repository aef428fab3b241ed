-- Why:   a board and an e-mail template name the sender of their mails, and a mailed link verifies the sender's address.
-- Locks: job_boards, email_templates, mailed_links and messages, ACCESS EXCLUSIVE, briefly: columns without a default,
--        and constraints that are not validated; sender_identities, SHARE ROW EXCLUSIVE, briefly;
--        link_directory, SHARE UPDATE EXCLUSIVE, briefly.
-- Undo:  0123_name_sender_identities.down.sql deletes the links, and the mails that carry them.

ALTER TABLE job_boards ADD COLUMN sender_identity_id uuid;
ALTER TABLE job_boards ADD CONSTRAINT job_boards_sender_identity_id_exists
    FOREIGN KEY (organization_id, sender_identity_id) REFERENCES sender_identities (organization_id, id) NOT VALID;
COMMENT ON COLUMN job_boards.sender_identity_id IS 'The sender of mails about applications through the board; NULL for the sender of the deployment.';

ALTER TABLE email_templates ADD COLUMN sender_identity_id uuid;
ALTER TABLE email_templates ADD CONSTRAINT email_templates_sender_identity_id_exists
    FOREIGN KEY (organization_id, sender_identity_id) REFERENCES sender_identities (organization_id, id) NOT VALID;
COMMENT ON COLUMN email_templates.sender_identity_id IS 'The sender of mails from the template; NULL for that of the board.';

ALTER TABLE mailed_links ADD COLUMN sender_identity_id uuid;
ALTER TABLE mailed_links ADD CONSTRAINT mailed_links_sender_identity_id_exists
    FOREIGN KEY (organization_id, sender_identity_id) REFERENCES sender_identities (organization_id, id) NOT VALID;
COMMENT ON COLUMN mailed_links.user_id IS 'Whom the link is for; of a link that verifies a sender, who let it be mailed.';
COMMENT ON COLUMN mailed_links.sender_identity_id IS 'The sender whose address the link verifies.';
COMMENT ON COLUMN link_directory.email_hash IS 'SHA-256 of the address it was mailed to, as in login_directory; NULL when the first address of the organization was confirmed by then: its links are not counted with those of others. Of a link that verifies a sender, SHA-256 of "sender " and the address: these are counted by themselves.';

ALTER TABLE messages ADD COLUMN sender_address text;
COMMENT ON COLUMN messages.sender_address IS 'As subject: the address in From; NULL for that of the deployment.';

-- What takes its place has its name, and refuses all that it refused but one.
-- squawk-ignore ban-drop-constraint
ALTER TABLE mailed_links DROP CONSTRAINT mailed_links_kind_known;
ALTER TABLE mailed_links ADD CONSTRAINT mailed_links_kind_known
    CHECK (kind IN ('invitation', 'password_reset', 'sender_verification')) NOT VALID;
-- The same for the kinds of mails.
-- squawk-ignore ban-drop-constraint
ALTER TABLE messages DROP CONSTRAINT messages_kind_known;
ALTER TABLE messages ADD CONSTRAINT messages_kind_known CHECK (kind IN (
    'application_received', 'application_rejected', 'already_applied', 'invitation', 'note_mention', 'password_reset',
    'sender_verification', 'written'
)) NOT VALID;

-- The worker looks up the sender when it begins to send.
GRANT SELECT ON email_templates TO hiring_worker;
GRANT SELECT (organization_id, id, post_id) ON applications TO hiring_worker;
GRANT SELECT (organization_id, id, job_board_id) ON posts TO hiring_worker;
