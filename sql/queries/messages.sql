-- Messages: what reads the mails to candidates, and what they are made of.
-- Pool: replica, or the primary's read-only role when freshness demands it.
-- Know first: shown_messages() shows the messages that the viewer sees; functions/messages.sql.

-- name: find$
-- Finds one message.
-- Takes: organization_id, candidate view, message_id
-- Returns: body; no row when none is to be seen.
-- Budget: 250 rows, 410 buffers, 5 ms at 1,000,000 applications
SELECT m.body::text AS body
FROM shown_messages(:organization_id, :viewer_id, :sees_all_jobs, :sees_confidential_jobs, :sees_internal) AS m
WHERE m.id = :message_id;

-- name: list
-- Lists the messages that pass any combination of filters, newest first; a filter that is NULL lets all pass.
-- Takes: organization_id, candidate view, ids, candidate_id, application_id, before_id, row_limit
-- Plan: custom, for the filters that are given.
-- Page: by id; the first page passes the highest id.
-- Budget: 7,400 rows, 15,000 buffers, 67 ms at 1,000,000 applications
SELECT m.body::text AS body
FROM shown_messages(:organization_id, :viewer_id, :sees_all_jobs, :sees_confidential_jobs, :sees_internal) AS m
WHERE m.id < :before_id
  AND (:ids::uuid[] IS NULL OR m.id = ANY (:ids))
  AND (:candidate_id::uuid IS NULL OR m.candidate_id = (
      SELECT c.id FROM standing_candidate(:organization_id, :candidate_id) AS c))
  AND (:application_id::uuid IS NULL OR m.application_id = :application_id)
ORDER BY m.id DESC
LIMIT :row_limit;

-- name: list_by_team
-- Lists the messages to candidates for the jobs that the viewer recruits for, newest first.
-- Takes: organization_id, candidate view, before_id, row_limit
-- Page: by id; the first page passes the highest id.
-- Why: no index has jobs and messages: each page reads the candidates of the viewer's teams, no others.
-- Budget: 4,600 rows, 11,000 buffers, 160 ms at 1,000,000 applications
SELECT m.body::text AS body
FROM shown_messages(:organization_id, :viewer_id, :sees_all_jobs, :sees_confidential_jobs, :sees_internal) AS m
WHERE m.id = ANY (ARRAY(
    SELECT p.id FROM team_messages(:organization_id, :viewer_id, :sees_internal, :before_id, :row_limit) AS p
))
ORDER BY m.id DESC
LIMIT :row_limit;

-- name: find_facts^
-- Finds what placeholders stand for in a mail to an active candidate, or about an application, that the viewer sees.
-- Takes: organization_id, candidate view, candidate_id, application_id
-- Returns: no row when there is none to be seen; no title where no application of the candidate is named.
-- Why: an applicant knows the job by the title of the post; the job's own is for colleagues.
WITH named_application AS (
    SELECT a.candidate_id, coalesce(p.title, j.title) AS job_title
    FROM applications AS a
    JOIN recruited_jobs(:organization_id, :viewer_id, :sees_all_jobs, :sees_confidential_jobs) AS j ON j.id = a.job_id
    LEFT JOIN posts AS p ON p.organization_id = :organization_id AND p.id = a.post_id
    WHERE a.organization_id = :organization_id AND a.id = :application_id
)
SELECT c.first_name AS candidate_first_name, c.last_name AS candidate_last_name, a.job_title,
       coalesce(o.mail_sender_name, o.name) AS organization_name, u.name AS sender_name
FROM seen_candidates(:organization_id, :viewer_id, :sees_all_jobs, :sees_confidential_jobs, :sees_internal) AS c
JOIN organizations AS o ON o.organization_id = :organization_id
LEFT JOIN users AS u ON u.organization_id = :organization_id AND u.id = :viewer_id
LEFT JOIN named_application AS a ON a.candidate_id = c.id
WHERE c.status = 'active' AND c.id = coalesce(:candidate_id, (SELECT n.candidate_id FROM named_application AS n));
