-- Uploads: files that were sent and wait to be attached.
-- Pool: primary.
-- Know first: the file itself is in the file store under storage_name, written before its row.

-- name: add(organization_id, event_id, actor, correlation_id, upload_id, job_board_id, file_name, media_type, size, sha256, storage_name, expires_at)^
-- Records a stored file until it is attached or expires.
-- Returns: the upload and the event.
WITH added_upload AS (
    INSERT INTO uploads AS u (organization_id, id, job_board_id, file_name, media_type, size, sha256, storage_name,
                              expires_at)
    VALUES (:organization_id, :upload_id, :job_board_id, :file_name, :media_type, :size, :sha256, :storage_name,
            :expires_at)
    RETURNING u AS upload, u.id
),
recorded_event AS (
    INSERT INTO events (organization_id, id, actor, correlation_id, type, aggregate_type, aggregate_id,
                        aggregate_version, data)
    SELECT :organization_id, :event_id, :actor, :correlation_id, 'upload.stored', 'upload', a.id, 1, '{}'
    FROM added_upload AS a
    RETURNING id
),
queued_event AS (
    INSERT INTO outbox (organization_id, event_id)
    SELECT :organization_id, e.id FROM recorded_event AS e
)
SELECT a.id, 1 AS version, upload_body(a.upload)::text AS body, e.id AS event_id
FROM added_upload AS a, recorded_event AS e;
