-- Posts as they are shown.

-- A post. Its pay is public while it is published and not internal; otherwise it is shown to callers who may see pay.
CREATE OR REPLACE FUNCTION post_body(post posts, sees_pay boolean) RETURNS json LANGUAGE sql STABLE AS $$
    SELECT json_build_object(
        'id', post.id, 'external_id', post.external_id, 'job_id', post.job_id, 'job_board_id', post.job_board_id,
        'translation_of', post.translation_of, 'language', post.language, 'title', post.title, 'body', post.body,
        'body_format', post.body_format, 'body_html', post.body_html, 'locations', post.locations,
        'remote_regions', post.remote_regions,
        'pay_ranges', CASE
            WHEN sees_pay OR (post.status = 'published' AND NOT post.is_internal) THEN post.pay_ranges
        END,
        'questions', post.questions, 'status', post.status, 'is_internal', post.is_internal,
        'published_at', post.published_at, 'closes_at', post.closes_at, 'version', post.version,
        'created_at', post.created_at, 'updated_at', post.updated_at
    )
$$;
