-- Notes: which of them a viewer sees and may change, and how a note is shown.

-- A note.
CREATE OR REPLACE FUNCTION note_body(note notes) RETURNS json LANGUAGE sql STABLE AS $$
    SELECT json_build_object(
        'id', note.id, 'candidate_id', note.candidate_id, 'application_id', note.application_id,
        'author', note.author, 'body', note.body, 'mentions', note.mentions, 'visibility', note.visibility,
        'version', note.version, 'created_at', as_utc(note.created_at), 'updated_at', as_utc(note.updated_at)
    )
$$;

-- The notes that are not hidden from the viewer, whether or not their candidates are: private ones need a permission,
-- or are the viewer's own, and those about an application are for viewers who see that application's job.
-- Rules: N4, N5.
CREATE OR REPLACE FUNCTION unhidden_notes(
    organization_id uuid, viewer_id uuid, sees_all_jobs boolean, sees_confidential_jobs boolean, sees_private boolean
) RETURNS SETOF notes LANGUAGE sql STABLE AS $$
    SELECT n.*
    FROM notes AS n
    WHERE n.organization_id = unhidden_notes.organization_id
      AND (sees_private OR n.visibility = 'team' OR (n.author ->> 'user_id')::uuid = unhidden_notes.viewer_id)
      AND (n.application_id IS NULL OR (
          SELECT j.id
          FROM applications AS a
          JOIN recruited_jobs(
              unhidden_notes.organization_id, viewer_id, sees_all_jobs, sees_confidential_jobs
          ) AS j ON j.id = a.job_id
          WHERE a.organization_id = unhidden_notes.organization_id AND a.id = n.application_id
      ) IS NOT NULL)
$$;

-- The notes that the viewer sees: unhidden ones about candidates whom they see.
CREATE OR REPLACE FUNCTION seen_notes(
    organization_id uuid, viewer_id uuid, sees_all_jobs boolean, sees_confidential_jobs boolean, sees_internal boolean,
    sees_private boolean
) RETURNS SETOF notes LANGUAGE sql STABLE AS $$
    SELECT n.*
    FROM unhidden_notes(
        seen_notes.organization_id, viewer_id, sees_all_jobs, sees_confidential_jobs, sees_private
    ) AS n
    JOIN seen_candidates(
        seen_notes.organization_id, viewer_id, sees_all_jobs, sees_confidential_jobs, sees_internal
    ) AS c ON c.id = n.candidate_id
$$;

-- The notes that the viewer sees, with what lists filter and sort by.
CREATE OR REPLACE FUNCTION shown_notes(
    organization_id uuid, viewer_id uuid, sees_all_jobs boolean, sees_confidential_jobs boolean, sees_internal boolean,
    sees_private boolean
) RETURNS TABLE (
    id uuid, updated_at timestamptz, version integer, candidate_id uuid, application_id uuid, body json
) LANGUAGE sql STABLE AS $$
    SELECT n.id, n.updated_at, n.version, n.candidate_id, n.application_id, note_body(n)
    FROM seen_notes(
        shown_notes.organization_id, viewer_id, sees_all_jobs, sees_confidential_jobs, sees_internal, sees_private
    ) AS n
$$;

-- The newest notes about candidates for the jobs of recruiting_team_jobs: a page of each candidate.
CREATE OR REPLACE FUNCTION team_notes(
    organization_id uuid, viewer_id uuid, sees_internal boolean, sees_private boolean, before_id uuid, row_limit integer
) RETURNS TABLE (id uuid) LANGUAGE sql STABLE AS $$
    SELECT p.id
    FROM recruiting_team_candidates(team_notes.organization_id, viewer_id) AS m
    CROSS JOIN LATERAL (
        SELECT n.id
        FROM unhidden_notes(team_notes.organization_id, viewer_id, false, false, sees_private) AS n
        JOIN unhidden_candidates(team_notes.organization_id, viewer_id, sees_internal) AS c ON c.id = n.candidate_id
        WHERE n.candidate_id = m.id AND n.id < team_notes.before_id
        ORDER BY n.id DESC
        LIMIT row_limit
    ) AS p
    ORDER BY p.id DESC
    LIMIT row_limit
$$;

-- The same in the order of their last change, as far as changes are settled.
CREATE OR REPLACE FUNCTION team_notes_updated_since(
    organization_id uuid, viewer_id uuid, sees_internal boolean, sees_private boolean,
    after_at timestamptz, after_id uuid, row_limit integer
) RETURNS TABLE (id uuid) LANGUAGE sql STABLE AS $$
    SELECT p.id
    FROM recruiting_team_candidates(team_notes_updated_since.organization_id, viewer_id) AS m
    CROSS JOIN LATERAL (
        SELECT n.updated_at, n.id
        FROM unhidden_notes(
            team_notes_updated_since.organization_id, viewer_id, false, false, sees_private
        ) AS n
        JOIN unhidden_candidates(team_notes_updated_since.organization_id, viewer_id, sees_internal) AS c
            ON c.id = n.candidate_id
        WHERE n.candidate_id = m.id AND (n.updated_at, n.id) > (after_at, after_id)
          AND n.updated_at < (SELECT h.settled_at FROM heartbeats AS h WHERE h.name = 'primary')
        ORDER BY n.updated_at, n.id
        LIMIT row_limit
    ) AS p
    ORDER BY p.updated_at, p.id
    LIMIT row_limit
$$;

-- The notes that the viewer may change and delete, if they see them: their own, and all as an administrator, who is a
-- user: a key that acts on behalf of one is none.
-- Rules: N6, O23.
CREATE OR REPLACE FUNCTION editable_notes(organization_id uuid, viewer_id uuid, is_user boolean)
RETURNS SETOF notes LANGUAGE sql STABLE AS $$
    SELECT n.*
    FROM notes AS n
    WHERE n.organization_id = editable_notes.organization_id
      AND ((n.author ->> 'user_id')::uuid = editable_notes.viewer_id OR (is_user AND EXISTS (
          SELECT FROM administrators(editable_notes.organization_id) AS a WHERE a.user_id = editable_notes.viewer_id
      )))
$$;

-- The mentions that name no active user of the organization, and none of the users who are mentioned already: the JSON
-- pointer of each, and its place.
-- Rules: N3.
CREATE OR REPLACE FUNCTION unknown_mentions(organization_id uuid, mentions uuid[], former_mentions uuid[])
RETURNS TABLE (pointer text, place bigint) LANGUAGE sql STABLE AS $$
    SELECT format('/mentions/%s', m.place - 1), m.place
    FROM unnest(mentions) WITH ORDINALITY AS m (user_id, place)
    LEFT JOIN users AS u
        ON u.organization_id = unknown_mentions.organization_id AND u.id = m.user_id AND u.status = 'active'
    WHERE u.id IS NULL AND m.user_id <> ALL (former_mentions)
$$;

-- The mails about a note to the members whom its author mentions for the first time: each id and what it is made of.
-- Nobody is told of their own mention.
CREATE OR REPLACE FUNCTION mention_mails(
    organization_id uuid, author_id uuid, note_id uuid, mentions uuid[], message_ids uuid[], ever_mentioned uuid[]
) RETURNS TABLE (message_id uuid, user_id uuid, email text, language text, facts jsonb) LANGUAGE sql STABLE AS $$
    SELECT i.message_id, u.id, u.email, u.language, jsonb_build_object(
        'note_id', mention_mails.note_id, 'author_name', a.name, 'first_name', u.first_name, 'organization_name', o.name
    )
    FROM unnest(mentions, message_ids) AS i (user_id, message_id)
    JOIN users AS u
        ON u.organization_id = mention_mails.organization_id AND u.id = i.user_id AND u.type = 'member'
    JOIN users AS a ON a.organization_id = mention_mails.organization_id AND a.id = mention_mails.author_id
    JOIN organizations AS o ON o.organization_id = mention_mails.organization_id
    WHERE i.user_id <> a.id AND i.user_id <> ALL (mention_mails.ever_mentioned)
$$;
