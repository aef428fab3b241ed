-- Posts: how they are shown, and to whom.

-- A post. Its pay is public while it is published and not internal; otherwise it is shown to callers who may see pay.
-- Rules: V8.
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
        'published_at', as_utc(post.published_at), 'closes_at', as_utc(post.closes_at), 'version', post.version,
        'created_at', as_utc(post.created_at), 'updated_at', as_utc(post.updated_at)
    )
$$;

-- The posts of the jobs that the viewer sees, with what lists filter and sort by. The bodies are made for the rows that
-- a statement returns, not for all that it reads.
CREATE OR REPLACE FUNCTION shown_posts(
    organization_id uuid, viewer_id uuid, sees_all_jobs boolean, sees_confidential_jobs boolean, sees_pay boolean,
    expand text[]
) RETURNS TABLE (
    id uuid, updated_at timestamptz, version integer, external_id text, job_id uuid, original_id uuid, language text,
    status text, body json, job json
) LANGUAGE sql STABLE AS $$
    SELECT p.id, p.updated_at, p.version, p.external_id, p.job_id, p.original_id, p.language, p.status,
           post_body(p, sees_pay),
           CASE WHEN 'job' = ANY (expand) THEN job_body(j, (
               SELECT f.office_ids FROM offices_of_job(shown_posts.organization_id, j.id) AS f
           ), sees_pay) END
    FROM posts AS p
    JOIN seen_jobs(shown_posts.organization_id, viewer_id, sees_all_jobs, sees_confidential_jobs) AS j
        ON j.id = p.job_id
    WHERE p.organization_id = shown_posts.organization_id
$$;

-- The newest posts of the jobs on whose hiring teams the viewer is: a page of each job, merged.
CREATE OR REPLACE FUNCTION team_posts(
    organization_id uuid, viewer_id uuid, status text, before_id uuid, row_limit integer
) RETURNS TABLE (id uuid) LANGUAGE sql STABLE AS $$
    SELECT q.id
    FROM team_jobs(team_posts.organization_id, viewer_id) AS m
    CROSS JOIN LATERAL (
        SELECT p.id
        FROM posts AS p
        WHERE p.organization_id = team_posts.organization_id AND p.job_id = m.job_id AND p.id < team_posts.before_id
          AND (team_posts.status IS NULL OR p.status = team_posts.status)
        ORDER BY p.id DESC
        LIMIT row_limit
    ) AS q
    ORDER BY q.id DESC
    LIMIT row_limit
$$;

-- The same in the order of their last change, as far as changes are settled.
CREATE OR REPLACE FUNCTION team_posts_updated_since(
    organization_id uuid, viewer_id uuid, status text, after_at timestamptz, after_id uuid, row_limit integer
) RETURNS TABLE (id uuid) LANGUAGE sql STABLE AS $$
    SELECT q.id
    FROM team_jobs(team_posts_updated_since.organization_id, viewer_id) AS m
    CROSS JOIN LATERAL (
        SELECT p.updated_at, p.id
        FROM posts AS p
        WHERE p.organization_id = team_posts_updated_since.organization_id AND p.job_id = m.job_id
          AND (p.updated_at, p.id) > (after_at, after_id)
          AND p.updated_at < (SELECT h.settled_at FROM heartbeats AS h WHERE h.name = 'primary')
          AND (team_posts_updated_since.status IS NULL OR p.status = team_posts_updated_since.status)
        ORDER BY p.updated_at, p.id
        LIMIT row_limit
    ) AS q
    ORDER BY q.updated_at, q.id
    LIMIT row_limit
$$;

-- The posts that the public may know of; some have stopped accepting applications.
-- Rules: B11, B12.
CREATE OR REPLACE FUNCTION published_posts(organization_id uuid) RETURNS SETOF posts LANGUAGE sql STABLE AS $$
    SELECT p.*
    FROM posts AS p
    WHERE p.organization_id = published_posts.organization_id AND p.status = 'published' AND NOT p.is_internal
$$;

-- Whether a published post of a job accepts applications.
-- Rules: B11, B12.
CREATE OR REPLACE FUNCTION is_accepting(post posts, job jobs) RETURNS boolean LANGUAGE sql STABLE AS $$
    SELECT job.status = 'open' AND coalesce(post.closes_at, 'infinity') > now()
$$;

-- The translations that a post names: the other posts of its original that the public sees on the same board, sorted by
-- language. They advertise the same job. The board stands in FILTER: in WHERE, it could lead the planner to all posts
-- of the board.
-- Rules: B11, B25.
CREATE OR REPLACE FUNCTION board_translations(organization_id uuid, post posts, job jobs)
RETURNS TABLE (translations json) LANGUAGE sql STABLE AS $$
    SELECT coalesce(
        json_agg(json_build_object('post_id', t.id, 'language', t.language) ORDER BY t.language)
            FILTER (WHERE t.id <> post.id AND t.job_board_id = post.job_board_id AND is_accepting(t, job)),
        '[]'
    )
    FROM published_posts(board_translations.organization_id) AS t
    WHERE t.original_id = post.original_id
$$;

-- The posts that a board shows to the public, with what lists filter and sort by: a summary for lists, the body for a
-- page of its own.
-- Rules: B11.
CREATE OR REPLACE FUNCTION board_posts(organization_id uuid, job_board_id uuid) RETURNS TABLE (
    id uuid, language text, title text, published_at timestamptz, questions jsonb, summary json, body json
) LANGUAGE sql STABLE AS $$
    SELECT p.id, p.language, p.title, p.published_at, p.questions,
           json_build_object(
               'id', p.id, 'title', p.title, 'language', p.language, 'translations', (
                   SELECT t.translations FROM board_translations(board_posts.organization_id, p, j) AS t
               ),
               'locations', p.locations, 'remote_regions', p.remote_regions, 'pay_ranges', p.pay_ranges,
               'employment_type', j.employment_type, 'workplace', j.workplace, 'department', d.name,
               'published_at', as_utc(p.published_at), 'closes_at', as_utc(p.closes_at)
           ),
           json_build_object(
               'id', p.id, 'title', p.title, 'language', p.language, 'translations', (
                   SELECT t.translations FROM board_translations(board_posts.organization_id, p, j) AS t
               ),
               'body', p.body, 'body_format', p.body_format, 'body_html', p.body_html, 'locations', p.locations,
               'remote_regions', p.remote_regions, 'pay_ranges', p.pay_ranges, 'employment_type', j.employment_type,
               'workplace', j.workplace, 'department', d.name, 'published_at', as_utc(p.published_at),
               'closes_at', as_utc(p.closes_at), 'organization_name', (
                   SELECT o.name FROM organizations AS o WHERE o.organization_id = board_posts.organization_id
               )
           )
    FROM published_posts(board_posts.organization_id) AS p
    JOIN jobs AS j ON j.organization_id = board_posts.organization_id AND j.id = p.job_id AND is_accepting(p, j)
    LEFT JOIN departments AS d ON d.organization_id = board_posts.organization_id AND d.id = j.department_id
    WHERE p.job_board_id = board_posts.job_board_id
$$;
