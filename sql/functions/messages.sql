-- Messages: which of them a viewer sees, how a message is shown, and what its events tell. Mails to users are in no
-- list.

-- A message.
CREATE OR REPLACE FUNCTION message_body(message messages) RETURNS json LANGUAGE sql STABLE AS $$
    SELECT json_build_object(
        'id', message.id, 'candidate_id', message.candidate_id, 'application_id', message.application_id,
        'kind', message.kind, 'template_id', message.template_id, 'status', message.status, 'author', message.author,
        'recipient', message.recipient, 'language', message.language, 'subject', message.subject,
        'body', message.body, 'send_at', as_utc(message.send_at), 'sent_at', as_utc(message.sent_at),
        'failure', message.failure, 'created_at', as_utc(message.created_at)
    )
$$;

-- What the events message.sent, message.failed and message.cancelled tell.
CREATE OR REPLACE FUNCTION message_facts(message messages) RETURNS jsonb LANGUAGE sql STABLE AS $$
    SELECT jsonb_build_object(
        'kind', message.kind, 'candidate_id', message.candidate_id, 'application_id', message.application_id,
        'user_id', message.user_id
    )
$$;

-- The messages to candidates that are not hidden from the viewer, whether or not their candidates are: one about an
-- application is for viewers who see that application's job. A mail to a user is none, not even one that tells them of a
-- candidate.
-- Rules: M12.
CREATE OR REPLACE FUNCTION unhidden_messages(
    organization_id uuid, viewer_id uuid, sees_all_jobs boolean, sees_confidential_jobs boolean
) RETURNS SETOF messages LANGUAGE sql STABLE AS $$
    SELECT m.*
    FROM messages AS m
    WHERE m.organization_id = unhidden_messages.organization_id AND m.user_id IS NULL
      AND (m.application_id IS NULL OR (
          SELECT j.id
          FROM applications AS a
          JOIN recruited_jobs(
              unhidden_messages.organization_id, viewer_id, sees_all_jobs, sees_confidential_jobs
          ) AS j ON j.id = a.job_id
          WHERE a.organization_id = unhidden_messages.organization_id AND a.id = m.application_id
      ) IS NOT NULL)
$$;

-- The messages that the viewer sees: unhidden ones to candidates whom they see.
CREATE OR REPLACE FUNCTION seen_messages(
    organization_id uuid, viewer_id uuid, sees_all_jobs boolean, sees_confidential_jobs boolean, sees_internal boolean
) RETURNS SETOF messages LANGUAGE sql STABLE AS $$
    SELECT m.*
    FROM unhidden_messages(seen_messages.organization_id, viewer_id, sees_all_jobs, sees_confidential_jobs) AS m
    JOIN seen_candidates(
        seen_messages.organization_id, viewer_id, sees_all_jobs, sees_confidential_jobs, sees_internal
    ) AS c ON c.id = m.candidate_id
$$;

-- The messages that the viewer sees, with what lists filter and sort by.
CREATE OR REPLACE FUNCTION shown_messages(
    organization_id uuid, viewer_id uuid, sees_all_jobs boolean, sees_confidential_jobs boolean, sees_internal boolean
) RETURNS TABLE (id uuid, candidate_id uuid, application_id uuid, body json) LANGUAGE sql STABLE AS $$
    SELECT m.id, m.candidate_id, m.application_id, message_body(m)
    FROM seen_messages(
        shown_messages.organization_id, viewer_id, sees_all_jobs, sees_confidential_jobs, sees_internal
    ) AS m
$$;

-- The newest messages to candidates for the jobs of recruiting_team_jobs: a page of each candidate.
CREATE OR REPLACE FUNCTION team_messages(
    organization_id uuid, viewer_id uuid, sees_internal boolean, before_id uuid, row_limit integer
) RETURNS TABLE (id uuid) LANGUAGE sql STABLE AS $$
    SELECT p.id
    FROM recruiting_team_candidates(team_messages.organization_id, viewer_id) AS t
    CROSS JOIN LATERAL (
        SELECT m.id
        FROM unhidden_messages(team_messages.organization_id, viewer_id, false, false) AS m
        JOIN unhidden_candidates(team_messages.organization_id, viewer_id, sees_internal) AS c ON c.id = m.candidate_id
        WHERE m.candidate_id = t.id AND m.id < team_messages.before_id
        ORDER BY m.id DESC
        LIMIT row_limit
    ) AS p
    ORDER BY p.id DESC
    LIMIT row_limit
$$;
