-- Attachments and uploads: how they are shown, and to whom.

-- An attachment.
CREATE OR REPLACE FUNCTION attachment_body(attachment attachments) RETURNS json LANGUAGE sql STABLE AS $$
    SELECT json_build_object(
        'id', attachment.id, 'candidate_id', attachment.candidate_id, 'application_id', attachment.application_id,
        'kind', attachment.kind, 'visibility', attachment.visibility, 'file_name', attachment.file_name,
        'media_type', attachment.media_type, 'size', attachment.size, 'sha256', attachment.sha256,
        'status', attachment.status, 'version', attachment.version, 'created_at', as_utc(attachment.created_at),
        'updated_at', as_utc(attachment.updated_at)
    )
$$;

-- The files that are there and not hidden from the viewer, whether or not their candidates are: private ones need a
-- permission, and those that came with an application are for viewers who see that application's job.
-- Rules: F5, V14.
CREATE OR REPLACE FUNCTION unhidden_attachments(
    organization_id uuid, viewer_id uuid, sees_all_jobs boolean, sees_confidential_jobs boolean, sees_private boolean
) RETURNS SETOF attachments LANGUAGE sql STABLE AS $$
    SELECT t.*
    FROM attachments AS t
    WHERE t.organization_id = unhidden_attachments.organization_id AND t.status <> 'deleted'
      AND (sees_private OR t.visibility = 'team')
      AND (t.application_id IS NULL OR (
          SELECT j.id
          FROM applications AS a
          JOIN recruited_jobs(
              unhidden_attachments.organization_id, viewer_id, sees_all_jobs, sees_confidential_jobs
          ) AS j ON j.id = a.job_id
          WHERE a.organization_id = unhidden_attachments.organization_id AND a.id = t.application_id
      ) IS NOT NULL)
$$;

-- The files that the viewer sees: unhidden ones of candidates whom they see, with what lists filter and sort by.
CREATE OR REPLACE FUNCTION shown_attachments(
    organization_id uuid, viewer_id uuid, sees_all_jobs boolean, sees_confidential_jobs boolean, sees_internal boolean,
    sees_private boolean
) RETURNS TABLE (
    id uuid, updated_at timestamptz, version integer, candidate_id uuid, kind text, file_name text, media_type text,
    size bigint, storage_name text, body json
) LANGUAGE sql STABLE AS $$
    SELECT t.id, t.updated_at, t.version, t.candidate_id, t.kind, t.file_name, t.media_type, t.size, t.storage_name,
           attachment_body(t)
    FROM unhidden_attachments(
        shown_attachments.organization_id, viewer_id, sees_all_jobs, sees_confidential_jobs, sees_private
    ) AS t
    JOIN seen_candidates(
        shown_attachments.organization_id, viewer_id, sees_all_jobs, sees_confidential_jobs, sees_internal
    ) AS c ON c.id = t.candidate_id
$$;

-- The newest files of candidates for the jobs of recruiting_team_jobs: a page of each candidate.
CREATE OR REPLACE FUNCTION team_attachments(
    organization_id uuid, viewer_id uuid, sees_internal boolean, sees_private boolean, kind text, before_id uuid,
    row_limit integer
) RETURNS TABLE (id uuid) LANGUAGE sql STABLE AS $$
    SELECT p.id
    FROM recruiting_team_candidates(team_attachments.organization_id, viewer_id) AS m
    CROSS JOIN LATERAL (
        SELECT t.id
        FROM unhidden_attachments(team_attachments.organization_id, viewer_id, false, false, sees_private) AS t
        JOIN unhidden_candidates(team_attachments.organization_id, viewer_id, sees_internal) AS c
            ON c.id = t.candidate_id
        WHERE t.candidate_id = m.id AND t.id < team_attachments.before_id
          AND (team_attachments.kind IS NULL OR t.kind = team_attachments.kind)
        ORDER BY t.id DESC
        LIMIT row_limit
    ) AS p
    ORDER BY p.id DESC
    LIMIT row_limit
$$;

-- The same in the order of their last change, as far as changes are settled.
CREATE OR REPLACE FUNCTION team_attachments_updated_since(
    organization_id uuid, viewer_id uuid, sees_internal boolean, sees_private boolean, kind text, after_at timestamptz,
    after_id uuid, row_limit integer
) RETURNS TABLE (id uuid) LANGUAGE sql STABLE AS $$
    SELECT p.id
    FROM recruiting_team_candidates(team_attachments_updated_since.organization_id, viewer_id) AS m
    CROSS JOIN LATERAL (
        SELECT t.updated_at, t.id
        FROM unhidden_attachments(
            team_attachments_updated_since.organization_id, viewer_id, false, false, sees_private
        ) AS t
        JOIN unhidden_candidates(team_attachments_updated_since.organization_id, viewer_id, sees_internal) AS c
            ON c.id = t.candidate_id
        WHERE t.candidate_id = m.id AND (t.updated_at, t.id) > (after_at, after_id)
          AND t.updated_at < (SELECT h.settled_at FROM heartbeats AS h WHERE h.name = 'primary')
          AND (team_attachments_updated_since.kind IS NULL OR t.kind = team_attachments_updated_since.kind)
        ORDER BY t.updated_at, t.id
        LIMIT row_limit
    ) AS p
    ORDER BY p.updated_at, p.id
    LIMIT row_limit
$$;

-- An upload.
CREATE OR REPLACE FUNCTION upload_body(upload uploads) RETURNS json LANGUAGE sql STABLE AS $$
    SELECT json_build_object(
        'id', upload.id, 'file_name', upload.file_name, 'size', upload.size, 'sha256', upload.sha256,
        'media_type', upload.media_type, 'expires_at', as_utc(upload.expires_at)
    )
$$;
