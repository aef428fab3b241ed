-- Job boards as they are shown, and the state of what they show.

-- A job board.
CREATE OR REPLACE FUNCTION job_board_body(job_board job_boards) RETURNS json LANGUAGE sql STABLE AS $$
    SELECT json_build_object(
        'id', job_board.id, 'slug', job_board.slug, 'name', job_board.name, 'language', job_board.language,
        'is_default', job_board.is_default, 'allowed_origins', job_board.allowed_origins,
        'post_url_template', job_board.post_url_template, 'portal_url_template', job_board.portal_url_template,
        'required_fields', job_board.required_fields, 'sender_identity_id', job_board.sender_identity_id,
        'version', job_board.version,
        'created_at', as_utc(job_board.created_at), 'updated_at', as_utc(job_board.updated_at)
    )
$$;

-- The state of what the boards of an organization show: two readers of one state read the same. It is a version, which
-- every change renews (triggers of migration 0067), and the moment at which the next post closes by itself.
CREATE OR REPLACE FUNCTION board_state(organization_id uuid) RETURNS TABLE (state text) LANGUAGE sql STABLE AS $$
    SELECT concat_ws(
        ' ',
        (SELECT v.version FROM board_versions AS v WHERE v.organization_id = board_state.organization_id),
        (
            SELECT min(p.closes_at)
            FROM published_posts(board_state.organization_id) AS p
            WHERE p.closes_at > now()
        )
    )
$$;
