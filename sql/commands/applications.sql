-- Applications: what changes a person's pursuit of one job.
-- Pool: primary.
-- Know first: what decides about the job's openings locks the job first; an interviewer of the team sees panels only.

-- name: share_job(organization_id, job_id)
-- Keeps a job and its pipeline as they are until an application is in.
SELECT j.id
FROM jobs AS j
WHERE j.organization_id = :organization_id AND j.id = :job_id
FOR SHARE;

-- name: share_job_of(organization_id, application_id)
-- Keeps the application's job and its pipeline as they are.
SELECT j.id
FROM jobs AS j
WHERE j.organization_id = :organization_id
  AND j.id = (
      SELECT a.job_id FROM applications AS a
      WHERE a.organization_id = :organization_id AND a.id = :application_id
  )
FOR SHARE;

-- name: lock_job_of(organization_id, application_id)
-- Locks the application's job, so that what follows counts its openings alone.
SELECT j.id
FROM jobs AS j
WHERE j.organization_id = :organization_id
  AND j.id = (
      SELECT a.job_id FROM applications AS a
      WHERE a.organization_id = :organization_id AND a.id = :application_id
  )
FOR NO KEY UPDATE;

-- name: lock_openings_of(organization_id, application_id)
-- Locks the openings of the application's job, ids ascending.
-- Budget: 1,800 rows, 3,900 buffers, 9 ms at 1,000,000 applications
SELECT o.id
FROM openings AS o
WHERE o.organization_id = :organization_id
  AND o.job_id = (
      SELECT a.job_id FROM applications AS a
      WHERE a.organization_id = :organization_id AND a.id = :application_id
  )
ORDER BY o.id
FOR NO KEY UPDATE;

-- name: share_post(organization_id, post_id)
-- Keeps a post as it is until the application through it is in; without a post there is nothing to keep.
SELECT p.id
FROM posts AS p
WHERE p.organization_id = :organization_id AND p.id = :post_id
FOR SHARE;

-- name: lock_candidate(organization_id, candidate_id)
-- Makes the applications of one candidate come one after another.
SELECT c.id
FROM candidates AS c
WHERE c.organization_id = :organization_id AND c.id = :candidate_id
FOR NO KEY UPDATE;

-- name: lock_candidate_of(organization_id, application_id)
-- Locks the application's candidate, which is touched by every change of an application.
SELECT c.id
FROM candidates AS c
WHERE c.organization_id = :organization_id
  AND c.id = (
      SELECT a.candidate_id FROM applications AS a
      WHERE a.organization_id = :organization_id AND a.id = :application_id
  )
FOR NO KEY UPDATE;

-- name: submit(organization_id, event_id, actor, correlation_id, viewer_id, sees_all_jobs, sees_confidential_jobs, sees_internal, application_id, candidate_id, job_id, stage_id, source_id, post_id, external_id, referrer, answers, applied_at)^
-- Adds an application of a candidate to an open job, into a stage or the first that is not a lead's.
-- Locks first: share_job, share_post, lock_candidate
-- Returns: what was found of candidate, job, source, post, stage and earlier applications; the application, its event.
-- Guards: job open, source active, post of this job and accepting, stage current, none active or hired, the window.
-- Why: a candidate without applications is anybody's to begin with; of others one application must be seen.
-- Budget: 120 rows, 280 buffers, 37 ms at 1,000,000 applications
WITH visible_job AS (
    SELECT j.id, j.status, j.version
    FROM jobs AS j
    WHERE j.organization_id = :organization_id AND j.id = :job_id
      AND ((:sees_all_jobs AND (:sees_confidential_jobs OR NOT j.is_confidential)) OR EXISTS (
          SELECT FROM hiring_team_members AS t
          WHERE t.organization_id = :organization_id AND t.job_id = j.id AND t.user_id = :viewer_id
            AND t.role <> 'interviewer'
      ))
),
visible_candidate AS (
    SELECT c.id
    FROM candidates AS c
    WHERE c.organization_id = :organization_id AND c.id = :candidate_id AND c.status = 'active'
      AND c.user_id IS DISTINCT FROM :viewer_id AND (:sees_internal OR c.user_id IS NULL)
      AND ((:sees_all_jobs AND :sees_confidential_jobs) OR NOT EXISTS (
          SELECT FROM applications AS a WHERE a.organization_id = :organization_id AND a.candidate_id = c.id
      ) OR EXISTS (
          SELECT FROM applications AS a
          JOIN jobs AS j ON j.organization_id = :organization_id AND j.id = a.job_id
          WHERE a.organization_id = :organization_id AND a.candidate_id = c.id
            AND ((:sees_all_jobs AND NOT j.is_confidential) OR EXISTS (
                SELECT FROM hiring_team_members AS t
                WHERE t.organization_id = :organization_id AND t.job_id = j.id AND t.user_id = :viewer_id
                  AND t.role <> 'interviewer'
            ))
      ))
),
given_source AS (
    SELECT s.id
    FROM sources AS s
    WHERE s.organization_id = :organization_id AND s.id = :source_id AND s.status = 'active'
    FOR SHARE
),
given_post AS (
    SELECT p.id, p.status, p.version,
           p.status = 'published' AND coalesce(p.closes_at, 'infinity') > now() AS is_accepting
    FROM posts AS p
    JOIN visible_job AS j ON p.job_id = j.id
    WHERE p.organization_id = :organization_id AND p.id = :post_id
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
    SELECT a.id, a.status, a.version
    FROM applications AS a
    WHERE a.organization_id = :organization_id AND a.candidate_id = :candidate_id AND a.job_id = :job_id
      AND a.status IN ('active', 'hired')
),
recent_application AS (
    SELECT a.id, a.status, a.version
    FROM applications AS a
    JOIN organizations AS o ON o.organization_id = :organization_id
    WHERE a.organization_id = :organization_id AND a.candidate_id = :candidate_id AND a.job_id = :job_id
      AND a.applied_at > now() - make_interval(days => o.reapply_window_days)
    ORDER BY a.id DESC
    LIMIT 1
),
submitted_application AS (
    INSERT INTO applications AS a (organization_id, id, external_id, candidate_id, job_id, post_id, stage_id,
                                   source_id, referrer, answers, applied_at)
    SELECT :organization_id, :application_id, :external_id, c.id, j.id, :post_id, s.id, :source_id, :referrer,
           :answers, coalesce(:applied_at, clock_timestamp())
    FROM visible_candidate AS c, visible_job AS j, entered_stage AS s
    WHERE j.status = 'open' AND s.kind <> 'hired'
      AND (:source_id::uuid IS NULL OR EXISTS (SELECT FROM given_source))
      AND (:post_id::uuid IS NULL OR EXISTS (SELECT FROM given_post AS p WHERE p.is_accepting))
      AND coalesce(:applied_at, now()) <= now()
      AND NOT EXISTS (SELECT FROM standing_application) AND NOT EXISTS (SELECT FROM recent_application)
    RETURNING a AS application, a.id, a.version, a.stage_id, a.candidate_id, a.job_id, a.post_id
),
touched_candidate AS (
    UPDATE candidates AS c
    SET updated_at = written_at()
    FROM submitted_application AS a
    WHERE c.organization_id = :organization_id AND c.id = a.candidate_id
),
recorded_change AS (
    INSERT INTO stage_changes (organization_id, id, application_id, change, to_stage_id, actor)
    SELECT :organization_id, :event_id, a.id, 'submitted', a.stage_id, :actor
    FROM submitted_application AS a
),
recorded_event AS (
    INSERT INTO events (organization_id, id, actor, correlation_id, type, aggregate_type, aggregate_id,
                        aggregate_version, data)
    SELECT :organization_id, :event_id, :actor, :correlation_id, 'application.submitted', 'application', a.id,
           a.version, jsonb_build_object('candidate_id', a.candidate_id, 'job_id', a.job_id,
                                         'stage_id', a.stage_id, 'post_id', a.post_id)
    FROM submitted_application AS a
    RETURNING id
),
queued_event AS (
    INSERT INTO outbox (organization_id, event_id)
    SELECT :organization_id, e.id FROM recorded_event AS e
)
SELECT c.id IS NOT NULL AS is_candidate_found, j.status AS job_status, j.version AS job_version,
       s.kind AS stage_kind, p.status AS post_status, p.version AS post_version,
       :source_id::uuid IS NULL OR EXISTS (SELECT FROM given_source) AS is_source_found,
       :post_id::uuid IS NULL OR p.id IS NOT NULL AS is_post_found,
       :post_id::uuid IS NULL OR p.is_accepting AS is_post_accepting,
       coalesce(:applied_at, now()) > now() AS is_in_future,
       b.id AS standing_id, b.status AS standing_status, b.version AS standing_version,
       r.id AS recent_id, r.status AS recent_status, r.version AS recent_version,
       a.id, a.version, application_body(a.application, s.stage)::text AS body, e.id AS event_id
FROM (SELECT) AS always
LEFT JOIN visible_candidate AS c ON true
LEFT JOIN visible_job AS j ON true
LEFT JOIN given_post AS p ON true
LEFT JOIN entered_stage AS s ON true
LEFT JOIN standing_application AS b ON true
LEFT JOIN recent_application AS r ON true
LEFT JOIN submitted_application AS a ON true
LEFT JOIN recorded_event AS e ON true;

-- name: move(organization_id, event_id, actor, correlation_id, viewer_id, sees_all_jobs, sees_confidential_jobs, sees_internal, application_id, to_stage_id, from_stage_id, note, expected_version)^
-- Moves an active application to another current stage of its job.
-- Locks first: share_job_of, lock_candidate_of
-- Returns: what was found of application and stage; the application as it is now and its event.
-- Guards: status, version and stage of the locked row; the stage is current and not of kind hired.
-- Budget: 25 rows, 190 buffers, 10 ms at 1,000,000 applications
WITH locked_application AS (
    SELECT a AS application, a.id, a.version, a.status, a.stage_id, a.job_id, a.candidate_id
    FROM applications AS a
    JOIN jobs AS j ON j.organization_id = :organization_id AND j.id = a.job_id
    JOIN candidates AS c ON c.organization_id = :organization_id AND c.id = a.candidate_id
    WHERE a.organization_id = :organization_id AND a.id = :application_id
      AND c.user_id IS DISTINCT FROM :viewer_id AND (:sees_internal OR c.user_id IS NULL)
      AND ((:sees_all_jobs AND (:sees_confidential_jobs OR NOT j.is_confidential)) OR EXISTS (
          SELECT FROM hiring_team_members AS t
          WHERE t.organization_id = :organization_id AND t.job_id = j.id AND t.user_id = :viewer_id
            AND t.role <> 'interviewer'
      ))
    FOR NO KEY UPDATE OF a
),
entered_stage AS (
    SELECT s AS stage, s.id, s.kind
    FROM stages AS s
    JOIN locked_application AS l ON s.job_id = l.job_id
    WHERE s.organization_id = :organization_id AND s.id = :to_stage_id AND s.removed_at IS NULL
),
moved_application AS (
    UPDATE applications AS a
    SET stage_id = s.id, version = l.version + 1, updated_at = written_at()
    FROM locked_application AS l, entered_stage AS s
    WHERE a.organization_id = :organization_id AND a.id = l.id
      AND l.status = 'active' AND l.stage_id <> s.id AND s.kind <> 'hired'
      AND (:from_stage_id::uuid IS NULL OR l.stage_id = :from_stage_id)
      AND (:expected_version::integer IS NULL OR l.version = :expected_version)
    RETURNING a AS application, a.id, a.version, a.stage_id, a.candidate_id, a.job_id
),
touched_candidate AS (
    UPDATE candidates AS c
    SET updated_at = written_at()
    FROM moved_application AS a
    WHERE c.organization_id = :organization_id AND c.id = a.candidate_id
),
recorded_change AS (
    INSERT INTO stage_changes (organization_id, id, application_id, change, from_stage_id, to_stage_id, note, actor)
    SELECT :organization_id, :event_id, m.id, 'moved', l.stage_id, m.stage_id, :note, :actor
    FROM moved_application AS m, locked_application AS l
),
recorded_event AS (
    INSERT INTO events (organization_id, id, actor, correlation_id, type, aggregate_type, aggregate_id,
                        aggregate_version, data, previous)
    SELECT :organization_id, :event_id, :actor, :correlation_id, 'application.stage_changed', 'application', m.id,
           m.version, jsonb_build_object('candidate_id', m.candidate_id, 'job_id', m.job_id, 'stage_id', m.stage_id),
           jsonb_build_object('stage_id', l.stage_id)
    FROM moved_application AS m, locked_application AS l
    RETURNING id
),
queued_event AS (
    INSERT INTO outbox (organization_id, event_id)
    SELECT :organization_id, e.id FROM recorded_event AS e
)
SELECT l.version AS found_version, l.status AS found_status, l.stage_id AS found_stage_id, s.kind AS stage_kind,
       l.id, coalesce(m.version, l.version) AS version,
       application_body(coalesce(m.application, l.application), s.stage)::text AS body, e.id AS event_id
FROM locked_application AS l
LEFT JOIN entered_stage AS s ON true
LEFT JOIN moved_application AS m ON true
LEFT JOIN recorded_event AS e ON true;

-- name: reject(organization_id, event_id, actor, correlation_id, viewer_id, sees_all_jobs, sees_confidential_jobs, sees_internal, application_id, reason_id, note, message_id, send_at, expected_version)^
-- Rejects an active application, and schedules the mail that tells the candidate when one is wanted.
-- Locks first: lock_candidate_of
-- Returns: what was found of application, reason and e-mail address; the application as it is now and its event.
-- Guards: status and version of the locked row; the reason is one for rejections; an address where a mail is wanted.
-- Budget: 25 rows, 230 buffers, 5 ms at 1,000,000 applications
WITH locked_application AS (
    SELECT a AS application, a.id, a.version, a.status, a.stage_id, a.job_id, a.candidate_id,
           c.emails -> 0 ->> 'value' AS email, c.first_name, c.language, j.title
    FROM applications AS a
    JOIN jobs AS j ON j.organization_id = :organization_id AND j.id = a.job_id
    JOIN candidates AS c ON c.organization_id = :organization_id AND c.id = a.candidate_id
    WHERE a.organization_id = :organization_id AND a.id = :application_id
      AND c.user_id IS DISTINCT FROM :viewer_id AND (:sees_internal OR c.user_id IS NULL)
      AND ((:sees_all_jobs AND (:sees_confidential_jobs OR NOT j.is_confidential)) OR EXISTS (
          SELECT FROM hiring_team_members AS t
          WHERE t.organization_id = :organization_id AND t.job_id = j.id AND t.user_id = :viewer_id
            AND t.role <> 'interviewer'
      ))
    FOR NO KEY UPDATE OF a
),
given_reason AS (
    SELECT r.id
    FROM reasons AS r
    WHERE r.organization_id = :organization_id AND r.id = :reason_id AND r.kind = 'rejection'
      AND r.status = 'active'
    FOR SHARE
),
current_stage AS (
    SELECT s AS stage
    FROM stages AS s
    JOIN locked_application AS l ON s.id = l.stage_id
    WHERE s.organization_id = :organization_id
),
rejected_application AS (
    UPDATE applications AS a
    SET status = 'rejected', end_reason_id = r.id, ended_at = clock_timestamp(), version = l.version + 1,
        updated_at = written_at()
    FROM locked_application AS l, given_reason AS r
    WHERE a.organization_id = :organization_id AND a.id = l.id AND l.status = 'active'
      AND (:message_id::uuid IS NULL OR l.email IS NOT NULL)
      AND (:expected_version::integer IS NULL OR l.version = :expected_version)
    RETURNING a AS application, a.id, a.version, a.stage_id, a.candidate_id, a.job_id, a.end_reason_id
),
scheduled_message AS (
    INSERT INTO messages (organization_id, id, kind, status, recipient, language, facts, candidate_id,
                          application_id, send_at)
    SELECT :organization_id, :message_id, 'application_rejected', 'scheduled', l.email,
           coalesce(l.language, o.language),
           jsonb_build_object('first_name', l.first_name, 'job_title', l.title,
                              'organization_name', coalesce(o.mail_sender_name, o.name)),
           x.candidate_id, x.id, coalesce(:send_at, now())
    FROM rejected_application AS x, locked_application AS l
    JOIN organizations AS o ON o.organization_id = :organization_id
    WHERE :message_id::uuid IS NOT NULL
    RETURNING id, send_at
),
recorded_message_event AS (
    INSERT INTO events (organization_id, id, actor, correlation_id, type, aggregate_type, aggregate_id,
                        aggregate_version, data)
    SELECT :organization_id, m.id, :actor, :correlation_id, 'message.due', 'message', m.id, 1, '{}'
    FROM scheduled_message AS m
),
queued_message_event AS (
    INSERT INTO outbox (organization_id, event_id, due_at)
    SELECT :organization_id, m.id, m.send_at FROM scheduled_message AS m
),
touched_candidate AS (
    UPDATE candidates AS c
    SET updated_at = written_at()
    FROM rejected_application AS x
    WHERE c.organization_id = :organization_id AND c.id = x.candidate_id
),
recorded_change AS (
    INSERT INTO stage_changes (organization_id, id, application_id, change, from_stage_id, to_stage_id,
                               reason_id, note, actor)
    SELECT :organization_id, :event_id, x.id, 'rejected', l.stage_id, x.stage_id, x.end_reason_id, :note, :actor
    FROM rejected_application AS x, locked_application AS l
),
recorded_event AS (
    INSERT INTO events (organization_id, id, actor, correlation_id, type, aggregate_type, aggregate_id,
                        aggregate_version, data, previous)
    SELECT :organization_id, :event_id, :actor, :correlation_id, 'application.rejected', 'application', x.id,
           x.version, jsonb_build_object('candidate_id', x.candidate_id, 'job_id', x.job_id,
                                         'reason_id', x.end_reason_id),
           jsonb_build_object('status', l.status)
    FROM rejected_application AS x, locked_application AS l
    RETURNING id
),
queued_event AS (
    INSERT INTO outbox (organization_id, event_id)
    SELECT :organization_id, e.id FROM recorded_event AS e
)
SELECT l.version AS found_version, l.status AS found_status, l.email IS NOT NULL AS has_email,
       r.id IS NOT NULL AS is_reason_found,
       l.id, coalesce(x.version, l.version) AS version,
       application_body(coalesce(x.application, l.application), s.stage)::text AS body, e.id AS event_id
FROM locked_application AS l
LEFT JOIN given_reason AS r ON true
LEFT JOIN rejected_application AS x ON true
LEFT JOIN current_stage AS s ON true
LEFT JOIN recorded_event AS e ON true;

-- name: withdraw(organization_id, event_id, actor, correlation_id, viewer_id, sees_all_jobs, sees_confidential_jobs, sees_internal, application_id, reason_id, note, expected_version)^
-- Ends an active application because the candidate no longer wants it.
-- Locks first: lock_candidate_of
-- Returns: what was found of application and reason; the application as it is now and its event.
-- Guards: status and version of the locked row; the reason is one for withdrawals.
-- Budget: 25 rows, 170 buffers, 5 ms at 1,000,000 applications
WITH locked_application AS (
    SELECT a AS application, a.id, a.version, a.status, a.stage_id, a.job_id, a.candidate_id
    FROM applications AS a
    JOIN jobs AS j ON j.organization_id = :organization_id AND j.id = a.job_id
    JOIN candidates AS c ON c.organization_id = :organization_id AND c.id = a.candidate_id
    WHERE a.organization_id = :organization_id AND a.id = :application_id
      AND c.user_id IS DISTINCT FROM :viewer_id AND (:sees_internal OR c.user_id IS NULL)
      AND ((:sees_all_jobs AND (:sees_confidential_jobs OR NOT j.is_confidential)) OR EXISTS (
          SELECT FROM hiring_team_members AS t
          WHERE t.organization_id = :organization_id AND t.job_id = j.id AND t.user_id = :viewer_id
            AND t.role <> 'interviewer'
      ))
    FOR NO KEY UPDATE OF a
),
given_reason AS (
    SELECT r.id
    FROM reasons AS r
    WHERE r.organization_id = :organization_id AND r.id = :reason_id AND r.kind = 'withdrawal'
      AND r.status = 'active'
    FOR SHARE
),
current_stage AS (
    SELECT s AS stage
    FROM stages AS s
    JOIN locked_application AS l ON s.id = l.stage_id
    WHERE s.organization_id = :organization_id
),
withdrawn_application AS (
    UPDATE applications AS a
    SET status = 'withdrawn', end_reason_id = r.id, ended_at = clock_timestamp(), version = l.version + 1,
        updated_at = written_at()
    FROM locked_application AS l, given_reason AS r
    WHERE a.organization_id = :organization_id AND a.id = l.id AND l.status = 'active'
      AND (:expected_version::integer IS NULL OR l.version = :expected_version)
    RETURNING a AS application, a.id, a.version, a.stage_id, a.candidate_id, a.job_id, a.end_reason_id
),
touched_candidate AS (
    UPDATE candidates AS c
    SET updated_at = written_at()
    FROM withdrawn_application AS x
    WHERE c.organization_id = :organization_id AND c.id = x.candidate_id
),
recorded_change AS (
    INSERT INTO stage_changes (organization_id, id, application_id, change, from_stage_id, to_stage_id,
                               reason_id, note, actor)
    SELECT :organization_id, :event_id, x.id, 'withdrawn', l.stage_id, x.stage_id, x.end_reason_id, :note, :actor
    FROM withdrawn_application AS x, locked_application AS l
),
recorded_event AS (
    INSERT INTO events (organization_id, id, actor, correlation_id, type, aggregate_type, aggregate_id,
                        aggregate_version, data, previous)
    SELECT :organization_id, :event_id, :actor, :correlation_id, 'application.withdrawn', 'application', x.id,
           x.version, jsonb_build_object('candidate_id', x.candidate_id, 'job_id', x.job_id,
                                         'reason_id', x.end_reason_id),
           jsonb_build_object('status', l.status)
    FROM withdrawn_application AS x, locked_application AS l
    RETURNING id
),
queued_event AS (
    INSERT INTO outbox (organization_id, event_id)
    SELECT :organization_id, e.id FROM recorded_event AS e
)
SELECT l.version AS found_version, l.status AS found_status, r.id IS NOT NULL AS is_reason_found,
       l.id, coalesce(x.version, l.version) AS version,
       application_body(coalesce(x.application, l.application), s.stage)::text AS body, e.id AS event_id
FROM locked_application AS l
LEFT JOIN given_reason AS r ON true
LEFT JOIN withdrawn_application AS x ON true
LEFT JOIN current_stage AS s ON true
LEFT JOIN recorded_event AS e ON true;

-- name: reopen(organization_id, event_id, actor, correlation_id, viewer_id, sees_all_jobs, sees_confidential_jobs, sees_internal, application_id, stage_id, note, expected_version)^
-- Reopens a rejected or withdrawn application in the stage it left, the stage that replaced it, or a named one.
-- Locks first: share_job_of, lock_candidate_of
-- Returns: what was found of application, job, stage and a standing application; what it is now and its event.
-- Guards: status and version of the locked row; the job is not closed or archived; no other active or hired one.
-- Why: a mail that is being sent is cancelled, too: it may be waiting for its next try.
WITH locked_application AS (
    SELECT a AS application, a.id, a.version, a.status, a.stage_id, a.job_id, a.candidate_id,
           j.status AS job_status, j.version AS job_version
    FROM applications AS a
    JOIN jobs AS j ON j.organization_id = :organization_id AND j.id = a.job_id
    JOIN candidates AS c ON c.organization_id = :organization_id AND c.id = a.candidate_id
    WHERE a.organization_id = :organization_id AND a.id = :application_id
      AND c.user_id IS DISTINCT FROM :viewer_id AND (:sees_internal OR c.user_id IS NULL)
      AND ((:sees_all_jobs AND (:sees_confidential_jobs OR NOT j.is_confidential)) OR EXISTS (
          SELECT FROM hiring_team_members AS t
          WHERE t.organization_id = :organization_id AND t.job_id = j.id AND t.user_id = :viewer_id
            AND t.role <> 'interviewer'
      ))
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
    SELECT b.id, b.status, b.version
    FROM applications AS b
    JOIN locked_application AS l ON b.candidate_id = l.candidate_id AND b.job_id = l.job_id AND b.id <> l.id
    WHERE b.organization_id = :organization_id AND b.status IN ('active', 'hired')
),
reopened_application AS (
    UPDATE applications AS a
    SET status = 'active', stage_id = s.id, end_reason_id = NULL, ended_at = NULL, version = l.version + 1,
        updated_at = written_at()
    FROM locked_application AS l, current_stage AS s
    WHERE a.organization_id = :organization_id AND a.id = l.id AND l.status IN ('rejected', 'withdrawn')
      AND l.job_status NOT IN ('closed', 'archived') AND s.kind <> 'hired'
      AND NOT EXISTS (SELECT FROM standing_application)
      AND (:expected_version::integer IS NULL OR l.version = :expected_version)
    RETURNING a AS application, a.id, a.version, a.stage_id, a.candidate_id, a.job_id
),
cancelled_message AS (
    UPDATE messages AS m
    SET status = 'cancelled', sender_id = NULL
    FROM reopened_application AS x
    WHERE m.organization_id = :organization_id AND m.application_id = x.id
      AND m.kind = 'application_rejected' AND m.status IN ('scheduled', 'sending')
),
touched_candidate AS (
    UPDATE candidates AS c
    SET updated_at = written_at()
    FROM reopened_application AS x
    WHERE c.organization_id = :organization_id AND c.id = x.candidate_id
),
recorded_change AS (
    INSERT INTO stage_changes (organization_id, id, application_id, change, from_stage_id, to_stage_id,
                               reason_id, note, actor)
    SELECT :organization_id, :event_id, x.id, 'reopened', l.stage_id, x.stage_id, NULL::uuid, :note, :actor
    FROM reopened_application AS x, locked_application AS l
),
recorded_event AS (
    INSERT INTO events (organization_id, id, actor, correlation_id, type, aggregate_type, aggregate_id,
                        aggregate_version, data, previous)
    SELECT :organization_id, :event_id, :actor, :correlation_id, 'application.reopened', 'application', x.id,
           x.version, jsonb_build_object('candidate_id', x.candidate_id, 'job_id', x.job_id, 'stage_id', x.stage_id),
           jsonb_build_object('status', l.status, 'stage_id', l.stage_id)
    FROM reopened_application AS x, locked_application AS l
    RETURNING id
),
queued_event AS (
    INSERT INTO outbox (organization_id, event_id)
    SELECT :organization_id, e.id FROM recorded_event AS e
)
SELECT l.version AS found_version, l.status AS found_status, l.job_status, l.job_version,
       s.kind AS stage_kind, b.id AS standing_id, b.status AS standing_status, b.version AS standing_version,
       l.id, coalesce(x.version, l.version) AS version,
       application_body(coalesce(x.application, l.application), s.stage)::text AS body, e.id AS event_id
FROM locked_application AS l
LEFT JOIN standing_application AS b ON true
LEFT JOIN reopened_application AS x ON true
LEFT JOIN current_stage AS s ON true
LEFT JOIN recorded_event AS e ON true;

-- name: hire(organization_id, event_id, actor, correlation_id, viewer_id, sees_all_jobs, sees_confidential_jobs, sees_internal, application_id, opening_event_id, job_event_id, opening_id, start_on, override_reason, note, expected_version)^
-- Hires an active application into the named or the oldest open opening; fills the job's last one by closing the job.
-- Locks first: lock_job_of, lock_openings_of, lock_candidate_of
-- Returns: what was found of application and opening; the application as it is now, its event, whether the job closed.
-- Guards: status and version of the locked row; no draft and no archived job; an open opening, never a reserved one.
-- Why: openings left to count are those other than the one just taken, for CTEs do not see each other's writes.
-- Budget: 1,800 rows, 630 buffers, 6 ms at 1,000,000 applications
WITH locked_application AS (
    SELECT a AS application, a.id, a.version, a.status, a.stage_id, a.job_id, a.candidate_id,
           j.status AS job_status, j.version AS job_version, j.on_filled
    FROM applications AS a
    JOIN jobs AS j ON j.organization_id = :organization_id AND j.id = a.job_id
    JOIN candidates AS c ON c.organization_id = :organization_id AND c.id = a.candidate_id
    WHERE a.organization_id = :organization_id AND a.id = :application_id
      AND c.user_id IS DISTINCT FROM :viewer_id AND (:sees_internal OR c.user_id IS NULL)
      AND ((:sees_all_jobs AND (:sees_confidential_jobs OR NOT j.is_confidential)) OR EXISTS (
          SELECT FROM hiring_team_members AS t
          WHERE t.organization_id = :organization_id AND t.job_id = j.id AND t.user_id = :viewer_id
            AND t.role <> 'interviewer'
      ))
    FOR NO KEY UPDATE OF a
),
current_stage AS (
    SELECT s AS stage, s.id
    FROM stages AS s
    JOIN locked_application AS l ON s.job_id = l.job_id
    WHERE s.organization_id = :organization_id AND s.kind = 'hired' AND s.removed_at IS NULL
),
named_opening AS (
    SELECT o.status, o.version
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
hired_application AS (
    UPDATE applications AS a
    SET status = 'hired', stage_id = s.id, ended_at = clock_timestamp(), start_on = :start_on,
        override_reason = :override_reason, version = l.version + 1, updated_at = written_at()
    FROM locked_application AS l, current_stage AS s, taken_opening AS o
    WHERE a.organization_id = :organization_id AND a.id = l.id AND l.status = 'active'
      AND l.job_status IN ('open', 'on_hold', 'closed') AND :override_reason::text IS NOT NULL
      AND (:expected_version::integer IS NULL OR l.version = :expected_version)
    RETURNING a AS application, a.id, a.version, a.stage_id, a.candidate_id, a.job_id
),
filled_opening AS (
    UPDATE openings AS o
    SET status = 'filled', application_id = x.id, version = t.version + 1, updated_at = written_at()
    FROM hired_application AS x, taken_opening AS t
    WHERE o.organization_id = :organization_id AND o.id = t.id
    RETURNING o.id, o.version, o.job_id, o.application_id
),
left_opening AS (
    SELECT o.id
    FROM openings AS o
    JOIN hired_application AS x ON o.job_id = x.job_id
    JOIN taken_opening AS t ON o.id <> t.id
    WHERE o.organization_id = :organization_id AND o.status IN ('open', 'reserved')
    LIMIT 1
),
closed_job AS (
    UPDATE jobs AS j
    SET status = 'closed', close_reason_id = r.id, closed_at = clock_timestamp(), version = j.version + 1,
        updated_at = written_at()
    FROM hired_application AS x
    JOIN reasons AS r ON r.organization_id = :organization_id AND r.kind = 'job_close' AND r.key = 'filled'
    WHERE j.organization_id = :organization_id AND j.id = x.job_id AND j.status IN ('open', 'on_hold')
      AND NOT EXISTS (SELECT FROM left_opening)
    RETURNING j.id, j.version, j.close_reason_id
),
recorded_opening_event AS (
    INSERT INTO events (organization_id, id, actor, correlation_id, causation_id, type, aggregate_type, aggregate_id,
                        aggregate_version, data)
    SELECT :organization_id, :opening_event_id, :actor, :correlation_id, :event_id, 'opening.filled', 'opening', o.id,
           o.version, jsonb_build_object('job_id', o.job_id, 'application_id', o.application_id)
    FROM filled_opening AS o
    RETURNING id
),
recorded_job_event AS (
    INSERT INTO events (organization_id, id, actor, correlation_id, causation_id, type, aggregate_type, aggregate_id,
                        aggregate_version, data)
    SELECT :organization_id, :job_event_id, :actor, :correlation_id, :event_id, 'job.status_changed', 'job', j.id,
           j.version, jsonb_build_object('status', 'closed', 'reason_id', j.close_reason_id, 'on_filled', l.on_filled)
    FROM closed_job AS j, locked_application AS l
    RETURNING id
),
touched_candidate AS (
    UPDATE candidates AS c
    SET updated_at = written_at()
    FROM hired_application AS x
    WHERE c.organization_id = :organization_id AND c.id = x.candidate_id
),
recorded_change AS (
    INSERT INTO stage_changes (organization_id, id, application_id, change, from_stage_id, to_stage_id,
                               reason_id, note, actor)
    SELECT :organization_id, :event_id, x.id, 'hired', l.stage_id, x.stage_id, NULL::uuid, :note, :actor
    FROM hired_application AS x, locked_application AS l
),
recorded_event AS (
    INSERT INTO events (organization_id, id, actor, correlation_id, type, aggregate_type, aggregate_id,
                        aggregate_version, data, previous)
    SELECT :organization_id, :event_id, :actor, :correlation_id, 'application.hired', 'application', x.id,
           x.version, jsonb_build_object('candidate_id', x.candidate_id, 'job_id', x.job_id,
                                         'stage_id', x.stage_id, 'opening_id', f.id),
           jsonb_build_object('status', l.status, 'stage_id', l.stage_id)
    FROM hired_application AS x, locked_application AS l, filled_opening AS f
    RETURNING id
),
queued_events AS (
    INSERT INTO outbox (organization_id, event_id)
    SELECT :organization_id, n.id
    FROM (
        SELECT e.id, 1 AS place FROM recorded_event AS e
        UNION ALL
        SELECT e.id, 2 FROM recorded_opening_event AS e
        UNION ALL
        SELECT e.id, 3 FROM recorded_job_event AS e
    ) AS n
    ORDER BY n.place
)
SELECT l.version AS found_version, l.status AS found_status, l.job_status, l.job_version,
       n.status AS opening_status, n.version AS opening_version, j.id IS NOT NULL AS is_job_closed,
       l.id, coalesce(x.version, l.version) AS version,
       application_body(coalesce(x.application, l.application), s.stage)::text AS body, e.id AS event_id
FROM locked_application AS l
LEFT JOIN named_opening AS n ON true
LEFT JOIN closed_job AS j ON true
LEFT JOIN hired_application AS x ON true
LEFT JOIN current_stage AS s ON true
LEFT JOIN recorded_event AS e ON true;

-- name: unhire(organization_id, event_id, actor, correlation_id, viewer_id, sees_all_jobs, sees_confidential_jobs, sees_internal, application_id, opening_event_id, reason_id, note, expected_version)^
-- Makes a hired application active again in the stage it was hired from, and gives its opening back.
-- Locks first: lock_job_of, lock_openings_of, lock_candidate_of
-- Returns: what was found of application and reason; the application as it is now and its event.
-- Guards: status and version of the locked row; the reason is one for unhiring. A closed job stays closed.
-- Budget: 25 rows, 240 buffers, 5 ms at 1,000,000 applications
WITH locked_application AS (
    SELECT a AS application, a.id, a.version, a.status, a.stage_id, a.job_id, a.candidate_id
    FROM applications AS a
    JOIN jobs AS j ON j.organization_id = :organization_id AND j.id = a.job_id
    JOIN candidates AS c ON c.organization_id = :organization_id AND c.id = a.candidate_id
    WHERE a.organization_id = :organization_id AND a.id = :application_id
      AND c.user_id IS DISTINCT FROM :viewer_id AND (:sees_internal OR c.user_id IS NULL)
      AND ((:sees_all_jobs AND (:sees_confidential_jobs OR NOT j.is_confidential)) OR EXISTS (
          SELECT FROM hiring_team_members AS t
          WHERE t.organization_id = :organization_id AND t.job_id = j.id AND t.user_id = :viewer_id
            AND t.role <> 'interviewer'
      ))
    FOR NO KEY UPDATE OF a
),
given_reason AS (
    SELECT r.id
    FROM reasons AS r
    WHERE r.organization_id = :organization_id AND r.id = :reason_id AND r.kind = 'unhire' AND r.status = 'active'
    FOR SHARE
),
left_stage AS (
    SELECT h.from_stage_id AS id
    FROM stage_changes AS h
    JOIN locked_application AS l ON h.application_id = l.id
    WHERE h.organization_id = :organization_id AND h.change = 'hired'
    ORDER BY h.id DESC
    LIMIT 1
),
current_stage AS (
    SELECT s AS stage, s.id
    FROM left_stage AS f
    JOIN stages AS was ON was.organization_id = :organization_id AND was.id = f.id
    JOIN stages AS s ON s.organization_id = :organization_id AND s.id = coalesce(was.replaced_by, was.id)
),
unhired_application AS (
    UPDATE applications AS a
    SET status = 'active', stage_id = s.id, ended_at = NULL, start_on = NULL, override_reason = NULL,
        version = l.version + 1, updated_at = written_at()
    FROM locked_application AS l, current_stage AS s, given_reason AS r
    WHERE a.organization_id = :organization_id AND a.id = l.id AND l.status = 'hired'
      AND (:expected_version::integer IS NULL OR l.version = :expected_version)
    RETURNING a AS application, a.id, a.version, a.stage_id, a.candidate_id, a.job_id
),
freed_opening AS (
    UPDATE openings AS o
    SET status = 'open', application_id = NULL, version = o.version + 1, updated_at = written_at()
    FROM unhired_application AS x
    WHERE o.organization_id = :organization_id AND o.application_id = x.id
    RETURNING o.id, o.version, o.job_id
),
recorded_opening_event AS (
    INSERT INTO events (organization_id, id, actor, correlation_id, causation_id, type, aggregate_type, aggregate_id,
                        aggregate_version, data)
    SELECT :organization_id, :opening_event_id, :actor, :correlation_id, :event_id, 'opening.reopened', 'opening',
           o.id, o.version, jsonb_build_object('job_id', o.job_id, 'application_id', x.id)
    FROM freed_opening AS o, unhired_application AS x
    RETURNING id
),
touched_candidate AS (
    UPDATE candidates AS c
    SET updated_at = written_at()
    FROM unhired_application AS x
    WHERE c.organization_id = :organization_id AND c.id = x.candidate_id
),
recorded_change AS (
    INSERT INTO stage_changes (organization_id, id, application_id, change, from_stage_id, to_stage_id,
                               reason_id, note, actor)
    SELECT :organization_id, :event_id, x.id, 'unhired', l.stage_id, x.stage_id, :reason_id::uuid, :note, :actor
    FROM unhired_application AS x, locked_application AS l
),
recorded_event AS (
    INSERT INTO events (organization_id, id, actor, correlation_id, type, aggregate_type, aggregate_id,
                        aggregate_version, data, previous)
    SELECT :organization_id, :event_id, :actor, :correlation_id, 'application.unhired', 'application', x.id,
           x.version, jsonb_build_object('candidate_id', x.candidate_id, 'job_id', x.job_id,
                                         'stage_id', x.stage_id, 'reason_id', :reason_id::uuid),
           jsonb_build_object('status', l.status, 'stage_id', l.stage_id)
    FROM unhired_application AS x, locked_application AS l
    RETURNING id
),
queued_events AS (
    INSERT INTO outbox (organization_id, event_id)
    SELECT :organization_id, n.id
    FROM (
        SELECT e.id, 1 AS place FROM recorded_event AS e
        UNION ALL
        SELECT e.id, 2 FROM recorded_opening_event AS e
    ) AS n
    ORDER BY n.place
)
SELECT l.version AS found_version, l.status AS found_status, r.id IS NOT NULL AS is_reason_found,
       l.id, coalesce(x.version, l.version) AS version,
       application_body(coalesce(x.application, l.application), s.stage)::text AS body, e.id AS event_id
FROM locked_application AS l
LEFT JOIN given_reason AS r ON true
LEFT JOIN unhired_application AS x ON true
LEFT JOIN current_stage AS s ON true
LEFT JOIN recorded_event AS e ON true;
