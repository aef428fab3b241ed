-- Attachments: what reads the files of candidates.
-- Pool: replica, or the primary's read-only role when freshness demands it.
-- Know first: shown_attachments() shows the files of the candidates that the viewer sees; functions/attachments.sql.

-- name: find^
-- Finds one attachment, and where its content is stored.
-- Takes: organization_id, candidate view, sees_private, attachment_id
-- Returns: version, body, file name, media type and storage name; no row when none is to be seen.
SELECT t.version, t.body::text AS body, t.file_name, t.media_type, t.size, t.storage_name
FROM shown_attachments(:organization_id, :viewer_id, :sees_all_jobs, :sees_confidential_jobs, :sees_internal,
                       :sees_private) AS t
WHERE t.id = :attachment_id;

-- name: list
-- Lists attachments, newest first.
-- Takes: organization_id, candidate view, sees_private, before_id, row_limit
-- Page: by id; the first page passes the highest id.
-- Budget: 3,100 rows, 6,100 buffers, 28 ms at 1,000,000 applications
SELECT t.body::text AS body
FROM shown_attachments(:organization_id, :viewer_id, :sees_all_jobs, :sees_confidential_jobs, :sees_internal,
                       :sees_private) AS t
WHERE t.id < :before_id
ORDER BY t.id DESC
LIMIT :row_limit;

-- name: list_filtered
-- Lists the attachments that pass any combination of filters, newest first; a filter that is NULL lets all pass.
-- Takes: organization_id, candidate view, sees_private, ids, candidate_id, kind, before_id, row_limit
-- Plan: custom, for the filters that are given.
-- Page: by id; the first page passes the highest id.
-- Index: attachments_by_kind.
-- Why: the planner does not know a kind from a subquery; for a common one, it would read past all files that are newer.
-- Budget: 8,000 rows, 17,000 buffers, 28 ms at 1,000,000 applications
SELECT t.body::text AS body
FROM shown_attachments(:organization_id, :viewer_id, :sees_all_jobs, :sees_confidential_jobs, :sees_internal,
                       :sees_private) AS t
WHERE t.id < :before_id
  AND (:ids::uuid[] IS NULL OR t.id = ANY (:ids))
  AND (:candidate_id::uuid IS NULL OR t.candidate_id = (
      SELECT c.id FROM standing_candidate(:organization_id, :candidate_id) AS c))
  AND (:kind::text IS NULL OR t.kind = (SELECT :kind::text))
ORDER BY t.id DESC
LIMIT :row_limit;

-- name: list_updated_since
-- Lists attachments in the order of their last change; a filter that is NULL lets all pass.
-- Takes: organization_id, candidate view, sees_private, candidate_id, kind, after_at, after_id, row_limit
-- Plan: custom, for the filters that are given.
-- Page: by (updated_at, id); the first page passes the moment and the lowest id.
-- Budget: 6,900 rows, 15,000 buffers, 51 ms at 1,000,000 applications
SELECT t.body::text AS body
FROM shown_attachments(:organization_id, :viewer_id, :sees_all_jobs, :sees_confidential_jobs, :sees_internal,
                       :sees_private) AS t
WHERE (t.updated_at, t.id) > (:after_at, :after_id)
  AND t.updated_at < (SELECT h.settled_at FROM heartbeats AS h WHERE h.name = 'primary')
  AND (:candidate_id::uuid IS NULL OR t.candidate_id = (
      SELECT c.id FROM standing_candidate(:organization_id, :candidate_id) AS c))
  AND (:kind::text IS NULL OR t.kind = :kind)
ORDER BY t.updated_at, t.id
LIMIT :row_limit;

-- name: list_by_team
-- Lists the files of candidates for the jobs that the viewer recruits for, newest first, of one kind or of all.
-- Takes: organization_id, candidate view, sees_private, kind, before_id, row_limit
-- Page: by id; the first page passes the highest id.
-- Why: no index has jobs and files: each page reads the candidates of the viewer's teams, no others.
-- Budget: 4,300 rows, 12,000 buffers, 38 ms at 1,000,000 applications
SELECT t.body::text AS body
FROM shown_attachments(:organization_id, :viewer_id, :sees_all_jobs, :sees_confidential_jobs, :sees_internal,
                       :sees_private) AS t
WHERE t.id = ANY (ARRAY(
    SELECT p.id FROM team_attachments(
        :organization_id, :viewer_id, :sees_internal, :sees_private, :kind, :before_id, :row_limit
    ) AS p
))
ORDER BY t.id DESC
LIMIT :row_limit;

-- name: list_by_team_updated_since
-- Lists the files of list_by_team in the order of their last change.
-- Takes: organization_id, candidate view, sees_private, kind, after_at, after_id, row_limit
-- Page: by (updated_at, id); the first page passes the moment and the lowest id.
-- Why: the reason of list_by_team.
-- Budget: 5,200 rows, 13,000 buffers, 69 ms at 1,000,000 applications
SELECT t.body::text AS body
FROM shown_attachments(:organization_id, :viewer_id, :sees_all_jobs, :sees_confidential_jobs, :sees_internal,
                       :sees_private) AS t
WHERE t.id = ANY (ARRAY(
    SELECT p.id FROM team_attachments_updated_since(
        :organization_id, :viewer_id, :sees_internal, :sees_private, :kind, :after_at, :after_id, :row_limit
    ) AS p
))
ORDER BY t.updated_at, t.id
LIMIT :row_limit;
