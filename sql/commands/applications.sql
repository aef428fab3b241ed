-- Applications: what changes a person's pursuit of one job.
-- Pool: primary.
-- Know first: a command locks the candidate first; hires.sql and transfers.sql have the commands of the same names.

-- name: submit^
-- Adds a candidate's application to an open job, in the named stage or the first one that is not for leads.
-- Takes: stamp, candidate view, sees_private, application_id, candidate_id, job_id, stage_id, source_id,
--     source_application_id, post_id, seen_post_version, external_id, referrer, referrer_id, answers, files,
--     custom_fields, applied_at
-- Locks first: share_job, share_post, lock_candidate
-- Returns: the refusal, the application, its event.
-- Rules: S1, S11, S12, A1, A2, A3, A4, A5, A6, A7, A8, A9, A29, A31, B22, D9, R6.
-- Budget: 450 rows, 870 buffers, 37 ms at 1,000,000 applications
WITH visible_job AS (
    SELECT j.id, j.status, state_of(j.status, j.version) AS state
    FROM recruited_jobs(:organization_id, :viewer_id, :sees_all_jobs, :sees_confidential_jobs) AS j
    WHERE j.id = :job_id
),
visible_candidate AS (
    SELECT c.id
    FROM eligible_candidates(
        :organization_id, :viewer_id, :sees_all_jobs, :sees_confidential_jobs, :sees_internal
    ) AS c
    WHERE c.id = :candidate_id AND c.status = 'active'
),
former_survivor AS (
    SELECT c.id
    FROM eligible_candidates(
        :organization_id, :viewer_id, :sees_all_jobs, :sees_confidential_jobs, :sees_internal
    ) AS c
    WHERE c.id = ANY (ARRAY(SELECT s.id FROM survivors(:organization_id, :candidate_id) AS s))
),
given_source AS (
    SELECT s.id
    FROM sources AS s
    WHERE s.organization_id = :organization_id AND s.id = :source_id AND s.status = 'active'
    FOR SHARE
),
given_post AS (
    SELECT p.id, p.status = 'published' AND coalesce(p.closes_at, 'infinity') > now() AS is_accepting,
           p.version IS NOT DISTINCT FROM :seen_post_version AS is_as_checked, state_of(p.status, p.version) AS state
    FROM posts AS p
    JOIN visible_job AS j ON p.job_id = j.id
    WHERE p.organization_id = :organization_id AND p.id = :post_id
),
given_referrer AS (
    SELECT u.id
    FROM users AS u
    WHERE u.organization_id = :organization_id AND u.id = :referrer_id AND u.status = 'active'
),
entered_stage AS (
    SELECT s AS stage, s.id, s.kind
    FROM stages AS s
    WHERE s.organization_id = :organization_id AND s.job_id = :job_id AND s.removed_at IS NULL
      AND CASE WHEN :stage_id::uuid IS NULL THEN s.kind <> 'lead' ELSE s.id = :stage_id END
    ORDER BY s.position
    LIMIT 1
),
standing_application AS (
    SELECT a.status, state_of_other(a.id, a.status, a.version) AS state
    FROM applications AS a
    WHERE a.organization_id = :organization_id AND a.candidate_id = :candidate_id AND a.job_id = :job_id
      AND a.status IN ('active', 'hired')
),
recent_application AS (
    SELECT a.id, state_of_other(a.id, a.status, a.version) AS state
    FROM applications AS a
    JOIN organizations AS o ON o.organization_id = :organization_id
    WHERE a.organization_id = :organization_id AND a.candidate_id = :candidate_id AND a.job_id = :job_id
      AND a.applied_at > now() - make_interval(days => o.reapply_window_days)
    ORDER BY a.id DESC
    LIMIT 1
),
wrong_fields AS (
    SELECT json_object_agg(f.pointer, f.finding ORDER BY f.place, f.pointer) AS findings
    FROM (
        SELECT v.place, v.pointer, v.finding
        FROM (VALUES
            (1, '/candidate_id', 'unknown_reference',
             NOT EXISTS (SELECT FROM visible_candidate) AND NOT EXISTS (SELECT FROM former_survivor)),
            (2, '/job_id', 'unknown_reference', NOT EXISTS (SELECT FROM visible_job)),
            (3, '/source_id', 'unknown_reference',
             :source_id::uuid IS NOT NULL AND NOT EXISTS (SELECT FROM given_source)),
            (4, '/post_id', 'unknown_reference', :post_id::uuid IS NOT NULL AND NOT EXISTS (SELECT FROM given_post)),
            (5, '/referrer_id', 'unknown_reference',
             :referrer_id::uuid IS NOT NULL AND NOT EXISTS (SELECT FROM given_referrer)),
            (6, '/applied_at', 'in_future', :applied_at > now())
        ) AS v (place, pointer, finding, is_wrong)
        WHERE v.is_wrong
        UNION ALL
        SELECT 7, f.pointer, 'unknown_reference'
        FROM jsonb_to_recordset(:files) AS f (pointer text, file_id uuid)
        WHERE NOT EXISTS (
            SELECT FROM unhidden_attachments(
                :organization_id, :viewer_id, :sees_all_jobs, :sees_confidential_jobs, :sees_private
            ) AS t
            WHERE t.id = f.file_id AND t.candidate_id = :candidate_id
        )
        UNION ALL
        SELECT 8, u.pointer, u.finding
        FROM unfit_custom_fields(:organization_id, 'application', :custom_fields, '{}') AS u
    ) AS f
),
judged_application AS (
    SELECT CASE
        WHEN NOT p.is_as_checked THEN refusal('being_changed', p.state)
        WHEN w.findings IS NOT NULL THEN unfit_fields(w.findings)
        WHEN s.id IS NULL THEN unfit('/stage_id', 'stage_not_in_pipeline')
        WHEN m.id IS NOT NULL THEN candidate_merged(m.id)
        WHEN j.status <> 'open' THEN refusal('job_not_open', j.state)
        WHEN s.kind = 'hired' THEN refusal('stage_entered_by_command', j.state)
        WHEN NOT p.is_accepting THEN refusal('post_not_accepting', p.state)
        WHEN b.status = 'hired' THEN refusal('application_hired', b.state)
        WHEN b.status = 'active' THEN refusal('application_active', b.state)
        WHEN r.id IS NOT NULL THEN refusal('reapply_too_soon', r.state)
    END AS refusal
    FROM wrong_fields AS w
    LEFT JOIN visible_job AS j ON true
    LEFT JOIN former_survivor AS m ON true
    LEFT JOIN given_post AS p ON true
    LEFT JOIN entered_stage AS s ON true
    LEFT JOIN standing_application AS b ON true
    LEFT JOIN recent_application AS r ON true
),
submitted_application AS (
    INSERT INTO applications AS a (organization_id, id, external_id, candidate_id, job_id, post_id, stage_id,
                                   source_id, source_application_id, referrer, referrer_id, answers, custom_fields,
                                   applied_at)
    SELECT :organization_id, :application_id, :external_id, c.id, j.id, :post_id, s.id, :source_id,
           :source_application_id, :referrer, :referrer_id, :answers, :custom_fields,
           coalesce(:applied_at, clock_timestamp())
    FROM judged_application AS g, visible_candidate AS c, visible_job AS j, entered_stage AS s
    WHERE g.refusal IS NULL
    RETURNING a AS application, a.id, a.version, record_event(
        :organization_id, :event_id, :actor, :correlation_id, 'application.submitted', 'application', a.id, a.version,
        jsonb_build_object('candidate_id', a.candidate_id, 'job_id', a.job_id, 'stage_id', a.stage_id,
                           'stage_kind', (SELECT e.kind FROM entered_stage AS e), 'post_id', a.post_id,
                           'source_id', a.source_id, 'applied_at', as_utc(a.applied_at))
    ) AS event_id, record_stage_change(
        :organization_id, :event_id, :actor, a.id, 'submitted', NULL, a.stage_id
    ) AS change_id, touch_candidate(:organization_id, a.candidate_id) AS touched_id
)
SELECT g.refusal::text AS refusal, a.id, a.version, application_body(a.application, s.stage)::text AS body, a.event_id
FROM judged_application AS g
LEFT JOIN entered_stage AS s ON true
LEFT JOIN submitted_application AS a ON true;

-- name: update^
-- Changes the fields that a merge patch names; what is the same already changes nothing.
-- Takes: stamp, causation_id, candidate view, application_id, changes, expected_versions
-- Locks first: lock_candidate_of_application
-- Returns: the refusal, the application as it is now, its event.
-- Rules: S11, S12, A29, A30, R6.
-- Budget: 25 rows, 200 buffers, 10 ms at 1,000,000 applications
WITH locked_application AS (
    SELECT a AS application, a.id, a.version, a.stage_id, a.referrer_id, a.assignee_id, a.custom_fields
    FROM applications AS a
    JOIN recruited_jobs(:organization_id, :viewer_id, :sees_all_jobs, :sees_confidential_jobs) AS j ON j.id = a.job_id
    JOIN unhidden_candidates(:organization_id, :viewer_id, :sees_internal) AS c ON c.id = a.candidate_id
    WHERE a.organization_id = :organization_id AND a.id = :application_id
    FOR NO KEY UPDATE OF a
),
unfit_field AS (
    SELECT '/' || f.name AS pointer, 'unknown_reference' AS finding, 0 AS place
    FROM locked_application AS l
    CROSS JOIN LATERAL (VALUES ('referrer_id', l.referrer_id), ('assignee_id', l.assignee_id)) AS f (name, kept_id)
    WHERE :changes::jsonb ->> f.name IS NOT NULL AND NOT EXISTS (
        SELECT FROM users AS u
        WHERE u.organization_id = :organization_id AND u.id = (:changes::jsonb ->> f.name)::uuid
          AND (u.status = 'active' OR u.id = f.kept_id)
    )
    UNION ALL
    SELECT u.pointer, u.finding, 1
    FROM locked_application AS l
    CROSS JOIN unfit_custom_fields(
        :organization_id, 'application', :changes::jsonb -> 'custom_fields', l.custom_fields
    ) AS u
),
judged_application AS (
    SELECT CASE
        WHEN EXISTS (SELECT FROM unfit_field) THEN unfit_fields((
            SELECT json_object_agg(u.pointer, u.finding ORDER BY u.place, u.pointer) FROM unfit_field AS u
        ))
        WHEN l.version <> ALL (:expected_versions::integer[]) THEN version_mismatch(l.version)
    END AS refusal
    FROM locked_application AS l
),
updated_application AS (
    UPDATE applications AS a
    SET (external_id, source_application_id, referrer, referrer_id, assignee_id, custom_fields) = (
            SELECT n.external_id, n.source_application_id, n.referrer, n.referrer_id, n.assignee_id,
                   patched_custom_fields(l.custom_fields, :changes)
            FROM jsonb_populate_record(l.application, :changes) AS n
        ),
        version = l.version + 1, updated_at = written_at()
    FROM judged_application AS g, locked_application AS l
    WHERE a.organization_id = :organization_id AND a.id = l.id AND g.refusal IS NULL
      AND (l.application IS DISTINCT FROM jsonb_populate_record(l.application, :changes::jsonb - 'custom_fields')
           OR l.custom_fields <> patched_custom_fields(l.custom_fields, :changes))
    RETURNING a AS application, a.version, record_event(
        :organization_id, :event_id, :actor, :correlation_id, 'application.updated', 'application', a.id, a.version,
        jsonb_build_object('candidate_id', a.candidate_id, 'job_id', a.job_id, 'fields', fields_of(:changes)),
        causation_id => :causation_id
    ) AS event_id, touch_candidate(:organization_id, a.candidate_id) AS touched_id
)
SELECT g.refusal::text AS refusal, l.id, coalesce(x.version, l.version) AS version,
       application_body(coalesce(x.application, l.application), s)::text AS body, x.event_id
FROM locked_application AS l
CROSS JOIN judged_application AS g
LEFT JOIN stages AS s ON s.organization_id = :organization_id AND s.id = l.stage_id
LEFT JOIN updated_application AS x ON true;

-- name: move^
-- Moves an active application to a current stage of its job; the stage that it is in already changes nothing.
-- Takes: stamp, causation_id, candidate view, application_id, to_stage_id, from_stage_id, note, expected_versions
-- Locks first: share_job_of_application, lock_candidate_of_application
-- Returns: the refusal, the application as it is now, its event.
-- Rules: A6, A10, A11, A12, A13.
-- Budget: 25 rows, 190 buffers, 10 ms at 1,000,000 applications
WITH locked_application AS (
    SELECT a AS application, a.id, a.version, a.status, a.stage_id, a.job_id, a.candidate_id,
           state_of(a.status, a.version) AS state
    FROM applications AS a
    JOIN recruited_jobs(:organization_id, :viewer_id, :sees_all_jobs, :sees_confidential_jobs) AS j ON j.id = a.job_id
    JOIN unhidden_candidates(:organization_id, :viewer_id, :sees_internal) AS c ON c.id = a.candidate_id
    WHERE a.organization_id = :organization_id AND a.id = :application_id
    FOR NO KEY UPDATE OF a
),
entered_stage AS (
    SELECT s AS stage, s.id, s.kind
    FROM stages AS s
    JOIN locked_application AS l ON s.job_id = l.job_id
    WHERE s.organization_id = :organization_id AND s.id = :to_stage_id AND s.removed_at IS NULL
),
judged_application AS (
    SELECT CASE
        WHEN s.id IS NULL THEN unfit('/to_stage_id', 'stage_not_in_pipeline')
        WHEN l.version <> ALL (:expected_versions::integer[]) THEN version_mismatch(l.version)
        WHEN l.stage_id <> :from_stage_id THEN refusal('stage_is_another', json_build_object(
            'status', l.status, 'version', l.version, 'stage_id', l.stage_id
        ))
        WHEN l.status <> 'active' THEN refusal('application_not_active', l.state)
        WHEN s.kind = 'hired' THEN refusal('stage_entered_by_command', l.state)
    END AS refusal
    FROM locked_application AS l
    LEFT JOIN entered_stage AS s ON true
),
moved_application AS (
    UPDATE applications AS a
    SET stage_id = s.id, version = l.version + 1, updated_at = written_at()
    FROM judged_application AS g, locked_application AS l, entered_stage AS s
    WHERE a.organization_id = :organization_id AND a.id = l.id AND g.refusal IS NULL AND l.stage_id <> s.id
    RETURNING a AS application, a.version, record_event(
        :organization_id, :event_id, :actor, :correlation_id, 'application.stage_changed', 'application', a.id,
        a.version, jsonb_build_object('candidate_id', a.candidate_id, 'job_id', a.job_id, 'stage_id', a.stage_id,
                                      'stage_kind', s.kind),
        previous => jsonb_build_object('stage_id', l.stage_id), causation_id => :causation_id
    ) AS event_id, record_stage_change(
        :organization_id, :event_id, :actor, a.id, 'moved', l.stage_id, a.stage_id, note => :note
    ) AS change_id, touch_candidate(:organization_id, a.candidate_id) AS touched_id
)
SELECT g.refusal::text AS refusal, l.id, coalesce(x.version, l.version) AS version,
       application_body(coalesce(x.application, l.application), s.stage)::text AS body, x.event_id
FROM locked_application AS l
CROSS JOIN judged_application AS g
LEFT JOIN entered_stage AS s ON true
LEFT JOIN moved_application AS x ON true;

-- name: reject^
-- Rejects an active application and, if asked to, schedules the mail that tells the candidate.
-- Takes: stamp, causation_id, candidate view, application_id, reason_id, note, message_id, template_id,
--     seen_template_version, subject, text, send_at, expected_versions
-- Locks first: lock_candidate_of_application
-- Returns: the refusal, the application as it is now, its event.
-- Rules: S1, S4, A10, A13, A14, M10, R10.
-- Why: an applicant knows the job by the title of the post; the job's own is for colleagues.
-- Budget: 25 rows, 230 buffers, 5 ms at 1,000,000 applications
WITH locked_application AS (
    SELECT a AS application, a.id, a.version, a.status, a.stage_id, a.job_id, a.candidate_id,
           c.emails -> 0 ->> 'value' AS email, c.first_name, c.language,
           coalesce(p.title, j.title) AS title, state_of(a.status, a.version) AS state
    FROM applications AS a
    JOIN recruited_jobs(:organization_id, :viewer_id, :sees_all_jobs, :sees_confidential_jobs) AS j ON j.id = a.job_id
    JOIN unhidden_candidates(:organization_id, :viewer_id, :sees_internal) AS c ON c.id = a.candidate_id
    LEFT JOIN posts AS p ON p.organization_id = :organization_id AND p.id = a.post_id
    WHERE a.organization_id = :organization_id AND a.id = :application_id
    FOR NO KEY UPDATE OF a
),
given_reason AS (
    SELECT r.id
    FROM reasons AS r
    WHERE r.organization_id = :organization_id AND r.id = :reason_id AND r.kind = 'rejection' AND r.status = 'active'
    FOR SHARE
),
given_template AS (
    SELECT t.id, t.language, t.version, state_of(t.status, t.version) AS state
    FROM email_templates AS t
    WHERE t.organization_id = :organization_id AND t.id = :template_id AND t.status = 'active'
    FOR SHARE
),
wrong_fields AS (
    SELECT json_object_agg(f.pointer, 'unknown_reference'::text ORDER BY f.pointer) AS findings
    FROM (VALUES
        ('/reason_id', NOT EXISTS (SELECT FROM given_reason)),
        ('/message/template_id', :template_id::uuid IS NOT NULL AND NOT EXISTS (SELECT FROM given_template))
    ) AS f (pointer, is_wrong)
    WHERE f.is_wrong
),
judged_application AS (
    SELECT CASE
        WHEN w.findings IS NOT NULL THEN unfit_fields(w.findings)
        WHEN t.version IS DISTINCT FROM :seen_template_version THEN refusal('being_changed', t.state)
        WHEN l.version <> ALL (:expected_versions::integer[]) THEN version_mismatch(l.version)
        WHEN l.status <> 'active' THEN refusal('application_not_active', l.state)
        WHEN :message_id::uuid IS NOT NULL AND l.email IS NULL THEN refusal('no_email', l.state)
    END AS refusal
    FROM locked_application AS l
    CROSS JOIN wrong_fields AS w
    LEFT JOIN given_template AS t ON true
),
rejected_application AS (
    UPDATE applications AS a
    SET status = 'rejected', end_reason_id = r.id, ended_at = clock_timestamp(), version = l.version + 1,
        updated_at = written_at()
    FROM judged_application AS g, locked_application AS l, given_reason AS r
    WHERE a.organization_id = :organization_id AND a.id = l.id AND g.refusal IS NULL
    RETURNING a AS application, a.id, a.version, a.candidate_id, record_event(
        :organization_id, :event_id, :actor, :correlation_id, 'application.rejected', 'application', a.id, a.version,
        jsonb_build_object('candidate_id', a.candidate_id, 'job_id', a.job_id, 'reason_id', a.end_reason_id),
        previous => jsonb_build_object('status', l.status), causation_id => :causation_id
    ) AS event_id, record_stage_change(
        :organization_id, :event_id, :actor, a.id, 'rejected', l.stage_id, a.stage_id, :reason_id, :note
    ) AS change_id, touch_candidate(:organization_id, a.candidate_id) AS touched_id
),
scheduled_message AS (
    INSERT INTO messages AS m (organization_id, id, kind, status, recipient, language, facts, candidate_id,
                               application_id, template_id, author, subject, body, send_at)
    SELECT :organization_id, :message_id, 'application_rejected', 'scheduled', l.email,
           coalesce(t.language, l.language, o.language),
           jsonb_build_object('first_name', l.first_name, 'job_title', l.title,
                              'organization_name', coalesce(o.mail_sender_name, o.name)),
           x.candidate_id, x.id, t.id, :actor, :subject, :text, coalesce(:send_at, now())
    FROM rejected_application AS x
    CROSS JOIN locked_application AS l
    JOIN organizations AS o ON o.organization_id = :organization_id
    LEFT JOIN given_template AS t ON true
    WHERE :message_id::uuid IS NOT NULL
    RETURNING record_event(
        :organization_id, m.id, :actor, :correlation_id, 'message.due', 'message', m.id, 1, '{}',
        causation_id => :causation_id, due_at => m.send_at
    ) AS event_id
)
SELECT g.refusal::text AS refusal, l.id, coalesce(x.version, l.version) AS version,
       application_body(coalesce(x.application, l.application), s)::text AS body, x.event_id
FROM locked_application AS l
CROSS JOIN judged_application AS g
LEFT JOIN stages AS s ON s.organization_id = :organization_id AND s.id = l.stage_id
LEFT JOIN rejected_application AS x ON true;

-- name: withdraw^
-- Ends an active application because the candidate has withdrawn.
-- Takes: stamp, candidate view, application_id, reason_id, note, expected_versions
-- Locks first: lock_candidate_of_application
-- Returns: the refusal, the application as it is now, its event.
-- Rules: S4, A10, A13.
-- Budget: 25 rows, 260 buffers, 5 ms at 1,000,000 applications
WITH locked_application AS (
    SELECT a AS application, a.id, a.version, a.status, a.stage_id, a.job_id, a.candidate_id,
           state_of(a.status, a.version) AS state
    FROM applications AS a
    JOIN recruited_jobs(:organization_id, :viewer_id, :sees_all_jobs, :sees_confidential_jobs) AS j ON j.id = a.job_id
    JOIN unhidden_candidates(:organization_id, :viewer_id, :sees_internal) AS c ON c.id = a.candidate_id
    WHERE a.organization_id = :organization_id AND a.id = :application_id
    FOR NO KEY UPDATE OF a
),
given_reason AS (
    SELECT r.id
    FROM reasons AS r
    WHERE r.organization_id = :organization_id AND r.id = :reason_id AND r.kind = 'withdrawal' AND r.status = 'active'
    FOR SHARE
),
judged_application AS (
    SELECT CASE
        WHEN r.id IS NULL THEN unfit('/reason_id', 'unknown_reference')
        WHEN l.version <> ALL (:expected_versions::integer[]) THEN version_mismatch(l.version)
        WHEN l.status <> 'active' THEN refusal('application_not_active', l.state)
    END AS refusal
    FROM locked_application AS l
    LEFT JOIN given_reason AS r ON true
),
withdrawn_application AS (
    UPDATE applications AS a
    SET status = 'withdrawn', end_reason_id = r.id, ended_at = clock_timestamp(), version = l.version + 1,
        updated_at = written_at()
    FROM judged_application AS g, locked_application AS l, given_reason AS r
    WHERE a.organization_id = :organization_id AND a.id = l.id AND g.refusal IS NULL
    RETURNING a AS application, a.version, record_event(
        :organization_id, :event_id, :actor, :correlation_id, 'application.withdrawn', 'application', a.id, a.version,
        jsonb_build_object('candidate_id', a.candidate_id, 'job_id', a.job_id, 'reason_id', a.end_reason_id),
        previous => jsonb_build_object('status', l.status)
    ) AS event_id, record_stage_change(
        :organization_id, :event_id, :actor, a.id, 'withdrawn', l.stage_id, a.stage_id, :reason_id, :note
    ) AS change_id, touch_candidate(:organization_id, a.candidate_id) AS touched_id
)
SELECT g.refusal::text AS refusal, l.id, coalesce(x.version, l.version) AS version,
       application_body(coalesce(x.application, l.application), s)::text AS body, x.event_id
FROM locked_application AS l
CROSS JOIN judged_application AS g
LEFT JOIN stages AS s ON s.organization_id = :organization_id AND s.id = l.stage_id
LEFT JOIN withdrawn_application AS x ON true;

-- name: reopen^
-- Reopens a rejected or withdrawn application in the named stage, the one it was in, or that one's replacement.
-- Takes: stamp, candidate view, application_id, stage_id, note, expected_versions
-- Locks first: share_job_of_application, lock_candidate_of_application
-- Returns: the refusal, the application as it is now, its event.
-- Rules: A6, A7, A8, A15, A16, A17, A18.
-- Why: a mail that is being sent is cancelled too, because it may be waiting for its next try.
WITH locked_application AS (
    SELECT a AS application, a.id, a.version, a.status, a.stage_id, a.job_id, a.candidate_id,
           j.status AS job_status,
           state_of(j.status, j.version) AS job_state, state_of(a.status, a.version) AS state
    FROM applications AS a
    JOIN recruited_jobs(:organization_id, :viewer_id, :sees_all_jobs, :sees_confidential_jobs) AS j ON j.id = a.job_id
    JOIN unhidden_candidates(:organization_id, :viewer_id, :sees_internal) AS c ON c.id = a.candidate_id
    WHERE a.organization_id = :organization_id AND a.id = :application_id
    FOR NO KEY UPDATE OF a
),
current_stage AS (
    SELECT s AS stage, s.id, s.kind
    FROM locked_application AS l
    JOIN stages AS was ON was.organization_id = :organization_id AND was.id = l.stage_id
    JOIN stages AS s ON s.organization_id = :organization_id AND s.job_id = l.job_id AND s.removed_at IS NULL
        AND s.id = coalesce(:stage_id, was.replaced_by, was.id)
),
standing_application AS (
    SELECT b.status, state_of_other(b.id, b.status, b.version) AS state
    FROM applications AS b
    JOIN locked_application AS l ON b.candidate_id = l.candidate_id AND b.job_id = l.job_id AND b.id <> l.id
    WHERE b.organization_id = :organization_id AND b.status IN ('active', 'hired')
),
judged_application AS (
    SELECT CASE
        WHEN s.id IS NULL THEN unfit('/stage_id', 'stage_not_in_pipeline')
        WHEN l.version <> ALL (:expected_versions::integer[]) THEN version_mismatch(l.version)
        WHEN l.status NOT IN ('rejected', 'withdrawn') THEN refusal(
            'status_conflict', l.state, 'Only a rejected or withdrawn application can be reopened.'
        )
        WHEN l.job_status IN ('closed', 'archived') THEN refusal('job_not_open', l.job_state)
        WHEN s.kind = 'hired' THEN refusal('stage_entered_by_command', l.state)
        WHEN b.status = 'hired' THEN refusal('application_hired', b.state)
        WHEN b.status = 'active' THEN refusal('application_active', b.state)
    END AS refusal
    FROM locked_application AS l
    LEFT JOIN current_stage AS s ON true
    LEFT JOIN standing_application AS b ON true
),
reopened_application AS (
    UPDATE applications AS a
    SET status = 'active', stage_id = s.id, end_reason_id = NULL, ended_at = NULL, version = l.version + 1,
        updated_at = written_at()
    FROM judged_application AS g, locked_application AS l, current_stage AS s
    WHERE a.organization_id = :organization_id AND a.id = l.id AND g.refusal IS NULL
    RETURNING a AS application, a.id, a.version, record_event(
        :organization_id, :event_id, :actor, :correlation_id, 'application.reopened', 'application', a.id, a.version,
        jsonb_build_object('candidate_id', a.candidate_id, 'job_id', a.job_id, 'stage_id', a.stage_id,
                           'stage_kind', s.kind),
        previous => jsonb_build_object('status', l.status, 'stage_id', l.stage_id)
    ) AS event_id, record_stage_change(
        :organization_id, :event_id, :actor, a.id, 'reopened', l.stage_id, a.stage_id, note => :note
    ) AS change_id, touch_candidate(:organization_id, a.candidate_id) AS touched_id
),
cancelled_message AS (
    UPDATE messages AS m
    SET status = 'cancelled', sender_id = NULL
    FROM reopened_application AS x
    WHERE m.organization_id = :organization_id AND m.application_id = x.id
      AND m.kind = 'application_rejected' AND m.status IN ('scheduled', 'sending')
    RETURNING record_event(
        :organization_id, uuid_v7(), :actor, :correlation_id, 'message.cancelled', 'message', m.id, 2,
        message_facts(m), causation_id => :event_id
    ) AS event_id
)
SELECT g.refusal::text AS refusal, l.id, coalesce(x.version, l.version) AS version,
       application_body(coalesce(x.application, l.application), s.stage)::text AS body, x.event_id
FROM locked_application AS l
CROSS JOIN judged_application AS g
LEFT JOIN current_stage AS s ON true
LEFT JOIN reopened_application AS x ON true;
