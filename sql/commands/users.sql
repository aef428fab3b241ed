-- Users: people and integrations, their invitations, passwords and permissions.
-- Pool: primary.
-- Know first: what decides about the last administrator locks the organization first, in the same message.

-- name: lock_credentials
-- Locks a user's password, so that what follows sees every session that the former one has started.
-- Takes: organization_id, user_id
SELECT c.user_id
FROM credentials AS c
WHERE c.organization_id = :organization_id AND c.user_id = :user_id
FOR NO KEY UPDATE;

-- name: add_service^
-- Adds a service user, which holds API keys and cannot log in.
-- Takes: stamp, user_id, first_name, name, external_id
-- Returns: the user and its event.
-- Rules: R6.
INSERT INTO users AS u (organization_id, id, type, status, first_name, name, external_id)
VALUES (:organization_id, :user_id, 'service', 'active', :first_name, :name, :external_id)
RETURNING u.id, u.version, user_body(u)::text AS body, record_event(
    :organization_id, :event_id, :actor, :correlation_id, 'user.created', 'user', u.id, u.version,
    jsonb_build_object('type', u.type)
) AS event_id;

-- name: invite^
-- Adds a member who is invited by mail.
-- Takes: stamp, user_id, email, email_hash, first_name, middle_name, last_name, name, language, time_zone,
-- external_id, mailed_link_id, token_hash, link_expires_at, message_id, maximum_mail_count
-- Locks first: lock_address
-- Returns: the user and its event.
-- Rules: O4, R6.
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
    RETURNING u AS account, u.id, u.version, u.email, u.language, u.first_name, record_event(
        :organization_id, :event_id, :actor, :correlation_id, 'user.invited', 'user', u.id, u.version,
        jsonb_build_object('type', u.type)
    ) AS event_id
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
    RETURNING record_event(
        :organization_id, m.id, :actor, :correlation_id, 'message.due', 'message', m.id, 1, '{}'
    ) AS event_id
)
SELECT a.id, a.version, user_body(a.account)::text AS body, a.event_id
FROM added_user AS a;

-- name: accept_invitation^
-- Spends an invitation and the user's others: the user becomes active with a password of their own.
-- Takes: stamp, user_id, mailed_link_id, password_hash
-- Locks first: lock_user
-- Returns: the refusal, the user as it is now, its event.
-- Rules: O7.
WITH locked_link AS (
    SELECT k.id, k.user_id
    FROM mailed_links AS k
    JOIN users AS u ON u.organization_id = :organization_id AND u.id = k.user_id AND u.status = 'invited'
    WHERE k.organization_id = :organization_id AND k.id = :mailed_link_id AND k.user_id = :user_id
      AND k.kind = 'invitation' AND k.spent_at IS NULL AND k.expires_at > now()
    FOR NO KEY UPDATE OF k
),
judged_link AS (
    SELECT l.user_id, CASE WHEN l.id IS NULL THEN refusal('link_invalid', NULL) END AS refusal
    FROM (SELECT) AS always
    LEFT JOIN locked_link AS l ON true
),
activated_user AS (
    UPDATE users AS u
    SET status = 'active', version = u.version + 1, updated_at = written_at()
    FROM judged_link AS g
    WHERE u.organization_id = :organization_id AND u.id = g.user_id AND g.refusal IS NULL
    RETURNING u AS account, u.id, u.version, record_event(
        :organization_id, :event_id, :actor, :correlation_id, 'user.created', 'user', u.id, u.version,
        jsonb_build_object('type', u.type)
    ) AS event_id
),
spent_links AS (
    UPDATE mailed_links AS k
    SET spent_at = clock_timestamp()
    FROM activated_user AS x
    WHERE k.organization_id = :organization_id AND k.user_id = x.id AND k.kind = 'invitation' AND k.spent_at IS NULL
),
kept_password AS (
    INSERT INTO credentials (organization_id, user_id, password_hash)
    SELECT :organization_id, x.id, :password_hash FROM activated_user AS x
)
SELECT g.refusal::text AS refusal, x.id, x.version, user_body(x.account)::text AS body, x.event_id
FROM judged_link AS g
LEFT JOIN activated_user AS x ON true;

-- name: request_reset^
-- Mails a member a link to set a new password, or an invited one another invitation; the message's id is the event's.
-- Takes: stamp, user_id, email_hash, mailed_link_id, token_hash, link_expires_at, mail_interval_s,
-- maximum_mail_count, fixed_sender_name, is_confirmation_required
-- Locks first: lock_address, lock_user
-- Returns: the event; no row when there is no such member, or a disabled one, or one who got such a mail just now.
-- Rules: M6.
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
    RETURNING record_event(
        :organization_id, m.id, :actor, :correlation_id, 'message.due', 'message', m.id, 1, '{}'
    ) AS event_id
)
SELECT m.event_id FROM scheduled_message AS m;

-- name: reset_password^
-- Spends a reset link and the user's others: a new password, and every session of the user ends.
-- Takes: stamp, user_id, mailed_link_id, password_hash
-- Locks first: lock_organization, lock_credentials
-- Returns: the refusal and the event.
-- Rules: O7, O13.
WITH locked_link AS (
    SELECT k.id, k.user_id
    FROM mailed_links AS k
    WHERE k.organization_id = :organization_id AND k.id = :mailed_link_id AND k.user_id = :user_id
      AND k.kind = 'password_reset' AND k.spent_at IS NULL AND k.expires_at > now()
    FOR NO KEY UPDATE
),
judged_link AS (
    SELECT l.user_id, CASE WHEN l.id IS NULL THEN refusal('link_invalid', NULL) END AS refusal
    FROM (SELECT) AS always
    LEFT JOIN locked_link AS l ON true
),
kept_password AS (
    UPDATE credentials AS c
    SET password_hash = :password_hash, changed_at = clock_timestamp()
    FROM judged_link AS g
    JOIN users AS u ON u.organization_id = :organization_id AND u.id = g.user_id
    WHERE c.organization_id = :organization_id AND c.user_id = g.user_id AND g.refusal IS NULL
    RETURNING c.user_id, record_event(
        :organization_id, :event_id, :actor, :correlation_id, 'user.updated', 'user', u.id, u.version,
        '{"fields": ["password"]}'
    ) AS event_id
),
spent_links AS (
    UPDATE mailed_links AS k
    SET spent_at = clock_timestamp()
    FROM kept_password AS x
    WHERE k.organization_id = :organization_id AND k.user_id = x.user_id AND k.kind = 'password_reset'
      AND k.spent_at IS NULL
),
confirmed_organization AS (
    UPDATE organizations AS o
    SET confirmed_at = clock_timestamp()
    FROM kept_password AS x
    WHERE o.organization_id = :organization_id AND o.confirmed_at IS NULL
),
ended_sessions AS (
    UPDATE sessions AS s
    SET revoked_at = clock_timestamp(), revoke_reason = 'password_changed'
    FROM kept_password AS x
    WHERE s.organization_id = :organization_id AND s.user_id = x.user_id AND s.revoked_at IS NULL
    RETURNING s.id
)
SELECT g.refusal::text AS refusal, x.event_id
FROM judged_link AS g
LEFT JOIN kept_password AS x ON true;

-- name: change_password^
-- Gives a user a new password; every session but the one that asks ends, and reset links are spent.
-- Takes: stamp, user_id, session_id, seen_password_hash, password_hash
-- Locks first: lock_credentials
-- Returns: the refusal, how many sessions ended, and the event.
-- Rules: O10, O13.
-- Why: a password that was not asked for is NULL, which no comparison refuses.
WITH judged_credential AS (
    SELECT c.user_id, CASE
        WHEN c.user_id IS NULL OR c.password_hash <> :seen_password_hash THEN refusal('credentials_wrong', NULL)
    END AS refusal
    FROM (SELECT) AS always
    LEFT JOIN credentials AS c ON c.organization_id = :organization_id AND c.user_id = :user_id
),
kept_password AS (
    UPDATE credentials AS c
    SET password_hash = :password_hash, changed_at = clock_timestamp()
    FROM judged_credential AS g
    JOIN users AS u ON u.organization_id = :organization_id AND u.id = g.user_id
    WHERE c.organization_id = :organization_id AND c.user_id = g.user_id AND g.refusal IS NULL
    RETURNING c.user_id, record_event(
        :organization_id, :event_id, :actor, :correlation_id, 'user.updated', 'user', u.id, u.version,
        '{"fields": ["password"]}'
    ) AS event_id
),
spent_links AS (
    UPDATE mailed_links AS k
    SET spent_at = clock_timestamp()
    FROM kept_password AS x
    WHERE k.organization_id = :organization_id AND k.user_id = x.user_id AND k.kind = 'password_reset'
      AND k.spent_at IS NULL
),
ended_sessions AS (
    UPDATE sessions AS s
    SET revoked_at = clock_timestamp(), revoke_reason = 'password_changed'
    FROM kept_password AS x
    WHERE s.organization_id = :organization_id AND s.user_id = x.user_id AND s.revoked_at IS NULL
      AND s.id <> :session_id
    RETURNING s.id
)
SELECT g.refusal::text AS refusal, (SELECT count(*) FROM ended_sessions AS s) AS ended_session_count, x.event_id
FROM judged_credential AS g
LEFT JOIN kept_password AS x ON true;

-- name: update^
-- Changes the fields that a merge patch names; the display name follows the parts it is made of.
-- Takes: stamp, user_id, changes, expected_versions
-- Returns: the refusal, the user as it is now, its event.
-- Rules: O6, R6.
WITH locked_user AS (
    SELECT u AS account, u.id, u.version, u.type
    FROM users AS u
    WHERE u.organization_id = :organization_id AND u.id = :user_id
    FOR NO KEY UPDATE
),
members_alone AS (
    SELECT json_object_agg('/' || c.key, 'unexpected'::text ORDER BY c.key) AS findings
    FROM locked_user AS l
    CROSS JOIN jsonb_each_text(:changes) AS c
    WHERE l.type = 'service' AND c.key IN ('middle_name', 'last_name', 'language', 'time_zone') AND c.value IS NOT NULL
),
judged_user AS (
    SELECT CASE
        WHEN m.findings IS NOT NULL THEN unfit_fields(m.findings)
        WHEN l.version <> ALL (:expected_versions::integer[]) THEN version_mismatch(l.version)
    END AS refusal
    FROM locked_user AS l
    CROSS JOIN members_alone AS m
),
updated_user AS (
    UPDATE users AS u
    SET (first_name, middle_name, last_name, name, language, time_zone, external_id) = (
            SELECT n.first_name, n.middle_name, n.last_name,
                   concat_ws(' ', n.first_name, n.middle_name, n.last_name), n.language, n.time_zone, n.external_id
            FROM jsonb_populate_record(l.account, :changes) AS n
        ),
        version = l.version + 1, updated_at = written_at()
    FROM judged_user AS g, locked_user AS l
    WHERE u.organization_id = :organization_id AND u.id = l.id AND g.refusal IS NULL
      AND l.account IS DISTINCT FROM jsonb_populate_record(l.account, :changes)
    RETURNING u AS account, u.version, record_event(
        :organization_id, :event_id, :actor, :correlation_id, 'user.updated', 'user', u.id, u.version,
        jsonb_build_object('fields', fields_of(:changes))
    ) AS event_id
)
SELECT g.refusal::text AS refusal, l.id, coalesce(x.version, l.version) AS version,
       user_body(coalesce(x.account, l.account))::text AS body, x.event_id
FROM locked_user AS l
CROSS JOIN judged_user AS g
LEFT JOIN updated_user AS x ON true;

-- name: disable^
-- Disables a user: sessions end, API keys stop working; a disabled one stays as it is.
-- Takes: stamp, user_id, expected_versions
-- Locks first: lock_organization, lock_user
-- Returns: the refusal, the user as it is now, its event.
-- Rules: O14, O15.
WITH locked_user AS (
    SELECT u AS account, u.id, u.version, u.status
    FROM users AS u
    WHERE u.organization_id = :organization_id AND u.id = :user_id
    FOR NO KEY UPDATE
),
judged_user AS (
    SELECT CASE
        WHEN l.version <> ALL (:expected_versions::integer[]) THEN version_mismatch(l.version)
        WHEN EXISTS (SELECT FROM last_administrator(:organization_id, :user_id) AS a)
            THEN refusal('last_administrator', state_of(l.status, l.version))
    END AS refusal
    FROM locked_user AS l
),
disabled_user AS (
    UPDATE users AS u
    SET status = 'disabled', version = l.version + 1, updated_at = written_at()
    FROM judged_user AS g, locked_user AS l
    WHERE u.organization_id = :organization_id AND u.id = l.id AND g.refusal IS NULL AND l.status <> 'disabled'
    RETURNING u AS account, u.id, u.version, record_event(
        :organization_id, :event_id, :actor, :correlation_id, 'user.disabled', 'user', u.id, u.version, '{}'
    ) AS event_id
),
ended_sessions AS (
    UPDATE sessions AS s
    SET revoked_at = clock_timestamp(), revoke_reason = 'user_disabled'
    FROM disabled_user AS x
    WHERE s.organization_id = :organization_id AND s.user_id = x.id AND s.revoked_at IS NULL
    RETURNING s.id
)
SELECT g.refusal::text AS refusal, l.id, coalesce(x.version, l.version) AS version,
       user_body(coalesce(x.account, l.account))::text AS body, x.event_id
FROM locked_user AS l
CROSS JOIN judged_user AS g
LEFT JOIN disabled_user AS x ON true;

-- name: enable^
-- Enables a disabled user; one who never accepted the invitation is invited again by a password reset.
-- Takes: stamp, user_id, expected_versions
-- Returns: the refusal, the user as it is now, its event.
WITH locked_user AS (
    SELECT u AS account, u.id, u.version, u.status
    FROM users AS u
    WHERE u.organization_id = :organization_id AND u.id = :user_id
    FOR NO KEY UPDATE
),
judged_user AS (
    SELECT CASE
        WHEN l.version <> ALL (:expected_versions::integer[]) THEN version_mismatch(l.version)
    END AS refusal
    FROM locked_user AS l
),
enabled_user AS (
    UPDATE users AS u
    SET status = CASE
            WHEN u.type = 'member' AND NOT EXISTS (
                SELECT FROM credentials AS c WHERE c.organization_id = :organization_id AND c.user_id = u.id
            ) THEN 'invited' ELSE 'active'
        END,
        version = l.version + 1, updated_at = written_at()
    FROM judged_user AS g, locked_user AS l
    WHERE u.organization_id = :organization_id AND u.id = l.id AND g.refusal IS NULL AND l.status = 'disabled'
    RETURNING u AS account, u.version, record_event(
        :organization_id, :event_id, :actor, :correlation_id, 'user.enabled', 'user', u.id, u.version, '{}'
    ) AS event_id
)
SELECT g.refusal::text AS refusal, l.id, coalesce(x.version, l.version) AS version,
       user_body(coalesce(x.account, l.account))::text AS body, x.event_id
FROM locked_user AS l
CROSS JOIN judged_user AS g
LEFT JOIN enabled_user AS x ON true;
