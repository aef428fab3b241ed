-- Messages: what becomes of a mail.
-- Pool: primary, the worker's.
-- Know first: a mail is scheduled by the command that causes it; from begin on its text and sender are fixed.

-- name: begin(organization_id, message_id, subject, body)^
-- Begins to send a scheduled mail: keeps its text and sender, or withholds it from who is not on the allow-list.
-- Returns: its status, sender and text as they are now; no row when there is no such mail.
WITH locked_message AS (
    SELECT m.id, m.status, m.recipient, m.subject, m.body,
           coalesce(m.sender_name, o.mail_sender_name, o.name) AS sender_name,
           o.mail_allow_list IS NULL OR lower(m.recipient) = ANY (o.mail_allow_list) AS is_allowed
    FROM messages AS m
    JOIN organizations AS o ON o.organization_id = :organization_id
    WHERE m.organization_id = :organization_id AND m.id = :message_id
    FOR NO KEY UPDATE OF m
),
begun_message AS (
    UPDATE messages AS m
    SET status = CASE WHEN l.is_allowed THEN 'sending' ELSE 'withheld' END, subject = :subject, body = :body,
        sender_name = l.sender_name
    FROM locked_message AS l
    WHERE m.organization_id = :organization_id AND m.id = l.id AND l.status = 'scheduled'
    RETURNING m.status, m.subject, m.body
)
SELECT coalesce(b.status, l.status) AS status, l.recipient, l.sender_name,
       coalesce(b.subject, l.subject) AS subject, coalesce(b.body, l.body) AS body
FROM locked_message AS l
LEFT JOIN begun_message AS b ON true;

-- name: finish(organization_id, event_id, actor, correlation_id, causation_id, message_id)^
-- Records that the mail server has taken a mail, also one that was cancelled when it had been handed over already.
-- Returns: the status that was found, and the event when it was sending or cancelled.
WITH locked_message AS (
    SELECT m.id, m.status
    FROM messages AS m
    WHERE m.organization_id = :organization_id AND m.id = :message_id
    FOR NO KEY UPDATE
),
sent_message AS (
    UPDATE messages AS m
    SET status = 'sent', sent_at = now()
    FROM locked_message AS l
    WHERE m.organization_id = :organization_id AND m.id = l.id AND l.status IN ('sending', 'cancelled')
    RETURNING m.id, m.kind, m.candidate_id, m.application_id, m.user_id
),
recorded_event AS (
    INSERT INTO events (organization_id, id, actor, correlation_id, causation_id, type, aggregate_type,
                        aggregate_id, aggregate_version, data)
    SELECT :organization_id, :event_id, :actor, :correlation_id, :causation_id, 'message.sent', 'message', m.id, 2,
           jsonb_build_object('kind', m.kind, 'candidate_id', m.candidate_id, 'application_id', m.application_id,
                              'user_id', m.user_id)
    FROM sent_message AS m
    RETURNING id
),
queued_event AS (
    INSERT INTO outbox (organization_id, event_id)
    SELECT :organization_id, e.id FROM recorded_event AS e
)
SELECT l.status AS found_status, e.id AS event_id
FROM locked_message AS l
LEFT JOIN recorded_event AS e ON true;

-- name: fail(organization_id, event_id, actor, correlation_id, causation_id, message_id, failure)^
-- Records that the mail server has refused a mail for good.
-- Returns: the status that was found, and the event when it was sending.
WITH locked_message AS (
    SELECT m.id, m.status
    FROM messages AS m
    WHERE m.organization_id = :organization_id AND m.id = :message_id
    FOR NO KEY UPDATE
),
failed_message AS (
    UPDATE messages AS m
    SET status = 'failed', failure = :failure
    FROM locked_message AS l
    WHERE m.organization_id = :organization_id AND m.id = l.id AND l.status = 'sending'
    RETURNING m.id, m.kind, m.candidate_id, m.application_id, m.user_id
),
recorded_event AS (
    INSERT INTO events (organization_id, id, actor, correlation_id, causation_id, type, aggregate_type,
                        aggregate_id, aggregate_version, data)
    SELECT :organization_id, :event_id, :actor, :correlation_id, :causation_id, 'message.failed', 'message', m.id, 2,
           jsonb_build_object('kind', m.kind, 'candidate_id', m.candidate_id, 'application_id', m.application_id,
                              'user_id', m.user_id)
    FROM failed_message AS m
    RETURNING id
),
queued_event AS (
    INSERT INTO outbox (organization_id, event_id)
    SELECT :organization_id, e.id FROM recorded_event AS e
)
SELECT l.status AS found_status, e.id AS event_id
FROM locked_message AS l
LEFT JOIN recorded_event AS e ON true;
