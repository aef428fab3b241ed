-- Reports: what a reader may count; ClickHouse counts.
-- Pool: replica, or the primary's read-only role when freshness demands it.
-- Know first: rights and filters are those of now, whatever moment a report shows.

-- name: find_scope^
-- Finds the jobs and applications that a report counts for the viewer, and the organization's time zone.
-- Takes: organization_id, candidate view, job_id, department_id, office_id, recruiter_id
-- Plan: custom, for the filters that are given.
-- Returns: jobs to count, or with is_exclusion those not to count; applications not to count; position, known_at.
-- Rules: V2, V4, V7.
-- Why: who sees nearly all jobs is told the few others, so that no list of all jobs goes to ClickHouse.
-- Why: ClickHouse may be ahead of a replica: what is behind position, or was made from known_at on, may be hidden.
-- Budget: 31,000 rows, 32,000 buffers, 60 ms at 1,000,000 applications
WITH counted_job AS (
    SELECT j.id, j.department_id
    FROM recruited_jobs(:organization_id, :viewer_id, :sees_all_jobs, :sees_confidential_jobs) AS j
),
chosen_job AS (
    SELECT j.id
    FROM counted_job AS j
    WHERE (:job_id::uuid IS NULL OR j.id = :job_id)
      AND (:department_id::uuid IS NULL OR j.department_id = :department_id)
      AND (:office_id::uuid IS NULL OR EXISTS (
          SELECT FROM job_offices AS f
          WHERE f.organization_id = :organization_id AND f.job_id = j.id AND f.office_id = :office_id
      ))
      AND (:recruiter_id::uuid IS NULL OR EXISTS (
          SELECT FROM hiring_team_members AS t
          WHERE t.organization_id = :organization_id AND t.job_id = j.id AND t.user_id = :recruiter_id
            AND t.role = 'recruiter'
      ))
),
other_job AS (
    SELECT j.id
    FROM jobs AS j
    WHERE j.organization_id = :organization_id AND NOT EXISTS (SELECT FROM counted_job AS c WHERE c.id = j.id)
),
hidden_application AS (
    SELECT a.id
    FROM candidates AS c
    JOIN applications AS a ON a.organization_id = :organization_id AND a.candidate_id = c.id
    WHERE c.organization_id = :organization_id AND c.user_id IS NOT NULL AND NOT EXISTS (
        SELECT FROM unhidden_applications(:organization_id, :viewer_id, :sees_internal) AS u WHERE u.id = a.id
    )
)
SELECT o.time_zone, s.is_exclusion,
       CASE WHEN s.is_exclusion THEN ARRAY(SELECT j.id FROM other_job AS j)
            ELSE ARRAY(SELECT j.id FROM chosen_job AS j) END AS job_ids,
       ARRAY(SELECT a.id FROM hidden_application AS a) AS hidden_application_ids,
       w.position, greatest(to_timestamp(0), h.settled_at) AS known_at
FROM organizations AS o
JOIN feed_watermarks AS w ON w.name = 'analytics'
LEFT JOIN heartbeats AS h ON h.name = 'primary'
CROSS JOIN LATERAL (
    SELECT :sees_all_jobs AND :job_id::uuid IS NULL AND :department_id::uuid IS NULL AND :office_id::uuid IS NULL
           AND :recruiter_id::uuid IS NULL AS is_exclusion
) AS s
WHERE o.organization_id = :organization_id;
