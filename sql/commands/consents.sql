-- Consents: what records what candidates said to consent texts.
-- Pool: primary.
-- Know first: consents are only added, behind the lock of their candidate; boards.sql and duplicates.sql add some, too.

-- name: record^
-- Records what an active candidate said to a version of a consent text.
-- Takes: stamp, candidate view, candidate_id, consent_text_id, consent_text_version, is_granted, source
-- Locks first: lock_candidate
-- Returns: the refusal, the consent, its event; no row when there is no such candidate to be seen.
-- Rules: G5, G6, G7.
-- Why: the id is made behind the lock of the candidate, for the greatest one holds.
WITH seen_candidate AS (
    SELECT c.id
    FROM seen_candidates(:organization_id, :viewer_id, :sees_all_jobs, :sees_confidential_jobs, :sees_internal) AS c
    WHERE c.id = :candidate_id AND c.status = 'active'
),
given_text AS (
    SELECT t.id, t.status, v.version
    FROM consent_texts AS t
    LEFT JOIN consent_text_versions AS v ON v.organization_id = :organization_id AND v.consent_text_id = t.id
        AND v.version = :consent_text_version
    WHERE t.organization_id = :organization_id AND t.id = :consent_text_id
),
judged_consent AS (
    SELECT CASE
        WHEN t.id IS NULL THEN unfit('/consent_text_id', 'unknown_reference')
        WHEN :is_granted AND t.status <> 'active'
            THEN unfit('/consent_text_id', 'unknown_reference', 'An archived text can only be refused.')
        WHEN t.version IS NULL
            THEN unfit('/consent_text_version', 'unknown_reference', 'The text has no such version.')
    END AS refusal
    FROM seen_candidate AS l
    LEFT JOIN given_text AS t ON true
),
recorded_consent AS (
    INSERT INTO consents AS s (organization_id, id, candidate_id, consent_text_id, consent_text_version, is_granted,
                               source, actor)
    SELECT :organization_id, uuid_v7(), l.id, :consent_text_id, :consent_text_version, :is_granted, :source, :actor
    FROM judged_consent AS g, seen_candidate AS l
    WHERE g.refusal IS NULL
    RETURNING s AS consent, s.id, s.version, record_event(
        :organization_id, :event_id, :actor, :correlation_id, 'consent.changed', 'consent', s.id, s.version,
        consent_facts(s)
    ) AS event_id, touch_candidate(:organization_id, s.candidate_id) AS touched_id
)
SELECT g.refusal::text AS refusal, x.id, x.version, consent_body(x.consent)::text AS body, x.event_id
FROM judged_consent AS g
LEFT JOIN recorded_consent AS x ON true;
