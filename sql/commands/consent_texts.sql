-- Consent texts: what changes the texts that applicants are asked to consent to.
-- Pool: primary.
-- Know first: every change makes a version, which a trigger keeps in consent_text_versions: consents name it.

-- name: add^
-- Adds a consent text.
-- Takes: stamp, consent_text_id, purpose, language, text, is_required
-- Returns: the consent text and its event.
-- Rules: G1, G2.
INSERT INTO consent_texts AS t (organization_id, id, purpose, language, text, is_required)
VALUES (:organization_id, :consent_text_id, :purpose, :language, :text, :is_required)
RETURNING t.id, t.version, consent_text_body(t)::text AS body, record_event(
    :organization_id, :event_id, :actor, :correlation_id, 'vocabulary.changed', 'consent_text', t.id, t.version,
    jsonb_build_object('change', 'created')
) AS event_id;

-- name: update^
-- Changes the fields that a merge patch names; what is the same already changes nothing.
-- Takes: stamp, consent_text_id, changes, expected_versions
-- Returns: the refusal, the consent text as it is now, its event.
-- Rules: G1.
WITH locked_consent_text AS (
    SELECT t AS consent_text, t.id, t.version
    FROM consent_texts AS t
    WHERE t.organization_id = :organization_id AND t.id = :consent_text_id
    FOR NO KEY UPDATE
),
judged_consent_text AS (
    SELECT CASE
        WHEN l.version <> ALL (:expected_versions::integer[]) THEN version_mismatch(l.version)
    END AS refusal
    FROM locked_consent_text AS l
),
updated_consent_text AS (
    UPDATE consent_texts AS t
    SET (text, is_required) = (
            SELECT n.text, n.is_required FROM jsonb_populate_record(l.consent_text, :changes) AS n
        ),
        version = l.version + 1, updated_at = written_at()
    FROM judged_consent_text AS g, locked_consent_text AS l
    WHERE t.organization_id = :organization_id AND t.id = l.id AND g.refusal IS NULL
      AND l.consent_text IS DISTINCT FROM jsonb_populate_record(l.consent_text, :changes)
    RETURNING t AS consent_text, t.version, record_event(
        :organization_id, :event_id, :actor, :correlation_id, 'vocabulary.changed', 'consent_text', t.id, t.version,
        jsonb_build_object('change', 'updated', 'fields', fields_of(:changes))
    ) AS event_id
)
SELECT g.refusal::text AS refusal, l.id, coalesce(x.version, l.version) AS version,
       consent_text_body(coalesce(x.consent_text, l.consent_text))::text AS body, x.event_id
FROM locked_consent_text AS l
CROSS JOIN judged_consent_text AS g
LEFT JOIN updated_consent_text AS x ON true;

-- name: archive^
-- Archives a consent text; an archived one stays as it is.
-- Takes: stamp, consent_text_id, expected_versions
-- Returns: the refusal, the consent text as it is now, its event.
-- Rules: G1, S1.
WITH locked_consent_text AS (
    SELECT t AS consent_text, t.id, t.version, t.status
    FROM consent_texts AS t
    WHERE t.organization_id = :organization_id AND t.id = :consent_text_id
    FOR NO KEY UPDATE
),
judged_consent_text AS (
    SELECT CASE
        WHEN l.version <> ALL (:expected_versions::integer[]) THEN version_mismatch(l.version)
    END AS refusal
    FROM locked_consent_text AS l
),
archived_consent_text AS (
    UPDATE consent_texts AS t
    SET status = 'archived', version = l.version + 1, updated_at = written_at()
    FROM judged_consent_text AS g, locked_consent_text AS l
    WHERE t.organization_id = :organization_id AND t.id = l.id AND g.refusal IS NULL AND l.status = 'active'
    RETURNING t AS consent_text, t.version, record_event(
        :organization_id, :event_id, :actor, :correlation_id, 'vocabulary.changed', 'consent_text', t.id, t.version,
        jsonb_build_object('change', 'archived')
    ) AS event_id
)
SELECT g.refusal::text AS refusal, l.id, coalesce(x.version, l.version) AS version,
       consent_text_body(coalesce(x.consent_text, l.consent_text))::text AS body, x.event_id
FROM locked_consent_text AS l
CROSS JOIN judged_consent_text AS g
LEFT JOIN archived_consent_text AS x ON true;
