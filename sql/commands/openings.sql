-- Openings: what changes the seats of a job.
-- Pool: primary.
-- Know first: the job is locked first, because a hire counts its openings; hires.sql fills and frees them.

-- name: add^
-- Adds openings to a job that is neither archived nor a talent pool.
-- Takes: organization_id, actor, correlation_id, job view, job_id, opening_ids, event_ids, target_start_on, external_id
-- Locks first: lock_job
-- Returns: the refusal, the openings and the last event.
-- Rules: J8, J16, R6.
WITH judged_job AS (
    SELECT j.id, CASE
        WHEN j.kind = 'pool' THEN refusal('job_is_pool', state_of(j.status, j.version))
        WHEN j.status = 'archived'
            THEN refusal('status_conflict', state_of(j.status, j.version), 'An archived job takes no openings.')
    END AS refusal
    FROM seen_jobs(:organization_id, :viewer_id, :sees_all_jobs, :sees_confidential_jobs) AS j
    WHERE j.id = :job_id
),
added_openings AS (
    INSERT INTO openings AS o (organization_id, id, job_id, target_start_on, external_id)
    SELECT :organization_id, n.id, g.id, :target_start_on, :external_id
    FROM judged_job AS g, unnest(:opening_ids::uuid[]) AS n (id)
    WHERE g.refusal IS NULL
    RETURNING o AS opening, o.id, record_event(
        :organization_id, (:event_ids::uuid[])[array_position(:opening_ids::uuid[], o.id)], :actor, :correlation_id,
        'opening.created', 'opening', o.id, o.version, jsonb_build_object('job_id', o.job_id)
    ) AS event_id
)
SELECT g.refusal::text AS refusal, (
           SELECT json_build_object('items', json_agg(opening_body(x.opening, NULL) ORDER BY x.id))
           FROM added_openings AS x
       )::text AS body, (SELECT x.event_id FROM added_openings AS x ORDER BY x.event_id DESC LIMIT 1) AS event_id
FROM judged_job AS g;

-- name: update^
-- Changes the fields that a merge patch names; what is the same already changes nothing.
-- Takes: stamp, job view, counted view, opening_id, changes, expected_versions
-- Returns: the refusal, the opening as it is now, its event.
-- Rules: R6.
WITH locked_opening AS (
    SELECT o AS opening, o.id, o.version
    FROM openings AS o
    JOIN seen_jobs(:organization_id, :viewer_id, :sees_all_jobs, :sees_confidential_jobs) AS j ON j.id = o.job_id
    WHERE o.organization_id = :organization_id AND o.id = :opening_id
    FOR NO KEY UPDATE OF o
),
judged_opening AS (
    SELECT CASE
        WHEN l.version <> ALL (:expected_versions::integer[]) THEN version_mismatch(l.version)
    END AS refusal
    FROM locked_opening AS l
),
updated_opening AS (
    UPDATE openings AS o
    SET (external_id, target_start_on) = (
            SELECT n.external_id, n.target_start_on FROM jsonb_populate_record(l.opening, :changes) AS n
        ),
        version = l.version + 1, updated_at = written_at()
    FROM judged_opening AS g, locked_opening AS l
    WHERE o.organization_id = :organization_id AND o.id = l.id AND g.refusal IS NULL
      AND l.opening IS DISTINCT FROM jsonb_populate_record(l.opening, :changes)
    RETURNING o AS opening, o.version, record_event(
        :organization_id, :event_id, :actor, :correlation_id, 'opening.updated', 'opening', o.id, o.version,
        jsonb_build_object('job_id', o.job_id, 'fields', fields_of(:changes))
    ) AS event_id
)
SELECT g.refusal::text AS refusal, l.id, coalesce(x.version, l.version) AS version,
       (SELECT b.body FROM shown_opening(
           :organization_id, :viewer_id, :sees_applications, :sees_all_applications, :sees_confidential_jobs,
           :sees_internal, coalesce(x.opening, l.opening)) AS b)::text AS body, x.event_id
FROM locked_opening AS l
CROSS JOIN judged_opening AS g
LEFT JOIN updated_opening AS x ON true;

-- name: close^
-- Closes an open opening for a reason; a closed one stays as it is.
-- Takes: stamp, job view, opening_id, reason_id, expected_versions
-- Locks first: lock_job_of_opening
-- Returns: the refusal, the opening as it is now, its event.
-- Rules: S4, J10.
WITH locked_opening AS (
    SELECT o AS opening, o.id, o.version, o.status, state_of(o.status, o.version) AS state
    FROM openings AS o
    JOIN seen_jobs(:organization_id, :viewer_id, :sees_all_jobs, :sees_confidential_jobs) AS j ON j.id = o.job_id
    WHERE o.organization_id = :organization_id AND o.id = :opening_id
    FOR NO KEY UPDATE OF o
),
given_reason AS (
    SELECT r.id
    FROM reasons AS r
    WHERE r.organization_id = :organization_id AND r.id = :reason_id AND r.kind = 'opening_close'
      AND r.status = 'active'
    FOR SHARE
),
judged_opening AS (
    SELECT CASE
        WHEN r.id IS NULL THEN unfit('/reason_id', 'unknown_reference')
        WHEN l.version <> ALL (:expected_versions::integer[]) THEN version_mismatch(l.version)
        WHEN l.status NOT IN ('open', 'closed')
            THEN refusal('status_conflict', l.state, 'Only an open opening can be closed.')
    END AS refusal
    FROM locked_opening AS l
    LEFT JOIN given_reason AS r ON true
),
closed_opening AS (
    UPDATE openings AS o
    SET status = 'closed', close_reason_id = r.id, version = l.version + 1, updated_at = written_at()
    FROM judged_opening AS g, locked_opening AS l, given_reason AS r
    WHERE o.organization_id = :organization_id AND o.id = l.id AND g.refusal IS NULL AND l.status = 'open'
    RETURNING o AS opening, o.version, record_event(
        :organization_id, :event_id, :actor, :correlation_id, 'opening.closed', 'opening', o.id, o.version,
        jsonb_build_object('job_id', o.job_id, 'reason_id', o.close_reason_id)
    ) AS event_id
)
SELECT g.refusal::text AS refusal, l.id, coalesce(x.version, l.version) AS version,
       opening_body(coalesce(x.opening, l.opening), NULL)::text AS body, x.event_id
FROM locked_opening AS l
CROSS JOIN judged_opening AS g
LEFT JOIN closed_opening AS x ON true;

-- name: reopen^
-- Reopens a closed opening; an open one stays as it is.
-- Takes: stamp, job view, opening_id, expected_versions
-- Locks first: lock_job_of_opening
-- Returns: the refusal, the opening as it is now, its event.
-- Rules: J8, J11.
WITH locked_opening AS (
    SELECT o AS opening, o.id, o.version, o.status, j.status AS job_status,
           state_of(o.status, o.version) AS state, state_of(j.status, j.version) AS job_state
    FROM openings AS o
    JOIN seen_jobs(:organization_id, :viewer_id, :sees_all_jobs, :sees_confidential_jobs) AS j ON j.id = o.job_id
    WHERE o.organization_id = :organization_id AND o.id = :opening_id
    FOR NO KEY UPDATE OF o
),
judged_opening AS (
    SELECT CASE
        WHEN l.version <> ALL (:expected_versions::integer[]) THEN version_mismatch(l.version)
        WHEN l.status NOT IN ('open', 'closed')
            THEN refusal('status_conflict', l.state, 'Only a closed opening can be reopened.')
        WHEN l.status = 'closed' AND l.job_status = 'archived'
            THEN refusal('status_conflict', l.job_state, 'An archived job takes no openings.')
    END AS refusal
    FROM locked_opening AS l
),
reopened_opening AS (
    UPDATE openings AS o
    SET status = 'open', close_reason_id = NULL, version = l.version + 1, updated_at = written_at()
    FROM judged_opening AS g, locked_opening AS l
    WHERE o.organization_id = :organization_id AND o.id = l.id AND g.refusal IS NULL AND l.status = 'closed'
    RETURNING o AS opening, o.version, record_event(
        :organization_id, :event_id, :actor, :correlation_id, 'opening.reopened', 'opening', o.id, o.version,
        jsonb_build_object('job_id', o.job_id)
    ) AS event_id
)
SELECT g.refusal::text AS refusal, l.id, coalesce(x.version, l.version) AS version,
       opening_body(coalesce(x.opening, l.opening), NULL)::text AS body, x.event_id
FROM locked_opening AS l
CROSS JOIN judged_opening AS g
LEFT JOIN reopened_opening AS x ON true;
