-- Messages: what users write to candidates, and what they take back.
-- Pool: primary.
-- Know first: the id of a message is that of its event message.due; what becomes of it then is in mails.sql.

-- name: add^
-- Schedules a mail to an active candidate, maybe about one of their applications.
-- Takes: stamp, causation_id, candidate view, candidate_id, application_id, template_id, seen_template_version,
--     subject, text, send_at
-- Locks first: lock_candidate
-- Returns: the refusal, the message, its event; no row when there is no such candidate to be seen.
-- Rules: S1, M9, M10, R10.
WITH seen_candidate AS (
    SELECT c.id, c.language, c.emails -> 0 ->> 'value' AS email, state_of(c.status, c.version) AS state
    FROM seen_candidates(:organization_id, :viewer_id, :sees_all_jobs, :sees_confidential_jobs, :sees_internal) AS c
    WHERE c.id = :candidate_id AND c.status = 'active'
),
given_application AS (
    SELECT a.id
    FROM seen_candidate AS l
    JOIN applications AS a ON a.candidate_id = l.id
    JOIN recruited_jobs(:organization_id, :viewer_id, :sees_all_jobs, :sees_confidential_jobs) AS j ON j.id = a.job_id
    WHERE a.organization_id = :organization_id AND a.id = :application_id
),
given_template AS (
    SELECT t.id, t.language, t.version, state_of(t.status, t.version) AS state
    FROM email_templates AS t
    WHERE t.organization_id = :organization_id AND t.id = :template_id AND t.status = 'active'
    FOR SHARE
),
wrong_fields AS (
    SELECT json_object_agg(f.pointer, 'unknown_reference'::text ORDER BY f.pointer) AS findings
    FROM (VALUES
        ('/application_id', :application_id::uuid IS NOT NULL AND NOT EXISTS (SELECT FROM given_application)),
        ('/template_id', :template_id::uuid IS NOT NULL AND NOT EXISTS (SELECT FROM given_template))
    ) AS f (pointer, is_wrong)
    WHERE f.is_wrong
),
judged_message AS (
    SELECT CASE
        WHEN w.findings IS NOT NULL THEN unfit_fields(w.findings)
        WHEN t.version IS DISTINCT FROM :seen_template_version THEN refusal('being_changed', t.state)
        WHEN l.email IS NULL THEN refusal('no_email', l.state)
    END AS refusal
    FROM seen_candidate AS l
    CROSS JOIN wrong_fields AS w
    LEFT JOIN given_template AS t ON true
),
scheduled_message AS (
    INSERT INTO messages AS m (organization_id, id, kind, status, recipient, language, candidate_id, application_id,
                               template_id, author, subject, body, send_at)
    SELECT :organization_id, :event_id, 'written', 'scheduled', l.email, coalesce(t.language, l.language, o.language),
           l.id, :application_id, t.id, :actor, :subject, :text, coalesce(:send_at, now())
    FROM judged_message AS g
    CROSS JOIN seen_candidate AS l
    JOIN organizations AS o ON o.organization_id = :organization_id
    LEFT JOIN given_template AS t ON true
    WHERE g.refusal IS NULL
    RETURNING m AS message, m.id, record_event(
        :organization_id, :event_id, :actor, :correlation_id, 'message.due', 'message', m.id, 1, '{}',
        causation_id => :causation_id, due_at => m.send_at
    ) AS event_id
)
SELECT g.refusal::text AS refusal, x.id, message_body(x.message)::text AS body, x.event_id
FROM judged_message AS g
LEFT JOIN scheduled_message AS x ON true;

-- name: cancel^
-- Cancels a mail that is scheduled, or waits for its next try; a cancelled one stays as it is.
-- Takes: stamp, candidate view, message_id
-- Returns: the refusal, the message as it is now, its event; no row when none is to be seen.
-- Rules: M11, M12.
-- Why: what a worker hands over at this moment may have been taken by the mail server already, so it is left alone.
WITH locked_message AS (
    SELECT m AS message, m.id, m.status,
           m.status = 'scheduled' OR m.status = 'sending' AND m.sender_id IS NULL AS is_waiting
    FROM messages AS m
    JOIN seen_messages(
        :organization_id, :viewer_id, :sees_all_jobs, :sees_confidential_jobs, :sees_internal
    ) AS v ON v.id = m.id
    WHERE m.organization_id = :organization_id AND m.id = :message_id
    FOR NO KEY UPDATE OF m
),
judged_message AS (
    SELECT CASE
        WHEN l.status <> 'cancelled' AND NOT l.is_waiting THEN refusal(
            'status_conflict', json_build_object('status', l.status), CASE l.status
                WHEN 'sending' THEN 'The mail is being handed to the mail server.'
                ELSE 'Only a mail that has not been sent can be cancelled.'
            END
        )
    END AS refusal
    FROM locked_message AS l
),
cancelled_message AS (
    UPDATE messages AS m
    SET status = 'cancelled'
    FROM judged_message AS g, locked_message AS l
    WHERE m.organization_id = :organization_id AND m.id = l.id AND g.refusal IS NULL AND l.is_waiting
    RETURNING m AS message, record_event(
        :organization_id, :event_id, :actor, :correlation_id, 'message.cancelled', 'message', m.id, 2,
        message_facts(m), causation_id => m.id
    ) AS event_id
)
SELECT g.refusal::text AS refusal, l.id, message_body(coalesce(x.message, l.message))::text AS body, x.event_id
FROM locked_message AS l
CROSS JOIN judged_message AS g
LEFT JOIN cancelled_message AS x ON true;
