-- Transfers: what moves applications to other jobs.
-- Pool: primary.
-- Know first: a transfer is two applications, the one that ends and the one that takes its place.

-- name: transfer^
-- Ends an active application and begins another one of its candidate on another job, with what is known of the first.
-- Takes: stamp, candidate view, application_id, successor_id, submitted_event_id, job_id, stage_id, note,
--     expected_versions
-- Locks first: share_job, lock_candidate_of_application
-- Returns: the refusal, the application as it is now, its event.
-- Rules: A2, A3, A6, A7, A8, A10, A13, A26, A27, V14.
-- Why: the successor has no post, which is one of the former job, and no external id, which one application has.
-- Budget: 25 rows, 400 buffers, 15 ms at 1,000,000 applications
WITH locked_application AS (
    SELECT a AS application, a.id, a.version, a.status, a.stage_id, a.job_id, a.candidate_id, a.source_id,
           a.source_application_id, a.source_details, a.referrer, a.referrer_id, a.answers, a.custom_fields,
           state_of(a.status, a.version) AS state
    FROM applications AS a
    JOIN recruited_jobs(:organization_id, :viewer_id, :sees_all_jobs, :sees_confidential_jobs) AS j ON j.id = a.job_id
    JOIN unhidden_candidates(:organization_id, :viewer_id, :sees_internal) AS c ON c.id = a.candidate_id
    WHERE a.organization_id = :organization_id AND a.id = :application_id
    FOR NO KEY UPDATE OF a
),
visible_job AS (
    SELECT j.id, j.status, state_of(j.status, j.version) AS state
    FROM recruited_jobs(:organization_id, :viewer_id, :sees_all_jobs, :sees_confidential_jobs) AS j
    WHERE j.id = :job_id
),
entered_stage AS (
    SELECT s.id, s.kind
    FROM stages AS s
    WHERE s.organization_id = :organization_id AND s.job_id = :job_id AND s.removed_at IS NULL
      AND CASE WHEN :stage_id::uuid IS NULL THEN s.kind <> 'lead' ELSE s.id = :stage_id END
    ORDER BY s.position
    LIMIT 1
),
standing_application AS (
    SELECT b.status, state_of_other(b.id, b.status, b.version) AS state
    FROM applications AS b
    JOIN locked_application AS l ON b.candidate_id = l.candidate_id
    WHERE b.organization_id = :organization_id AND b.job_id = :job_id AND b.status IN ('active', 'hired')
),
recent_application AS (
    SELECT b.id, state_of_other(b.id, b.status, b.version) AS state
    FROM applications AS b
    JOIN locked_application AS l ON b.candidate_id = l.candidate_id
    JOIN organizations AS o ON o.organization_id = :organization_id
    WHERE b.organization_id = :organization_id AND b.job_id = :job_id AND b.status <> 'transferred'
      AND b.applied_at > now() - make_interval(days => o.reapply_window_days)
    ORDER BY b.id DESC
    LIMIT 1
),
judged_application AS (
    SELECT CASE
        WHEN j.id IS NULL THEN unfit('/job_id', 'unknown_reference')
        WHEN j.id = l.job_id THEN unfit('/job_id', 'contradiction', 'The application is to this job already.')
        WHEN s.id IS NULL THEN unfit('/stage_id', 'stage_not_in_pipeline')
        WHEN l.version <> ALL (:expected_versions::integer[]) THEN version_mismatch(l.version)
        WHEN l.status <> 'active' THEN refusal('application_not_active', l.state)
        WHEN j.status <> 'open' THEN refusal('job_not_open', j.state)
        WHEN s.kind = 'hired' THEN refusal('stage_entered_by_command', j.state)
        WHEN b.status = 'hired' THEN refusal('application_hired', b.state)
        WHEN b.status = 'active' THEN refusal('application_active', b.state)
        WHEN r.id IS NOT NULL THEN refusal('reapply_too_soon', r.state)
    END AS refusal
    FROM locked_application AS l
    LEFT JOIN visible_job AS j ON true
    LEFT JOIN entered_stage AS s ON true
    LEFT JOIN standing_application AS b ON true
    LEFT JOIN recent_application AS r ON true
),
transferred_application AS (
    UPDATE applications AS a
    SET status = 'transferred', transferred_to = :successor_id, ended_at = clock_timestamp(), version = l.version + 1,
        updated_at = written_at()
    FROM judged_application AS g, locked_application AS l
    WHERE a.organization_id = :organization_id AND a.id = l.id AND g.refusal IS NULL
    RETURNING a AS application, a.id, a.version, record_event(
        :organization_id, :event_id, :actor, :correlation_id, 'application.transferred', 'application', a.id, a.version,
        jsonb_build_object('candidate_id', a.candidate_id, 'job_id', a.job_id, 'transferred_to', a.transferred_to),
        previous => jsonb_build_object('status', l.status)
    ) AS event_id, record_stage_change(
        :organization_id, :event_id, :actor, a.id, 'transferred', l.stage_id, a.stage_id, note => :note
    ) AS change_id, touch_candidate(:organization_id, a.candidate_id) AS touched_id
),
submitted_application AS (
    INSERT INTO applications AS a (organization_id, id, candidate_id, job_id, stage_id, transferred_from, source_id,
                                   source_application_id, source_details, referrer, referrer_id, answers,
                                   custom_fields, applied_at)
    SELECT :organization_id, :successor_id, l.candidate_id, :job_id, s.id, x.id, l.source_id, l.source_application_id,
           l.source_details, l.referrer, l.referrer_id, l.answers, l.custom_fields, clock_timestamp()
    FROM transferred_application AS x, locked_application AS l, entered_stage AS s
    RETURNING a.id, a.candidate_id, a.transferred_from, record_event(
        :organization_id, :submitted_event_id, :actor, :correlation_id, 'application.submitted', 'application', a.id,
        a.version, jsonb_build_object('candidate_id', a.candidate_id, 'job_id', a.job_id, 'stage_id', a.stage_id,
                                      'stage_kind', (SELECT e.kind FROM entered_stage AS e), 'post_id', a.post_id,
                                      'source_id', a.source_id, 'applied_at', as_utc(a.applied_at),
                                      'transferred_from', a.transferred_from),
        causation_id => :event_id
    ) AS event_id, record_stage_change(
        :organization_id, :submitted_event_id, :actor, a.id, 'submitted', NULL, a.stage_id, note => :note
    ) AS change_id
),
moved_attachments AS (
    UPDATE attachments AS t
    SET application_id = a.id, updated_at = written_at()
    FROM submitted_application AS a
    WHERE t.organization_id = :organization_id AND t.candidate_id = a.candidate_id
      AND t.application_id = a.transferred_from
)
SELECT g.refusal::text AS refusal, l.id, coalesce(x.version, l.version) AS version,
       application_body(coalesce(x.application, l.application), s)::text AS body, x.event_id
FROM locked_application AS l
CROSS JOIN judged_application AS g
LEFT JOIN stages AS s ON s.organization_id = :organization_id AND s.id = l.stage_id
LEFT JOIN transferred_application AS x ON true;
