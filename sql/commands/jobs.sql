-- Jobs: what changes vacancies, their hiring teams and their pipelines.
-- Pool: primary.
-- Know first: a job is locked before anything that is counted or decided by it: openings, hires, stages.

-- name: add(organization_id, event_id, actor, correlation_id, viewer_id, sees_pay, job_id, title, description, department_id, office_ids, employment_type, workplace, pay_range, requisition_code, is_confidential, on_filled, external_id, pipeline_template_id, stage_ids, opening_ids, opening_event_ids)^
-- Adds a draft with its openings, its offices, a pipeline from a template, and its maker as recruiter on the team.
-- Returns: what was found of template, department and offices, the job and its event.
-- Guards: template, department and offices are active.
WITH given_department AS (
    SELECT d.id
    FROM departments AS d
    WHERE d.organization_id = :organization_id AND d.id = :department_id AND d.status = 'active'
    FOR SHARE
),
given_office AS (
    SELECT o.id
    FROM offices AS o
    WHERE o.organization_id = :organization_id AND o.id = ANY (:office_ids::uuid[]) AND o.status = 'active'
    ORDER BY o.id
    FOR SHARE
),
unknown_office AS (
    SELECT n.id FROM unnest(:office_ids::uuid[]) AS n (id) WHERE n.id NOT IN (SELECT o.id FROM given_office AS o)
),
given_template AS (
    SELECT t.id, t.stages
    FROM pipeline_templates AS t
    WHERE t.organization_id = :organization_id AND t.status = 'active'
      AND CASE WHEN :pipeline_template_id::uuid IS NULL THEN t.is_default ELSE t.id = :pipeline_template_id END
),
given_stage AS (
    SELECT (:stage_ids::uuid[])[s.place] AS id, s.stage ->> 'name' AS name, s.stage ->> 'kind' AS kind,
           (s.place - 1)::smallint AS position
    FROM given_template AS t, jsonb_array_elements(t.stages) WITH ORDINALITY AS s (stage, place)
),
added_job AS (
    INSERT INTO jobs AS j (organization_id, id, external_id, title, description, department_id, employment_type,
                           workplace, pay_range, requisition_code, is_confidential, on_filled)
    SELECT :organization_id, :job_id, :external_id, :title, :description, :department_id, :employment_type,
           :workplace, :pay_range, :requisition_code, :is_confidential, :on_filled
    FROM given_template AS t
    WHERE (:department_id::uuid IS NULL OR EXISTS (SELECT FROM given_department))
      AND NOT EXISTS (SELECT FROM unknown_office)
    RETURNING j AS job, j.id, j.version, j.created_at
),
added_offices AS (
    INSERT INTO job_offices (organization_id, job_id, position, office_id)
    SELECT :organization_id, x.id, o.place - 1, o.office_id
    FROM added_job AS x, unnest(:office_ids::uuid[]) WITH ORDINALITY AS o (office_id, place)
),
added_stages AS (
    INSERT INTO stages (organization_id, id, job_id, name, kind, position)
    SELECT :organization_id, s.id, x.id, s.name, s.kind, s.position
    FROM added_job AS x, given_stage AS s
),
added_pipeline AS (
    INSERT INTO pipelines (organization_id, job_id, version, created_at, stages, actor)
    SELECT :organization_id, x.id, 1, x.created_at, (
               SELECT jsonb_agg(jsonb_build_object(
                          'id', s.id, 'name', s.name, 'kind', s.kind, 'position', s.position
                      ) ORDER BY s.position)
               FROM given_stage AS s
           ), :actor
    FROM added_job AS x
),
added_openings AS (
    INSERT INTO openings AS o (organization_id, id, job_id)
    SELECT :organization_id, n.id, x.id
    FROM added_job AS x, unnest(:opening_ids::uuid[]) AS n (id)
    RETURNING o.id, o.version, o.job_id
),
joined_team AS (
    INSERT INTO hiring_team_members (organization_id, job_id, user_id, role)
    SELECT :organization_id, x.id, :viewer_id, 'recruiter'
    FROM added_job AS x
    WHERE :viewer_id::uuid IS NOT NULL
),
recorded_event AS (
    INSERT INTO events (organization_id, id, actor, correlation_id, type, aggregate_type, aggregate_id,
                        aggregate_version, data)
    SELECT :organization_id, :event_id, :actor, :correlation_id, 'job.created', 'job', x.id, x.version,
           jsonb_build_object('department_id', :department_id::uuid, 'office_ids', :office_ids::uuid[])
    FROM added_job AS x
    RETURNING id
),
recorded_opening_events AS (
    INSERT INTO events (organization_id, id, actor, correlation_id, causation_id, type, aggregate_type,
                        aggregate_id, aggregate_version, data)
    SELECT :organization_id, n.event_id, :actor, :correlation_id, :event_id, 'opening.created', 'opening', o.id,
           o.version, jsonb_build_object('job_id', o.job_id)
    FROM added_openings AS o
    JOIN unnest(:opening_ids::uuid[], :opening_event_ids::uuid[]) AS n (id, event_id) ON n.id = o.id
    RETURNING id
),
queued_events AS (
    INSERT INTO outbox (organization_id, event_id)
    SELECT :organization_id, e.id FROM recorded_event AS e
    UNION ALL
    SELECT :organization_id, e.id FROM recorded_opening_events AS e
)
SELECT t.id IS NOT NULL AS is_template_found,
       :department_id::uuid IS NULL OR EXISTS (SELECT FROM given_department) AS is_department_found,
       array(SELECT u.id FROM unknown_office AS u) AS unknown_office_ids, x.id, x.version,
       job_body(x.job, to_json(:office_ids::uuid[]), :sees_pay)::text AS body, e.id AS event_id
FROM (SELECT) AS always
LEFT JOIN given_template AS t ON true
LEFT JOIN added_job AS x ON true
LEFT JOIN recorded_event AS e ON true;

-- name: lock_job(organization_id, job_id)
-- Locks a job, so that what follows sees its offices, team and stages as nobody else changes them.
SELECT j.id
FROM jobs AS j
WHERE j.organization_id = :organization_id AND j.id = :job_id
FOR NO KEY UPDATE;

-- name: update(organization_id, event_id, actor, correlation_id, viewer_id, sees_all_jobs, sees_confidential_jobs, sees_pay, job_id, changes, office_ids, expected_version)^
-- Changes the fields that a merge patch names; objects are merged, offices are replaced when they are given.
-- Locks first: lock_job
-- Returns: what was found, of what it names too, whether its viewer may show it to others, half a pay range, its event.
-- Guards: something differs; version of the locked row; a confidential job is opened by its team or an administrator.
-- Guards: what is newly named is active.
-- Guards: a pay range has all its members and goes upwards; one that does not is returned, and nothing is changed.
-- Why: who may not see pay gives a whole range, for a refusal of half of one would tell them the other half.
-- Why: a pay range that its giver does not see is a change, also an equal one, for an unchanged version would tell it.
WITH locked_job AS (
    SELECT j AS job, j.id, j.version, j.department_id, j.pay_range, j.on_filled,
           NOT j.is_confidential OR EXISTS (
               SELECT FROM hiring_team_members AS t
               WHERE t.organization_id = :organization_id AND t.job_id = j.id AND t.user_id = :viewer_id
           ) OR EXISTS (
               SELECT FROM permission_group_assignments AS a
               JOIN permission_groups AS g ON g.organization_id = :organization_id AND g.id = a.permission_group_id
               WHERE a.organization_id = :organization_id AND a.user_id = :viewer_id AND a.revoked_at IS NULL
                 AND a.scope = 'all' AND g.key = 'administrator'
           ) AS is_opened_by_viewer
    FROM jobs AS j
    WHERE j.organization_id = :organization_id AND j.id = :job_id
      AND ((:sees_all_jobs AND (:sees_confidential_jobs OR NOT j.is_confidential)) OR EXISTS (
          SELECT FROM hiring_team_members AS t
          WHERE t.organization_id = :organization_id AND t.job_id = j.id AND t.user_id = :viewer_id
      ))
    FOR NO KEY UPDATE
),
merged_range AS (
    SELECT m.pay_range,
           m.pay_range IS NULL OR coalesce(
               (m.pay_range ->> 'min_minor')::bigint <= (m.pay_range ->> 'max_minor')::bigint
                   AND m.pay_range ->> 'currency' IS NOT NULL AND m.pay_range ->> 'period' IS NOT NULL, false
           ) AS is_whole
    FROM locked_job AS l
    CROSS JOIN jsonb_populate_record(l.job, :changes) AS n
    CROSS JOIN LATERAL (
        SELECT CASE WHEN n.pay_range IS NOT NULL THEN
                   merge_patch(CASE WHEN :sees_pay THEN (l.job).pay_range END, n.pay_range)
               END AS pay_range
    ) AS m
),
kept_department AS (
    SELECT d.id
    FROM departments AS d
    JOIN locked_job AS l ON d.status = 'active' OR d.id = l.department_id
    WHERE d.organization_id = :organization_id AND d.id = (:changes::jsonb ->> 'department_id')::uuid
    FOR SHARE OF d
),
kept_office AS (
    SELECT o.id
    FROM offices AS o
    JOIN locked_job AS l ON o.status = 'active' OR EXISTS (
        SELECT FROM job_offices AS f
        WHERE f.organization_id = :organization_id AND f.job_id = l.id AND f.office_id = o.id
    )
    WHERE o.organization_id = :organization_id AND o.id = ANY (:office_ids::uuid[])
    ORDER BY o.id
    FOR SHARE OF o
),
unknown_office AS (
    SELECT n.id FROM unnest(:office_ids::uuid[]) AS n (id) WHERE n.id NOT IN (SELECT o.id FROM kept_office AS o)
),
updated_job AS (
    UPDATE jobs AS j
    SET (external_id, title, description, department_id, employment_type, workplace, pay_range, requisition_code,
         is_confidential, on_filled) = (
            SELECT n.external_id, n.title, n.description, n.department_id, n.employment_type, n.workplace,
                   r.pay_range, n.requisition_code, n.is_confidential,
                   merge_patch((l.job).on_filled, n.on_filled)
            FROM jsonb_populate_record(l.job, :changes) AS n
        ),
        version = l.version + 1, updated_at = written_at()
    FROM locked_job AS l, merged_range AS r
    WHERE j.organization_id = :organization_id AND j.id = l.id AND r.is_whole
      AND (l.job IS DISTINCT FROM jsonb_populate_record(l.job, :changes::jsonb - '{pay_range,on_filled}'::text[])
           OR r.pay_range IS DISTINCT FROM l.pay_range OR (NOT :sees_pay AND :changes::jsonb -> 'pay_range' IS NOT NULL)
           OR l.on_filled <> merge_patch(l.on_filled, coalesce(:changes::jsonb -> 'on_filled', '{}'))
           OR :office_ids::uuid[] <> array(
               SELECT f.office_id FROM job_offices AS f
               WHERE f.organization_id = :organization_id AND f.job_id = l.id
               ORDER BY f.position
           ))
      AND (l.is_opened_by_viewer OR NOT :changes::jsonb @> '{"is_confidential": false}')
      AND (:changes::jsonb ->> 'department_id' IS NULL OR EXISTS (SELECT FROM kept_department))
      AND NOT EXISTS (SELECT FROM unknown_office)
      AND (:expected_version::integer IS NULL OR l.version = :expected_version)
    RETURNING j AS job, j.id, j.version
),
removed_offices AS (
    DELETE FROM job_offices AS o
    USING updated_job AS x
    WHERE o.organization_id = :organization_id AND o.job_id = x.id AND :office_ids::uuid[] IS NOT NULL
    RETURNING o.office_id
),
added_offices AS (
    INSERT INTO job_offices (organization_id, job_id, position, office_id)
    SELECT :organization_id, x.id, o.place - 1, o.office_id
    FROM updated_job AS x, (SELECT count(r.office_id) FROM removed_offices AS r) AS removed,
         unnest(:office_ids::uuid[]) WITH ORDINALITY AS o (office_id, place)
),
recorded_event AS (
    INSERT INTO events (organization_id, id, actor, correlation_id, type, aggregate_type, aggregate_id,
                        aggregate_version, data)
    SELECT :organization_id, :event_id, :actor, :correlation_id, 'job.updated', 'job', x.id, x.version,
           jsonb_build_object('fields', (
               SELECT coalesce(jsonb_agg(k), '[]') FROM jsonb_object_keys(:changes::jsonb) AS k
           ), 'office_ids', :office_ids::uuid[])
    FROM updated_job AS x
    RETURNING id
),
queued_event AS (
    INSERT INTO outbox (organization_id, event_id)
    SELECT :organization_id, e.id FROM recorded_event AS e
)
SELECT l.version AS found_version, l.is_opened_by_viewer,
       :changes::jsonb ->> 'department_id' IS NULL OR EXISTS (SELECT FROM kept_department) AS is_department_found,
       array(SELECT u.id FROM unknown_office AS u) AS unknown_office_ids,
       CASE WHEN NOT r.is_whole THEN r.pay_range END AS refused_range, l.id, coalesce(x.version, l.version) AS version,
       job_body(coalesce(x.job, l.job), coalesce(to_json(:office_ids::uuid[]), (
           SELECT coalesce(json_agg(o.office_id ORDER BY o.position), '[]')
           FROM job_offices AS o
           WHERE o.organization_id = :organization_id AND o.job_id = l.id
       )), :sees_pay)::text AS body, e.id AS event_id
FROM locked_job AS l
CROSS JOIN merged_range AS r
LEFT JOIN updated_job AS x ON true
LEFT JOIN recorded_event AS e ON true;

-- name: change_status(organization_id, event_id, actor, correlation_id, viewer_id, sees_all_jobs, sees_confidential_jobs, sees_pay, job_id, from_statuses, to_status, close_reason_id, expected_version)^
-- Leads a job from one of some statuses to another; one that is there already stays as it is.
-- Locks first: lock_job
-- Returns: what was found of job and reason, the job as it is now, its event.
-- Guards: version and status of the locked row; the reason, where one is given, is one for closing jobs.
WITH locked_job AS (
    SELECT j AS job, j.id, j.version, j.status
    FROM jobs AS j
    WHERE j.organization_id = :organization_id AND j.id = :job_id
      AND ((:sees_all_jobs AND (:sees_confidential_jobs OR NOT j.is_confidential)) OR EXISTS (
          SELECT FROM hiring_team_members AS t
          WHERE t.organization_id = :organization_id AND t.job_id = j.id AND t.user_id = :viewer_id
      ))
    FOR NO KEY UPDATE
),
given_reason AS (
    SELECT r.id
    FROM reasons AS r
    WHERE r.organization_id = :organization_id AND r.id = :close_reason_id AND r.kind = 'job_close'
      AND r.status = 'active'
    FOR SHARE
),
changed_job AS (
    UPDATE jobs AS j
    SET status = :to_status, version = l.version + 1, updated_at = written_at(),
        opened_at = CASE WHEN :to_status = 'open' THEN coalesce(j.opened_at, clock_timestamp()) ELSE j.opened_at END,
        close_reason_id = CASE WHEN :to_status = 'archived' THEN j.close_reason_id ELSE :close_reason_id END,
        closed_at = CASE :to_status WHEN 'closed' THEN clock_timestamp() WHEN 'archived' THEN j.closed_at END
    FROM locked_job AS l
    WHERE j.organization_id = :organization_id AND j.id = l.id AND l.status = ANY (:from_statuses::text[])
      AND (:close_reason_id::uuid IS NULL OR EXISTS (SELECT FROM given_reason))
      AND (:expected_version::integer IS NULL OR l.version = :expected_version)
    RETURNING j AS job, j.id, j.version
),
recorded_event AS (
    INSERT INTO events (organization_id, id, actor, correlation_id, type, aggregate_type, aggregate_id,
                        aggregate_version, data, previous)
    SELECT :organization_id, :event_id, :actor, :correlation_id, 'job.status_changed', 'job', x.id, x.version,
           jsonb_build_object('status', :to_status::text, 'reason_id', :close_reason_id::uuid),
           jsonb_build_object('status', l.status)
    FROM changed_job AS x, locked_job AS l
    RETURNING id
),
queued_event AS (
    INSERT INTO outbox (organization_id, event_id)
    SELECT :organization_id, e.id FROM recorded_event AS e
)
SELECT l.version AS found_version, l.status AS found_status,
       :close_reason_id::uuid IS NULL OR r.id IS NOT NULL AS is_reason_found,
       l.id, coalesce(x.version, l.version) AS version,
       job_body(coalesce(x.job, l.job), (
           SELECT coalesce(json_agg(o.office_id ORDER BY o.position), '[]')
           FROM job_offices AS o
           WHERE o.organization_id = :organization_id AND o.job_id = l.id
       ), :sees_pay)::text AS body, e.id AS event_id
FROM locked_job AS l
LEFT JOIN given_reason AS r ON true
LEFT JOIN changed_job AS x ON true
LEFT JOIN recorded_event AS e ON true;

-- name: replace_team(organization_id, event_id, actor, correlation_id, viewer_id, sees_all_jobs, sees_confidential_jobs, job_id, members, expected_version)^
-- Makes the hiring team of a job what is given, as [{"user_id", "role"}].
-- Locks first: lock_job
-- Returns: what was found of job, viewer and users, the team as it is now, the job's version and its event.
-- Guards: version of the locked row; everybody is a user; an outsider to a confidential job's team is administrator.
WITH locked_job AS (
    SELECT j.id, j.version,
           NOT j.is_confidential OR EXISTS (
               SELECT FROM hiring_team_members AS t
               WHERE t.organization_id = :organization_id AND t.job_id = j.id AND t.user_id = :viewer_id
           ) OR EXISTS (
               SELECT FROM permission_group_assignments AS a
               JOIN permission_groups AS g ON g.organization_id = :organization_id AND g.id = a.permission_group_id
               WHERE a.organization_id = :organization_id AND a.user_id = :viewer_id AND a.revoked_at IS NULL
                 AND a.scope = 'all' AND g.key = 'administrator'
           ) AS is_opened_by_viewer
    FROM jobs AS j
    WHERE j.organization_id = :organization_id AND j.id = :job_id
      AND ((:sees_all_jobs AND (:sees_confidential_jobs OR NOT j.is_confidential)) OR EXISTS (
          SELECT FROM hiring_team_members AS t
          WHERE t.organization_id = :organization_id AND t.job_id = j.id AND t.user_id = :viewer_id
      ))
    FOR NO KEY UPDATE
),
given_member AS (
    SELECT DISTINCT m.user_id, m.role, u.id IS NOT NULL AS is_known
    FROM jsonb_to_recordset(:members) AS m (user_id uuid, role text)
    LEFT JOIN users AS u ON u.organization_id = :organization_id AND u.id = m.user_id
),
former_member AS (
    SELECT t.user_id, t.role
    FROM hiring_team_members AS t
    JOIN locked_job AS l ON t.job_id = l.id
    WHERE t.organization_id = :organization_id
),
difference AS (
    SELECT (SELECT count(*) FROM given_member AS m WHERE NOT m.is_known) AS unknown_count,
           (SELECT count(*) FROM given_member AS m
            WHERE (m.user_id, m.role) NOT IN (SELECT f.user_id, f.role FROM former_member AS f))
           + (SELECT count(*) FROM former_member AS f
              WHERE (f.user_id, f.role) NOT IN (SELECT m.user_id, m.role FROM given_member AS m)) AS changed_count
),
changed_job AS (
    UPDATE jobs AS j
    SET version = l.version + 1, updated_at = written_at()
    FROM locked_job AS l, difference AS d
    WHERE j.organization_id = :organization_id AND j.id = l.id AND d.unknown_count = 0 AND d.changed_count > 0
      AND l.is_opened_by_viewer
      AND (:expected_version::integer IS NULL OR l.version = :expected_version)
    RETURNING j.id, j.version
),
removed_members AS (
    DELETE FROM hiring_team_members AS t
    USING changed_job AS x
    WHERE t.organization_id = :organization_id AND t.job_id = x.id
      AND (t.user_id, t.role) NOT IN (SELECT m.user_id, m.role FROM given_member AS m)
    RETURNING t.user_id
),
added_members AS (
    INSERT INTO hiring_team_members (organization_id, job_id, user_id, role)
    SELECT :organization_id, x.id, m.user_id, m.role
    FROM changed_job AS x, (SELECT count(*) FROM removed_members) AS removed, given_member AS m
    WHERE (m.user_id, m.role) NOT IN (SELECT f.user_id, f.role FROM former_member AS f)
),
recorded_event AS (
    INSERT INTO events (organization_id, id, actor, correlation_id, type, aggregate_type, aggregate_id,
                        aggregate_version, data, previous)
    SELECT :organization_id, :event_id, :actor, :correlation_id, 'job.hiring_team_changed', 'job', x.id, x.version,
           jsonb_build_object('members', (
               SELECT coalesce(jsonb_agg(jsonb_build_object('user_id', m.user_id, 'role', m.role)), '[]')
               FROM given_member AS m
           )),
           jsonb_build_object('members', (
               SELECT coalesce(jsonb_agg(jsonb_build_object('user_id', f.user_id, 'role', f.role)), '[]')
               FROM former_member AS f
           ))
    FROM changed_job AS x
    RETURNING id
),
queued_event AS (
    INSERT INTO outbox (organization_id, event_id)
    SELECT :organization_id, e.id FROM recorded_event AS e
)
SELECT l.version AS found_version, l.is_opened_by_viewer, (
           SELECT array_agg(m.user_id) FROM given_member AS m WHERE NOT m.is_known
       ) AS unknown_ids,
       l.id, coalesce(x.version, l.version) AS version,
       json_build_object('job_id', l.id, 'members', (
           SELECT coalesce(json_agg(json_build_object(
                      'user_id', m.user_id, 'name', u.name, 'role', m.role
                  ) ORDER BY u.name, m.user_id, m.role), '[]')
           FROM given_member AS m
           JOIN users AS u ON u.organization_id = :organization_id AND u.id = m.user_id
       ))::text AS body, e.id AS event_id
FROM locked_job AS l
LEFT JOIN changed_job AS x ON true
LEFT JOIN recorded_event AS e ON true;

-- name: lock_leaving_candidates(organization_id, job_id, stages)
-- Locks the candidates whose active applications are in a stage that is about to be removed.
SELECT c.id
FROM candidates AS c
WHERE c.organization_id = :organization_id
  AND c.id IN (
      SELECT a.candidate_id FROM applications AS a
      WHERE a.organization_id = :organization_id AND a.job_id = :job_id AND a.status = 'active'
        AND a.stage_id NOT IN (SELECT s.id FROM jsonb_to_recordset(:stages) AS s (id uuid))
  )
ORDER BY c.id
FOR NO KEY UPDATE;

-- name: lock_leaving_applications(organization_id, job_id, stages)
-- Locks the active applications in a stage that is about to be removed, ids ascending.
SELECT a.id
FROM applications AS a
WHERE a.organization_id = :organization_id AND a.job_id = :job_id AND a.status = 'active'
  AND a.stage_id NOT IN (SELECT s.id FROM jsonb_to_recordset(:stages) AS s (id uuid))
ORDER BY a.id
FOR NO KEY UPDATE;

-- name: replace_pipeline(organization_id, event_id, actor, correlation_id, viewer_id, sees_all_jobs, sees_confidential_jobs, job_id, stages, mapping, seen_pipeline_version, expected_version)^
-- Makes a job's pipeline [{"id", "name", "kind", "position"}], as given, and moves on who is in a removed stage.
-- Locks first: lock_job, lock_leaving_candidates, lock_leaving_applications
-- Returns: what was found, the pipeline as it is now, the job's version and its event.
-- Guards: something differs; version of the locked row; the pipeline is the one that the new one was checked against.
WITH locked_job AS (
    SELECT j.id, j.version, j.status, j.pipeline_version
    FROM jobs AS j
    WHERE j.organization_id = :organization_id AND j.id = :job_id
      AND ((:sees_all_jobs AND (:sees_confidential_jobs OR NOT j.is_confidential)) OR EXISTS (
          SELECT FROM hiring_team_members AS t
          WHERE t.organization_id = :organization_id AND t.job_id = j.id AND t.user_id = :viewer_id
      ))
    FOR NO KEY UPDATE
),
former_pipeline AS (
    SELECT p.stages
    FROM locked_job AS l
    JOIN pipelines AS p ON p.organization_id = :organization_id AND p.job_id = l.id AND p.version = l.pipeline_version
),
given_stage AS (
    SELECT s.id, s.name, s.kind, s.position
    FROM jsonb_to_recordset(:stages) AS s (id uuid, name text, kind text, position smallint)
),
given_target AS (
    SELECT m.key::uuid AS removed_id, m.value::uuid AS target_id FROM jsonb_each_text(:mapping) AS m (key, value)
),
changed_job AS (
    UPDATE jobs AS j
    SET pipeline_version = l.pipeline_version + 1, version = l.version + 1, updated_at = written_at()
    FROM locked_job AS l, former_pipeline AS f
    WHERE j.organization_id = :organization_id AND j.id = l.id AND l.pipeline_version = :seen_pipeline_version
      AND f.stages <> :stages
      AND (:expected_version::integer IS NULL OR l.version = :expected_version)
    RETURNING j.id, j.version, j.pipeline_version, j.updated_at
),
written_stages AS (
    INSERT INTO stages AS s (organization_id, id, job_id, name, kind, position)
    SELECT :organization_id, g.id, x.id, g.name, g.kind, g.position
    FROM changed_job AS x, given_stage AS g
    ON CONFLICT (organization_id, id) DO UPDATE
        SET name = excluded.name, kind = excluded.kind, position = excluded.position
),
removed_stages AS (
    UPDATE stages AS s
    SET removed_at = coalesce(s.removed_at, clock_timestamp()), replaced_by = t.target_id
    FROM changed_job AS x, given_target AS t
    WHERE s.organization_id = :organization_id AND s.job_id = x.id AND t.removed_id IN (s.id, s.replaced_by)
),
moved_applications AS (
    UPDATE applications AS a
    SET stage_id = t.target_id, version = a.version + 1, updated_at = written_at()
    FROM changed_job AS x, given_target AS t
    WHERE a.organization_id = :organization_id AND a.job_id = x.id AND a.status = 'active'
      AND a.stage_id = t.removed_id
    RETURNING a.id, a.version, a.candidate_id, a.job_id, a.stage_id, t.removed_id AS former_stage_id,
              uuid_v7() AS event_id, x.updated_at AS moved_at
),
touched_candidates AS (
    UPDATE candidates AS c
    SET updated_at = written_at()
    FROM moved_applications AS m
    WHERE c.organization_id = :organization_id AND c.id = m.candidate_id
),
recorded_changes AS (
    INSERT INTO stage_changes (organization_id, id, application_id, change, from_stage_id, to_stage_id, actor,
                               occurred_at)
    SELECT :organization_id, m.event_id, m.id, 'moved', m.former_stage_id, m.stage_id, :actor, m.moved_at
    FROM moved_applications AS m
),
recorded_moves AS (
    INSERT INTO events (organization_id, id, actor, correlation_id, causation_id, type, aggregate_type,
                        aggregate_id, aggregate_version, data, previous)
    SELECT :organization_id, m.event_id, :actor, :correlation_id, :event_id, 'application.stage_changed',
           'application', m.id, m.version,
           jsonb_build_object('candidate_id', m.candidate_id, 'job_id', m.job_id, 'stage_id', m.stage_id),
           jsonb_build_object('stage_id', m.former_stage_id)
    FROM moved_applications AS m
    RETURNING id
),
added_pipeline AS (
    INSERT INTO pipelines (organization_id, job_id, version, created_at, stages, actor)
    SELECT :organization_id, x.id, x.pipeline_version, x.updated_at, :stages, :actor
    FROM changed_job AS x
),
recorded_event AS (
    INSERT INTO events (organization_id, id, actor, correlation_id, type, aggregate_type, aggregate_id,
                        aggregate_version, data)
    SELECT :organization_id, :event_id, :actor, :correlation_id, 'job.pipeline_changed', 'job', x.id, x.version,
           jsonb_build_object('pipeline_version', x.pipeline_version, 'mapping', :mapping::jsonb)
    FROM changed_job AS x
    RETURNING id
),
queued_events AS (
    INSERT INTO outbox (organization_id, event_id)
    SELECT :organization_id, e.id FROM recorded_event AS e
    UNION ALL
    SELECT :organization_id, e.id FROM recorded_moves AS e
),
counted_applications AS (
    SELECT coalesce(t.target_id, a.stage_id) AS stage_id, count(*) AS applications_count
    FROM applications AS a
    LEFT JOIN given_target AS t ON t.removed_id = a.stage_id
    WHERE a.organization_id = :organization_id AND a.job_id = :job_id AND a.status = 'active'
    GROUP BY 1
)
SELECT l.version AS found_version, l.status AS found_status, l.pipeline_version AS found_pipeline_version, l.id,
       coalesce(x.version, l.version) AS version,
       json_build_object('job_id', l.id, 'version', coalesce(x.pipeline_version, l.pipeline_version), 'as_of',
                         coalesce(x.updated_at, clock_timestamp()), 'stages', (
           SELECT json_agg(json_build_object(
                      'id', g.id, 'name', g.name, 'kind', g.kind, 'position', g.position,
                      'applications_count', coalesce(n.applications_count, 0)
                  ) ORDER BY g.position)
           FROM given_stage AS g
           LEFT JOIN counted_applications AS n ON n.stage_id = g.id
       ))::text AS body, e.id AS event_id
FROM locked_job AS l
LEFT JOIN changed_job AS x ON true
LEFT JOIN recorded_event AS e ON true;
