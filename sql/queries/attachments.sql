-- Attachments: what reads the files of candidates.
-- Pool: replica, or the primary's read-only role when freshness demands it.
-- Know first: a file is seen by who sees its candidate, a private one with the permission for that.

-- name: find(organization_id, viewer_id, sees_all_jobs, sees_confidential_jobs, sees_internal, sees_private, attachment_id)^
-- Finds one attachment, and where its content is stored.
-- Returns: version, body, file name, media type and storage name; no row when none is to be seen.
SELECT t.version, attachment_body(t)::text AS body, t.file_name, t.media_type, t.size, t.storage_name
FROM attachments AS t
JOIN candidates AS c ON c.organization_id = :organization_id AND c.id = t.candidate_id
WHERE t.organization_id = :organization_id AND t.id = :attachment_id AND t.status <> 'deleted'
  AND (:sees_private OR t.visibility = 'team')
  AND c.user_id IS DISTINCT FROM :viewer_id AND (:sees_internal OR c.user_id IS NULL)
  AND ((:sees_all_jobs AND :sees_confidential_jobs) OR coalesce((
      SELECT bool_or((:sees_all_jobs AND NOT j.is_confidential) OR EXISTS (
          SELECT FROM hiring_team_members AS t
          WHERE t.organization_id = :organization_id AND t.job_id = j.id AND t.user_id = :viewer_id
            AND t.role <> 'interviewer'
      ))
      FROM applications AS a
      JOIN jobs AS j ON j.organization_id = :organization_id AND j.id = a.job_id
      WHERE a.organization_id = :organization_id AND a.candidate_id = c.id
  ), :sees_all_jobs));

-- name: list_by_ids(organization_id, viewer_id, sees_all_jobs, sees_confidential_jobs, sees_internal, sees_private, ids)
-- Lists the attachments with these ids, newest first; those that may not be seen are left out.
SELECT t.id, attachment_body(t)::text AS body
FROM attachments AS t
JOIN candidates AS c ON c.organization_id = :organization_id AND c.id = t.candidate_id
WHERE t.organization_id = :organization_id AND t.id = ANY (:ids::uuid[]) AND t.status <> 'deleted'
  AND (:sees_private OR t.visibility = 'team')
  AND c.user_id IS DISTINCT FROM :viewer_id AND (:sees_internal OR c.user_id IS NULL)
  AND ((:sees_all_jobs AND :sees_confidential_jobs) OR coalesce((
      SELECT bool_or((:sees_all_jobs AND NOT j.is_confidential) OR EXISTS (
          SELECT FROM hiring_team_members AS t
          WHERE t.organization_id = :organization_id AND t.job_id = j.id AND t.user_id = :viewer_id
            AND t.role <> 'interviewer'
      ))
      FROM applications AS a
      JOIN jobs AS j ON j.organization_id = :organization_id AND j.id = a.job_id
      WHERE a.organization_id = :organization_id AND a.candidate_id = c.id
  ), :sees_all_jobs))
ORDER BY t.id DESC;

-- name: list(organization_id, viewer_id, sees_all_jobs, sees_confidential_jobs, sees_internal, sees_private, before_id, row_limit)
-- Lists attachments, newest first.
-- Page: by id; the first page passes the highest id.
SELECT t.id, attachment_body(t)::text AS body
FROM attachments AS t
JOIN candidates AS c ON c.organization_id = :organization_id AND c.id = t.candidate_id
WHERE t.organization_id = :organization_id AND t.id < :before_id AND t.status <> 'deleted'
  AND (:sees_private OR t.visibility = 'team')
  AND c.user_id IS DISTINCT FROM :viewer_id AND (:sees_internal OR c.user_id IS NULL)
  AND ((:sees_all_jobs AND :sees_confidential_jobs) OR coalesce((
      SELECT bool_or((:sees_all_jobs AND NOT j.is_confidential) OR EXISTS (
          SELECT FROM hiring_team_members AS t
          WHERE t.organization_id = :organization_id AND t.job_id = j.id AND t.user_id = :viewer_id
            AND t.role <> 'interviewer'
      ))
      FROM applications AS a
      JOIN jobs AS j ON j.organization_id = :organization_id AND j.id = a.job_id
      WHERE a.organization_id = :organization_id AND a.candidate_id = c.id
  ), :sees_all_jobs))
ORDER BY t.id DESC
LIMIT :row_limit;

-- name: list_by_candidate(organization_id, viewer_id, sees_all_jobs, sees_confidential_jobs, sees_internal, sees_private, candidate_id, kind, before_id, row_limit)
-- Lists the attachments of one candidate, newest first.
-- Page: by id; the first page passes the highest id.
-- Index: attachments_by_candidate; a kind is looked for among the few that one candidate has.
SELECT t.id, attachment_body(t)::text AS body
FROM attachments AS t
JOIN candidates AS c ON c.organization_id = :organization_id AND c.id = t.candidate_id
WHERE t.organization_id = :organization_id AND t.candidate_id = :candidate_id AND t.id < :before_id
  AND t.status <> 'deleted' AND (:kind::text IS NULL OR t.kind = :kind)
  AND (:sees_private OR t.visibility = 'team')
  AND c.user_id IS DISTINCT FROM :viewer_id AND (:sees_internal OR c.user_id IS NULL)
  AND ((:sees_all_jobs AND :sees_confidential_jobs) OR coalesce((
      SELECT bool_or((:sees_all_jobs AND NOT j.is_confidential) OR EXISTS (
          SELECT FROM hiring_team_members AS t
          WHERE t.organization_id = :organization_id AND t.job_id = j.id AND t.user_id = :viewer_id
            AND t.role <> 'interviewer'
      ))
      FROM applications AS a
      JOIN jobs AS j ON j.organization_id = :organization_id AND j.id = a.job_id
      WHERE a.organization_id = :organization_id AND a.candidate_id = c.id
  ), :sees_all_jobs))
ORDER BY t.id DESC
LIMIT :row_limit;

-- name: list_by_kind(organization_id, viewer_id, sees_all_jobs, sees_confidential_jobs, sees_internal, sees_private, kind, before_id, row_limit)
-- Lists the attachments of a kind, newest first.
-- Page: by id; the first page passes the highest id.
-- Index: attachments_by_kind.
SELECT t.id, attachment_body(t)::text AS body
FROM attachments AS t
JOIN candidates AS c ON c.organization_id = :organization_id AND c.id = t.candidate_id
WHERE t.organization_id = :organization_id AND t.kind = :kind AND t.id < :before_id AND t.status <> 'deleted'
  AND (:sees_private OR t.visibility = 'team')
  AND c.user_id IS DISTINCT FROM :viewer_id AND (:sees_internal OR c.user_id IS NULL)
  AND ((:sees_all_jobs AND :sees_confidential_jobs) OR coalesce((
      SELECT bool_or((:sees_all_jobs AND NOT j.is_confidential) OR EXISTS (
          SELECT FROM hiring_team_members AS t
          WHERE t.organization_id = :organization_id AND t.job_id = j.id AND t.user_id = :viewer_id
            AND t.role <> 'interviewer'
      ))
      FROM applications AS a
      JOIN jobs AS j ON j.organization_id = :organization_id AND j.id = a.job_id
      WHERE a.organization_id = :organization_id AND a.candidate_id = c.id
  ), :sees_all_jobs))
ORDER BY t.id DESC
LIMIT :row_limit;

-- name: list_by_team(organization_id, viewer_id, sees_internal, sees_private, kind, before_id, row_limit)
-- Lists the files of candidates for the jobs on whose teams the viewer is, but as an interviewer, newest first.
-- Page: by id; the first page passes the highest id.
-- Index: applications_by_job_candidate, attachments_by_candidate.
-- Why: no index has jobs and files: each page reads the candidates of the viewer's teams, no others.
SELECT p.id, attachment_body(p.attachment)::text AS body
FROM (
    SELECT DISTINCT x.candidate_id
    FROM (
        SELECT DISTINCT t.job_id
        FROM hiring_team_members AS t
        WHERE t.organization_id = :organization_id AND t.user_id = :viewer_id AND t.role <> 'interviewer'
    ) AS m
    CROSS JOIN LATERAL (
        SELECT DISTINCT a.candidate_id
        FROM applications AS a
        WHERE a.organization_id = :organization_id AND a.job_id = m.job_id
    ) AS x
) AS y
CROSS JOIN LATERAL (
    SELECT t.id, t AS attachment
    FROM attachments AS t
    JOIN candidates AS c ON c.organization_id = :organization_id AND c.id = t.candidate_id
    WHERE t.organization_id = :organization_id AND t.candidate_id = y.candidate_id AND t.id < :before_id
      AND (:kind::text IS NULL OR t.kind = :kind)
      AND t.status <> 'deleted' AND (:sees_private OR t.visibility = 'team')
      AND c.user_id IS DISTINCT FROM :viewer_id AND (:sees_internal OR c.user_id IS NULL)
    ORDER BY t.id DESC
    LIMIT :row_limit
) AS p
ORDER BY p.id DESC
LIMIT :row_limit;

-- name: list_updated_since(organization_id, viewer_id, sees_all_jobs, sees_confidential_jobs, sees_internal, sees_private, after_at, after_id, row_limit)
-- Lists attachments in the order of their last change.
-- Page: by (updated_at, id); the first page passes the moment and the lowest id.
-- Index: attachments_by_updated_at.
SELECT t.updated_at, t.id, attachment_body(t)::text AS body
FROM attachments AS t
JOIN candidates AS c ON c.organization_id = :organization_id AND c.id = t.candidate_id
WHERE t.organization_id = :organization_id AND (t.updated_at, t.id) > (:after_at, :after_id)
  AND t.updated_at < (SELECT h.settled_at FROM heartbeats AS h WHERE h.name = 'primary')
  AND t.status <> 'deleted'
  AND (:sees_private OR t.visibility = 'team')
  AND c.user_id IS DISTINCT FROM :viewer_id AND (:sees_internal OR c.user_id IS NULL)
  AND ((:sees_all_jobs AND :sees_confidential_jobs) OR coalesce((
      SELECT bool_or((:sees_all_jobs AND NOT j.is_confidential) OR EXISTS (
          SELECT FROM hiring_team_members AS t
          WHERE t.organization_id = :organization_id AND t.job_id = j.id AND t.user_id = :viewer_id
            AND t.role <> 'interviewer'
      ))
      FROM applications AS a
      JOIN jobs AS j ON j.organization_id = :organization_id AND j.id = a.job_id
      WHERE a.organization_id = :organization_id AND a.candidate_id = c.id
  ), :sees_all_jobs))
ORDER BY t.updated_at, t.id
LIMIT :row_limit;

-- name: list_by_kind_updated_since(organization_id, viewer_id, sees_all_jobs, sees_confidential_jobs, sees_internal, sees_private, kind, after_at, after_id, row_limit)
-- Lists the attachments of a kind in the order of their last change.
-- Page: by (updated_at, id); the first page passes the moment and the lowest id.
-- Index: attachments_by_kind_updated_at.
SELECT t.updated_at, t.id, attachment_body(t)::text AS body
FROM attachments AS t
JOIN candidates AS c ON c.organization_id = :organization_id AND c.id = t.candidate_id
WHERE t.organization_id = :organization_id AND t.kind = :kind AND (t.updated_at, t.id) > (:after_at, :after_id)
  AND t.updated_at < (SELECT h.settled_at FROM heartbeats AS h WHERE h.name = 'primary')
  AND t.status <> 'deleted'
  AND (:sees_private OR t.visibility = 'team')
  AND c.user_id IS DISTINCT FROM :viewer_id AND (:sees_internal OR c.user_id IS NULL)
  AND ((:sees_all_jobs AND :sees_confidential_jobs) OR coalesce((
      SELECT bool_or((:sees_all_jobs AND NOT j.is_confidential) OR EXISTS (
          SELECT FROM hiring_team_members AS t
          WHERE t.organization_id = :organization_id AND t.job_id = j.id AND t.user_id = :viewer_id
            AND t.role <> 'interviewer'
      ))
      FROM applications AS a
      JOIN jobs AS j ON j.organization_id = :organization_id AND j.id = a.job_id
      WHERE a.organization_id = :organization_id AND a.candidate_id = c.id
  ), :sees_all_jobs))
ORDER BY t.updated_at, t.id
LIMIT :row_limit;

-- name: list_by_candidate_updated_since(organization_id, viewer_id, sees_all_jobs, sees_confidential_jobs, sees_internal, sees_private, candidate_id, kind, after_at, after_id, row_limit)
-- Lists the attachments of one candidate in the order of their last change.
-- Page: by (updated_at, id); the first page passes the moment and the lowest id.
-- Index: attachments_by_candidate; the few that one candidate has are sorted.
SELECT t.updated_at, t.id, attachment_body(t)::text AS body
FROM attachments AS t
JOIN candidates AS c ON c.organization_id = :organization_id AND c.id = t.candidate_id
WHERE t.organization_id = :organization_id AND t.candidate_id = :candidate_id
  AND (t.updated_at, t.id) > (:after_at, :after_id) AND t.status <> 'deleted'
  AND t.updated_at < (SELECT h.settled_at FROM heartbeats AS h WHERE h.name = 'primary')
  AND (:kind::text IS NULL OR t.kind = :kind)
  AND (:sees_private OR t.visibility = 'team')
  AND c.user_id IS DISTINCT FROM :viewer_id AND (:sees_internal OR c.user_id IS NULL)
  AND ((:sees_all_jobs AND :sees_confidential_jobs) OR coalesce((
      SELECT bool_or((:sees_all_jobs AND NOT j.is_confidential) OR EXISTS (
          SELECT FROM hiring_team_members AS t
          WHERE t.organization_id = :organization_id AND t.job_id = j.id AND t.user_id = :viewer_id
            AND t.role <> 'interviewer'
      ))
      FROM applications AS a
      JOIN jobs AS j ON j.organization_id = :organization_id AND j.id = a.job_id
      WHERE a.organization_id = :organization_id AND a.candidate_id = c.id
  ), :sees_all_jobs))
ORDER BY t.updated_at, t.id
LIMIT :row_limit;

-- name: list_by_team_updated_since(organization_id, viewer_id, sees_internal, sees_private, kind, after_at, after_id, row_limit)
-- Lists the files of list_by_team in the order of their last change.
-- Page: by (updated_at, id); the first page passes the moment and the lowest id.
-- Index: applications_by_job_candidate, attachments_by_candidate.
-- Why: no index has jobs and files: each page reads the candidates of the viewer's teams, no others.
SELECT p.updated_at, p.id, attachment_body(p.attachment)::text AS body
FROM (
    SELECT DISTINCT x.candidate_id
    FROM (
        SELECT DISTINCT t.job_id
        FROM hiring_team_members AS t
        WHERE t.organization_id = :organization_id AND t.user_id = :viewer_id AND t.role <> 'interviewer'
    ) AS m
    CROSS JOIN LATERAL (
        SELECT DISTINCT a.candidate_id
        FROM applications AS a
        WHERE a.organization_id = :organization_id AND a.job_id = m.job_id
    ) AS x
) AS y
CROSS JOIN LATERAL (
    SELECT t.updated_at, t.id, t AS attachment
    FROM attachments AS t
    JOIN candidates AS c ON c.organization_id = :organization_id AND c.id = t.candidate_id
    WHERE t.organization_id = :organization_id AND t.candidate_id = y.candidate_id
      AND (t.updated_at, t.id) > (:after_at, :after_id)
      AND t.updated_at < (SELECT h.settled_at FROM heartbeats AS h WHERE h.name = 'primary')
      AND (:kind::text IS NULL OR t.kind = :kind)
      AND t.status <> 'deleted' AND (:sees_private OR t.visibility = 'team')
      AND c.user_id IS DISTINCT FROM :viewer_id AND (:sees_internal OR c.user_id IS NULL)
    ORDER BY t.updated_at, t.id
    LIMIT :row_limit
) AS p
ORDER BY p.updated_at, p.id
LIMIT :row_limit;
