-- Openings: what changes the seats of a job.
-- Pool: primary.
-- Know first: the job is locked first, for a hire counts its openings; applications.sql fills and frees them.

-- name: lock_job(organization_id, job_id)
-- Locks a job, so that nobody counts its openings meanwhile.
SELECT j.id
FROM jobs AS j
WHERE j.organization_id = :organization_id AND j.id = :job_id
FOR NO KEY UPDATE;

-- name: lock_job_of(organization_id, opening_id)
-- Locks an opening's job, so that nobody counts its openings meanwhile.
SELECT j.id
FROM jobs AS j
WHERE j.organization_id = :organization_id
  AND j.id = (SELECT o.job_id FROM openings AS o WHERE o.organization_id = :organization_id AND o.id = :opening_id)
FOR NO KEY UPDATE;

-- name: add(organization_id, actor, correlation_id, viewer_id, sees_all_jobs, sees_confidential_jobs, job_id, opening_ids, event_ids, target_start_on, external_id)^
-- Adds openings to a job that is not archived.
-- Locks first: lock_job
-- Returns: the job's status, the openings and the last event.
WITH visible_job AS (
    SELECT j.id, j.version, j.status
    FROM jobs AS j
    WHERE j.organization_id = :organization_id AND j.id = :job_id
      AND ((:sees_all_jobs AND (:sees_confidential_jobs OR NOT j.is_confidential)) OR EXISTS (
          SELECT FROM hiring_team_members AS t
          WHERE t.organization_id = :organization_id AND t.job_id = j.id AND t.user_id = :viewer_id
      ))
),
added_openings AS (
    INSERT INTO openings AS o (organization_id, id, job_id, target_start_on, external_id)
    SELECT :organization_id, n.id, j.id, :target_start_on, :external_id
    FROM visible_job AS j, unnest(:opening_ids::uuid[]) AS n (id)
    WHERE j.status <> 'archived'
    RETURNING o AS opening, o.id, o.version, o.job_id
),
recorded_events AS (
    INSERT INTO events (organization_id, id, actor, correlation_id, type, aggregate_type, aggregate_id,
                        aggregate_version, data)
    SELECT :organization_id, n.event_id, :actor, :correlation_id, 'opening.created', 'opening', x.id, x.version,
           jsonb_build_object('job_id', x.job_id)
    FROM added_openings AS x
    JOIN unnest(:opening_ids::uuid[], :event_ids::uuid[]) AS n (id, event_id) ON n.id = x.id
    RETURNING id
),
queued_events AS (
    INSERT INTO outbox (organization_id, event_id)
    SELECT :organization_id, e.id FROM recorded_events AS e
)
SELECT j.version AS found_version, j.status AS found_status, (
           SELECT json_build_object('items', json_agg(opening_body(x.opening) ORDER BY x.id))
           FROM added_openings AS x
       )::text AS body, (SELECT e.id FROM recorded_events AS e ORDER BY e.id DESC LIMIT 1) AS event_id
FROM visible_job AS j;

-- name: update(organization_id, event_id, actor, correlation_id, viewer_id, sees_all_jobs, sees_confidential_jobs, opening_id, changes, expected_version)^
-- Changes the fields that a merge patch names.
-- Returns: what was found, the opening as it is now, its event.
-- Guards: something differs; version of the locked row.
WITH locked_opening AS (
    SELECT o AS opening, o.id, o.version
    FROM openings AS o
    JOIN jobs AS j ON j.organization_id = :organization_id AND j.id = o.job_id
    WHERE o.organization_id = :organization_id AND o.id = :opening_id
      AND ((:sees_all_jobs AND (:sees_confidential_jobs OR NOT j.is_confidential)) OR EXISTS (
          SELECT FROM hiring_team_members AS t
          WHERE t.organization_id = :organization_id AND t.job_id = j.id AND t.user_id = :viewer_id
      ))
    FOR NO KEY UPDATE OF o
),
updated_opening AS (
    UPDATE openings AS o
    SET (external_id, target_start_on) = (
            SELECT n.external_id, n.target_start_on FROM jsonb_populate_record(l.opening, :changes) AS n
        ),
        version = l.version + 1, updated_at = written_at()
    FROM locked_opening AS l
    WHERE o.organization_id = :organization_id AND o.id = l.id
      AND l.opening IS DISTINCT FROM jsonb_populate_record(l.opening, :changes)
      AND (:expected_version::integer IS NULL OR l.version = :expected_version)
    RETURNING o AS opening, o.id, o.version, o.job_id
),
recorded_event AS (
    INSERT INTO events (organization_id, id, actor, correlation_id, type, aggregate_type, aggregate_id,
                        aggregate_version, data)
    SELECT :organization_id, :event_id, :actor, :correlation_id, 'opening.updated', 'opening', x.id, x.version,
           jsonb_build_object('job_id', x.job_id, 'fields', (
               SELECT jsonb_agg(k) FROM jsonb_object_keys(:changes::jsonb) AS k
           ))
    FROM updated_opening AS x
    RETURNING id
),
queued_event AS (
    INSERT INTO outbox (organization_id, event_id)
    SELECT :organization_id, e.id FROM recorded_event AS e
)
SELECT l.version AS found_version, l.id, coalesce(x.version, l.version) AS version,
       opening_body(coalesce(x.opening, l.opening))::text AS body, e.id AS event_id
FROM locked_opening AS l
LEFT JOIN updated_opening AS x ON true
LEFT JOIN recorded_event AS e ON true;

-- name: close(organization_id, event_id, actor, correlation_id, viewer_id, sees_all_jobs, sees_confidential_jobs, opening_id, reason_id, expected_version)^
-- Closes an open opening for a reason.
-- Locks first: lock_job_of
-- Returns: what was found of opening and reason, the opening as it is now, its event.
-- Guards: version and status of the locked row; the reason is one for closing openings.
WITH locked_opening AS (
    SELECT o AS opening, o.id, o.version, o.status
    FROM openings AS o
    JOIN jobs AS j ON j.organization_id = :organization_id AND j.id = o.job_id
    WHERE o.organization_id = :organization_id AND o.id = :opening_id
      AND ((:sees_all_jobs AND (:sees_confidential_jobs OR NOT j.is_confidential)) OR EXISTS (
          SELECT FROM hiring_team_members AS t
          WHERE t.organization_id = :organization_id AND t.job_id = j.id AND t.user_id = :viewer_id
      ))
    FOR NO KEY UPDATE OF o
),
given_reason AS (
    SELECT r.id
    FROM reasons AS r
    WHERE r.organization_id = :organization_id AND r.id = :reason_id AND r.kind = 'opening_close'
      AND r.status = 'active'
    FOR SHARE
),
closed_opening AS (
    UPDATE openings AS o
    SET status = 'closed', close_reason_id = r.id, version = l.version + 1, updated_at = written_at()
    FROM locked_opening AS l, given_reason AS r
    WHERE o.organization_id = :organization_id AND o.id = l.id AND l.status = 'open'
      AND (:expected_version::integer IS NULL OR l.version = :expected_version)
    RETURNING o AS opening, o.id, o.version, o.job_id, o.close_reason_id
),
recorded_event AS (
    INSERT INTO events (organization_id, id, actor, correlation_id, type, aggregate_type, aggregate_id,
                        aggregate_version, data)
    SELECT :organization_id, :event_id, :actor, :correlation_id, 'opening.closed', 'opening', x.id, x.version,
           jsonb_build_object('job_id', x.job_id, 'reason_id', x.close_reason_id)
    FROM closed_opening AS x
    RETURNING id
),
queued_event AS (
    INSERT INTO outbox (organization_id, event_id)
    SELECT :organization_id, e.id FROM recorded_event AS e
)
SELECT l.version AS found_version, l.status AS found_status, r.id IS NOT NULL AS is_reason_found,
       l.id, coalesce(x.version, l.version) AS version,
       opening_body(coalesce(x.opening, l.opening))::text AS body, e.id AS event_id
FROM locked_opening AS l
LEFT JOIN given_reason AS r ON true
LEFT JOIN closed_opening AS x ON true
LEFT JOIN recorded_event AS e ON true;

-- name: reopen(organization_id, event_id, actor, correlation_id, viewer_id, sees_all_jobs, sees_confidential_jobs, opening_id, expected_version)^
-- Reopens a closed opening.
-- Locks first: lock_job_of
-- Returns: what was found, the opening as it is now, its event.
-- Guards: version and status of the locked row.
WITH locked_opening AS (
    SELECT o AS opening, o.id, o.version, o.status
    FROM openings AS o
    JOIN jobs AS j ON j.organization_id = :organization_id AND j.id = o.job_id
    WHERE o.organization_id = :organization_id AND o.id = :opening_id
      AND ((:sees_all_jobs AND (:sees_confidential_jobs OR NOT j.is_confidential)) OR EXISTS (
          SELECT FROM hiring_team_members AS t
          WHERE t.organization_id = :organization_id AND t.job_id = j.id AND t.user_id = :viewer_id
      ))
    FOR NO KEY UPDATE OF o
),
reopened_opening AS (
    UPDATE openings AS o
    SET status = 'open', close_reason_id = NULL, version = l.version + 1, updated_at = written_at()
    FROM locked_opening AS l
    WHERE o.organization_id = :organization_id AND o.id = l.id AND l.status = 'closed'
      AND (:expected_version::integer IS NULL OR l.version = :expected_version)
    RETURNING o AS opening, o.id, o.version, o.job_id
),
recorded_event AS (
    INSERT INTO events (organization_id, id, actor, correlation_id, type, aggregate_type, aggregate_id,
                        aggregate_version, data)
    SELECT :organization_id, :event_id, :actor, :correlation_id, 'opening.reopened', 'opening', x.id, x.version,
           jsonb_build_object('job_id', x.job_id)
    FROM reopened_opening AS x
    RETURNING id
),
queued_event AS (
    INSERT INTO outbox (organization_id, event_id)
    SELECT :organization_id, e.id FROM recorded_event AS e
)
SELECT l.version AS found_version, l.status AS found_status, l.id, coalesce(x.version, l.version) AS version,
       opening_body(coalesce(x.opening, l.opening))::text AS body, e.id AS event_id
FROM locked_opening AS l
LEFT JOIN reopened_opening AS x ON true
LEFT JOIN recorded_event AS e ON true;
