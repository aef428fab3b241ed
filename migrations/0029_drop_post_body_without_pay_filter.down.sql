-- Undo of the file of the same number.
CREATE FUNCTION post_body(post posts) RETURNS json LANGUAGE sql STABLE
RETURN json_build_object(
    'id', post.id, 'external_id', post.external_id, 'job_id', post.job_id, 'job_board_id', post.job_board_id,
    'translation_of', post.translation_of, 'language', post.language, 'title', post.title, 'body', post.body,
    'body_format', post.body_format, 'body_html', post.body_html, 'locations', post.locations,
    'remote_regions', post.remote_regions, 'pay_ranges', post.pay_ranges, 'questions', post.questions,
    'status', post.status, 'is_internal', post.is_internal, 'published_at', post.published_at,
    'closes_at', post.closes_at, 'version', post.version, 'created_at', post.created_at, 'updated_at', post.updated_at
);
