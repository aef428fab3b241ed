-- Job boards as they are shown.

-- A job board.
CREATE OR REPLACE FUNCTION job_board_body(job_board job_boards) RETURNS json LANGUAGE sql STABLE AS $$
    SELECT json_build_object(
        'id', job_board.id, 'slug', job_board.slug, 'name', job_board.name, 'language', job_board.language,
        'is_default', job_board.is_default, 'allowed_origins', job_board.allowed_origins,
        'post_url_template', job_board.post_url_template, 'portal_url_template', job_board.portal_url_template,
        'required_fields', job_board.required_fields, 'version', job_board.version,
        'created_at', as_utc(job_board.created_at), 'updated_at', as_utc(job_board.updated_at)
    )
$$;
