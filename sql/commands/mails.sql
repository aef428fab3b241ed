-- Mails: what becomes of a message that falls due.
-- Pool: primary, the worker's.
-- Know first: from queue on a mail's text is fixed; it is sent outside any transaction, by whom sender_id names.

-- name: lock_recipient
-- Makes the mails of one recipient come one after another, so that they can be counted.
-- Takes: organization_id, message_id
SELECT pg_advisory_xact_lock(hashtextextended('mail ' || m.organization_id::text || ' ' || m.recipient, 0))
FROM messages AS m
WHERE m.organization_id = :organization_id AND m.id = :message_id;

-- name: queue^
-- Queues a scheduled mail for sending: keeps its text and sender, or withholds it.
-- Takes: organization_id, message_id, subject, body, maximum_mail_count, fixed_sender_name, is_confirmation_required
-- Locks first: lock_recipient
-- Guards: an allow-list that leaves the address out withholds it, and so many mails to a candidate in the last day.
-- Guards: where that is required, an organization whose first address is not confirmed sends links for a new password
-- Guards: alone, in a fixed name.
-- Returns: its status; no row when there is no such mail.
-- Rules: M2, M3, M5, M14.
-- Why: one that was sending without a time for its next try was begun by an earlier release. Mails count by the day on
-- Why: which sending began, for they may have been scheduled at any time before.
WITH locked_message AS (
    SELECT m.id, m.status, lower(substring(m.recipient FROM '[^@]*$')) AS domain,
           m.status = 'scheduled' OR m.status = 'sending' AND m.next_try_at IS NULL AS is_new,
           CASE WHEN o.confirmed_at IS NULL AND :is_confirmation_required THEN :fixed_sender_name
                ELSE coalesce(m.sender_name, s.name, o.mail_sender_name, o.name) END AS sender_name,
           s.email AS sender_address,
           coalesce(m.subject, :subject) AS subject, coalesce(m.body, :body) AS body,
           (o.confirmed_at IS NOT NULL OR NOT :is_confirmation_required OR m.kind = 'password_reset')
           AND (o.mail_allow_list IS NULL OR lower(m.recipient) = ANY (o.mail_allow_list))
           AND (m.user_id IS NOT NULL OR (
               SELECT count(*)
               FROM messages AS f
               WHERE f.organization_id = :organization_id AND f.recipient = m.recipient AND f.user_id IS NULL
                 AND f.begun_at > now() - interval '1 day'
                 AND f.status IN ('sending', 'sent', 'failed')
           ) < :maximum_mail_count) AS is_allowed
    FROM messages AS m
    JOIN organizations AS o ON o.organization_id = :organization_id
    LEFT JOIN sender_of(:organization_id, m.template_id, m.application_id) AS s ON m.user_id IS NULL
    WHERE m.organization_id = :organization_id AND m.id = :message_id
    FOR NO KEY UPDATE OF m
),
queued_message AS (
    UPDATE messages AS m
    SET status = CASE WHEN l.is_allowed THEN 'sending' ELSE 'withheld' END, subject = l.subject, body = l.body,
        sender_name = l.sender_name, sender_address = l.sender_address, domain = l.domain,
        begun_at = clock_timestamp(), next_try_at = '-infinity'
    FROM locked_message AS l
    WHERE m.organization_id = :organization_id AND m.id = l.id AND l.is_new
    RETURNING m.status
)
SELECT coalesce(q.status, l.status) AS status
FROM locked_message AS l
LEFT JOIN queued_message AS q ON true;

-- name: cancel$
-- Cancels a scheduled mail: what it would tell is not true, or not for its reader, any more.
-- Takes: stamp, causation_id, message_id
-- Returns: its event; no row when it is not scheduled.
-- Rules: A18, M8.
UPDATE messages AS m
SET status = 'cancelled'
WHERE m.organization_id = :organization_id AND m.id = :message_id AND m.status = 'scheduled'
RETURNING record_event(
    :organization_id, :event_id, :actor, :correlation_id, 'message.cancelled', 'message', m.id, 2, message_facts(m),
    causation_id => :causation_id
) AS event_id;

-- name: take_turn
-- Waits until no other worker claims mails: each holds the lock for one message.
SELECT pg_advisory_xact_lock(hashtextextended('mails', 0));

-- name: claim
-- Claims mails that are due, a few of each domain, first tries before later ones, and the oldest first.
-- Takes: sender_id, lease_ms, held_ids, after_domain, domain_limit, domain_mail_limit, mail_limit
-- Locks first: take_turn
-- Returns: what the letters are made of; in each row the last domain that was looked at, and how many were;
-- Returns: a row without an id when there is none.
-- Index: messages_to_send from domain to domain, messages_by_sender for those that are held.
-- Tenant: none, the worker sends what every tenant's commands have scheduled.
-- Why: a hold that ran out was a process that is gone, or that has lost the database for longer than the lease. The one
-- Why: that asks still holds held_ids, whatever the clock says.
WITH RECURSIVE walked_domain AS (
    (
        SELECT m.domain, 1 AS step
        FROM messages AS m
        WHERE m.status = 'sending' AND m.domain > :after_domain
        ORDER BY m.domain
        LIMIT 1
    )
    UNION ALL
    SELECT n.domain, w.step + 1
    FROM walked_domain AS w
    CROSS JOIN LATERAL (
        SELECT m.domain
        FROM messages AS m
        WHERE m.status = 'sending' AND m.domain > w.domain
        ORDER BY m.domain
        LIMIT 1
    ) AS n
    WHERE w.step < :domain_limit
),
due_message AS MATERIALIZED (
    SELECT d.organization_id, d.id
    FROM walked_domain AS w
    CROSS JOIN LATERAL (
        SELECT m.organization_id, m.id, m.next_try_at
        FROM messages AS m
        WHERE m.status = 'sending' AND m.domain = w.domain AND m.next_try_at <= now()
          AND m.id <> ALL (:held_ids::uuid[])
        ORDER BY m.next_try_at, m.id
        LIMIT (
            SELECT greatest(0, :domain_mail_limit - count(*))
            FROM messages AS h
            WHERE h.domain = w.domain AND h.sender_id IS NOT NULL AND h.next_try_at > now()
        )
        FOR NO KEY UPDATE SKIP LOCKED
    ) AS d
    ORDER BY d.next_try_at, d.id
    LIMIT :mail_limit
),
claimed_message AS (
    UPDATE messages AS m
    SET sender_id = :sender_id, try_count = m.try_count + 1,
        next_try_at = clock_timestamp() + make_interval(secs => :lease_ms / 1000.0)
    FROM due_message AS d
    WHERE m.organization_id = d.organization_id AND m.id = d.id
    RETURNING m.organization_id, m.id, m.recipient, m.sender_name, m.sender_address, m.subject, m.body,
              m.mailed_link_id, greatest(m.send_at, m.created_at) AS dated_at, m.try_count, m.begun_at
)
SELECT w.domain AS walked_to, w.domain_count AS walked_count, c.organization_id, c.id, c.recipient, c.sender_name,
       c.sender_address, c.subject, c.body, c.mailed_link_id, c.dated_at, c.try_count,
       (extract(epoch FROM clock_timestamp() - c.begun_at) * 1000)::bigint AS waited_ms, e.correlation_id
FROM (SELECT max(d.domain) AS domain, count(*) AS domain_count FROM walked_domain AS d) AS w
LEFT JOIN claimed_message AS c ON true
LEFT JOIN events AS e ON e.organization_id = c.organization_id AND e.id = c.id;

-- name: hold
-- Holds mails for longer while they are handed over.
-- Takes: sender_id, lease_ms, organization_ids, held_ids
-- Returns: those that are still this process's own; what was cancelled or taken over is not.
-- Tenant: none, the worker sends what every tenant's commands have scheduled.
-- Why: a row that somebody else has locked must not keep the others waiting; it is renewed the next time.
WITH own_message AS (
    SELECT m.organization_id, m.id
    FROM unnest(:organization_ids::uuid[], :held_ids::uuid[]) AS h (organization_id, id)
    JOIN messages AS m ON m.organization_id = h.organization_id AND m.id = h.id
    WHERE m.sender_id = :sender_id
),
free_message AS (
    SELECT m.organization_id, m.id
    FROM own_message AS o
    JOIN messages AS m ON m.organization_id = o.organization_id AND m.id = o.id
    FOR NO KEY UPDATE OF m SKIP LOCKED
),
held_message AS (
    UPDATE messages AS m
    SET next_try_at = clock_timestamp() + make_interval(secs => :lease_ms / 1000.0)
    FROM free_message AS f
    WHERE m.organization_id = f.organization_id AND m.id = f.id AND m.sender_id = :sender_id
)
SELECT o.id FROM own_message AS o;

-- name: put_back$
-- Puts a mail back that was not handed over, as if it had not been tried.
-- Takes: organization_id, message_id, sender_id
-- Returns: its id; no row when it is not this process's any more.
-- Why: with `=` PostgreSQL may take messages_by_sender, and read the held mails of all tenants to find one by its id.
UPDATE messages AS m
SET sender_id = NULL, next_try_at = '-infinity', try_count = m.try_count - 1
WHERE m.organization_id = :organization_id AND m.id = :message_id AND m.sender_id IS NOT DISTINCT FROM :sender_id
RETURNING m.id;

-- name: postpone$
-- Records what the mail server said to a try, and when the next one is.
-- Takes: organization_id, message_id, sender_id, answer, delay_ms
-- Returns: when that is; no row when the mail is not this process's any more.
-- Rules: M7.
-- Why: with `=` PostgreSQL may take messages_by_sender, and read the held mails of all tenants to find one by its id.
UPDATE messages AS m
SET sender_id = NULL, last_answer = :answer, last_tried_at = clock_timestamp(),
    next_try_at = clock_timestamp() + make_interval(secs => :delay_ms / 1000.0)
WHERE m.organization_id = :organization_id AND m.id = :message_id AND m.sender_id IS NOT DISTINCT FROM :sender_id
RETURNING m.next_try_at;

-- name: finish^
-- Records that the mail server has taken a mail, also one that was cancelled when it had been handed over already.
-- Takes: stamp, causation_id, message_id
-- Returns: the status that was found, and the event when it was sending or cancelled.
-- Why: a cancellation by a user, or by a reopening, has an event, the second of the mail.
WITH locked_message AS (
    SELECT m.id, m.status
    FROM messages AS m
    WHERE m.organization_id = :organization_id AND m.id = :message_id
    FOR NO KEY UPDATE
),
sent_message AS (
    UPDATE messages AS m
    SET status = 'sent', sent_at = clock_timestamp(), sender_id = NULL
    FROM locked_message AS l
    WHERE m.organization_id = :organization_id AND m.id = l.id AND l.status IN ('sending', 'cancelled')
    RETURNING record_event(
        :organization_id, :event_id, :actor, :correlation_id, 'message.sent', 'message', m.id,
        CASE l.status WHEN 'cancelled' THEN 3 ELSE 2 END,
        message_facts(m), causation_id => :causation_id
    ) AS event_id
)
SELECT l.status AS found_status, x.event_id
FROM locked_message AS l
LEFT JOIN sent_message AS x ON true;

-- name: fail^
-- Records that a mail was refused for good, or was tried for long enough.
-- Takes: stamp, causation_id, message_id, sender_id, failure
-- Returns: the status that was found, and the event when it was sending and this process's.
-- Rules: M7.
WITH locked_message AS (
    SELECT m.id, m.status, m.sender_id = :sender_id AS is_held
    FROM messages AS m
    WHERE m.organization_id = :organization_id AND m.id = :message_id
    FOR NO KEY UPDATE
),
failed_message AS (
    UPDATE messages AS m
    SET status = 'failed', failure = :failure, last_answer = :failure, last_tried_at = clock_timestamp(),
        sender_id = NULL
    FROM locked_message AS l
    WHERE m.organization_id = :organization_id AND m.id = l.id AND l.status = 'sending' AND l.is_held
    RETURNING record_event(
        :organization_id, :event_id, :actor, :correlation_id, 'message.failed', 'message', m.id, 2,
        message_facts(m), causation_id => :causation_id
    ) AS event_id
)
SELECT l.status AS found_status, x.event_id
FROM locked_message AS l
LEFT JOIN failed_message AS x ON true;
