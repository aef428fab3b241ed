-- Uploads: files that were sent and wait to be attached.
-- Pool: primary.
-- Know first: the file itself is in the file store under storage_name, written before its row.

-- name: add^
-- Records a stored file until it is attached or expires.
-- Takes: stamp, upload_id, job_board_id, file_name, media_type, size, sha256, storage_name, expires_at
-- Returns: the upload and its event; an upload has one version.
INSERT INTO uploads AS u (organization_id, id, job_board_id, file_name, media_type, size, sha256, storage_name,
                          expires_at)
VALUES (:organization_id, :upload_id, :job_board_id, :file_name, :media_type, :size, :sha256, :storage_name,
        :expires_at)
RETURNING u.id, 1 AS version, upload_body(u)::text AS body, record_event(
    :organization_id, :event_id, :actor, :correlation_id, 'upload.stored', 'upload', u.id, 1, '{}'
) AS event_id;
