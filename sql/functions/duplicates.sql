-- Duplicates: who may be the same person, what one candidate gives another, and where a merged candidate leads.

-- Those whom a candidate was merged into, one after another. The gates of candidates show only the last, the survivor.
CREATE OR REPLACE FUNCTION survivors(organization_id uuid, candidate_id uuid)
RETURNS TABLE (id uuid) LANGUAGE sql STABLE AS $$
    SELECT s.id
    FROM (
        WITH RECURSIVE way AS (
            SELECT c.merged_into AS id
            FROM candidates AS c
            WHERE c.organization_id = survivors.organization_id AND c.id = survivors.candidate_id
              AND c.status = 'merged'
            UNION ALL
            SELECT c.merged_into
            FROM way AS w
            JOIN candidates AS c ON c.id = w.id
            WHERE c.organization_id = survivors.organization_id AND c.status = 'merged'
        )
        SELECT w.id FROM way AS w
    ) AS s
$$;

-- The candidate that an id leads to: the survivor of one that was merged, else the candidate itself.
-- Rules: D8.
CREATE OR REPLACE FUNCTION standing_candidate(organization_id uuid, candidate_id uuid)
RETURNS TABLE (id uuid) LANGUAGE sql STABLE AS $$
    SELECT c.id
    FROM candidates AS c
    WHERE c.organization_id = standing_candidate.organization_id AND c.merged_into IS NULL
      AND c.id = ANY (standing_candidate.candidate_id || ARRAY(
          SELECT s.id FROM survivors(standing_candidate.organization_id, standing_candidate.candidate_id) AS s
      ))
$$;

-- The newest active candidates that the viewer sees and that have an e-mail address of the candidate. One is looked at
-- after the other, so that an address of thousands costs no more than a page of them.
CREATE OR REPLACE FUNCTION sharing_candidates(
    organization_id uuid, viewer_id uuid, sees_all_jobs boolean, sees_confidential_jobs boolean, sees_internal boolean,
    candidate_id uuid, before_id uuid, row_limit integer
) RETURNS TABLE (id uuid) LANGUAGE sql STABLE AS $$
    SELECT DISTINCT p.id
    FROM candidate_emails AS o
    CROSS JOIN LATERAL (
        SELECT s.id
        FROM candidate_emails AS m
        CROSS JOIN LATERAL (
            SELECT c.id
            FROM seen_candidates(
                sharing_candidates.organization_id, viewer_id, sees_all_jobs, sees_confidential_jobs, sees_internal
            ) AS c
            WHERE c.id = m.candidate_id AND c.status = 'active'
            LIMIT 1
        ) AS s
        WHERE m.organization_id = sharing_candidates.organization_id AND m.email = o.email
          AND m.candidate_id < sharing_candidates.before_id AND m.candidate_id <> sharing_candidates.candidate_id
        ORDER BY m.candidate_id DESC
        LIMIT row_limit
    ) AS p
    WHERE o.organization_id = sharing_candidates.organization_id
      AND o.candidate_id = sharing_candidates.candidate_id
    ORDER BY p.id DESC
    LIMIT row_limit
$$;

-- A candidate's addresses of a kind, and behind them those of another one that it does not have.
CREATE OR REPLACE FUNCTION joined_contacts(own jsonb, others jsonb) RETURNS jsonb LANGUAGE sql STABLE AS $$
    SELECT own || coalesce(jsonb_agg(n.contact ORDER BY n.place), '[]')
    FROM jsonb_array_elements(others) WITH ORDINALITY AS n (contact, place)
    WHERE NOT own @> jsonb_build_array(jsonb_build_object('value', n.contact -> 'value'))
$$;

-- What a candidate becomes when another one is merged into it, by column: own fields stay, empty ones are filled, what is
-- a list gets what it lacks. The earliest end of keeping and any legal hold win.
-- Rules: D5, D6.
CREATE OR REPLACE FUNCTION joined_fields(own candidates, other candidates) RETURNS jsonb LANGUAGE sql STABLE AS $$
    SELECT jsonb_build_object(
        'external_id', coalesce(own.external_id, other.external_id),
        'middle_name', coalesce(own.middle_name, other.middle_name),
        'last_name', coalesce(own.last_name, other.last_name),
        'name', concat_ws(' ', own.first_name, coalesce(own.middle_name, other.middle_name),
                          coalesce(own.last_name, other.last_name)),
        'emails', joined_contacts(own.emails, other.emails), 'phones', joined_contacts(own.phones, other.phones),
        'links', joined_contacts(own.links, other.links), 'location', coalesce(own.location, other.location),
        'time_zone', coalesce(own.time_zone, other.time_zone), 'language', coalesce(own.language, other.language),
        'current_title', coalesce(own.current_title, other.current_title),
        'current_company', coalesce(own.current_company, other.current_company),
        'tag_ids', own.tag_ids || array(
            SELECT t.id FROM unnest(other.tag_ids) AS t (id) WHERE t.id <> ALL (own.tag_ids)
        ),
        'source_id', coalesce(own.source_id, other.source_id), 'custom_fields', other.custom_fields || own.custom_fields,
        'user_id', coalesce(own.user_id, other.user_id), 'is_possible_duplicate', false,
        'proposed_update', coalesce(own.proposed_update, other.proposed_update),
        'has_legal_hold', own.has_legal_hold OR other.has_legal_hold,
        'retain_until', least(own.retain_until, other.retain_until)
    )
$$;
