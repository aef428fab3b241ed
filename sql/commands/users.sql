-- Users: people and integrations, their invitations, passwords and permissions.
-- Pool: primary.
-- Know first: what decides about the last administrator locks the organization first, in the same message.

-- name: lock_organization(organization_id)
-- Locks the organization, whose administrators are about to be counted.
SELECT o.organization_id
FROM organizations AS o
WHERE o.organization_id = :organization_id
FOR NO KEY UPDATE;

-- name: lock_user(organization_id, user_id)
-- Locks a user, so that what follows sees their grants and sessions as nobody else changes them.
SELECT u.id
FROM users AS u
WHERE u.organization_id = :organization_id AND u.id = :user_id
FOR NO KEY UPDATE;

-- name: lock_credentials(organization_id, user_id)
-- Locks a user's password, so that what follows sees every session that the former one has started.
SELECT c.user_id
FROM credentials AS c
WHERE c.organization_id = :organization_id AND c.user_id = :user_id
FOR NO KEY UPDATE;

-- name: add_service(organization_id, event_id, actor, correlation_id, user_id, first_name, name, external_id)^
-- Adds a service user, which holds API keys and cannot log in.
-- Returns: the user and the event.
WITH added_user AS (
    INSERT INTO users AS u (organization_id, id, type, status, first_name, name, external_id)
    VALUES (:organization_id, :user_id, 'service', 'active', :first_name, :name, :external_id)
    RETURNING u AS account, u.id, u.version
),
recorded_event AS (
    INSERT INTO events (organization_id, id, actor, correlation_id, type, aggregate_type, aggregate_id,
                        aggregate_version, data)
    SELECT :organization_id, :event_id, :actor, :correlation_id, 'user.created', 'user', a.id, a.version,
           jsonb_build_object('type', 'service')
    FROM added_user AS a
    RETURNING id
),
queued_event AS (
    INSERT INTO outbox (organization_id, event_id)
    SELECT :organization_id, e.id FROM recorded_event AS e
)
SELECT a.id, a.version, user_body(a.account)::text AS body, e.id AS event_id
FROM added_user AS a, recorded_event AS e;

-- name: lock_address(email_hash)
-- Makes the links that are mailed to one address come one after another, so that they can be counted.
SELECT pg_advisory_xact_lock(hashtextextended('links ' || :email_hash, 0));

-- name: invite(organization_id, event_id, actor, correlation_id, user_id, email, email_hash, first_name, middle_name, last_name, name, language, time_zone, external_id, mailed_link_id, token_hash, link_expires_at, message_id, maximum_mail_count)^
-- Adds a member who is invited by mail.
-- Locks first: lock_address
-- Returns: the user and the event.
-- Why: anybody may register organizations and invite anybody: while their first address is not confirmed, they share
-- Why: what an address gets in a day. Beyond it no invitation is mailed; the invited can ask for one later.
WITH unconfirmed_link AS (
    SELECT FROM link_directory AS k
    WHERE k.email_hash = decode(:email_hash, 'hex') AND k.created_at > now() - interval '1 day'
    LIMIT :maximum_mail_count
),
added_user AS (
    INSERT INTO users AS u (organization_id, id, type, status, first_name, middle_name, last_name, name, email,
                            language, time_zone, external_id)
    SELECT :organization_id, :user_id, 'member', 'invited', :first_name, :middle_name, :last_name, :name, :email,
           coalesce(:language, o.language), coalesce(:time_zone, o.time_zone), :external_id
    FROM organizations AS o
    WHERE o.organization_id = :organization_id
    RETURNING u AS account, u.id, u.version, u.email, u.language, u.first_name
),
listed_user AS (
    INSERT INTO login_directory (email_hash, organization_id, user_id)
    SELECT decode(:email_hash, 'hex'), :organization_id, a.id FROM added_user AS a
),
made_link AS (
    INSERT INTO mailed_links AS k (organization_id, id, kind, user_id, expires_at)
    SELECT :organization_id, :mailed_link_id, 'invitation', a.id, :link_expires_at
    FROM added_user AS a
    JOIN organizations AS o ON o.organization_id = :organization_id
    WHERE o.confirmed_at IS NOT NULL OR (SELECT count(*) FROM unconfirmed_link) < :maximum_mail_count
    RETURNING k.id
),
listed_link AS (
    INSERT INTO link_directory (token_hash, organization_id, mailed_link_id, email_hash, created_at)
    SELECT decode(:token_hash, 'hex'), :organization_id, k.id,
           CASE WHEN o.confirmed_at IS NULL THEN decode(:email_hash, 'hex') END, clock_timestamp()
    FROM made_link AS k
    JOIN organizations AS o ON o.organization_id = :organization_id
),
scheduled_message AS (
    INSERT INTO messages AS m (organization_id, id, kind, status, recipient, language, facts, user_id,
                               mailed_link_id, send_at)
    SELECT :organization_id, :message_id, 'invitation', 'scheduled', a.email, a.language,
           jsonb_build_object('first_name', a.first_name, 'organization_name', o.name), a.id, k.id, now()
    FROM added_user AS a, made_link AS k, organizations AS o
    WHERE o.organization_id = :organization_id
    RETURNING m.id
),
recorded_event AS (
    INSERT INTO events (organization_id, id, actor, correlation_id, type, aggregate_type, aggregate_id,
                        aggregate_version, data)
    SELECT :organization_id, :event_id, :actor::jsonb, :correlation_id::uuid, 'user.invited', 'user', a.id, a.version,
           jsonb_build_object('type', 'member')
    FROM added_user AS a
    UNION ALL
    SELECT :organization_id, m.id, :actor, :correlation_id, 'message.due', 'message', m.id, 1, '{}'::jsonb
    FROM scheduled_message AS m
    RETURNING id
),
queued_event AS (
    INSERT INTO outbox (organization_id, event_id)
    SELECT :organization_id, e.id FROM recorded_event AS e
)
SELECT a.id, a.version, user_body(a.account)::text AS body, :event_id::uuid AS event_id
FROM added_user AS a;

-- name: accept_invitation(organization_id, event_id, actor, correlation_id, user_id, mailed_link_id, password_hash)^
-- Spends an invitation and the user's others: the user becomes active with a password of their own.
-- Locks first: lock_user
-- Returns: the user and the event; no row when the link is spent, expired or its user not invited any more.
WITH locked_link AS (
    SELECT k.id, k.user_id
    FROM mailed_links AS k
    WHERE k.organization_id = :organization_id AND k.id = :mailed_link_id AND k.user_id = :user_id
      AND k.kind = 'invitation' AND k.spent_at IS NULL AND k.expires_at > now()
    FOR NO KEY UPDATE
),
activated_user AS (
    UPDATE users AS u
    SET status = 'active', version = u.version + 1, updated_at = written_at()
    FROM locked_link AS l
    WHERE u.organization_id = :organization_id AND u.id = l.user_id AND u.status = 'invited'
    RETURNING u AS account, u.id, u.version
),
spent_links AS (
    UPDATE mailed_links AS k
    SET spent_at = clock_timestamp()
    FROM activated_user AS u
    WHERE k.organization_id = :organization_id AND k.user_id = u.id AND k.kind = 'invitation' AND k.spent_at IS NULL
),
kept_password AS (
    INSERT INTO credentials (organization_id, user_id, password_hash)
    SELECT :organization_id, u.id, :password_hash FROM activated_user AS u
),
recorded_event AS (
    INSERT INTO events (organization_id, id, actor, correlation_id, type, aggregate_type, aggregate_id,
                        aggregate_version, data)
    SELECT :organization_id, :event_id, :actor, :correlation_id, 'user.created', 'user', u.id, u.version,
           jsonb_build_object('type', 'member')
    FROM activated_user AS u
    RETURNING id
),
queued_event AS (
    INSERT INTO outbox (organization_id, event_id)
    SELECT :organization_id, e.id FROM recorded_event AS e
)
SELECT u.id, u.version, user_body(u.account)::text AS body, e.id AS event_id
FROM activated_user AS u, recorded_event AS e;

-- name: request_reset(organization_id, event_id, actor, correlation_id, user_id, email_hash, mailed_link_id, token_hash, link_expires_at, mail_interval_s, maximum_mail_count, fixed_sender_name, is_confirmation_required)^
-- Mails a member a link to set a new password, or an invited one another invitation; the message's id is the event's.
-- Locks first: lock_address, lock_user
-- Returns: the event; no row when there is no such member, or a disabled one, or one who got such a mail just now.
-- Why: anybody may ask for anybody: what was mailed is counted behind the lock, so that repeats at once make one mail.
-- Why: anybody may register organizations with the address of somebody else: unconfirmed ones share what it gets.
WITH recent_message AS (
    SELECT m.created_at
    FROM messages AS m
    WHERE m.organization_id = :organization_id AND m.user_id = :user_id
      AND m.kind IN ('invitation', 'password_reset') AND m.created_at > now() - interval '1 day'
),
unconfirmed_link AS (
    SELECT FROM link_directory AS k
    WHERE k.email_hash = decode(:email_hash, 'hex') AND k.created_at > now() - interval '1 day'
    LIMIT :maximum_mail_count
),
made_link AS (
    INSERT INTO mailed_links AS k (organization_id, id, kind, user_id, expires_at)
    SELECT :organization_id, :mailed_link_id,
           CASE u.status WHEN 'invited' THEN 'invitation' ELSE 'password_reset' END, u.id, :link_expires_at
    FROM users AS u
    JOIN organizations AS o ON o.organization_id = :organization_id
    WHERE u.organization_id = :organization_id AND u.id = :user_id AND u.status IN ('invited', 'active')
      AND u.type = 'member'
      AND (SELECT count(*) FROM recent_message) < :maximum_mail_count
      AND (o.confirmed_at IS NOT NULL OR (SELECT count(*) FROM unconfirmed_link) < :maximum_mail_count)
      AND NOT EXISTS (
          SELECT FROM recent_message AS r WHERE r.created_at > now() - make_interval(secs => :mail_interval_s)
      )
    RETURNING k.id, k.kind, k.user_id
),
listed_link AS (
    INSERT INTO link_directory (token_hash, organization_id, mailed_link_id, email_hash, created_at)
    SELECT decode(:token_hash, 'hex'), :organization_id, k.id,
           CASE WHEN o.confirmed_at IS NULL THEN decode(:email_hash, 'hex') END, clock_timestamp()
    FROM made_link AS k
    JOIN organizations AS o ON o.organization_id = :organization_id
),
scheduled_message AS (
    INSERT INTO messages AS m (organization_id, id, kind, status, recipient, language, facts, user_id,
                               mailed_link_id, send_at)
    SELECT :organization_id, :event_id, k.kind, 'scheduled', u.email, u.language,
           CASE WHEN o.confirmed_at IS NULL AND :is_confirmation_required
                THEN jsonb_build_object('first_name', NULL, 'organization_name', :fixed_sender_name::text)
                ELSE jsonb_build_object('first_name', u.first_name, 'organization_name', o.name) END,
           u.id, k.id, now()
    FROM made_link AS k
    JOIN users AS u ON u.organization_id = :organization_id AND u.id = k.user_id
    JOIN organizations AS o ON o.organization_id = :organization_id
    RETURNING m.id
),
recorded_event AS (
    INSERT INTO events (organization_id, id, actor, correlation_id, type, aggregate_type, aggregate_id,
                        aggregate_version, data)
    SELECT :organization_id, m.id, :actor, :correlation_id, 'message.due', 'message', m.id, 1, '{}'
    FROM scheduled_message AS m
    RETURNING id
),
queued_event AS (
    INSERT INTO outbox (organization_id, event_id)
    SELECT :organization_id, e.id FROM recorded_event AS e
)
SELECT e.id AS event_id FROM recorded_event AS e;

-- name: reset_password(organization_id, event_id, actor, correlation_id, user_id, mailed_link_id, password_hash)^
-- Spends a reset link and the user's others: a new password, and every session of the user ends.
-- Locks first: lock_organization, lock_credentials
-- Returns: the user and the event; no row when the link is spent or expired.
WITH locked_link AS (
    SELECT k.id, k.user_id
    FROM mailed_links AS k
    WHERE k.organization_id = :organization_id AND k.id = :mailed_link_id AND k.user_id = :user_id
      AND k.kind = 'password_reset' AND k.spent_at IS NULL AND k.expires_at > now()
    FOR NO KEY UPDATE
),
spent_links AS (
    UPDATE mailed_links AS k
    SET spent_at = clock_timestamp()
    FROM locked_link AS l
    WHERE k.organization_id = :organization_id AND k.user_id = l.user_id AND k.kind = 'password_reset'
      AND k.spent_at IS NULL
),
kept_password AS (
    UPDATE credentials AS c
    SET password_hash = :password_hash, changed_at = clock_timestamp()
    FROM locked_link AS l
    WHERE c.organization_id = :organization_id AND c.user_id = l.user_id
    RETURNING c.user_id
),
confirmed_organization AS (
    UPDATE organizations AS o
    SET confirmed_at = clock_timestamp()
    FROM kept_password AS p
    WHERE o.organization_id = :organization_id AND o.confirmed_at IS NULL
),
ended_sessions AS (
    UPDATE sessions AS s
    SET revoked_at = clock_timestamp(), revoke_reason = 'password_changed'
    FROM kept_password AS p
    WHERE s.organization_id = :organization_id AND s.user_id = p.user_id AND s.revoked_at IS NULL
    RETURNING s.id
),
recorded_event AS (
    INSERT INTO events (organization_id, id, actor, correlation_id, type, aggregate_type, aggregate_id,
                        aggregate_version, data)
    SELECT :organization_id, :event_id, :actor, :correlation_id, 'user.updated', 'user', u.id, u.version,
           '{"fields": ["password"]}'
    FROM kept_password AS p
    JOIN users AS u ON u.organization_id = :organization_id AND u.id = p.user_id
    RETURNING id
),
queued_event AS (
    INSERT INTO outbox (organization_id, event_id)
    SELECT :organization_id, e.id FROM recorded_event AS e
)
SELECT p.user_id, e.id AS event_id
FROM kept_password AS p, recorded_event AS e;

-- name: change_password(organization_id, event_id, actor, correlation_id, user_id, session_id, seen_password_hash, password_hash)^
-- Gives a user a new password; every session but the one that asks ends, and reset links are spent.
-- Locks first: lock_credentials
-- Returns: how many sessions ended and the event; no row when the password is not the one that was seen.
WITH kept_password AS (
    UPDATE credentials AS c
    SET password_hash = :password_hash, changed_at = clock_timestamp()
    WHERE c.organization_id = :organization_id AND c.user_id = :user_id
      AND (:seen_password_hash::text IS NULL OR c.password_hash = :seen_password_hash)
    RETURNING c.user_id
),
spent_links AS (
    UPDATE mailed_links AS k
    SET spent_at = clock_timestamp()
    FROM kept_password AS p
    WHERE k.organization_id = :organization_id AND k.user_id = p.user_id AND k.kind = 'password_reset'
      AND k.spent_at IS NULL
),
ended_sessions AS (
    UPDATE sessions AS s
    SET revoked_at = clock_timestamp(), revoke_reason = 'password_changed'
    FROM kept_password AS p
    WHERE s.organization_id = :organization_id AND s.user_id = p.user_id AND s.revoked_at IS NULL
      AND s.id <> :session_id
    RETURNING s.id
),
recorded_event AS (
    INSERT INTO events (organization_id, id, actor, correlation_id, type, aggregate_type, aggregate_id,
                        aggregate_version, data)
    SELECT :organization_id, :event_id, :actor, :correlation_id, 'user.updated', 'user', u.id, u.version,
           '{"fields": ["password"]}'
    FROM kept_password AS p
    JOIN users AS u ON u.organization_id = :organization_id AND u.id = p.user_id
    RETURNING id
),
queued_event AS (
    INSERT INTO outbox (organization_id, event_id)
    SELECT :organization_id, e.id FROM recorded_event AS e
)
SELECT (SELECT count(*) FROM ended_sessions AS s) AS ended_session_count, e.id AS event_id
FROM recorded_event AS e;

-- name: update(organization_id, event_id, actor, correlation_id, user_id, changes, expected_version)^
-- Changes the fields that a merge patch names; the display name follows the parts it is made of.
-- Returns: what was found, the user as it is now, its event.
-- Guards: something differs; version of the locked row.
WITH locked_user AS (
    SELECT u AS account, u.id, u.version
    FROM users AS u
    WHERE u.organization_id = :organization_id AND u.id = :user_id
    FOR NO KEY UPDATE
),
updated_user AS (
    UPDATE users AS u
    SET (first_name, middle_name, last_name, name, language, time_zone, external_id) = (
            SELECT n.first_name, n.middle_name, n.last_name,
                   concat_ws(' ', n.first_name, n.middle_name, n.last_name), n.language, n.time_zone, n.external_id
            FROM jsonb_populate_record(l.account, :changes) AS n
        ),
        version = l.version + 1, updated_at = written_at()
    FROM locked_user AS l
    WHERE u.organization_id = :organization_id AND u.id = l.id
      AND l.account IS DISTINCT FROM jsonb_populate_record(l.account, :changes)
      AND (:expected_version::integer IS NULL OR l.version = :expected_version)
    RETURNING u AS account, u.id, u.version
),
recorded_event AS (
    INSERT INTO events (organization_id, id, actor, correlation_id, type, aggregate_type, aggregate_id,
                        aggregate_version, data)
    SELECT :organization_id, :event_id, :actor, :correlation_id, 'user.updated', 'user', u.id, u.version,
           jsonb_build_object('fields', (SELECT jsonb_agg(k) FROM jsonb_object_keys(:changes::jsonb) AS k))
    FROM updated_user AS u
    RETURNING id
),
queued_event AS (
    INSERT INTO outbox (organization_id, event_id)
    SELECT :organization_id, e.id FROM recorded_event AS e
)
SELECT l.version AS found_version, l.id, coalesce(u.version, l.version) AS version,
       user_body(coalesce(u.account, l.account))::text AS body, e.id AS event_id
FROM locked_user AS l
LEFT JOIN updated_user AS u ON true
LEFT JOIN recorded_event AS e ON true;

-- name: disable(organization_id, event_id, actor, correlation_id, user_id, expected_version)^
-- Disables a user: sessions end, API keys stop working.
-- Locks first: lock_organization, lock_user
-- Returns: what was found, the user as it is now, whether it is the last administrator, its event.
-- Guards: version of the locked row; not the last administrator.
WITH locked_user AS (
    SELECT u AS account, u.id, u.version, u.status, u.type
    FROM users AS u
    WHERE u.organization_id = :organization_id AND u.id = :user_id
    FOR NO KEY UPDATE
),
left_administrator AS (
    SELECT a.user_id
    FROM permission_group_assignments AS a
    JOIN permission_groups AS g ON g.organization_id = :organization_id AND g.id = a.permission_group_id
    JOIN users AS u ON u.organization_id = :organization_id AND u.id = a.user_id
    WHERE a.organization_id = :organization_id AND a.revoked_at IS NULL AND a.user_id <> :user_id
      AND g.key = 'administrator' AND a.scope = 'all' AND u.status = 'active' AND u.type = 'member'
    LIMIT 1
),
kept_grant AS (
    SELECT a.id
    FROM permission_group_assignments AS a
    JOIN permission_groups AS g ON g.organization_id = :organization_id AND g.id = a.permission_group_id
    JOIN locked_user AS l ON l.id = a.user_id AND l.status = 'active' AND l.type = 'member'
    WHERE a.organization_id = :organization_id AND a.user_id = :user_id AND a.revoked_at IS NULL
      AND g.key = 'administrator' AND a.scope = 'all' AND NOT EXISTS (SELECT FROM left_administrator)
),
disabled_user AS (
    UPDATE users AS u
    SET status = 'disabled', version = l.version + 1, updated_at = written_at()
    FROM locked_user AS l
    WHERE u.organization_id = :organization_id AND u.id = l.id AND l.status <> 'disabled'
      AND NOT EXISTS (SELECT FROM kept_grant)
      AND (:expected_version::integer IS NULL OR l.version = :expected_version)
    RETURNING u AS account, u.id, u.version
),
ended_sessions AS (
    UPDATE sessions AS s
    SET revoked_at = clock_timestamp(), revoke_reason = 'user_disabled'
    FROM disabled_user AS d
    WHERE s.organization_id = :organization_id AND s.user_id = d.id AND s.revoked_at IS NULL
    RETURNING s.id
),
recorded_event AS (
    INSERT INTO events (organization_id, id, actor, correlation_id, type, aggregate_type, aggregate_id,
                        aggregate_version, data)
    SELECT :organization_id, :event_id, :actor, :correlation_id, 'user.disabled', 'user', d.id, d.version, '{}'
    FROM disabled_user AS d
    RETURNING id
),
queued_event AS (
    INSERT INTO outbox (organization_id, event_id)
    SELECT :organization_id, e.id FROM recorded_event AS e
)
SELECT l.version AS found_version, l.status AS found_status, l.id, coalesce(d.version, l.version) AS version,
       user_body(coalesce(d.account, l.account))::text AS body, e.id AS event_id,
       EXISTS (SELECT FROM kept_grant) AS is_last_administrator
FROM locked_user AS l
LEFT JOIN disabled_user AS d ON true
LEFT JOIN recorded_event AS e ON true;

-- name: enable(organization_id, event_id, actor, correlation_id, user_id, expected_version)^
-- Enables a disabled user; one who never accepted the invitation is invited again by a password reset.
-- Returns: what was found, the user as it is now, its event.
-- Guards: version of the locked row.
WITH locked_user AS (
    SELECT u AS account, u.id, u.version, u.status
    FROM users AS u
    WHERE u.organization_id = :organization_id AND u.id = :user_id
    FOR NO KEY UPDATE
),
enabled_user AS (
    UPDATE users AS u
    SET status = CASE
            WHEN l.status = 'disabled' AND u.type = 'member' AND NOT EXISTS (
                SELECT FROM credentials AS c WHERE c.organization_id = :organization_id AND c.user_id = u.id
            ) THEN 'invited' ELSE 'active'
        END,
        version = l.version + 1, updated_at = written_at()
    FROM locked_user AS l
    WHERE u.organization_id = :organization_id AND u.id = l.id AND l.status = 'disabled'
      AND (:expected_version::integer IS NULL OR l.version = :expected_version)
    RETURNING u AS account, u.id, u.version
),
recorded_event AS (
    INSERT INTO events (organization_id, id, actor, correlation_id, type, aggregate_type, aggregate_id,
                        aggregate_version, data)
    SELECT :organization_id, :event_id, :actor, :correlation_id, 'user.enabled', 'user', u.id, u.version, '{}'
    FROM enabled_user AS u
    RETURNING id
),
queued_event AS (
    INSERT INTO outbox (organization_id, event_id)
    SELECT :organization_id, e.id FROM recorded_event AS e
)
SELECT l.version AS found_version, l.id, coalesce(u.version, l.version) AS version,
       user_body(coalesce(u.account, l.account))::text AS body, e.id AS event_id
FROM locked_user AS l
LEFT JOIN enabled_user AS u ON true
LEFT JOIN recorded_event AS e ON true;
