-- Sender identities: names and addresses that an organization writes to candidates from.
-- Pool: primary.
-- Know first: no mail is sent from an address before a link that was mailed there was used; sender_of() decides.

-- name: add^
-- Adds a sender identity, whose address is not verified.
-- Takes: stamp, sender_identity_id, name, email
-- Returns: the sender identity and its event.
-- Rules: M15.
INSERT INTO sender_identities AS s (organization_id, id, name, email)
VALUES (:organization_id, :sender_identity_id, :name, :email)
RETURNING s.id, s.version, sender_identity_body(s)::text AS body, record_event(
    :organization_id, :event_id, :actor, :correlation_id, 'vocabulary.changed', 'sender_identity', s.id, s.version,
    jsonb_build_object('change', 'created')
) AS event_id;

-- name: update^
-- Changes the name; what is the same already changes nothing.
-- Takes: stamp, sender_identity_id, changes, expected_versions
-- Returns: the refusal, the sender identity as it is now, its event.
-- Rules: M15.
WITH locked_sender_identity AS (
    SELECT s AS sender_identity, s.id, s.version
    FROM sender_identities AS s
    WHERE s.organization_id = :organization_id AND s.id = :sender_identity_id
    FOR NO KEY UPDATE
),
judged_sender_identity AS (
    SELECT CASE
        WHEN l.version <> ALL (:expected_versions::integer[]) THEN version_mismatch(l.version)
    END AS refusal
    FROM locked_sender_identity AS l
),
updated_sender_identity AS (
    UPDATE sender_identities AS s
    SET name = n.name, version = l.version + 1, updated_at = written_at()
    FROM judged_sender_identity AS g, locked_sender_identity AS l,
         jsonb_populate_record(l.sender_identity, :changes) AS n
    WHERE s.organization_id = :organization_id AND s.id = l.id AND g.refusal IS NULL
      AND l.sender_identity IS DISTINCT FROM n
    RETURNING s AS sender_identity, s.version, record_event(
        :organization_id, :event_id, :actor, :correlation_id, 'vocabulary.changed', 'sender_identity', s.id, s.version,
        jsonb_build_object('change', 'updated', 'fields', fields_of(:changes))
    ) AS event_id
)
SELECT g.refusal::text AS refusal, l.id, coalesce(x.version, l.version) AS version,
       sender_identity_body(coalesce(x.sender_identity, l.sender_identity))::text AS body, x.event_id
FROM locked_sender_identity AS l
CROSS JOIN judged_sender_identity AS g
LEFT JOIN updated_sender_identity AS x ON true;

-- name: archive^
-- Archives a sender identity; an archived one stays as it is.
-- Takes: stamp, sender_identity_id, expected_versions
-- Returns: the refusal, the sender identity as it is now, its event.
-- Rules: S1, M14.
WITH locked_sender_identity AS (
    SELECT s AS sender_identity, s.id, s.version, s.status
    FROM sender_identities AS s
    WHERE s.organization_id = :organization_id AND s.id = :sender_identity_id
    FOR NO KEY UPDATE
),
judged_sender_identity AS (
    SELECT CASE
        WHEN l.version <> ALL (:expected_versions::integer[]) THEN version_mismatch(l.version)
    END AS refusal
    FROM locked_sender_identity AS l
),
archived_sender_identity AS (
    UPDATE sender_identities AS s
    SET status = 'archived', version = l.version + 1, updated_at = written_at()
    FROM judged_sender_identity AS g, locked_sender_identity AS l
    WHERE s.organization_id = :organization_id AND s.id = l.id AND g.refusal IS NULL AND l.status = 'active'
    RETURNING s AS sender_identity, s.version, record_event(
        :organization_id, :event_id, :actor, :correlation_id, 'vocabulary.changed', 'sender_identity', s.id, s.version,
        jsonb_build_object('change', 'archived')
    ) AS event_id
)
SELECT g.refusal::text AS refusal, l.id, coalesce(x.version, l.version) AS version,
       sender_identity_body(coalesce(x.sender_identity, l.sender_identity))::text AS body, x.event_id
FROM locked_sender_identity AS l
CROSS JOIN judged_sender_identity AS g
LEFT JOIN archived_sender_identity AS x ON true;

-- name: mail_link^
-- Mails a link to an address that is not verified, unless it got one just now, or too many today.
-- Takes: stamp, sender_identity_id, email_hash, mailed_link_id, token_hash, link_expires_at, mail_interval_s,
--     maximum_mail_count, user_id, expected_versions
-- Locks first: lock_address
-- Returns: the refusal, the sender identity, the event of the mail.
-- Rules: M16.
-- Why: anybody may name the address of somebody else: all organizations share what it gets.
WITH locked_sender_identity AS (
    SELECT s AS sender_identity, s.id, s.version, s.status, s.email, s.verified_at
    FROM sender_identities AS s
    WHERE s.organization_id = :organization_id AND s.id = :sender_identity_id
    FOR NO KEY UPDATE
),
judged_sender_identity AS (
    SELECT CASE
        WHEN l.version <> ALL (:expected_versions::integer[]) THEN version_mismatch(l.version)
        WHEN l.status = 'archived' THEN refusal(
            'status_conflict', state_of(l.status, l.version), 'An archived sender identity is not verified.'
        )
    END AS refusal
    FROM locked_sender_identity AS l
),
recent_link AS (
    SELECT k.created_at
    FROM link_directory AS k
    WHERE k.email_hash = decode(:email_hash, 'hex') AND k.created_at > now() - interval '1 day'
    ORDER BY k.created_at DESC
    LIMIT :maximum_mail_count
),
made_link AS (
    INSERT INTO mailed_links AS k (organization_id, id, kind, user_id, sender_identity_id, expires_at)
    SELECT :organization_id, :mailed_link_id, 'sender_verification', :user_id, l.id, :link_expires_at
    FROM locked_sender_identity AS l, judged_sender_identity AS g
    WHERE g.refusal IS NULL AND l.verified_at IS NULL
      AND (SELECT count(*) FROM recent_link) < :maximum_mail_count
      AND NOT EXISTS (
          SELECT FROM recent_link AS r WHERE r.created_at > now() - make_interval(secs => :mail_interval_s)
      )
    RETURNING k.id, k.user_id
),
listed_link AS (
    INSERT INTO link_directory (token_hash, organization_id, mailed_link_id, email_hash, created_at)
    SELECT decode(:token_hash, 'hex'), :organization_id, k.id, decode(:email_hash, 'hex'), clock_timestamp()
    FROM made_link AS k
),
scheduled_message AS (
    INSERT INTO messages AS m (organization_id, id, kind, status, recipient, language, facts, user_id,
                               mailed_link_id, send_at)
    SELECT :organization_id, :event_id, 'sender_verification', 'scheduled', l.email, o.language,
           jsonb_build_object('organization_name', o.name), k.user_id, k.id, now()
    FROM made_link AS k, locked_sender_identity AS l, organizations AS o
    WHERE o.organization_id = :organization_id
    RETURNING record_event(
        :organization_id, m.id, :actor, :correlation_id, 'message.due', 'message', m.id, 1, '{}'
    ) AS event_id
)
SELECT g.refusal::text AS refusal, l.id, l.version, sender_identity_body(l.sender_identity)::text AS body, m.event_id
FROM locked_sender_identity AS l
CROSS JOIN judged_sender_identity AS g
LEFT JOIN scheduled_message AS m ON true;

-- name: verify^
-- Spends a link and the sender identity's others: mails may be sent from its address.
-- Takes: stamp, mailed_link_id
-- Returns: the refusal, the sender identity as it is now, its event.
-- Rules: O7, M13.
WITH locked_sender_identity AS (
    SELECT s.id, s.version
    FROM mailed_links AS k
    JOIN sender_identities AS s ON s.organization_id = :organization_id AND s.id = k.sender_identity_id
    WHERE k.organization_id = :organization_id AND k.id = :mailed_link_id AND k.kind = 'sender_verification'
      AND k.spent_at IS NULL AND k.expires_at > now() AND s.status = 'active' AND s.verified_at IS NULL
    FOR NO KEY UPDATE OF s
),
judged_link AS (
    SELECT l.id, l.version, CASE WHEN l.id IS NULL THEN refusal('link_invalid', NULL) END AS refusal
    FROM (SELECT) AS always
    LEFT JOIN locked_sender_identity AS l ON true
),
verified_sender_identity AS (
    UPDATE sender_identities AS s
    SET verified_at = clock_timestamp(), version = g.version + 1, updated_at = written_at()
    FROM judged_link AS g
    WHERE s.organization_id = :organization_id AND s.id = g.id AND g.refusal IS NULL
    RETURNING s AS sender_identity, s.id, s.version, record_event(
        :organization_id, :event_id, :actor, :correlation_id, 'vocabulary.changed', 'sender_identity', s.id, s.version,
        jsonb_build_object('change', 'updated', 'fields', jsonb_build_array('verified_at'))
    ) AS event_id
),
spent_links AS (
    UPDATE mailed_links AS k
    SET spent_at = clock_timestamp()
    FROM verified_sender_identity AS x
    WHERE k.organization_id = :organization_id AND k.sender_identity_id = x.id AND k.spent_at IS NULL
)
SELECT g.refusal::text AS refusal, x.id, x.version, sender_identity_body(x.sender_identity)::text AS body, x.event_id
FROM judged_link AS g
LEFT JOIN verified_sender_identity AS x ON true;
