-- Openings: how they are shown, and to whom.

-- An opening with the application that is told of its hire.
CREATE OR REPLACE FUNCTION opening_body(opening openings, application_id uuid) RETURNS json LANGUAGE sql STABLE AS $$
    SELECT json_build_object(
        'id', opening.id, 'external_id', opening.external_id, 'job_id', opening.job_id, 'status', opening.status,
        'opened_on', opening.opened_on, 'target_start_on', opening.target_start_on,
        'close_reason_id', opening.close_reason_id, 'application_id', opening_body.application_id,
        'version', opening.version, 'created_at', as_utc(opening.created_at), 'updated_at', as_utc(opening.updated_at)
    )
$$;

-- An opening as the viewer is shown it: the application of its hire is told where they see that one.
-- Rules: V13.
CREATE OR REPLACE FUNCTION shown_opening(
    organization_id uuid, viewer_id uuid, sees_applications boolean, sees_all_applications boolean,
    sees_confidential_jobs boolean, sees_internal boolean, opening openings
) RETURNS TABLE (body json) LANGUAGE sql STABLE AS $$
    SELECT opening_body(opening, (
        SELECT c.id
        FROM counted_applications(shown_opening.organization_id, viewer_id, sees_applications, sees_all_applications,
                                  sees_confidential_jobs, sees_internal, opening.job_id) AS c
        WHERE c.id = opening.application_id
    ))
$$;

-- The openings of the jobs that the viewer sees, with what lists filter and sort by. The bodies are made for the rows
-- that a statement returns, not for all that it reads.
CREATE OR REPLACE FUNCTION shown_openings(
    organization_id uuid, viewer_id uuid, sees_all_jobs boolean, sees_confidential_jobs boolean, sees_pay boolean,
    sees_applications boolean, sees_all_applications boolean, sees_internal boolean, expand text[]
) RETURNS TABLE (
    id uuid, updated_at timestamptz, version integer, external_id text, job_id uuid, status text, body json, job json
) LANGUAGE sql STABLE AS $$
    SELECT o.id, o.updated_at, o.version, o.external_id, o.job_id, o.status, (
               SELECT b.body
               FROM shown_opening(shown_openings.organization_id, viewer_id, sees_applications, sees_all_applications,
                                  sees_confidential_jobs, sees_internal, o) AS b
           ),
           CASE WHEN 'job' = ANY (expand) THEN job_body(j, (
               SELECT f.office_ids FROM offices_of_job(shown_openings.organization_id, j.id) AS f
           ), sees_pay) END
    FROM openings AS o
    JOIN seen_jobs(shown_openings.organization_id, viewer_id, sees_all_jobs, sees_confidential_jobs) AS j
        ON j.id = o.job_id
    WHERE o.organization_id = shown_openings.organization_id
$$;

-- The newest openings of the jobs on whose hiring teams the viewer is: a page of each job, merged.
CREATE OR REPLACE FUNCTION team_openings(
    organization_id uuid, viewer_id uuid, status text, before_id uuid, row_limit integer
) RETURNS TABLE (id uuid) LANGUAGE sql STABLE AS $$
    SELECT p.id
    FROM team_jobs(team_openings.organization_id, viewer_id) AS m
    CROSS JOIN LATERAL (
        SELECT o.id
        FROM openings AS o
        WHERE o.organization_id = team_openings.organization_id AND o.job_id = m.job_id
          AND o.id < team_openings.before_id
          AND (team_openings.status IS NULL OR o.status = team_openings.status)
        ORDER BY o.id DESC
        LIMIT row_limit
    ) AS p
    ORDER BY p.id DESC
    LIMIT row_limit
$$;

-- The same in the order of their last change, as far as changes are settled.
CREATE OR REPLACE FUNCTION team_openings_updated_since(
    organization_id uuid, viewer_id uuid, status text, after_at timestamptz, after_id uuid, row_limit integer
) RETURNS TABLE (id uuid) LANGUAGE sql STABLE AS $$
    SELECT p.id
    FROM team_jobs(team_openings_updated_since.organization_id, viewer_id) AS m
    CROSS JOIN LATERAL (
        SELECT o.updated_at, o.id
        FROM openings AS o
        WHERE o.organization_id = team_openings_updated_since.organization_id AND o.job_id = m.job_id
          AND (o.updated_at, o.id) > (after_at, after_id)
          AND o.updated_at < (SELECT h.settled_at FROM heartbeats AS h WHERE h.name = 'primary')
          AND (team_openings_updated_since.status IS NULL OR o.status = team_openings_updated_since.status)
        ORDER BY o.updated_at, o.id
        LIMIT row_limit
    ) AS p
    ORDER BY p.updated_at, p.id
    LIMIT row_limit
$$;
