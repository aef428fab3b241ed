-- Laws on pay: how they look, where they hold, and what they demand of a post.
-- A place is a country (`AT`) or a part of one (`US-CO`); places are patterns of LIKE, so `US-%` is all parts of `US`.

-- A law on pay, as clients read it.
CREATE OR REPLACE FUNCTION pay_disclosure_rule_body(rule pay_disclosure_rules) RETURNS json LANGUAGE sql STABLE AS $$
    SELECT json_build_object(
        'country', left(rule.place, 2), 'region', CASE WHEN length(rule.place) > 2 THEN rule.place END,
        'kind', rule.kind, 'begins_on', rule.begins_on, 'is_salary_history_refused', rule.is_salary_history_refused,
        'law', rule.law, 'sources', rule.sources, 'read_on', rule.read_on
    )
$$;

-- The places of an office: its region, and its country, which the region implies.
CREATE OR REPLACE FUNCTION places_of_office(office offices) RETURNS text[] LANGUAGE sql STABLE AS $$
    SELECT ARRAY[office.region, coalesce(office.country, left(office.region, 2))]
$$;

-- The places of a post: those of its locations and of the offices of its job, and every one that a remote region is,
-- lies in or contains. Null where there is none.
-- Rules: B35.
CREATE OR REPLACE FUNCTION places_of_post(organization_id uuid, post posts) RETURNS TABLE (places text[])
LANGUAGE sql STABLE AS $$
    SELECT array_agg(u.place)
    FROM (
        SELECT unnest(ARRAY[l.location ->> 'region', location_country(l.location)])
        FROM jsonb_array_elements(post.locations) AS l (location)
        UNION ALL
        SELECT unnest(ARRAY[m.region, left(m.region, 2), m.region || '-%'])
        FROM unnest(post.remote_regions) AS m (region)
        UNION ALL
        SELECT unnest(places_of_office(o))
        FROM job_offices AS f
        JOIN offices AS o ON o.organization_id = places_of_post.organization_id AND o.id = f.office_id
        WHERE f.organization_id = places_of_post.organization_id AND f.job_id = post.job_id
    ) AS u (place)
$$;

-- The laws that hold at some places on this day of the organization's calendar.
-- Rules: B35.
CREATE OR REPLACE FUNCTION laws_at(organization_id uuid, places text[]) RETURNS SETOF pay_disclosure_rules
LANGUAGE sql STABLE AS $$
    SELECT r.*
    FROM pay_disclosure_rules AS r
    WHERE r.place LIKE ANY (places) AND r.begins_on <= (
        SELECT (now() AT TIME ZONE o.time_zone)::date
        FROM organizations AS o
        WHERE o.organization_id = laws_at.organization_id
    )
$$;

-- The first law of some places that a published post breaks, as what is wrong with the post; no row where it breaks none.
-- Rules: B34.
CREATE OR REPLACE FUNCTION broken_law(organization_id uuid, post posts, places text[])
RETURNS TABLE (pointer text, finding text, detail text) LANGUAGE sql STABLE AS $$
    SELECT b.pointer, b.finding, b.detail
    FROM (
        SELECT '/pay_ranges', 'pay_range_required', format('A post for %s must state the pay: %s.', r.place, r.law)
        FROM laws_at(broken_law.organization_id, places) AS r
        WHERE r.kind = 'in_post' AND post.pay_ranges = '[]'
        UNION ALL
        SELECT '/questions/' || (q.number - 1) || '/topic', 'salary_history_refused',
               format('A post for %s must not ask what applicants earned: %s.', r.place, r.law)
        FROM laws_at(broken_law.organization_id, places) AS r
        CROSS JOIN jsonb_array_elements(post.questions) WITH ORDINALITY AS q (question, number)
        WHERE r.is_salary_history_refused AND q.question ->> 'topic' = 'salary_history'
    ) AS b (pointer, finding, detail)
    ORDER BY b.pointer, b.detail
    LIMIT 1
$$;

-- The law by which applicants for a post without pay are told it before their interview; no row where there is none.
-- Rules: B36.
CREATE OR REPLACE FUNCTION law_before_interview(organization_id uuid, post posts) RETURNS TABLE (law text)
LANGUAGE sql STABLE AS $$
    SELECT format('%s: %s', r.place, r.law)
    FROM places_of_post(law_before_interview.organization_id, post) AS n
    CROSS JOIN laws_at(law_before_interview.organization_id, n.places) AS r
    WHERE r.kind = 'before_interview' AND post.pay_ranges = '[]'
    ORDER BY r.place, r.begins_on
    LIMIT 1
$$;

-- The members of a post without pay that name a country, but no region of it, although parts of it have laws on pay:
-- its locations, and its job for an office. Null where there is none.
-- Rules: B38.
CREATE OR REPLACE FUNCTION members_without_region(organization_id uuid, post posts) RETURNS TABLE (pointers text[])
LANGUAGE sql STABLE AS $$
    SELECT array_agg(DISTINCT u.pointer)
    FROM (
        SELECT '/locations/' || (l.number - 1), l.location ->> 'country', l.location ->> 'region'
        FROM jsonb_array_elements(post.locations) WITH ORDINALITY AS l (location, number)
        UNION ALL
        SELECT '/job_id', o.country, o.region
        FROM job_offices AS f
        JOIN offices AS o ON o.organization_id = members_without_region.organization_id AND o.id = f.office_id
        WHERE f.organization_id = members_without_region.organization_id AND f.job_id = post.job_id
    ) AS u (pointer, country, region)
    WHERE post.pay_ranges = '[]' AND u.region IS NULL
      AND EXISTS (SELECT FROM laws_at(members_without_region.organization_id, ARRAY[u.country || '-%']))
$$;
