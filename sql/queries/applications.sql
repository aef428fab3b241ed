-- Applications: what reads people's pursuits of jobs.
-- Pool: replica, or the primary's read-only role when freshness demands it.
-- Know first: shown_applications() shows those that the viewer sees; functions/applications.sql.

-- name: find^
-- Finds one application.
-- Takes: organization_id, candidate view, sees_pay, expand, application_id
-- Returns: version and body; no row when there is none to be seen.
-- Budget: 25 rows, 50 buffers, 5 ms at 1,000,000 applications
SELECT a.version, a.body::text AS body, a.candidate::text AS candidate, a.job::text AS job
FROM shown_applications(:organization_id, :viewer_id, :sees_all_jobs, :sees_confidential_jobs, :sees_internal,
                        :sees_pay, :expand) AS a
WHERE a.id = :application_id;

-- name: list
-- Lists applications, newest first.
-- Takes: organization_id, candidate view, sees_pay, expand, before_id, row_limit
-- Page: by id; the first page passes the highest id.
-- Budget: 820 rows, 1,900 buffers, 33 ms at 1,000,000 applications
SELECT a.body::text AS body, a.candidate::text AS candidate, a.job::text AS job
FROM shown_applications(:organization_id, :viewer_id, :sees_all_jobs, :sees_confidential_jobs, :sees_internal,
                        :sees_pay, :expand) AS a
WHERE a.id < :before_id
ORDER BY a.id DESC
LIMIT :row_limit;

-- name: list_by_job
-- Lists the applications to one job, newest first.
-- Takes: organization_id, candidate view, job_id, before_id, row_limit
-- Page: by id; the first page passes the highest id.
-- Why: a pipeline is looked at all day: one plan serves every job, where list_filtered is planned anew each time.
-- Why: the job is looked at first, so that its applications are not read for a viewer who does not see it.
-- Budget: 980 rows, 2,000 buffers, 40 ms at 1,000,000 applications
SELECT application_body(a, s)::text AS body
FROM unhidden_applications(:organization_id, :viewer_id, :sees_internal) AS a
JOIN stages AS s ON s.organization_id = :organization_id AND s.id = a.stage_id
WHERE a.job_id = :job_id AND a.id < :before_id AND EXISTS (SELECT FROM recruited_jobs(
    :organization_id, :viewer_id, :sees_all_jobs, :sees_confidential_jobs) AS j WHERE j.id = :job_id)
ORDER BY a.id DESC
LIMIT :row_limit;

-- name: list_by_stage
-- Lists the applications in one stage, newest first; a job or a status that is NULL lets all pass.
-- Takes: organization_id, candidate view, sees_pay, expand, stage_id, job_id, status, before_id, row_limit
-- Plan: custom, for what is given.
-- Page: by id; the first page passes the highest id.
-- Why: a page of each status, merged: as a filter, a rare status would read all that ever ended in the stage.
-- Budget: 1,300 rows, 2,700 buffers, 79 ms at 1,000,000 applications
SELECT a.body::text AS body, a.candidate::text AS candidate, a.job::text AS job
FROM shown_applications(:organization_id, :viewer_id, :sees_all_jobs, :sees_confidential_jobs, :sees_internal,
                        :sees_pay, :expand) AS a
WHERE a.id = ANY (ARRAY(SELECT p.id FROM stage_applications(
    :organization_id, :viewer_id, :sees_internal, :stage_id, :status, :before_id, :row_limit
) AS p)) AND (:job_id::uuid IS NULL OR a.job_id = :job_id)
ORDER BY a.id DESC
LIMIT :row_limit;

-- name: list_filtered
-- Lists the applications that pass any combination of filters, newest first; a filter that is NULL lets all pass.
-- Takes: organization_id, candidate view, sees_pay, expand, ids, external_id, candidate_id, job_id, stage_id, status,
--     before_id, row_limit
-- Plan: custom, for the filters that are given.
-- Page: by id; the first page passes the highest id.
-- Why: a job is looked at first, so that its applications are not read for a viewer who does not see it.
-- Budget: 1,100 rows, 2,600 buffers, 54 ms at 1,000,000 applications
SELECT a.body::text AS body, a.candidate::text AS candidate, a.job::text AS job
FROM shown_applications(:organization_id, :viewer_id, :sees_all_jobs, :sees_confidential_jobs, :sees_internal,
                        :sees_pay, :expand) AS a
WHERE a.id < :before_id AND (:ids::uuid[] IS NULL OR a.id = ANY (:ids))
  AND (:candidate_id::uuid IS NULL OR a.candidate_id = (
      SELECT c.id FROM standing_candidate(:organization_id, :candidate_id) AS c))
  AND (:status::text IS NULL OR a.status = :status)
  AND (:external_id::text IS NULL OR a.id = (SELECT x.id FROM applications AS x
      WHERE x.organization_id = :organization_id AND x.external_id = :external_id))
  AND (:stage_id::uuid IS NULL OR a.stage_id = :stage_id)
  AND (:job_id::uuid IS NULL OR (a.job_id = :job_id AND EXISTS (SELECT FROM recruited_jobs(
      :organization_id, :viewer_id, :sees_all_jobs, :sees_confidential_jobs) AS j WHERE j.id = :job_id)))
ORDER BY a.id DESC
LIMIT :row_limit;

-- name: list_updated_since
-- Lists applications in the order of their last change; a filter that is NULL lets all pass.
-- Takes: organization_id, candidate view, sees_pay, expand, job_id, status, after_at, after_id, row_limit
-- Plan: custom, for the filters that are given.
-- Page: by (updated_at, id); the first page passes the moment and the lowest id.
-- Budget: 6,000 rows, 18,000 buffers, 140 ms at 1,000,000 applications
SELECT a.body::text AS body, a.candidate::text AS candidate, a.job::text AS job
FROM shown_applications(:organization_id, :viewer_id, :sees_all_jobs, :sees_confidential_jobs, :sees_internal,
                        :sees_pay, :expand) AS a
WHERE (a.updated_at, a.id) > (:after_at, :after_id) AND (:status::text IS NULL OR a.status = :status)
  AND a.updated_at < (SELECT h.settled_at FROM heartbeats AS h WHERE h.name = 'primary')
  AND (:job_id::uuid IS NULL OR (a.job_id = :job_id AND EXISTS (SELECT FROM recruited_jobs(
      :organization_id, :viewer_id, :sees_all_jobs, :sees_confidential_jobs) AS j WHERE j.id = :job_id)))
ORDER BY a.updated_at, a.id
LIMIT :row_limit;

-- name: list_by_team
-- Lists applications to the jobs that the viewer recruits for, newest first; a status that is NULL lets all pass.
-- Takes: organization_id, candidate view, sees_pay, expand, status, before_id, row_limit
-- Plan: custom, for the status that is given.
-- Page: by id; the first page passes the highest id.
-- Why: a page of each job, merged: a viewer of few jobs would read everybody's applications to find theirs.
-- Budget: 2,700 rows, 7,100 buffers, 110 ms at 1,000,000 applications
SELECT a.body::text AS body, a.candidate::text AS candidate, a.job::text AS job
FROM shown_applications(:organization_id, :viewer_id, :sees_all_jobs, :sees_confidential_jobs, :sees_internal,
                        :sees_pay, :expand) AS a
WHERE a.id = ANY (ARRAY(SELECT p.id FROM team_applications(
    :organization_id, :viewer_id, :sees_internal, :status, :before_id, :row_limit
) AS p))
ORDER BY a.id DESC
LIMIT :row_limit;

-- name: list_by_team_updated_since
-- Lists the applications of list_by_team in the order of their last change.
-- Takes: organization_id, candidate view, sees_pay, expand, status, after_at, after_id, row_limit
-- Plan: custom, for the status that is given.
-- Page: by (updated_at, id); the first page passes the moment and the lowest id.
-- Index: applications_by_job_updated_at; a rare status reads what changed in the jobs of the viewer's teams, no more.
-- Budget: 2,700 rows, 7,000 buffers, 110 ms at 1,000,000 applications
SELECT a.body::text AS body, a.candidate::text AS candidate, a.job::text AS job
FROM shown_applications(:organization_id, :viewer_id, :sees_all_jobs, :sees_confidential_jobs, :sees_internal,
                        :sees_pay, :expand) AS a
WHERE a.id = ANY (ARRAY(SELECT p.id FROM team_applications_updated_since(
    :organization_id, :viewer_id, :sees_internal, :status, :after_at, :after_id, :row_limit
) AS p))
ORDER BY a.updated_at, a.id
LIMIT :row_limit;

-- name: list_by_assignee
-- Lists the applications that are assigned to a user, newest first; a status that is NULL lets all pass.
-- Takes: organization_id, candidate view, sees_pay, expand, assignee_id, status, before_id, row_limit
-- Plan: custom, for the status that is given.
-- Page: by id; the first page passes the highest id.
-- Why: a page of each status, merged: as a filter, a rare status would read all that the user was ever assigned.
-- Budget: 2,100 rows, 4,500 buffers, 44 ms at 1,000,000 applications
SELECT a.body::text AS body, a.candidate::text AS candidate, a.job::text AS job
FROM shown_applications(:organization_id, :viewer_id, :sees_all_jobs, :sees_confidential_jobs, :sees_internal,
                        :sees_pay, :expand) AS a
WHERE a.id = ANY (ARRAY(SELECT p.id FROM assigned_applications(
    :organization_id, :viewer_id, :sees_all_jobs, :sees_confidential_jobs, :sees_internal, :assignee_id, :status,
    :before_id, :row_limit
) AS p))
ORDER BY a.id DESC
LIMIT :row_limit;

-- name: list_by_job_assignee
-- Lists the applications to one job that are assigned to a user, newest first; a status that is NULL lets all pass.
-- Takes: organization_id, candidate view, sees_pay, expand, job_id, assignee_id, status, before_id, row_limit
-- Plan: custom, for the status that is given.
-- Page: by id; the first page passes the highest id.
-- Budget: 2,000 rows, 3,900 buffers, 110 ms at 1,000,000 applications
SELECT a.body::text AS body, a.candidate::text AS candidate, a.job::text AS job
FROM shown_applications(:organization_id, :viewer_id, :sees_all_jobs, :sees_confidential_jobs, :sees_internal,
                        :sees_pay, :expand) AS a
WHERE a.id = ANY (ARRAY(SELECT p.id FROM assigned_job_applications(
    :organization_id, :viewer_id, :sees_internal, :job_id, :assignee_id, :status, :before_id, :row_limit
) AS p))
ORDER BY a.id DESC
LIMIT :row_limit;

-- name: list_by_team_assignee
-- Lists the applications of list_by_team that are assigned to a user, newest first.
-- Takes: organization_id, candidate view, sees_pay, expand, assignee_id, status, before_id, row_limit
-- Plan: custom, for the status that is given.
-- Page: by id; the first page passes the highest id.
-- Budget: 680 rows, 1,800 buffers, 5 ms at 1,000,000 applications
SELECT a.body::text AS body, a.candidate::text AS candidate, a.job::text AS job
FROM shown_applications(:organization_id, :viewer_id, :sees_all_jobs, :sees_confidential_jobs, :sees_internal,
                        :sees_pay, :expand) AS a
WHERE a.id = ANY (ARRAY(SELECT p.id FROM assigned_team_applications(
    :organization_id, :viewer_id, :sees_internal, :assignee_id, :status, :before_id, :row_limit
) AS p))
ORDER BY a.id DESC
LIMIT :row_limit;

-- name: list_by_applied_at
-- Lists applications by the moment of applying, latest first; a filter that is NULL lets all pass.
-- Takes: organization_id, candidate view, sees_pay, expand, job_id, post_id, source_id, from_at, before_at,
--     before_id, row_limit
-- Plan: custom, for the filters that are given.
-- Page: by (applied_at, id); the first page passes the moment before which the last one applied, and the lowest id.
-- Why: the page is picked first, because shown_applications has no moment to sort by.
-- Why: the job, also that of a post, is looked at first, so that nothing is read for a viewer who does not see it.
-- Budget: 3,100 rows, 5,100 buffers, 110 ms at 1,000,000 applications
SELECT a.body::text AS body, a.candidate::text AS candidate, a.job::text AS job
FROM (
    SELECT u.id, u.applied_at
    FROM unhidden_applications(:organization_id, :viewer_id, :sees_internal) AS u
    JOIN recruited_jobs(:organization_id, :viewer_id, :sees_all_jobs, :sees_confidential_jobs) AS r ON r.id = u.job_id
    WHERE (u.applied_at, u.id) < (:before_at, :before_id)
      AND (:from_at::timestamptz IS NULL OR u.applied_at >= :from_at)
      AND (:source_id::uuid IS NULL OR u.source_id = :source_id)
      AND (:job_id::uuid IS NULL OR (u.job_id = :job_id AND EXISTS (SELECT FROM recruited_jobs(
          :organization_id, :viewer_id, :sees_all_jobs, :sees_confidential_jobs) AS j WHERE j.id = :job_id)))
      AND (:post_id::uuid IS NULL OR (u.post_id = :post_id AND EXISTS (
          SELECT FROM posts AS o
          JOIN recruited_jobs(:organization_id, :viewer_id, :sees_all_jobs, :sees_confidential_jobs) AS j
              ON j.id = o.job_id
          WHERE o.organization_id = :organization_id AND o.id = :post_id)))
    ORDER BY u.applied_at DESC, u.id DESC
    LIMIT :row_limit
) AS p
JOIN shown_applications(:organization_id, :viewer_id, :sees_all_jobs, :sees_confidential_jobs, :sees_internal,
                        :sees_pay, :expand) AS a ON a.id = p.id
ORDER BY p.applied_at DESC, p.id DESC
LIMIT :row_limit;

-- name: list_by_team_applied_at
-- Lists applications to the jobs that the viewer recruits for by the moment of applying, also of one source.
-- Takes: organization_id, candidate view, sees_pay, expand, source_id, from_at, before_at, before_id, row_limit
-- Plan: custom, for the filters that are given.
-- Page: by (applied_at, id); the first page passes the moment before which the last one applied, and the lowest id.
-- Index: applications_by_job_applied_at; a rare source reads what came to the jobs of the viewer's teams, no more.
-- Budget: 1,900 rows, 4,000 buffers, 110 ms at 1,000,000 applications
SELECT a.body::text AS body, a.candidate::text AS candidate, a.job::text AS job
FROM team_applications_applied(
    :organization_id, :viewer_id, :sees_internal, :source_id, :from_at, :before_at, :before_id, :row_limit
) AS p
JOIN shown_applications(:organization_id, :viewer_id, :sees_all_jobs, :sees_confidential_jobs, :sees_internal,
                        :sees_pay, :expand) AS a ON a.id = p.id
ORDER BY p.applied_at DESC, p.id DESC
LIMIT :row_limit;

-- name: list_by_custom_value
-- Lists the applications that have a value in a custom field, newest first.
-- Takes: organization_id, candidate view, sees_pay, expand, field_id, value, before_id, row_limit
-- Page: by id; the first page passes the highest id.
-- Index: custom_values_pkey.
-- Budget: 1,700 rows, 4,600 buffers, 55 ms at 1,000,000 applications
SELECT a.body::text AS body, a.candidate::text AS candidate, a.job::text AS job
FROM shown_applications(:organization_id, :viewer_id, :sees_all_jobs, :sees_confidential_jobs, :sees_internal,
                        :sees_pay, :expand) AS a
WHERE a.id = ANY (ARRAY(SELECT p.id FROM applications_by_custom_value(
    :organization_id, :viewer_id, :sees_all_jobs, :sees_confidential_jobs, :sees_internal, :field_id, :value,
    :before_id, :row_limit
) AS p))
ORDER BY a.id DESC
LIMIT :row_limit;

-- name: list_by_job_custom_value
-- Lists the applications to one job that have a value in a custom field, newest first.
-- Takes: organization_id, candidate view, sees_pay, expand, job_id, field_id, value, before_id, row_limit
-- Page: by id; the first page passes the highest id.
-- Index: custom_values_by_job.
-- Budget: 1,400 rows, 4,000 buffers, 51 ms at 1,000,000 applications
SELECT a.body::text AS body, a.candidate::text AS candidate, a.job::text AS job
FROM shown_applications(:organization_id, :viewer_id, :sees_all_jobs, :sees_confidential_jobs, :sees_internal,
                        :sees_pay, :expand) AS a
WHERE a.id = ANY (ARRAY(SELECT p.id FROM job_applications_by_custom_value(
    :organization_id, :viewer_id, :sees_internal, :job_id, :field_id, :value, :before_id, :row_limit
) AS p))
ORDER BY a.id DESC
LIMIT :row_limit;

-- name: list_by_team_custom_value
-- Lists the applications of list_by_team that have a value in a custom field, newest first.
-- Takes: organization_id, candidate view, sees_pay, expand, field_id, value, before_id, row_limit
-- Page: by id; the first page passes the highest id.
-- Index: custom_values_by_job.
-- Why: a page of each job, merged: a viewer of few jobs would read everybody's applications to find theirs.
-- Budget: 2,000 rows, 4,800 buffers, 28 ms at 1,000,000 applications
SELECT a.body::text AS body, a.candidate::text AS candidate, a.job::text AS job
FROM shown_applications(:organization_id, :viewer_id, :sees_all_jobs, :sees_confidential_jobs, :sees_internal,
                        :sees_pay, :expand) AS a
WHERE a.id = ANY (ARRAY(SELECT p.id FROM team_applications_by_custom_value(
    :organization_id, :viewer_id, :sees_internal, :field_id, :value, :before_id, :row_limit
) AS p))
ORDER BY a.id DESC
LIMIT :row_limit;
