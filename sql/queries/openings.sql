-- Openings: what reads the seats of jobs.
-- Pool: replica, or the primary's read-only role when freshness demands it.
-- Know first: an opening is seen by who sees its job; a body is the JSON of opening_body().

-- name: find_by_external_id(organization_id, viewer_id, sees_all_jobs, sees_confidential_jobs, sees_pay, expand, external_id, status, job_id)^
-- Finds the opening that another system calls so.
-- Returns: version and body; no row when there is none to be seen.
-- Index: openings_external_id_taken.
SELECT o.version, opening_body(o)::text AS body,
       CASE WHEN 'job' = ANY (:expand::text[]) THEN job_body(j, (
           SELECT coalesce(json_agg(f.office_id ORDER BY f.position), '[]')
           FROM job_offices AS f
           WHERE f.organization_id = :organization_id AND f.job_id = j.id
       ), :sees_pay)::text END AS job
FROM openings AS o
JOIN jobs AS j ON j.organization_id = :organization_id AND j.id = o.job_id
WHERE o.organization_id = :organization_id AND o.external_id = :external_id
  AND (:status::text IS NULL OR o.status = :status)
  AND (:job_id::uuid IS NULL OR o.job_id = :job_id)
  AND ((:sees_all_jobs AND (:sees_confidential_jobs OR NOT j.is_confidential)) OR EXISTS (
      SELECT FROM hiring_team_members AS t
      WHERE t.organization_id = :organization_id AND t.job_id = j.id AND t.user_id = :viewer_id
  ));

-- name: list_by_ids(organization_id, viewer_id, sees_all_jobs, sees_confidential_jobs, sees_pay, expand, ids, job_id)
-- Lists the openings with these ids, newest first; those that may not be seen are left out.
-- Budget: 830 rows, 1,400 buffers, 23 ms at 1,000,000 applications
SELECT o.id, opening_body(o)::text AS body,
       CASE WHEN 'job' = ANY (:expand::text[]) THEN job_body(j, (
           SELECT coalesce(json_agg(f.office_id ORDER BY f.position), '[]')
           FROM job_offices AS f
           WHERE f.organization_id = :organization_id AND f.job_id = j.id
       ), :sees_pay)::text END AS job
FROM openings AS o
JOIN jobs AS j ON j.organization_id = :organization_id AND j.id = o.job_id
WHERE o.organization_id = :organization_id AND o.id = ANY (:ids::uuid[])
  AND (:job_id::uuid IS NULL OR o.job_id = :job_id)
  AND ((:sees_all_jobs AND (:sees_confidential_jobs OR NOT j.is_confidential)) OR EXISTS (
      SELECT FROM hiring_team_members AS t
      WHERE t.organization_id = :organization_id AND t.job_id = j.id AND t.user_id = :viewer_id
  ))
ORDER BY o.id DESC;

-- name: list(organization_id, viewer_id, sees_all_jobs, sees_confidential_jobs, sees_pay, expand, before_id, row_limit)
-- Lists openings, newest first.
-- Page: by id; the first page passes the highest id.
-- Budget: 830 rows, 1,400 buffers, 23 ms at 1,000,000 applications
SELECT o.id, opening_body(o)::text AS body,
       CASE WHEN 'job' = ANY (:expand::text[]) THEN job_body(j, (
           SELECT coalesce(json_agg(f.office_id ORDER BY f.position), '[]')
           FROM job_offices AS f
           WHERE f.organization_id = :organization_id AND f.job_id = j.id
       ), :sees_pay)::text END AS job
FROM openings AS o
JOIN jobs AS j ON j.organization_id = :organization_id AND j.id = o.job_id
WHERE o.organization_id = :organization_id AND o.id < :before_id
  AND ((:sees_all_jobs AND (:sees_confidential_jobs OR NOT j.is_confidential)) OR EXISTS (
      SELECT FROM hiring_team_members AS t
      WHERE t.organization_id = :organization_id AND t.job_id = j.id AND t.user_id = :viewer_id
  ))
ORDER BY o.id DESC
LIMIT :row_limit;

-- name: list_by_status(organization_id, viewer_id, sees_all_jobs, sees_confidential_jobs, sees_pay, expand, status, before_id, row_limit)
-- Lists the openings with a status, newest first.
-- Page: by id; the first page passes the highest id.
-- Index: openings_by_status.
-- Budget: 830 rows, 1,400 buffers, 23 ms at 1,000,000 applications
SELECT o.id, opening_body(o)::text AS body,
       CASE WHEN 'job' = ANY (:expand::text[]) THEN job_body(j, (
           SELECT coalesce(json_agg(f.office_id ORDER BY f.position), '[]')
           FROM job_offices AS f
           WHERE f.organization_id = :organization_id AND f.job_id = j.id
       ), :sees_pay)::text END AS job
FROM openings AS o
JOIN jobs AS j ON j.organization_id = :organization_id AND j.id = o.job_id
WHERE o.organization_id = :organization_id AND o.status = :status AND o.id < :before_id
  AND ((:sees_all_jobs AND (:sees_confidential_jobs OR NOT j.is_confidential)) OR EXISTS (
      SELECT FROM hiring_team_members AS t
      WHERE t.organization_id = :organization_id AND t.job_id = j.id AND t.user_id = :viewer_id
  ))
ORDER BY o.id DESC
LIMIT :row_limit;

-- name: list_by_job(organization_id, viewer_id, sees_all_jobs, sees_confidential_jobs, sees_pay, expand, job_id, status, before_id, row_limit)
-- Lists the openings of one job, newest first.
-- Page: by id; the first page passes the highest id.
-- Index: openings_by_job; a status is looked for among the few that one job has.
-- Budget: 3,500 rows, 5,600 buffers, 9 ms at 1,000,000 applications
SELECT o.id, opening_body(o)::text AS body,
       CASE WHEN 'job' = ANY (:expand::text[]) THEN job_body(j, (
           SELECT coalesce(json_agg(f.office_id ORDER BY f.position), '[]')
           FROM job_offices AS f
           WHERE f.organization_id = :organization_id AND f.job_id = j.id
       ), :sees_pay)::text END AS job
FROM openings AS o
JOIN jobs AS j ON j.organization_id = :organization_id AND j.id = o.job_id
WHERE o.organization_id = :organization_id AND o.job_id = :job_id AND o.id < :before_id
  AND (:status::text IS NULL OR o.status = :status)
  AND ((:sees_all_jobs AND (:sees_confidential_jobs OR NOT j.is_confidential)) OR EXISTS (
      SELECT FROM hiring_team_members AS t
      WHERE t.organization_id = :organization_id AND t.job_id = j.id AND t.user_id = :viewer_id
  ))
ORDER BY o.id DESC
LIMIT :row_limit;

-- name: list_by_team(organization_id, viewer_id, sees_pay, expand, status, before_id, row_limit)
-- Lists the openings of the jobs on whose teams the viewer is, newest first.
-- Page: by id; the first page passes the highest id.
-- Index: openings_by_job.
-- Why: a page of each job, merged: who sees no other jobs would read all openings to find theirs.
-- Budget: 1,900 rows, 1,100 buffers, 10 ms at 1,000,000 applications
SELECT q.id, opening_body(q.opening)::text AS body,
       CASE WHEN 'job' = ANY (:expand::text[]) THEN (
           SELECT job_body(j, (
               SELECT coalesce(json_agg(f.office_id ORDER BY f.position), '[]')
               FROM job_offices AS f
               WHERE f.organization_id = :organization_id AND f.job_id = j.id
           ), :sees_pay)
           FROM jobs AS j
           WHERE j.organization_id = :organization_id AND j.id = m.job_id
       )::text END AS job
FROM (
    SELECT DISTINCT t.job_id
    FROM hiring_team_members AS t
    WHERE t.organization_id = :organization_id AND t.user_id = :viewer_id
) AS m
CROSS JOIN LATERAL (
    SELECT o.id, o AS opening
    FROM openings AS o
    WHERE o.organization_id = :organization_id AND o.job_id = m.job_id AND o.id < :before_id
      AND (:status::text IS NULL OR o.status = :status)
    ORDER BY o.id DESC
    LIMIT :row_limit
) AS q
ORDER BY q.id DESC
LIMIT :row_limit;

-- name: list_updated_since(organization_id, viewer_id, sees_all_jobs, sees_confidential_jobs, sees_pay, expand, status, after_at, after_id, row_limit)
-- Lists openings in the order of their last change.
-- Page: by (updated_at, id); the first page passes the moment and the lowest id.
-- Index: openings_by_updated_at; a rare status reads what changed, of as few openings as there are jobs.
-- Budget: 39,000 rows, 17,000 buffers, 30 ms at 1,000,000 applications
SELECT o.updated_at, o.id, opening_body(o)::text AS body,
       CASE WHEN 'job' = ANY (:expand::text[]) THEN job_body(j, (
           SELECT coalesce(json_agg(f.office_id ORDER BY f.position), '[]')
           FROM job_offices AS f
           WHERE f.organization_id = :organization_id AND f.job_id = j.id
       ), :sees_pay)::text END AS job
FROM openings AS o
JOIN jobs AS j ON j.organization_id = :organization_id AND j.id = o.job_id
WHERE o.organization_id = :organization_id AND (o.updated_at, o.id) > (:after_at, :after_id)
  AND o.updated_at < (SELECT h.settled_at FROM heartbeats AS h WHERE h.name = 'primary')
  AND (:status::text IS NULL OR o.status = :status)
  AND ((:sees_all_jobs AND (:sees_confidential_jobs OR NOT j.is_confidential)) OR EXISTS (
      SELECT FROM hiring_team_members AS t
      WHERE t.organization_id = :organization_id AND t.job_id = j.id AND t.user_id = :viewer_id
  ))
ORDER BY o.updated_at, o.id
LIMIT :row_limit;

-- name: list_by_team_updated_since(organization_id, viewer_id, sees_pay, expand, status, after_at, after_id, row_limit)
-- Lists the openings of list_by_team in the order of their last change.
-- Page: by (updated_at, id); the first page passes the moment and the lowest id.
-- Index: openings_by_job.
-- Why: as list_by_team.
-- Budget: 1,900 rows, 1,100 buffers, 10 ms at 1,000,000 applications
SELECT q.updated_at, q.id, opening_body(q.opening)::text AS body,
       CASE WHEN 'job' = ANY (:expand::text[]) THEN (
           SELECT job_body(j, (
               SELECT coalesce(json_agg(f.office_id ORDER BY f.position), '[]')
               FROM job_offices AS f
               WHERE f.organization_id = :organization_id AND f.job_id = j.id
           ), :sees_pay)
           FROM jobs AS j
           WHERE j.organization_id = :organization_id AND j.id = m.job_id
       )::text END AS job
FROM (
    SELECT DISTINCT t.job_id
    FROM hiring_team_members AS t
    WHERE t.organization_id = :organization_id AND t.user_id = :viewer_id
) AS m
CROSS JOIN LATERAL (
    SELECT o.updated_at, o.id, o AS opening
    FROM openings AS o
    WHERE o.organization_id = :organization_id AND o.job_id = m.job_id
      AND (o.updated_at, o.id) > (:after_at, :after_id)
      AND o.updated_at < (SELECT h.settled_at FROM heartbeats AS h WHERE h.name = 'primary')
      AND (:status::text IS NULL OR o.status = :status)
    ORDER BY o.updated_at, o.id
    LIMIT :row_limit
) AS q
ORDER BY q.updated_at, q.id
LIMIT :row_limit;

-- name: list_by_job_updated_since(organization_id, viewer_id, sees_all_jobs, sees_confidential_jobs, sees_pay, expand, job_id, status, after_at, after_id, row_limit)
-- Lists the openings of one job in the order of their last change.
-- Page: by (updated_at, id); the first page passes the moment and the lowest id.
-- Index: openings_by_job; the few that one job has are sorted.
-- Budget: 3,800 rows, 6,000 buffers, 61 ms at 1,000,000 applications
SELECT o.updated_at, o.id, opening_body(o)::text AS body,
       CASE WHEN 'job' = ANY (:expand::text[]) THEN job_body(j, (
           SELECT coalesce(json_agg(f.office_id ORDER BY f.position), '[]')
           FROM job_offices AS f
           WHERE f.organization_id = :organization_id AND f.job_id = j.id
       ), :sees_pay)::text END AS job
FROM openings AS o
JOIN jobs AS j ON j.organization_id = :organization_id AND j.id = o.job_id
WHERE o.organization_id = :organization_id AND o.job_id = :job_id
  AND (o.updated_at, o.id) > (:after_at, :after_id)
  AND o.updated_at < (SELECT h.settled_at FROM heartbeats AS h WHERE h.name = 'primary')
  AND (:status::text IS NULL OR o.status = :status)
  AND ((:sees_all_jobs AND (:sees_confidential_jobs OR NOT j.is_confidential)) OR EXISTS (
      SELECT FROM hiring_team_members AS t
      WHERE t.organization_id = :organization_id AND t.job_id = j.id AND t.user_id = :viewer_id
  ))
ORDER BY o.updated_at, o.id
LIMIT :row_limit;
