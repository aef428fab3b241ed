-- Attachments: what changes the files of candidates.
-- Pool: primary.
-- Know first: the content is in the file store; a deleted attachment's content is removed after the row says so.

-- name: lock_upload
-- Locks the upload that is about to be used, unless it was made on a public board.
-- Takes: organization_id, upload_id
SELECT u.id
FROM uploads AS u
WHERE u.organization_id = :organization_id AND u.id = :upload_id AND u.job_board_id IS NULL
FOR NO KEY UPDATE;

-- name: add^
-- Attaches an upload of the same organization to an active candidate; an upload is used once.
-- Takes: stamp, candidate view, candidate_id, attachment_id, upload_id, kind, visibility
-- Locks first: lock_candidate, lock_upload
-- Returns: the refusal, the attachment, its event; no row when there is no such candidate to be seen.
-- Rules: F3, F4.
-- Why: with LIMIT an upload is found by its id; without, PostgreSQL may read the unused uploads of all tenants instead.
WITH seen_candidate AS (
    SELECT c.id
    FROM seen_candidates(:organization_id, :viewer_id, :sees_all_jobs, :sees_confidential_jobs, :sees_internal) AS c
    WHERE c.id = :candidate_id AND c.status = 'active'
),
usable_upload AS (
    SELECT u.id, u.file_name, u.media_type, u.size, u.sha256, u.storage_name
    FROM (
        SELECT x.id, x.job_board_id, x.file_name, x.media_type, x.size, x.sha256, x.storage_name, x.expires_at,
               x.used_at
        FROM uploads AS x
        WHERE x.organization_id = :organization_id AND x.id = :upload_id
        LIMIT 1
    ) AS u
    WHERE u.job_board_id IS NULL AND u.used_at IS NULL AND u.expires_at > now()
),
judged_attachment AS (
    SELECT CASE
        WHEN u.id IS NULL
            THEN unfit('/upload_id', 'unknown_upload', 'The upload is unknown, was used before, or has expired.')
    END AS refusal
    FROM seen_candidate AS l
    LEFT JOIN usable_upload AS u ON true
),
added_attachment AS (
    INSERT INTO attachments AS t (organization_id, id, candidate_id, kind, visibility, file_name, media_type, size,
                                  sha256, storage_name)
    SELECT :organization_id, :attachment_id, l.id, :kind, :visibility, u.file_name, u.media_type, u.size, u.sha256,
           u.storage_name
    FROM judged_attachment AS g, seen_candidate AS l, usable_upload AS u
    WHERE g.refusal IS NULL
    RETURNING t AS attachment, t.id, t.version, record_event(
        :organization_id, :event_id, :actor, :correlation_id, 'attachment.uploaded', 'attachment', t.id, t.version,
        jsonb_build_object('candidate_id', t.candidate_id, 'kind', t.kind)
    ) AS event_id, touch_candidate(:organization_id, t.candidate_id) AS touched_id
),
used_upload AS (
    UPDATE uploads AS u
    SET used_at = clock_timestamp()
    FROM added_attachment AS a
    WHERE u.organization_id = :organization_id AND u.id = :upload_id
)
SELECT g.refusal::text AS refusal, x.id, x.version, attachment_body(x.attachment)::text AS body, x.event_id
FROM judged_attachment AS g
LEFT JOIN added_attachment AS x ON true;

-- name: lock_uploads_of
-- Locks what the attachment was uploaded as, ids ascending.
-- Takes: organization_id, attachment_id
SELECT u.id
FROM uploads AS u
WHERE u.organization_id = :organization_id
  AND u.storage_name = (
      SELECT t.storage_name FROM attachments AS t
      WHERE t.organization_id = :organization_id AND t.id = :attachment_id
  )
ORDER BY u.id
FOR NO KEY UPDATE;

-- name: delete^
-- Deletes an attachment: its row and that of its upload stay; name, hash and content go.
-- Takes: stamp, candidate view, sees_private, attachment_id
-- Locks first: lock_candidate_of_attachment, lock_uploads_of
-- Returns: where its content was stored, and its event; no row when none is to be seen.
-- Rules: F5, V14.
WITH locked_attachment AS (
    SELECT t.id, t.version, t.storage_name
    FROM attachments AS t
    JOIN shown_attachments(
        :organization_id, :viewer_id, :sees_all_jobs, :sees_confidential_jobs, :sees_internal, :sees_private
    ) AS v ON v.id = t.id
    WHERE t.organization_id = :organization_id AND t.id = :attachment_id AND t.status <> 'deleted'
    FOR NO KEY UPDATE OF t
),
deleted_attachment AS (
    UPDATE attachments AS t
    SET status = 'deleted', file_name = NULL, sha256 = NULL, storage_name = NULL, version = l.version + 1,
        updated_at = written_at()
    FROM locked_attachment AS l
    WHERE t.organization_id = :organization_id AND t.id = l.id
    RETURNING record_event(
        :organization_id, :event_id, :actor, :correlation_id, 'attachment.deleted', 'attachment', t.id, t.version,
        jsonb_build_object('candidate_id', t.candidate_id, 'kind', t.kind)
    ) AS event_id, touch_candidate(:organization_id, t.candidate_id) AS touched_id
),
blanked_upload AS (
    UPDATE uploads AS u
    SET file_name = '', sha256 = ''
    FROM locked_attachment AS l
    WHERE u.organization_id = :organization_id AND u.storage_name = l.storage_name
)
SELECT l.storage_name, d.event_id
FROM locked_attachment AS l, deleted_attachment AS d;
