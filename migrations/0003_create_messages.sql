-- Why:   every mail is a row before it is sent, so that it can be cancelled, is sent once and can be shown later.
-- Locks: none on existing tables.
-- Undo:  0003_create_messages.down.sql drops all of it, with the data.

CREATE TABLE messages (
    organization_id uuid NOT NULL,
    id uuid NOT NULL,
    kind text NOT NULL CONSTRAINT messages_kind_known CHECK (kind IN
        ('application_received', 'application_rejected', 'already_applied', 'invitation', 'password_reset')),
    status text NOT NULL CONSTRAINT messages_status_known CHECK (status IN
        ('scheduled', 'sending', 'sent', 'failed', 'cancelled', 'withheld')),
    recipient text NOT NULL CONSTRAINT messages_recipient_is_address CHECK (recipient LIKE '%_@_%'),
    language text NOT NULL,
    facts jsonb NOT NULL DEFAULT '{}' CONSTRAINT messages_facts_are_object CHECK (jsonb_typeof(facts) = 'object'),
    candidate_id uuid,
    application_id uuid,
    user_id uuid,
    mailed_link_id uuid,
    send_at timestamptz NOT NULL DEFAULT now(),
    subject text,
    body text,
    sent_at timestamptz,
    failure text,
    created_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (organization_id, id),
    CONSTRAINT messages_rendered_before_sent
        CHECK (status IN ('scheduled', 'cancelled') OR (subject IS NOT NULL AND body IS NOT NULL)),
    CONSTRAINT messages_sent_at_when_sent CHECK ((status = 'sent') = (sent_at IS NOT NULL)),
    CONSTRAINT messages_failure_when_failed CHECK ((status = 'failed') = (failure IS NOT NULL))
);
CREATE INDEX messages_by_application ON messages (organization_id, application_id, id DESC)
    WHERE application_id IS NOT NULL;
CREATE INDEX messages_by_candidate ON messages (organization_id, candidate_id, id DESC)
    WHERE candidate_id IS NOT NULL;
CREATE INDEX messages_by_user ON messages (organization_id, user_id, id DESC) WHERE user_id IS NOT NULL;
COMMENT ON TABLE messages IS 'Mails, each with an event message.due that waits in the outbox until send_at.';
COMMENT ON COLUMN messages.id IS 'Also the id of the event message.due and the mail''s Message-ID: a repeated mail can be told by it.';
COMMENT ON COLUMN messages.status IS 'scheduled → sending → sent or failed; scheduled → cancelled; scheduled → withheld (not on the allow-list).';
COMMENT ON COLUMN messages.recipient IS 'E-mail address as it was when the mail was scheduled.';
COMMENT ON COLUMN messages.facts IS 'What the template needs: first_name, job_title, organization_name, …';
COMMENT ON COLUMN messages.mailed_link_id IS 'The one-time link that the mail carries; its token is derived when the mail is sent.';
COMMENT ON COLUMN messages.subject IS 'Rendered when sending began, and kept: every try sends the same.';
COMMENT ON COLUMN messages.body IS 'As subject; a placeholder stands for the token of a one-time link, which is stored nowhere.';
COMMENT ON COLUMN messages.failure IS 'What the mail server answered when it refused for good.';

GRANT SELECT, INSERT, UPDATE ON messages TO hiring_command;
GRANT SELECT, UPDATE ON messages TO hiring_worker;
GRANT SELECT ON messages TO hiring_query;
