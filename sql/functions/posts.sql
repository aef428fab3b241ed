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

-- A post as the public reads it on a page of its own. One that was never published shows this moment as `published_at`.
-- Rules: B25.
CREATE OR REPLACE FUNCTION public_post_body(organization_id uuid, post posts, job jobs, department text)
RETURNS TABLE (body json) LANGUAGE sql STABLE AS $$
    SELECT json_build_object(
        'id', post.id, 'title', post.title, 'language', post.language, 'translations', (
            SELECT t.translations FROM board_translations(public_post_body.organization_id, post, job) AS t
        ),
        'body', post.body, 'body_format', post.body_format, 'body_html', post.body_html, 'locations', post.locations,
        'remote_regions', post.remote_regions, 'pay_ranges', post.pay_ranges, 'employment_type', job.employment_type,
        'workplace', job.workplace, 'department', department,
        'published_at', as_utc(coalesce(post.published_at, now())), 'closes_at', as_utc(post.closes_at),
        'organization_name', (
            SELECT o.name FROM organizations AS o WHERE o.organization_id = public_post_body.organization_id
        )
    )
$$;

-- The posts that a preview link may show, whatever their status: a board never shows an internal post, and an archived
-- job advertises nothing.
-- Rules: B33.
CREATE OR REPLACE FUNCTION previewed_posts(organization_id uuid) RETURNS TABLE (
    id uuid, job_board_id uuid, language text, questions jsonb, body json
) LANGUAGE sql STABLE AS $$
    SELECT p.id, p.job_board_id, p.language, p.questions, (
               SELECT b.body FROM public_post_body(previewed_posts.organization_id, p, j, d.name) AS b
           )
    FROM posts AS p
    JOIN jobs AS j ON j.organization_id = previewed_posts.organization_id AND j.id = p.job_id AND j.status <> 'archived'
    LEFT JOIN departments AS d ON d.organization_id = previewed_posts.organization_id AND d.id = j.department_id
    WHERE p.organization_id = previewed_posts.organization_id AND NOT p.is_internal
$$;

-- Where the work of a post may be done: its locations, and each remote region of remote work as a location of its own.
-- Rules: B30.
CREATE OR REPLACE FUNCTION working_places(post posts, job jobs) RETURNS TABLE (locations jsonb)
LANGUAGE sql STABLE AS $$
    SELECT post.locations || coalesce(
        jsonb_agg(jsonb_build_object(CASE WHEN length(m.place) > 2 THEN 'region' ELSE 'country' END, m.place)), '[]'
    )
    FROM unnest(post.remote_regions) AS m (place)
    WHERE job.workplace = 'remote'
$$;

-- The posts that a board shows to the public, with what lists filter and sort by, such as where the work may be done: a
-- summary for lists, the body for a page of its own, an advertisement for feeds.
-- Rules: B11.
CREATE OR REPLACE FUNCTION public_posts(organization_id uuid, job_board_id uuid) RETURNS TABLE (
    id uuid, language text, title text, words tsvector, locations jsonb, department_id uuid, department text,
    employment_type text, workplace text, is_confidential boolean, published_at timestamptz, questions jsonb,
    body_bytes integer, summary json, body json, advertisement json
) LANGUAGE sql STABLE AS $$
    SELECT p.id, p.language, p.title, p.words, (SELECT w.locations FROM working_places(p, j) AS w), j.department_id,
           d.name, j.employment_type, j.workplace, j.is_confidential, p.published_at, p.questions,
           octet_length(p.body_html),
           json_build_object(
               'id', p.id, 'title', p.title, 'language', p.language, 'translations', (
                   SELECT t.translations FROM board_translations(public_posts.organization_id, p, j) AS t
               ),
               'locations', p.locations, 'remote_regions', p.remote_regions, 'pay_ranges', p.pay_ranges,
               'employment_type', j.employment_type, 'workplace', j.workplace, 'department', d.name,
               'published_at', as_utc(p.published_at), 'closes_at', as_utc(p.closes_at)
           ),
           (SELECT b.body FROM public_post_body(public_posts.organization_id, p, j, d.name) AS b),
           json_build_object(
               'id', p.id, 'original_id', p.original_id, 'title', p.title, 'language', p.language,
               'body_html', p.body_html, 'locations', p.locations, 'remote_regions', p.remote_regions,
               'pay_ranges', p.pay_ranges, 'employment_type', j.employment_type, 'workplace', j.workplace,
               'department', d.name, 'published_at', as_utc(p.published_at), 'closes_at', as_utc(p.closes_at),
               'updated_at', as_utc(p.updated_at)
           )
    FROM published_posts(public_posts.organization_id) AS p
    JOIN jobs AS j ON j.organization_id = public_posts.organization_id AND j.id = p.job_id AND is_accepting(p, j)
    LEFT JOIN departments AS d ON d.organization_id = public_posts.organization_id AND d.id = j.department_id
    WHERE p.job_board_id = public_posts.job_board_id
$$;

-- What finds posts with all words of a text, in any order, each from its beginning; null where the text has no word.
CREATE OR REPLACE FUNCTION query_of_words(words text) RETURNS TABLE (query tsquery) LANGUAGE sql STABLE AS $$
    SELECT string_agg('''' || replace(replace(w.word, '\', '\\'), '''', '''''') || ''':*', ' & ')::tsquery
    FROM unnest(tsvector_to_array(to_tsvector('pg_catalog.simple', words))) AS w (word)
$$;

-- The country of a location, which its region implies.
CREATE OR REPLACE FUNCTION location_country(location jsonb) RETURNS text LANGUAGE sql STABLE AS $$
    SELECT coalesce(location ->> 'country', left(location ->> 'region', 2))
$$;

-- The public posts of a board that a search finds; NULL leaves a filter out. Country, region and city are those of one
-- place where the work may be done.
-- Rules: B11, B30.
CREATE OR REPLACE FUNCTION found_posts(
    organization_id uuid, job_board_id uuid, language text, title_pattern text, words text, department_id uuid,
    employment_type text, workplace text, country text, region text, city text
) RETURNS TABLE (
    id uuid, published_at timestamptz, language text, department_id uuid, department text, employment_type text,
    workplace text, locations jsonb, summary json
) LANGUAGE sql STABLE AS $$
    SELECT p.id, p.published_at, p.language, p.department_id, p.department, p.employment_type, p.workplace, p.locations,
           p.summary
    FROM public_posts(found_posts.organization_id, found_posts.job_board_id) AS p
    WHERE (found_posts.language IS NULL OR p.language = found_posts.language)
      AND (title_pattern IS NULL OR p.title ILIKE title_pattern)
      AND (found_posts.words IS NULL OR p.words @@ (SELECT w.query FROM query_of_words(found_posts.words) AS w))
      AND (found_posts.department_id IS NULL OR p.department_id = found_posts.department_id)
      AND (found_posts.employment_type IS NULL OR p.employment_type = found_posts.employment_type)
      AND (found_posts.workplace IS NULL OR p.workplace = found_posts.workplace)
      AND (
          coalesce(country, region, city) IS NULL
          OR EXISTS (
              SELECT FROM jsonb_array_elements(p.locations) AS l (location)
              WHERE (country IS NULL OR location_country(l.location) = country)
                AND (region IS NULL OR l.location ->> 'region' = region)
                AND (city IS NULL OR lower(l.location ->> 'city') = lower(city))
          )
      )
$$;
