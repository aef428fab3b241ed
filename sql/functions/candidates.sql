-- Candidates: which of them a viewer sees, and how a candidate is shown.
-- Some are hidden: from themselves always, from viewers who do not see internal candidates each one who is a user, and
-- from everybody those who were merged: they are a part of another candidate (functions/duplicates.sql).

-- The candidates that are not hidden from the viewer. Whether their applications are seen is decided by the jobs.
-- Rules: D8, V7.
CREATE OR REPLACE FUNCTION unhidden_candidates(organization_id uuid, viewer_id uuid, sees_internal boolean)
RETURNS SETOF candidates LANGUAGE sql STABLE AS $$
    SELECT c.*
    FROM candidates AS c
    WHERE c.organization_id = unhidden_candidates.organization_id
      AND c.user_id IS DISTINCT FROM unhidden_candidates.viewer_id AND (sees_internal OR c.user_id IS NULL)
      AND c.status <> 'merged'
$$;

-- The candidates that the viewer sees: not hidden, and with an application to one of recruited_jobs; viewers who see
-- all jobs see those without any application, too.
-- An aggregate, not EXISTS, which the planner may hash: it would read all applications of the organization for a page.
-- Rules: V5.
CREATE OR REPLACE FUNCTION seen_candidates(
    organization_id uuid, viewer_id uuid, sees_all_jobs boolean, sees_confidential_jobs boolean, sees_internal boolean
) RETURNS SETOF candidates LANGUAGE sql STABLE AS $$
    SELECT c.*
    FROM candidates AS c
    WHERE c.organization_id = seen_candidates.organization_id
      AND c.user_id IS DISTINCT FROM seen_candidates.viewer_id AND (sees_internal OR c.user_id IS NULL)
      AND c.status <> 'merged'
      AND ((sees_all_jobs AND sees_confidential_jobs) OR coalesce((
          SELECT bool_or(j.id IS NOT NULL)
          FROM applications AS a
          LEFT JOIN recruited_jobs(
              seen_candidates.organization_id, viewer_id, sees_all_jobs, sees_confidential_jobs
          ) AS j ON j.id = a.job_id
          WHERE a.organization_id = seen_candidates.organization_id AND a.candidate_id = c.id
      ), sees_all_jobs))
$$;

-- The candidates whom the viewer may add to a job: as seen_candidates, but every viewer may add a candidate without an
-- application.
-- Rules: V6.
CREATE OR REPLACE FUNCTION eligible_candidates(
    organization_id uuid, viewer_id uuid, sees_all_jobs boolean, sees_confidential_jobs boolean, sees_internal boolean
) RETURNS SETOF candidates LANGUAGE sql STABLE AS $$
    SELECT c.*
    FROM candidates AS c
    WHERE c.organization_id = eligible_candidates.organization_id
      AND c.user_id IS DISTINCT FROM eligible_candidates.viewer_id AND (sees_internal OR c.user_id IS NULL)
      AND c.status <> 'merged'
      AND ((sees_all_jobs AND sees_confidential_jobs) OR coalesce((
          SELECT bool_or(j.id IS NOT NULL)
          FROM applications AS a
          LEFT JOIN recruited_jobs(
              eligible_candidates.organization_id, viewer_id, sees_all_jobs, sees_confidential_jobs
          ) AS j ON j.id = a.job_id
          WHERE a.organization_id = eligible_candidates.organization_id AND a.candidate_id = c.id
      ), true))
$$;

-- The newest active candidates with an application to one of recruiting_team_jobs: a page of each job, merged.
CREATE OR REPLACE FUNCTION team_candidates(
    organization_id uuid, viewer_id uuid, sees_internal boolean, before_id uuid, row_limit integer
) RETURNS TABLE (id uuid) LANGUAGE sql STABLE AS $$
    SELECT DISTINCT p.id
    FROM recruiting_team_jobs(team_candidates.organization_id, viewer_id) AS m
    CROSS JOIN LATERAL (
        SELECT DISTINCT a.candidate_id AS id
        FROM applications AS a
        JOIN unhidden_candidates(team_candidates.organization_id, viewer_id, sees_internal) AS c
            ON c.id = a.candidate_id
        WHERE a.organization_id = team_candidates.organization_id AND a.job_id = m.job_id
          AND a.candidate_id < team_candidates.before_id AND c.status = 'active'
        ORDER BY a.candidate_id DESC
        LIMIT row_limit
    ) AS p
    ORDER BY p.id DESC
    LIMIT row_limit
$$;

-- The same in the order of their last change, as far as changes are settled.
CREATE OR REPLACE FUNCTION team_candidates_updated_since(
    organization_id uuid, viewer_id uuid, sees_internal boolean, after_at timestamptz, after_id uuid, row_limit integer
) RETURNS TABLE (id uuid) LANGUAGE sql STABLE AS $$
    SELECT p.id
    FROM recruiting_team_candidates(team_candidates_updated_since.organization_id, viewer_id) AS m
    CROSS JOIN LATERAL (
        SELECT c.updated_at, c.id
        FROM unhidden_candidates(team_candidates_updated_since.organization_id, viewer_id, sees_internal) AS c
        WHERE c.id = m.id AND c.status = 'active' AND (c.updated_at, c.id) > (after_at, after_id)
          AND c.updated_at < (SELECT h.settled_at FROM heartbeats AS h WHERE h.name = 'primary')
        ORDER BY c.updated_at, c.id
        LIMIT 1
    ) AS p
    ORDER BY p.updated_at, p.id
    LIMIT row_limit
$$;

-- The candidates of the jobs of recruiting_team_jobs, hidden ones too.
CREATE OR REPLACE FUNCTION recruiting_team_candidates(organization_id uuid, viewer_id uuid)
RETURNS TABLE (id uuid) LANGUAGE sql STABLE AS $$
    SELECT DISTINCT x.candidate_id AS id
    FROM recruiting_team_jobs(recruiting_team_candidates.organization_id, viewer_id) AS m
    CROSS JOIN LATERAL (
        SELECT DISTINCT a.candidate_id
        FROM applications AS a
        WHERE a.organization_id = recruiting_team_candidates.organization_id AND a.job_id = m.job_id
    ) AS x
$$;

-- The newest active candidates that have a tag and that the viewer sees. One is looked at after the other, whatever the
-- planner makes of the tag.
CREATE OR REPLACE FUNCTION tagged_candidates(
    organization_id uuid, viewer_id uuid, sees_all_jobs boolean, sees_confidential_jobs boolean, sees_internal boolean,
    tag_id uuid, before_id uuid, row_limit integer
) RETURNS TABLE (id uuid) LANGUAGE sql STABLE AS $$
    SELECT p.id
    FROM candidate_tags AS k
    CROSS JOIN LATERAL (
        SELECT c.id
        FROM seen_candidates(
            tagged_candidates.organization_id, viewer_id, sees_all_jobs, sees_confidential_jobs, sees_internal
        ) AS c
        WHERE c.id = k.candidate_id AND c.status = 'active'
        LIMIT 1
    ) AS p
    WHERE k.organization_id = tagged_candidates.organization_id AND k.tag_id = tagged_candidates.tag_id
      AND k.candidate_id < tagged_candidates.before_id
    ORDER BY k.candidate_id DESC
    LIMIT row_limit
$$;

-- The newest of recruiting_team_candidates that are active, not hidden and have a tag.
CREATE OR REPLACE FUNCTION tagged_team_candidates(
    organization_id uuid, viewer_id uuid, sees_internal boolean, tag_id uuid, before_id uuid, row_limit integer
) RETURNS TABLE (id uuid) LANGUAGE sql STABLE AS $$
    SELECT p.id
    FROM recruiting_team_candidates(tagged_team_candidates.organization_id, viewer_id) AS m
    CROSS JOIN LATERAL (
        SELECT c.id
        FROM unhidden_candidates(tagged_team_candidates.organization_id, viewer_id, sees_internal) AS c
        WHERE c.id = m.id AND c.status = 'active' AND tagged_team_candidates.tag_id = ANY (c.tag_ids)
        LIMIT 1
    ) AS p
    WHERE m.id < tagged_team_candidates.before_id
    ORDER BY p.id DESC
    LIMIT row_limit
$$;

-- The id of a proposed update, made of all that it says: one that says anything else has another. It does not name the
-- application that it came with, which may be hidden from viewers of the candidate.
-- Rules: C9.
CREATE OR REPLACE FUNCTION proposed_update_id(proposed_update jsonb) RETURNS uuid LANGUAGE sql STABLE AS $$
    SELECT encode(substring(sha256(convert_to(proposed_update::text, 'UTF8')) FOR 16), 'hex')::uuid
$$;

-- A candidate with the names of their tags.
CREATE OR REPLACE FUNCTION candidate_body(candidate candidates, tags json) RETURNS json LANGUAGE sql STABLE AS $$
    SELECT json_build_object(
        'id', candidate.id, 'external_id', candidate.external_id, 'status', candidate.status,
        'first_name', candidate.first_name, 'middle_name', candidate.middle_name, 'last_name', candidate.last_name,
        'name', candidate.name, 'emails', candidate.emails, 'phones', candidate.phones, 'links', candidate.links,
        'location', candidate.location, 'time_zone', candidate.time_zone, 'language', candidate.language,
        'current_title', candidate.current_title, 'current_company', candidate.current_company, 'tags', tags,
        'source_id', candidate.source_id, 'custom_fields', candidate.custom_fields, 'user_id', candidate.user_id,
        'is_possible_duplicate', candidate.is_possible_duplicate, 'proposed_update', CASE
            WHEN candidate.proposed_update IS NOT NULL
            THEN jsonb_build_object('id', proposed_update_id(candidate.proposed_update)) || candidate.proposed_update
        END,
        'has_legal_hold', candidate.has_legal_hold, 'retain_until', candidate.retain_until,
        'merged_into', candidate.merged_into, 'version', candidate.version, 'created_at', as_utc(candidate.created_at),
        'updated_at', as_utc(candidate.updated_at)
    )
$$;

-- Moves a candidate to the end of those who have changed, as what belongs to them has; returns the id. Call it as
-- record_event is called.
CREATE OR REPLACE FUNCTION touch_candidate(organization_id uuid, candidate_id uuid)
RETURNS uuid LANGUAGE plpgsql VOLATILE AS $$
BEGIN
    UPDATE candidates AS c
    SET updated_at = written_at()
    WHERE c.organization_id = touch_candidate.organization_id AND c.id = touch_candidate.candidate_id;
    RETURN touch_candidate.candidate_id;
END
$$;

-- What a candidate becomes when their proposed update is taken, by column: what they left out stays, and their telephone
-- numbers and links come behind those that are there.
-- Rules: C8.
CREATE OR REPLACE FUNCTION proposed_fields(candidate candidates) RETURNS jsonb LANGUAGE sql STABLE AS $$
    SELECT jsonb_build_object(
        'first_name', coalesce(p.first_name, candidate.first_name),
        'last_name', coalesce(p.last_name, candidate.last_name),
        'name', concat_ws(' ', coalesce(p.first_name, candidate.first_name), candidate.middle_name,
                          coalesce(p.last_name, candidate.last_name)),
        'phones', joined_contacts(candidate.phones, p.phones), 'links', joined_contacts(candidate.links, p.links),
        'location', coalesce(p.location, candidate.location), 'language', coalesce(p.language, candidate.language),
        'proposed_update', NULL
    )
    FROM jsonb_to_record(candidate.proposed_update) AS p (
        first_name text, last_name text, phones jsonb, links jsonb, location text, language text
    )
$$;
