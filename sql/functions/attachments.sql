-- Attachments and uploads as they are shown.

-- An attachment.
CREATE OR REPLACE FUNCTION attachment_body(attachment attachments) RETURNS json LANGUAGE sql STABLE AS $$
    SELECT json_build_object(
        'id', attachment.id, 'candidate_id', attachment.candidate_id, 'kind', attachment.kind,
        'visibility', attachment.visibility, 'file_name', attachment.file_name, 'media_type', attachment.media_type,
        'size', attachment.size, 'sha256', attachment.sha256, 'status', attachment.status,
        'version', attachment.version, 'created_at', attachment.created_at, 'updated_at', attachment.updated_at
    )
$$;

-- An upload.
CREATE OR REPLACE FUNCTION upload_body(upload uploads) RETURNS json LANGUAGE sql STABLE AS $$
    SELECT json_build_object(
        'id', upload.id, 'file_name', upload.file_name, 'size', upload.size, 'sha256', upload.sha256,
        'media_type', upload.media_type, 'expires_at', upload.expires_at
    )
$$;
