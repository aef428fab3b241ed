-- Consents: which of them a viewer sees, how a consent is shown, and what its event tells.

-- A consent.
CREATE OR REPLACE FUNCTION consent_body(consent consents) RETURNS json LANGUAGE sql STABLE AS $$
    SELECT json_build_object(
        'id', consent.id, 'candidate_id', consent.candidate_id, 'consent_text_id', consent.consent_text_id,
        'consent_text_version', consent.consent_text_version, 'is_granted', consent.is_granted,
        'source', consent.source, 'actor', consent.actor, 'version', consent.version,
        'created_at', as_utc(consent.created_at), 'updated_at', as_utc(consent.updated_at)
    )
$$;

-- What the event consent.changed tells.
CREATE OR REPLACE FUNCTION consent_facts(consent consents) RETURNS jsonb LANGUAGE sql STABLE AS $$
    SELECT jsonb_build_object(
        'candidate_id', consent.candidate_id, 'consent_text_id', consent.consent_text_id,
        'consent_text_version', consent.consent_text_version, 'is_granted', consent.is_granted,
        'source', consent.source
    )
$$;

-- The consents of the candidates whom the viewer sees.
-- Rules: G9.
CREATE OR REPLACE FUNCTION seen_consents(
    organization_id uuid, viewer_id uuid, sees_all_jobs boolean, sees_confidential_jobs boolean, sees_internal boolean
) RETURNS SETOF consents LANGUAGE sql STABLE AS $$
    SELECT s.*
    FROM consents AS s
    JOIN seen_candidates(
        seen_consents.organization_id, viewer_id, sees_all_jobs, sees_confidential_jobs, sees_internal
    ) AS c ON c.id = s.candidate_id
    WHERE s.organization_id = seen_consents.organization_id
$$;

-- The newest consents of candidates for the jobs of recruiting_team_jobs: a page of each candidate.
CREATE OR REPLACE FUNCTION team_consents(
    organization_id uuid, viewer_id uuid, sees_internal boolean, before_id uuid, row_limit integer
) RETURNS TABLE (id uuid) LANGUAGE sql STABLE AS $$
    SELECT p.id
    FROM recruiting_team_candidates(team_consents.organization_id, viewer_id) AS m
    CROSS JOIN LATERAL (
        SELECT s.id
        FROM consents AS s
        JOIN unhidden_candidates(team_consents.organization_id, viewer_id, sees_internal) AS c
            ON c.id = s.candidate_id
        WHERE s.organization_id = team_consents.organization_id AND s.candidate_id = m.id
          AND s.id < team_consents.before_id
        ORDER BY s.id DESC
        LIMIT row_limit
    ) AS p
    ORDER BY p.id DESC
    LIMIT row_limit
$$;

-- The same in the order of their last change, as far as changes are settled.
CREATE OR REPLACE FUNCTION team_consents_updated_since(
    organization_id uuid, viewer_id uuid, sees_internal boolean, after_at timestamptz, after_id uuid, row_limit integer
) RETURNS TABLE (id uuid) LANGUAGE sql STABLE AS $$
    SELECT p.id
    FROM recruiting_team_candidates(team_consents_updated_since.organization_id, viewer_id) AS m
    CROSS JOIN LATERAL (
        SELECT s.updated_at, s.id
        FROM consents AS s
        JOIN unhidden_candidates(team_consents_updated_since.organization_id, viewer_id, sees_internal) AS c
            ON c.id = s.candidate_id
        WHERE s.organization_id = team_consents_updated_since.organization_id AND s.candidate_id = m.id
          AND (s.updated_at, s.id) > (after_at, after_id)
          AND s.updated_at < (SELECT h.settled_at FROM heartbeats AS h WHERE h.name = 'primary')
        ORDER BY s.updated_at, s.id
        LIMIT row_limit
    ) AS p
    ORDER BY p.updated_at, p.id
    LIMIT row_limit
$$;
