-- Hires: what hires applicants, and what takes a hire back.
-- Pool: primary.
-- Know first: commands that fill or free an opening lock the job first, so that they count its openings alone.

-- name: hire^
-- Hires an active application into the named or the oldest open opening; the last opening closes the job.
-- Takes: stamp, candidate view, application_id, opening_event_id, job_event_id, opening_id, start_on, override_reason,
--     note, bulk_operation_id, arguments, expected_versions
-- Locks first: lock_job_of_application, lock_openings_of_application, lock_candidate_of_application
-- Returns: the refusal, the application as it is now, its event, the bulk operation.
-- Rules: J12, J14, J16, A10, A19, A20, A21, A22.
-- Why: where the job says so, its other active applications are the items of a rejection that the worker carries out.
-- Why: CTEs do not see each other's writes, so the openings that are left are counted without the one just taken.
-- Why: each change reads the one before, so that their events keep this order: application, opening, job, operation.
-- Budget: 1,800 rows, 630 buffers, 6 ms at 1,000,000 applications
WITH locked_application AS (
    SELECT a AS application, a.id, a.version, a.status, a.stage_id, a.job_id, a.candidate_id,
           j.status AS job_status, j.kind AS job_kind, j.on_filled,
           state_of(j.status, j.version) AS job_state, state_of(a.status, a.version) AS state
    FROM applications AS a
    JOIN recruited_jobs(:organization_id, :viewer_id, :sees_all_jobs, :sees_confidential_jobs) AS j ON j.id = a.job_id
    JOIN unhidden_candidates(:organization_id, :viewer_id, :sees_internal) AS c ON c.id = a.candidate_id
    WHERE a.organization_id = :organization_id AND a.id = :application_id
    FOR NO KEY UPDATE OF a
),
current_stage AS (
    SELECT s AS stage, s.id
    FROM stages AS s
    JOIN locked_application AS l ON s.job_id = l.job_id
    WHERE s.organization_id = :organization_id AND s.kind = 'hired' AND s.removed_at IS NULL
),
named_opening AS (
    SELECT o.id, state_of(o.status, o.version) AS state
    FROM openings AS o
    JOIN locked_application AS l ON o.job_id = l.job_id
    WHERE o.organization_id = :organization_id AND o.id = :opening_id
),
taken_opening AS (
    SELECT o.id, o.version
    FROM openings AS o
    JOIN locked_application AS l ON o.job_id = l.job_id
    WHERE o.organization_id = :organization_id AND o.status = 'open'
      AND (:opening_id::uuid IS NULL OR o.id = :opening_id)
    ORDER BY o.opened_on, o.id
    LIMIT 1
),
judged_application AS (
    SELECT CASE
        WHEN :opening_id::uuid IS NOT NULL AND n.id IS NULL THEN unfit('/opening_id', 'unknown_reference')
        WHEN l.version <> ALL (:expected_versions::integer[]) THEN version_mismatch(l.version)
        WHEN l.status <> 'active' THEN refusal('application_not_active', l.state)
        WHEN l.job_kind = 'pool' THEN refusal('job_is_pool', l.job_state)
        WHEN l.job_status NOT IN ('open', 'on_hold', 'closed') THEN refusal('job_not_open', l.job_state)
        WHEN :override_reason::text IS NULL THEN refusal('offer_required', l.state)
        WHEN o.id IS NULL THEN refusal('no_opening', coalesce(n.state, l.job_state))
    END AS refusal
    FROM locked_application AS l
    LEFT JOIN named_opening AS n ON true
    LEFT JOIN taken_opening AS o ON true
),
hired_application AS (
    UPDATE applications AS a
    SET status = 'hired', stage_id = s.id, ended_at = clock_timestamp(), start_on = :start_on,
        override_reason = :override_reason, version = l.version + 1, updated_at = written_at()
    FROM judged_application AS g, locked_application AS l, current_stage AS s, taken_opening AS o
    WHERE a.organization_id = :organization_id AND a.id = l.id AND g.refusal IS NULL
    RETURNING a AS application, a.id, a.version, record_event(
        :organization_id, :event_id, :actor, :correlation_id, 'application.hired', 'application', a.id, a.version,
        jsonb_build_object('candidate_id', a.candidate_id, 'job_id', a.job_id, 'stage_id', a.stage_id,
                           'stage_kind', 'hired', 'opening_id', o.id),
        previous => jsonb_build_object('status', l.status, 'stage_id', l.stage_id)
    ) AS event_id, record_stage_change(
        :organization_id, :event_id, :actor, a.id, 'hired', l.stage_id, a.stage_id, note => :note
    ) AS change_id, touch_candidate(:organization_id, a.candidate_id) AS touched_id
),
filled_opening AS (
    UPDATE openings AS o
    SET status = 'filled', application_id = x.id, version = t.version + 1, updated_at = written_at()
    FROM hired_application AS x, taken_opening AS t
    WHERE o.organization_id = :organization_id AND o.id = t.id
    RETURNING o.id, o.job_id, record_event(
        :organization_id, :opening_event_id, :actor, :correlation_id, 'opening.filled', 'opening', o.id, o.version,
        jsonb_build_object('job_id', o.job_id, 'application_id', o.application_id),
        causation_id => :event_id
    ) AS event_id
),
left_opening AS (
    SELECT o.id
    FROM openings AS o
    JOIN filled_opening AS f ON o.job_id = f.job_id AND o.id <> f.id
    WHERE o.organization_id = :organization_id AND o.status IN ('open', 'reserved')
    LIMIT 1
),
closed_job AS (
    UPDATE jobs AS j
    SET status = 'closed', close_reason_id = r.id, closed_at = clock_timestamp(), version = j.version + 1,
        updated_at = written_at()
    FROM filled_opening AS f, locked_application AS l, reasons AS r
    WHERE j.organization_id = :organization_id AND j.id = f.job_id AND j.status IN ('open', 'on_hold')
      AND r.organization_id = :organization_id AND r.kind = 'job_close' AND r.key = 'filled'
      AND NOT EXISTS (SELECT FROM left_opening)
    RETURNING j.id, rejection_reason(j.on_filled) AS rejection_reason_id, record_event(
        :organization_id, :job_event_id, :actor, :correlation_id, 'job.status_changed', 'job', j.id, j.version,
        jsonb_build_object('status', 'closed', 'reason_id', j.close_reason_id, 'on_filled', l.on_filled),
        previous => jsonb_build_object('status', l.job_status), causation_id => :event_id
    ) AS event_id
),
chosen_application AS (
    SELECT a.id
    FROM closed_job AS x
    JOIN unhidden_applications(:organization_id, :viewer_id, true) AS a ON a.job_id = x.id
    WHERE a.status = 'active' AND a.id <> :application_id AND x.rejection_reason_id IS NOT NULL
),
requested_rejection AS (
    INSERT INTO bulk_operations AS b (organization_id, id, action, arguments, is_dry_run, is_automatic, requested_by,
                                      due_event_id, total_count)
    SELECT :organization_id, :bulk_operation_id, 'reject',
           :arguments::jsonb || jsonb_build_object('reason_id', x.rejection_reason_id), false, true, :actor,
           :bulk_operation_id, (SELECT count(*)::integer FROM chosen_application)
    FROM closed_job AS x
    WHERE x.rejection_reason_id IS NOT NULL
    RETURNING b.id, record_event(
        :organization_id, b.due_event_id, :actor, :correlation_id, 'bulk_operation.due', 'bulk_operation', b.id,
        b.version, '{}', causation_id => :job_event_id
    ) AS event_id
),
frozen_item AS (
    INSERT INTO bulk_operation_items (organization_id, bulk_operation_id, id)
    SELECT :organization_id, x.id, a.id
    FROM requested_rejection AS x, chosen_application AS a
)
SELECT g.refusal::text AS refusal, l.id, coalesce(x.version, l.version) AS version,
       application_body(coalesce(x.application, l.application), s.stage)::text AS body, x.event_id,
       b.id AS bulk_operation_id
FROM locked_application AS l
CROSS JOIN judged_application AS g
LEFT JOIN current_stage AS s ON true
LEFT JOIN hired_application AS x ON true
LEFT JOIN requested_rejection AS b ON true;

-- name: unhire^
-- Makes a hired application active again in its last stage, and frees its opening; not where the job is archived.
-- Takes: stamp, candidate view, application_id, opening_event_id, reason_id, note, expected_versions
-- Locks first: lock_job_of_application, lock_openings_of_application, lock_candidate_of_application
-- Returns: the refusal, the application as it is now, its event.
-- Rules: S4, J8, A23, A24.
-- Budget: 25 rows, 240 buffers, 5 ms at 1,000,000 applications
WITH locked_application AS (
    SELECT a AS application, a.id, a.version, a.status, a.stage_id, a.job_id, a.candidate_id,
           j.status AS job_status, state_of(j.status, j.version) AS job_state, state_of(a.status, a.version) AS state
    FROM applications AS a
    JOIN recruited_jobs(:organization_id, :viewer_id, :sees_all_jobs, :sees_confidential_jobs) AS j ON j.id = a.job_id
    JOIN unhidden_candidates(:organization_id, :viewer_id, :sees_internal) AS c ON c.id = a.candidate_id
    WHERE a.organization_id = :organization_id AND a.id = :application_id
    FOR NO KEY UPDATE OF a
),
given_reason AS (
    SELECT r.id
    FROM reasons AS r
    WHERE r.organization_id = :organization_id AND r.id = :reason_id AND r.kind = 'unhire' AND r.status = 'active'
    FOR SHARE
),
current_stage AS (
    SELECT s AS stage, s.id
    FROM locked_application AS l
    JOIN stage_changes AS h ON h.organization_id = :organization_id AND h.application_id = l.id AND h.change = 'hired'
    JOIN stages AS was ON was.organization_id = :organization_id AND was.id = h.from_stage_id
    JOIN stages AS s ON s.organization_id = :organization_id AND s.id = coalesce(was.replaced_by, was.id)
    ORDER BY h.occurred_at DESC, h.id DESC
    LIMIT 1
),
judged_application AS (
    SELECT CASE
        WHEN r.id IS NULL THEN unfit('/reason_id', 'unknown_reference')
        WHEN l.version <> ALL (:expected_versions::integer[]) THEN version_mismatch(l.version)
        WHEN l.status <> 'hired'
            THEN refusal('status_conflict', l.state, 'Only a hired application can be unhired.')
        WHEN l.job_status = 'archived'
            THEN refusal('status_conflict', l.job_state, 'An archived job takes no openings.')
    END AS refusal
    FROM locked_application AS l
    LEFT JOIN given_reason AS r ON true
),
unhired_application AS (
    UPDATE applications AS a
    SET status = 'active', stage_id = s.id, ended_at = NULL, start_on = NULL, override_reason = NULL,
        version = l.version + 1, updated_at = written_at()
    FROM judged_application AS g, locked_application AS l, current_stage AS s
    WHERE a.organization_id = :organization_id AND a.id = l.id AND g.refusal IS NULL
    RETURNING a AS application, a.id, a.version, record_event(
        :organization_id, :event_id, :actor, :correlation_id, 'application.unhired', 'application', a.id, a.version,
        jsonb_build_object('candidate_id', a.candidate_id, 'job_id', a.job_id, 'stage_id', a.stage_id,
                           'stage_kind', (s.stage).kind, 'reason_id', :reason_id::uuid),
        previous => jsonb_build_object('status', l.status, 'stage_id', l.stage_id)
    ) AS event_id, record_stage_change(
        :organization_id, :event_id, :actor, a.id, 'unhired', l.stage_id, a.stage_id, :reason_id, :note
    ) AS change_id, touch_candidate(:organization_id, a.candidate_id) AS touched_id
),
freed_opening AS (
    UPDATE openings AS o
    SET status = 'open', application_id = NULL, version = o.version + 1, updated_at = written_at()
    FROM unhired_application AS x
    WHERE o.organization_id = :organization_id AND o.application_id = x.id
    RETURNING record_event(
        :organization_id, :opening_event_id, :actor, :correlation_id, 'opening.reopened', 'opening', o.id, o.version,
        jsonb_build_object('job_id', o.job_id, 'application_id', x.id),
        causation_id => :event_id
    ) AS event_id
)
SELECT g.refusal::text AS refusal, l.id, coalesce(x.version, l.version) AS version,
       application_body(coalesce(x.application, l.application), s.stage)::text AS body, x.event_id
FROM locked_application AS l
CROSS JOIN judged_application AS g
LEFT JOIN current_stage AS s ON true
LEFT JOIN unhired_application AS x ON true;
