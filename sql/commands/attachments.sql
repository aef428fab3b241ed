-- Attachments: what changes the files of candidates.
-- Pool: primary.
-- Know first: the content is in the file store; a deleted attachment's content is removed after the row says so.

-- name: lock_candidate(organization_id, candidate_id)
-- Locks the candidate who is about to get a file.
SELECT c.id
FROM candidates AS c
WHERE c.organization_id = :organization_id AND c.id = :candidate_id
FOR NO KEY UPDATE;

-- name: lock_upload(organization_id, upload_id)
-- Locks the upload that is about to be used; a public board's is not for this.
SELECT u.id
FROM uploads AS u
WHERE u.organization_id = :organization_id AND u.id = :upload_id AND u.job_board_id IS NULL
FOR NO KEY UPDATE;

-- name: add(organization_id, event_id, actor, correlation_id, viewer_id, sees_all_jobs, sees_confidential_jobs, sees_internal, candidate_id, attachment_id, upload_id, kind, visibility)^
-- Attaches an upload of one's own organization to a candidate; an upload is used once.
-- Locks first: lock_candidate, lock_upload
-- Returns: whether candidate and upload were found, the attachment and the event.
-- Why: with LIMIT an upload is found by its id; without, PostgreSQL may read the unused uploads of all tenants instead.
WITH locked_candidate AS (
    SELECT c.id
    FROM candidates AS c
    WHERE c.organization_id = :organization_id AND c.id = :candidate_id AND c.status = 'active'
      AND c.user_id IS DISTINCT FROM :viewer_id AND (:sees_internal OR c.user_id IS NULL)
      AND ((:sees_all_jobs AND (:sees_confidential_jobs OR NOT EXISTS (
          SELECT FROM applications AS a WHERE a.organization_id = :organization_id AND a.candidate_id = c.id
      ))) OR EXISTS (
          SELECT FROM applications AS a
          JOIN jobs AS j ON j.organization_id = :organization_id AND j.id = a.job_id
          WHERE a.organization_id = :organization_id AND a.candidate_id = c.id
            AND ((:sees_all_jobs AND NOT j.is_confidential) OR EXISTS (
                SELECT FROM hiring_team_members AS t
                WHERE t.organization_id = :organization_id AND t.job_id = j.id AND t.user_id = :viewer_id
                  AND t.role <> 'interviewer'
            ))
      ))
    FOR NO KEY UPDATE OF c
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
added_attachment AS (
    INSERT INTO attachments AS t (organization_id, id, candidate_id, kind, visibility, file_name, media_type, size,
                                  sha256, storage_name)
    SELECT :organization_id, :attachment_id, l.id, :kind, :visibility, u.file_name, u.media_type, u.size, u.sha256,
           u.storage_name
    FROM locked_candidate AS l, usable_upload AS u
    RETURNING t AS attachment, t.id, t.version, t.candidate_id, t.kind
),
used_upload AS (
    UPDATE uploads AS u
    SET used_at = clock_timestamp()
    FROM added_attachment AS a
    WHERE u.organization_id = :organization_id AND u.id = :upload_id
),
touched_candidate AS (
    UPDATE candidates AS c
    SET updated_at = written_at()
    FROM added_attachment AS a
    WHERE c.organization_id = :organization_id AND c.id = a.candidate_id
),
recorded_event AS (
    INSERT INTO events (organization_id, id, actor, correlation_id, type, aggregate_type, aggregate_id,
                        aggregate_version, data)
    SELECT :organization_id, :event_id, :actor, :correlation_id, 'attachment.uploaded', 'attachment', a.id, a.version,
           jsonb_build_object('candidate_id', a.candidate_id, 'kind', a.kind)
    FROM added_attachment AS a
    RETURNING id
),
queued_event AS (
    INSERT INTO outbox (organization_id, event_id)
    SELECT :organization_id, e.id FROM recorded_event AS e
)
SELECT l.id IS NOT NULL AS is_candidate_found, u.id IS NOT NULL AS is_upload_found, a.id, a.version,
       attachment_body(a.attachment)::text AS body, e.id AS event_id
FROM (SELECT) AS always
LEFT JOIN locked_candidate AS l ON true
LEFT JOIN usable_upload AS u ON true
LEFT JOIN added_attachment AS a ON true
LEFT JOIN recorded_event AS e ON true;

-- name: lock_candidate_of(organization_id, attachment_id)
-- Locks the attachment's candidate, which is touched by every change of an attachment.
SELECT c.id
FROM candidates AS c
WHERE c.organization_id = :organization_id
  AND c.id = (
      SELECT t.candidate_id FROM attachments AS t
      WHERE t.organization_id = :organization_id AND t.id = :attachment_id
  )
FOR NO KEY UPDATE;

-- name: lock_uploads_of(organization_id, attachment_id)
-- Locks what the attachment was uploaded as, ids ascending.
SELECT u.id
FROM uploads AS u
WHERE u.organization_id = :organization_id
  AND u.storage_name = (
      SELECT t.storage_name FROM attachments AS t
      WHERE t.organization_id = :organization_id AND t.id = :attachment_id
  )
ORDER BY u.id
FOR NO KEY UPDATE;

-- name: delete(organization_id, event_id, actor, correlation_id, viewer_id, sees_all_jobs, sees_confidential_jobs, sees_internal, sees_private, attachment_id)^
-- Deletes an attachment: its row and its upload's stay, name, hash and content go.
-- Locks first: lock_candidate_of, lock_uploads_of
-- Returns: where its content was stored, and the event; no row when none is to be seen.
WITH locked_attachment AS (
    SELECT t.id, t.version, t.storage_name, t.candidate_id, t.kind
    FROM attachments AS t
    JOIN candidates AS c ON c.organization_id = :organization_id AND c.id = t.candidate_id
    WHERE t.organization_id = :organization_id AND t.id = :attachment_id AND t.status <> 'deleted'
      AND (:sees_private OR t.visibility = 'team')
      AND c.user_id IS DISTINCT FROM :viewer_id AND (:sees_internal OR c.user_id IS NULL)
      AND ((:sees_all_jobs AND (:sees_confidential_jobs OR NOT EXISTS (
          SELECT FROM applications AS a WHERE a.organization_id = :organization_id AND a.candidate_id = c.id
      ))) OR EXISTS (
          SELECT FROM applications AS a
          JOIN jobs AS j ON j.organization_id = :organization_id AND j.id = a.job_id
          WHERE a.organization_id = :organization_id AND a.candidate_id = c.id
            AND ((:sees_all_jobs AND NOT j.is_confidential) OR EXISTS (
                SELECT FROM hiring_team_members AS t
                WHERE t.organization_id = :organization_id AND t.job_id = j.id AND t.user_id = :viewer_id
                  AND t.role <> 'interviewer'
            ))
      ))
    FOR NO KEY UPDATE OF t
),
deleted_attachment AS (
    UPDATE attachments AS t
    SET status = 'deleted', file_name = NULL, sha256 = NULL, storage_name = NULL, version = l.version + 1,
        updated_at = written_at()
    FROM locked_attachment AS l
    WHERE t.organization_id = :organization_id AND t.id = l.id
    RETURNING t.id, t.version, t.candidate_id, t.kind
),
blanked_upload AS (
    UPDATE uploads AS u
    SET file_name = '', sha256 = ''
    FROM locked_attachment AS l
    WHERE u.organization_id = :organization_id AND u.storage_name = l.storage_name
),
touched_candidate AS (
    UPDATE candidates AS c
    SET updated_at = written_at()
    FROM deleted_attachment AS d
    WHERE c.organization_id = :organization_id AND c.id = d.candidate_id
),
recorded_event AS (
    INSERT INTO events (organization_id, id, actor, correlation_id, type, aggregate_type, aggregate_id,
                        aggregate_version, data)
    SELECT :organization_id, :event_id, :actor, :correlation_id, 'attachment.deleted', 'attachment', d.id, d.version,
           jsonb_build_object('candidate_id', d.candidate_id, 'kind', d.kind)
    FROM deleted_attachment AS d
    RETURNING id
),
queued_event AS (
    INSERT INTO outbox (organization_id, event_id)
    SELECT :organization_id, e.id FROM recorded_event AS e
)
SELECT l.version AS found_version, l.storage_name, e.id AS event_id
FROM locked_attachment AS l, recorded_event AS e;
