-- E-mail templates: what changes what an organization writes to candidates.
-- Pool: primary.
-- Know first: the placeholders of a text were checked before it comes here; a mail keeps the text that it was given.

-- name: add^
-- Adds an e-mail template.
-- Takes: stamp, email_template_id, name, language, subject, body, sender_identity_id
-- Returns: the refusal, the e-mail template and its event.
-- Rules: S1, S8, M13.
WITH given_sender AS (
    SELECT s.id
    FROM sender_identities AS s
    WHERE s.organization_id = :organization_id AND s.id = :sender_identity_id AND s.status = 'active'
      AND s.verified_at IS NOT NULL
    FOR SHARE
),
judged_email_template AS (
    SELECT CASE
        WHEN :sender_identity_id::uuid IS NOT NULL AND NOT EXISTS (SELECT FROM given_sender)
            THEN unfit('/sender_identity_id', 'unknown_reference')
    END AS refusal
),
added_email_template AS (
    INSERT INTO email_templates AS t (organization_id, id, name, language, subject, body, sender_identity_id)
    SELECT :organization_id, :email_template_id, :name, :language, :subject, :body, :sender_identity_id
    FROM judged_email_template AS g
    WHERE g.refusal IS NULL
    RETURNING t AS email_template, t.id, t.version, record_event(
        :organization_id, :event_id, :actor, :correlation_id, 'vocabulary.changed', 'email_template', t.id, t.version,
        jsonb_build_object('change', 'created')
    ) AS event_id
)
SELECT g.refusal::text AS refusal, x.id, x.version, email_template_body(x.email_template)::text AS body, x.event_id
FROM judged_email_template AS g
LEFT JOIN added_email_template AS x ON true;

-- name: update^
-- Changes the fields that a merge patch names; what is the same already changes nothing.
-- Takes: stamp, email_template_id, changes, expected_versions
-- Returns: the refusal, the e-mail template as it is now, its event.
-- Rules: S1, S8, M13.
WITH locked_email_template AS (
    SELECT t AS email_template, t.id, t.version, t.sender_identity_id
    FROM email_templates AS t
    WHERE t.organization_id = :organization_id AND t.id = :email_template_id
    FOR NO KEY UPDATE
),
named_sender AS (
    SELECT (:changes::jsonb ->> 'sender_identity_id')::uuid AS id
),
given_sender AS (
    SELECT s.id
    FROM named_sender AS n
    JOIN sender_identities AS s ON s.organization_id = :organization_id AND s.id = n.id
    WHERE s.status = 'active' AND s.verified_at IS NOT NULL
    FOR SHARE OF s
),
judged_email_template AS (
    SELECT CASE
        WHEN n.id IS DISTINCT FROM l.sender_identity_id AND n.id IS NOT NULL AND g.id IS NULL
            THEN unfit('/sender_identity_id', 'unknown_reference')
        WHEN l.version <> ALL (:expected_versions::integer[]) THEN version_mismatch(l.version)
    END AS refusal
    FROM locked_email_template AS l
    CROSS JOIN named_sender AS n
    LEFT JOIN given_sender AS g ON true
),
updated_email_template AS (
    UPDATE email_templates AS t
    SET (name, language, subject, body, sender_identity_id) = (
            SELECT n.name, n.language, n.subject, n.body, n.sender_identity_id
            FROM jsonb_populate_record(l.email_template, :changes) AS n
        ),
        version = l.version + 1, updated_at = written_at()
    FROM judged_email_template AS g, locked_email_template AS l
    WHERE t.organization_id = :organization_id AND t.id = l.id AND g.refusal IS NULL
      AND l.email_template IS DISTINCT FROM jsonb_populate_record(l.email_template, :changes)
    RETURNING t AS email_template, t.version, record_event(
        :organization_id, :event_id, :actor, :correlation_id, 'vocabulary.changed', 'email_template', t.id, t.version,
        jsonb_build_object('change', 'updated', 'fields', fields_of(:changes))
    ) AS event_id
)
SELECT g.refusal::text AS refusal, l.id, coalesce(x.version, l.version) AS version,
       email_template_body(coalesce(x.email_template, l.email_template))::text AS body, x.event_id
FROM locked_email_template AS l
CROSS JOIN judged_email_template AS g
LEFT JOIN updated_email_template AS x ON true;

-- name: archive^
-- Archives an e-mail template; an archived one stays as it is.
-- Takes: stamp, email_template_id, expected_versions
-- Returns: the refusal, the e-mail template as it is now, its event.
-- Rules: S1.
WITH locked_email_template AS (
    SELECT t AS email_template, t.id, t.version, t.status
    FROM email_templates AS t
    WHERE t.organization_id = :organization_id AND t.id = :email_template_id
    FOR NO KEY UPDATE
),
judged_email_template AS (
    SELECT CASE
        WHEN l.version <> ALL (:expected_versions::integer[]) THEN version_mismatch(l.version)
    END AS refusal
    FROM locked_email_template AS l
),
archived_email_template AS (
    UPDATE email_templates AS t
    SET status = 'archived', version = l.version + 1, updated_at = written_at()
    FROM judged_email_template AS g, locked_email_template AS l
    WHERE t.organization_id = :organization_id AND t.id = l.id AND g.refusal IS NULL AND l.status = 'active'
    RETURNING t AS email_template, t.version, record_event(
        :organization_id, :event_id, :actor, :correlation_id, 'vocabulary.changed', 'email_template', t.id, t.version,
        jsonb_build_object('change', 'archived')
    ) AS event_id
)
SELECT g.refusal::text AS refusal, l.id, coalesce(x.version, l.version) AS version,
       email_template_body(coalesce(x.email_template, l.email_template))::text AS body, x.event_id
FROM locked_email_template AS l
CROSS JOIN judged_email_template AS g
LEFT JOIN archived_email_template AS x ON true;
