-- Access: why a user sees a resource, or does not, for administrators who ask.
-- Pool: replica, or the primary's read-only role when freshness demands it.
-- Know first: job_access() shows what the gates look at; functions/access.sql.

-- name: find_member^
-- Finds what a member holds: their groups, and what they were granted directly.
-- Takes: organization_id, user_id
-- Returns: status, groups and permissions; no row when there is no such member.
SELECT u.status, (
           SELECT json_agg(json_build_object(
                      'id', g.id, 'key', g.key, 'permissions', g.permissions, 'scope', a.scope
                  ) ORDER BY g.id)
           FROM permission_group_assignments AS a
           JOIN permission_groups AS g ON g.organization_id = :organization_id AND g.id = a.permission_group_id
           WHERE a.organization_id = :organization_id AND a.user_id = u.id AND a.revoked_at IS NULL
       )::text AS permission_groups, (
           SELECT json_object_agg(p.permission, p.scope)
           FROM permission_assignments AS p
           WHERE p.organization_id = :organization_id AND p.user_id = u.id AND p.revoked_at IS NULL
       )::text AS permissions
FROM users AS u
WHERE u.organization_id = :organization_id AND u.id = :user_id AND u.type = 'member';

-- name: explain_job^
-- Finds what decides whether a user sees a job, an opening or a post: the job that it is of.
-- Takes: organization_id, job view, resource_type, resource_id, user_id, is_shown_all_jobs, is_shown_confidential_jobs
-- Returns: the job's access as JSON; no row when the caller sees none.
SELECT json_build_object(
           'job_id', a.job_id, 'is_confidential', a.is_confidential, 'team_roles', a.team_roles, 'is_visible', a.is_seen
       )::text AS job
FROM seen_jobs(:organization_id, :viewer_id, :sees_all_jobs, :sees_confidential_jobs) AS j
JOIN job_access(:organization_id, :user_id, :is_shown_all_jobs, :is_shown_confidential_jobs) AS a ON a.job_id = j.id
WHERE j.id = CASE :resource_type::text
    WHEN 'job' THEN :resource_id::uuid
    WHEN 'opening' THEN (
        SELECT o.job_id FROM openings AS o WHERE o.organization_id = :organization_id AND o.id = :resource_id
    )
    ELSE (SELECT p.job_id FROM posts AS p WHERE p.organization_id = :organization_id AND p.id = :resource_id)
END;

-- name: explain_candidate^
-- Finds what decides whether a user sees a candidate; of their jobs, those that show them to the user come first.
-- Takes: organization_id, candidate view, candidate_id, job_limit, user_id, is_shown_all_jobs,
--     is_shown_confidential_jobs, is_shown_internal
-- Returns: whose the candidate is, whether the user sees them, the jobs as JSON; no row when the caller sees none.
-- Rules: D10.
SELECT c.user_id IS NOT DISTINCT FROM :user_id AS is_own, c.user_id IS NOT NULL AS is_internal, EXISTS (
           SELECT FROM seen_candidates(
               :organization_id, :user_id, :is_shown_all_jobs, :is_shown_confidential_jobs, :is_shown_internal
           ) AS s
           WHERE s.id = c.id
       ) AS is_visible, coalesce((
           SELECT json_agg(json_build_object(
                      'job_id', x.job_id, 'is_confidential', x.is_confidential, 'team_roles', x.team_roles,
                      'is_visible', x.is_recruited
                  ) ORDER BY x.is_recruited DESC, x.application_id DESC)
           FROM (
               SELECT a.id AS application_id, j.job_id, j.is_confidential, j.team_roles, j.is_recruited
               FROM applications AS a
               JOIN job_access(
                   :organization_id, :user_id, :is_shown_all_jobs, :is_shown_confidential_jobs
               ) AS j ON j.job_id = a.job_id
               JOIN recruited_jobs(
                   :organization_id, :viewer_id, :sees_all_jobs, :sees_confidential_jobs
               ) AS v ON v.id = a.job_id
               WHERE a.organization_id = :organization_id AND a.candidate_id = c.id
               ORDER BY j.is_recruited DESC, a.id DESC
               LIMIT :job_limit
           ) AS x
       ), '[]')::text AS jobs
FROM seen_candidates(:organization_id, :viewer_id, :sees_all_jobs, :sees_confidential_jobs, :sees_internal) AS c
WHERE c.id = (SELECT s.id FROM standing_candidate(:organization_id, :candidate_id) AS s);

-- name: explain_application^
-- Finds what decides whether a user sees an application.
-- Takes: organization_id, candidate view, application_id, user_id, is_shown_all_jobs, is_shown_confidential_jobs,
--     is_shown_internal
-- Returns: whose the candidate is, whether the user sees it, the job as JSON; no row when the caller sees none.
SELECT a.candidate_user_id IS NOT DISTINCT FROM :user_id AS is_own, a.candidate_user_id IS NOT NULL AS is_internal,
       x.is_recruited AND EXISTS (
           SELECT FROM unhidden_applications(:organization_id, :user_id, :is_shown_internal) AS s WHERE s.id = a.id
       ) AS is_visible, json_build_array(json_build_object(
           'job_id', x.job_id, 'is_confidential', x.is_confidential, 'team_roles', x.team_roles,
           'is_visible', x.is_recruited
       ))::text AS jobs
FROM unhidden_applications(:organization_id, :viewer_id, :sees_internal) AS a
JOIN recruited_jobs(:organization_id, :viewer_id, :sees_all_jobs, :sees_confidential_jobs) AS j ON j.id = a.job_id
JOIN job_access(:organization_id, :user_id, :is_shown_all_jobs, :is_shown_confidential_jobs) AS x ON x.job_id = j.id
WHERE a.id = :application_id;

-- name: find_attachment^
-- Finds whose a file is that the caller sees, which application it came with, and its visibility.
-- Takes: organization_id, candidate view, sees_private, attachment_id
SELECT t.candidate_id, t.application_id, t.visibility
FROM attachments AS t
JOIN shown_attachments(
    :organization_id, :viewer_id, :sees_all_jobs, :sees_confidential_jobs, :sees_internal, :sees_private
) AS s ON s.id = t.id
WHERE t.organization_id = :organization_id AND t.id = :attachment_id;

-- name: find_note^
-- Finds what a note that the caller sees is about, its visibility and its author.
-- Takes: organization_id, candidate view, sees_private, note_id
SELECT n.candidate_id, n.application_id, n.visibility, (n.author ->> 'user_id')::uuid AS author_id
FROM seen_notes(
    :organization_id, :viewer_id, :sees_all_jobs, :sees_confidential_jobs, :sees_internal, :sees_private
) AS n
WHERE n.id = :note_id;

-- name: find_consent^
-- Finds the candidate of a consent that the caller sees.
-- Takes: organization_id, candidate view, consent_id
SELECT s.candidate_id
FROM seen_consents(:organization_id, :viewer_id, :sees_all_jobs, :sees_confidential_jobs, :sees_internal) AS s
WHERE s.id = :consent_id;

-- name: find_message^
-- Finds what a message that the caller sees is about.
-- Takes: organization_id, candidate view, message_id
SELECT m.candidate_id, m.application_id
FROM seen_messages(:organization_id, :viewer_id, :sees_all_jobs, :sees_confidential_jobs, :sees_internal) AS m
WHERE m.id = :message_id;
