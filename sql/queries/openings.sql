-- Openings: what reads the seats of jobs.
-- Pool: replica, or the primary's read-only role when freshness demands it.
-- Know first: shown_openings() shows the openings of the jobs that the viewer sees; functions/openings.sql.

-- name: list
-- Lists openings, newest first; a filter that is NULL lets all pass.
-- Takes: organization_id, job view, sees_pay, counted view, expand, ids, external_id, job_id, status, before_id,
--     row_limit
-- Plan: custom, for the filters that are given.
-- Page: by id; the first page passes the highest id.
-- Why: a sub-select names the one with an external id: by the average of all tenants the planner expects many.
-- Budget: 1,900 rows, 1,600 buffers, 23 ms at 1,000,000 applications
SELECT o.body::text AS body, o.job::text AS job
FROM shown_openings(:organization_id, :viewer_id, :sees_all_jobs, :sees_confidential_jobs, :sees_pay,
                    :sees_applications, :sees_all_applications, :sees_internal, :expand) AS o
WHERE o.id < :before_id AND (:ids::uuid[] IS NULL OR o.id = ANY (:ids))
  AND (:external_id::text IS NULL OR o.id = (SELECT x.id FROM openings AS x
      WHERE x.organization_id = :organization_id AND x.external_id = :external_id LIMIT 1))
  AND (:job_id::uuid IS NULL OR o.job_id = :job_id) AND (:status::text IS NULL OR o.status = :status)
ORDER BY o.id DESC
LIMIT :row_limit;

-- name: list_updated_since
-- Lists openings in the order of their last change; a filter that is NULL lets all pass.
-- Takes: organization_id, job view, sees_pay, counted view, expand, job_id, status, after_at, after_id, row_limit
-- Plan: custom, for the filters that are given.
-- Page: by (updated_at, id); the first page passes the moment and the lowest id.
-- Budget: 39,000 rows, 17,000 buffers, 61 ms at 1,000,000 applications
SELECT o.body::text AS body, o.job::text AS job
FROM shown_openings(:organization_id, :viewer_id, :sees_all_jobs, :sees_confidential_jobs, :sees_pay,
                    :sees_applications, :sees_all_applications, :sees_internal, :expand) AS o
WHERE (o.updated_at, o.id) > (:after_at, :after_id)
  AND o.updated_at < (SELECT h.settled_at FROM heartbeats AS h WHERE h.name = 'primary')
  AND (:job_id::uuid IS NULL OR o.job_id = :job_id) AND (:status::text IS NULL OR o.status = :status)
ORDER BY o.updated_at, o.id
LIMIT :row_limit;

-- name: list_by_team
-- Lists the openings of the jobs on whose teams the viewer is, newest first; a status that is NULL lets all pass.
-- Takes: organization_id, job view, sees_pay, counted view, expand, status, before_id, row_limit
-- Plan: custom, for the status that is given.
-- Page: by id; the first page passes the highest id.
-- Why: a page of each job, merged: a viewer of few jobs would read everybody's openings to find theirs.
-- Budget: 1,900 rows, 2,200 buffers, 10 ms at 1,000,000 applications
SELECT o.body::text AS body, o.job::text AS job
FROM shown_openings(:organization_id, :viewer_id, :sees_all_jobs, :sees_confidential_jobs, :sees_pay,
                    :sees_applications, :sees_all_applications, :sees_internal, :expand) AS o
WHERE o.id = ANY (ARRAY(
    SELECT p.id FROM team_openings(:organization_id, :viewer_id, :status, :before_id, :row_limit) AS p
))
ORDER BY o.id DESC
LIMIT :row_limit;

-- name: list_by_team_updated_since
-- Lists the openings of list_by_team in the order of their last change.
-- Takes: organization_id, job view, sees_pay, counted view, expand, status, after_at, after_id, row_limit
-- Plan: custom, for the status that is given.
-- Page: by (updated_at, id); the first page passes the moment and the lowest id.
-- Budget: 3,000 rows, 3,300 buffers, 22 ms at 1,000,000 applications
SELECT o.body::text AS body, o.job::text AS job
FROM shown_openings(:organization_id, :viewer_id, :sees_all_jobs, :sees_confidential_jobs, :sees_pay,
                    :sees_applications, :sees_all_applications, :sees_internal, :expand) AS o
WHERE o.id = ANY (ARRAY(
    SELECT p.id FROM team_openings_updated_since(
        :organization_id, :viewer_id, :status, :after_at, :after_id, :row_limit
    ) AS p
))
ORDER BY o.updated_at, o.id
LIMIT :row_limit;
