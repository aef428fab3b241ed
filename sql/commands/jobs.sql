-- Jobs: what changes vacancies, their hiring teams and their pipelines.
-- Pool: primary.
-- Know first: lock_job goes first, so `seen_job` is the job as nobody else can change it until the command ends.

-- name: add^
-- Adds a draft with its openings, its offices and a pipeline from a template; its maker joins the team as recruiter.
-- Takes: stamp, viewer_id, sees_pay, job_id, kind, title, description, department_id, office_ids, employment_type,
--     workplace, pay_range, requisition_code, is_confidential, on_filled, external_id, custom_fields,
--     pipeline_template_id, stage_ids, opening_ids, opening_event_ids
-- Visibility: the viewer is the one who adds the job and joins its team.
-- Returns: the refusal, the job as it is now, its event.
-- Rules: S1, S11, S12, J1, J13, R6.
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
given_rejection AS (
    SELECT r.id
    FROM reasons AS r
    WHERE r.organization_id = :organization_id AND r.id = rejection_reason(:on_filled) AND r.kind = 'rejection'
      AND r.status = 'active'
    FOR SHARE
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
unfit_field AS (
    SELECT '/pipeline_template_id' AS pointer, 'unknown_reference' AS finding, -2 AS place
    WHERE NOT EXISTS (SELECT FROM given_template)
    UNION ALL
    SELECT '/on_filled/active_applications/reject/reason_id', 'unknown_reference', -1
    WHERE rejection_reason(:on_filled) IS NOT NULL AND NOT EXISTS (SELECT FROM given_rejection)
    UNION ALL
    SELECT '/department_id', 'unknown_reference', 0
    WHERE :department_id::uuid IS NOT NULL AND NOT EXISTS (SELECT FROM given_department)
    UNION ALL
    SELECT format('/office_ids/%s', n.place - 1), 'unknown_reference', n.place
    FROM unnest(:office_ids::uuid[]) WITH ORDINALITY AS n (id, place)
    WHERE n.id NOT IN (SELECT o.id FROM given_office AS o)
    UNION ALL
    SELECT u.pointer, u.finding, 1000
    FROM unfit_custom_fields(:organization_id, 'job', :custom_fields, '{}') AS u
),
judged_job AS (
    SELECT CASE
        WHEN EXISTS (SELECT FROM unfit_field) THEN unfit_fields((
            SELECT json_object_agg(u.pointer, u.finding ORDER BY u.place, u.pointer) FROM unfit_field AS u
        ))
    END AS refusal
),
added_job AS (
    INSERT INTO jobs AS j (organization_id, id, external_id, kind, title, description, department_id, employment_type,
                           workplace, pay_range, requisition_code, is_confidential, on_filled, custom_fields)
    SELECT :organization_id, :job_id, :external_id, :kind, :title, :description, :department_id, :employment_type,
           :workplace, :pay_range, :requisition_code, :is_confidential, :on_filled, :custom_fields
    FROM judged_job AS g
    WHERE g.refusal IS NULL
    RETURNING j AS job, j.id, j.version, j.created_at, record_event(
        :organization_id, :event_id, :actor, :correlation_id, 'job.created', 'job', j.id, j.version,
        jsonb_build_object('department_id', j.department_id, 'office_ids', :office_ids::uuid[])
    ) AS event_id
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
    RETURNING record_event(
        :organization_id, (:opening_event_ids::uuid[])[array_position(:opening_ids::uuid[], o.id)], :actor,
        :correlation_id, 'opening.created', 'opening', o.id, o.version, jsonb_build_object('job_id', o.job_id),
        causation_id => :event_id
    ) AS event_id
),
joined_team AS (
    INSERT INTO hiring_team_members (organization_id, job_id, user_id, role)
    SELECT :organization_id, x.id, :viewer_id, 'recruiter'
    FROM added_job AS x
    WHERE :viewer_id::uuid IS NOT NULL
)
SELECT g.refusal::text AS refusal, x.id, x.version,
       job_body(x.job, to_json(:office_ids::uuid[]), :sees_pay)::text AS body, x.event_id
FROM judged_job AS g
LEFT JOIN added_job AS x ON true;

-- name: update^
-- Changes the fields that a merge patch names; objects are merged, offices are replaced when they are given.
-- Takes: stamp, job view, sees_pay, is_user, job_id, changes, office_ids, expected_versions
-- Locks first: lock_job
-- Returns: the refusal, the job as it is now, its event.
-- Rules: S1, S11, S12, J4, J5, J6, J13, B34, R6.
-- Why: a caller who may not see pay gives a whole range: the refusal of half of one would tell them the other half.
-- Why: their pay range is always a change, even an equal one: a version that stays would tell them that it is equal.
WITH seen_job AS (
    SELECT j AS job, j.id, j.version, j.department_id, j.pay_range, j.on_filled, j.custom_fields
    FROM seen_jobs(:organization_id, :viewer_id, :sees_all_jobs, :sees_confidential_jobs) AS j
    WHERE j.id = :job_id
),
merged_range AS (
    SELECT CASE
        WHEN n.pay_range IS NOT NULL
            THEN merge_patch(CASE WHEN :sees_pay THEN l.pay_range END, n.pay_range)
    END AS pay_range
    FROM seen_job AS l
    CROSS JOIN jsonb_populate_record(l.job, :changes) AS n
),
missing_pay AS (
    SELECT '/pay_range/' || f.name AS pointer, f.place
    FROM merged_range AS r, unnest('{min_minor,max_minor,currency,period}'::text[]) WITH ORDINALITY AS f (name, place)
    WHERE r.pay_range IS NOT NULL AND r.pay_range ->> f.name IS NULL
),
kept_department AS (
    SELECT d.id
    FROM departments AS d
    JOIN seen_job AS l ON d.status = 'active' OR d.id = l.department_id
    WHERE d.organization_id = :organization_id AND d.id = (:changes::jsonb ->> 'department_id')::uuid
    FOR SHARE OF d
),
kept_office AS (
    SELECT o.id, o AS office
    FROM offices AS o
    JOIN seen_job AS l ON o.status = 'active' OR EXISTS (
        SELECT FROM job_offices AS f
        WHERE f.organization_id = :organization_id AND f.job_id = l.id AND f.office_id = o.id
    )
    WHERE o.organization_id = :organization_id AND o.id = ANY (:office_ids::uuid[])
    ORDER BY o.id
    FOR SHARE OF o
),
kept_rejection AS (
    SELECT r.id
    FROM reasons AS r
    JOIN seen_job AS l ON r.status = 'active' OR r.id = rejection_reason(l.on_filled)
    WHERE r.organization_id = :organization_id AND r.id = rejection_reason(:changes::jsonb -> 'on_filled')
      AND r.kind = 'rejection'
    FOR SHARE OF r
),
broken_law AS (
    SELECT b.finding, b.detail
    FROM seen_job AS l
    CROSS JOIN kept_office AS o
    JOIN posts AS p ON p.organization_id = :organization_id AND p.job_id = l.id AND p.status = 'published'
    CROSS JOIN broken_law(:organization_id, p, places_of_office(o.office)) AS b
    WHERE NOT EXISTS (
        SELECT FROM job_offices AS f
        WHERE f.organization_id = :organization_id AND f.job_id = l.id AND f.office_id = o.id
    )
    ORDER BY p.id, o.id
    LIMIT 1
),
unfit_field AS (
    SELECT '/on_filled/active_applications/reject/reason_id' AS pointer, 'unknown_reference' AS finding, -1 AS place
    WHERE rejection_reason(:changes::jsonb -> 'on_filled') IS NOT NULL AND NOT EXISTS (SELECT FROM kept_rejection)
    UNION ALL
    SELECT '/department_id', 'unknown_reference', 0
    WHERE :changes::jsonb ->> 'department_id' IS NOT NULL AND NOT EXISTS (SELECT FROM kept_department)
    UNION ALL
    SELECT format('/office_ids/%s', n.place - 1), 'unknown_reference', n.place
    FROM unnest(:office_ids::uuid[]) WITH ORDINALITY AS n (id, place)
    WHERE n.id NOT IN (SELECT o.id FROM kept_office AS o)
    UNION ALL
    SELECT u.pointer, u.finding, 1000
    FROM seen_job AS l
    CROSS JOIN unfit_custom_fields(:organization_id, 'job', :changes::jsonb -> 'custom_fields', l.custom_fields) AS u
),
judged_job AS (
    SELECT CASE
        WHEN :changes::jsonb @> '{"is_confidential": false}' AND NOT EXISTS (
            SELECT FROM shareable_jobs(:organization_id, :viewer_id, :is_user) AS s WHERE s.id = l.id
        ) THEN refusal('team_required', NULL)
        WHEN EXISTS (SELECT FROM unfit_field) THEN unfit_fields((
            SELECT json_object_agg(u.pointer, u.finding ORDER BY u.place, u.pointer) FROM unfit_field AS u
        ))
        WHEN EXISTS (SELECT FROM missing_pay) THEN unfit_fields((
            SELECT json_object_agg(m.pointer, 'required'::text ORDER BY m.place) FROM missing_pay AS m
        ))
        WHEN (r.pay_range ->> 'min_minor')::bigint > (r.pay_range ->> 'max_minor')::bigint
            THEN unfit('/pay_range/max_minor', 'range')
        WHEN l.version <> ALL (:expected_versions::integer[]) THEN version_mismatch(l.version)
        WHEN b.finding IS NOT NULL THEN unfit_fields(json_build_object('/office_ids', b.finding), b.detail)
    END AS refusal
    FROM seen_job AS l
    CROSS JOIN merged_range AS r
    LEFT JOIN broken_law AS b ON true
),
updated_job AS (
    UPDATE jobs AS j
    SET (external_id, title, description, department_id, employment_type, workplace, pay_range, requisition_code,
         is_confidential, on_filled, custom_fields) = (
            SELECT n.external_id, n.title, n.description, n.department_id, n.employment_type, n.workplace,
                   r.pay_range, n.requisition_code, n.is_confidential, merge_patch(l.on_filled, n.on_filled),
                   patched_custom_fields(l.custom_fields, :changes)
            FROM jsonb_populate_record(l.job, :changes) AS n
        ),
        version = l.version + 1, updated_at = written_at()
    FROM judged_job AS g, seen_job AS l, merged_range AS r
    WHERE j.organization_id = :organization_id AND j.id = l.id AND g.refusal IS NULL
      AND (l.job IS DISTINCT FROM jsonb_populate_record(
               l.job, :changes::jsonb - '{pay_range,on_filled,custom_fields}'::text[]
           )
           OR l.custom_fields <> patched_custom_fields(l.custom_fields, :changes)
           OR r.pay_range IS DISTINCT FROM l.pay_range OR (NOT :sees_pay AND :changes::jsonb -> 'pay_range' IS NOT NULL)
           OR l.on_filled <> merge_patch(l.on_filled, coalesce(:changes::jsonb -> 'on_filled', '{}'))
           OR :office_ids::uuid[] <> array(
               SELECT f.office_id FROM job_offices AS f
               WHERE f.organization_id = :organization_id AND f.job_id = l.id
               ORDER BY f.position
           ))
    RETURNING j AS job, j.id, j.version, record_event(
        :organization_id, :event_id, :actor, :correlation_id, 'job.updated', 'job', j.id, j.version,
        jsonb_build_object('fields', coalesce(fields_of(:changes::jsonb - 'office_ids'), '[]'),
                           'office_ids', :office_ids::uuid[])
    ) AS event_id
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
)
SELECT g.refusal::text AS refusal, l.id, coalesce(x.version, l.version) AS version,
       job_body(coalesce(x.job, l.job), coalesce(to_json(:office_ids::uuid[]), f.office_ids), :sees_pay)::text AS body,
       x.event_id
FROM seen_job AS l
CROSS JOIN judged_job AS g
CROSS JOIN offices_of_job(:organization_id, :job_id) AS f
LEFT JOIN updated_job AS x ON true;

-- name: change_status^
-- Opens, holds, archives or unarchives a job in one of from_statuses; one that has the new status stays as it is.
-- Takes: stamp, job view, sees_pay, job_id, from_statuses, to_status, expected_versions
-- Locks first: lock_job
-- Returns: the refusal, the job as it is now, its event.
-- Rules: J2.
WITH seen_job AS (
    SELECT j AS job, j.id, j.version, j.status
    FROM seen_jobs(:organization_id, :viewer_id, :sees_all_jobs, :sees_confidential_jobs) AS j
    WHERE j.id = :job_id
),
judged_job AS (
    SELECT CASE
        WHEN l.version <> ALL (:expected_versions::integer[]) THEN version_mismatch(l.version)
        WHEN l.status <> :to_status AND l.status <> ALL (:from_statuses::text[]) THEN refusal(
            'status_conflict', state_of(l.status, l.version),
            format('A job cannot change from %s to %s.', l.status, :to_status)
        )
    END AS refusal
    FROM seen_job AS l
),
changed_job AS (
    UPDATE jobs AS j
    SET status = :to_status, version = l.version + 1, updated_at = written_at(),
        opened_at = CASE WHEN :to_status = 'open' THEN coalesce(j.opened_at, clock_timestamp()) ELSE j.opened_at END,
        close_reason_id = CASE WHEN :to_status = 'archived' THEN j.close_reason_id END,
        closed_at = CASE WHEN :to_status = 'archived' THEN j.closed_at END
    FROM judged_job AS g, seen_job AS l
    WHERE j.organization_id = :organization_id AND j.id = l.id AND g.refusal IS NULL AND l.status <> :to_status
    RETURNING j AS job, j.version, record_event(
        :organization_id, :event_id, :actor, :correlation_id, 'job.status_changed', 'job', j.id, j.version,
        jsonb_build_object('status', j.status, 'reason_id', NULL),
        previous => jsonb_build_object('status', l.status)
    ) AS event_id
)
SELECT g.refusal::text AS refusal, l.id, coalesce(x.version, l.version) AS version,
       job_body(coalesce(x.job, l.job), f.office_ids, :sees_pay)::text AS body, x.event_id
FROM seen_job AS l
CROSS JOIN judged_job AS g
CROSS JOIN offices_of_job(:organization_id, :job_id) AS f
LEFT JOIN changed_job AS x ON true;

-- name: take_turn
-- Makes a closing that rejects and the requests of bulk operations come one after another, so that they can be counted.
-- Takes: organization_id, rejection
SELECT pg_advisory_xact_lock(bulk_operations_turn(:organization_id))
WHERE :rejection::jsonb IS NOT NULL;

-- name: close^
-- Closes a job for a reason, and requests the rejection of its applications if given; a closed job stays as it is.
-- Takes: stamp, job view, sees_pay, job_id, from_statuses, reason_id, bulk_operation_id, rejection,
--     maximum_unended_count, expected_versions
-- Locks first: take_turn, lock_job
-- Returns: the refusal, the job as it is now, its event, the bulk operation.
-- Rules: S1, S4, J2, J3, K10.
-- Why: an application is submitted while its job is locked, so each one is either seen here or finds the job closed.
WITH seen_job AS (
    SELECT j AS job, j.id, j.version, j.status
    FROM seen_jobs(:organization_id, :viewer_id, :sees_all_jobs, :sees_confidential_jobs) AS j
    WHERE j.id = :job_id
),
given_reason AS (
    SELECT r.id
    FROM reasons AS r
    WHERE r.organization_id = :organization_id AND r.id = :reason_id AND r.kind = 'job_close' AND r.status = 'active'
    FOR SHARE
),
given_rejection AS (
    SELECT r.id
    FROM reasons AS r
    WHERE r.organization_id = :organization_id AND r.id = (:rejection::jsonb ->> 'reason_id')::uuid
      AND r.kind = 'rejection' AND r.status = 'active'
    FOR SHARE
),
given_template AS (
    SELECT t.id
    FROM email_templates AS t
    WHERE t.organization_id = :organization_id AND t.id = (:rejection::jsonb #>> '{message,template_id}')::uuid
      AND t.status = 'active'
    FOR SHARE
),
unknown_reference AS (
    SELECT '/reason_id' AS pointer, 1 AS place
    WHERE NOT EXISTS (SELECT FROM given_reason)
    UNION ALL
    SELECT '/active_applications/reject/reason_id', 2
    WHERE :rejection::jsonb IS NOT NULL AND NOT EXISTS (SELECT FROM given_rejection)
    UNION ALL
    SELECT '/active_applications/reject/message/template_id', 3
    WHERE :rejection::jsonb #>> '{message,template_id}' IS NOT NULL AND NOT EXISTS (SELECT FROM given_template)
),
judged_job AS (
    SELECT CASE
        WHEN EXISTS (SELECT FROM unknown_reference) THEN unfit_fields((
            SELECT json_object_agg(u.pointer, 'unknown_reference'::text ORDER BY u.place) FROM unknown_reference AS u
        ))
        WHEN l.version <> ALL (:expected_versions::integer[]) THEN version_mismatch(l.version)
        WHEN l.status <> 'closed' AND l.status <> ALL (:from_statuses::text[]) THEN refusal(
            'status_conflict', state_of(l.status, l.version),
            format('A job cannot change from %s to closed.', l.status)
        )
        WHEN :rejection::jsonb IS NOT NULL AND l.status <> 'closed'
            AND u.unended_count >= :maximum_unended_count::integer
            THEN refusal('too_many_bulk_operations', json_build_object('unended_count', u.unended_count))
    END AS refusal
    FROM seen_job AS l
    CROSS JOIN unended_bulk_operations(:organization_id) AS u
),
closed_job AS (
    UPDATE jobs AS j
    SET status = 'closed', close_reason_id = :reason_id, closed_at = clock_timestamp(), version = l.version + 1,
        updated_at = written_at()
    FROM judged_job AS g, seen_job AS l
    WHERE j.organization_id = :organization_id AND j.id = l.id AND g.refusal IS NULL AND l.status <> 'closed'
    RETURNING j AS job, j.id, j.version, record_event(
        :organization_id, :event_id, :actor, :correlation_id, 'job.status_changed', 'job', j.id, j.version,
        jsonb_build_object('status', j.status, 'reason_id', j.close_reason_id),
        previous => jsonb_build_object('status', l.status)
    ) AS event_id
),
chosen_application AS (
    SELECT a.id
    FROM closed_job AS x
    JOIN recruited_jobs(:organization_id, :viewer_id, :sees_all_jobs, :sees_confidential_jobs) AS j ON j.id = x.id
    JOIN unhidden_applications(:organization_id, :viewer_id, true) AS a ON a.job_id = j.id
    WHERE a.status = 'active' AND :rejection::jsonb IS NOT NULL
),
requested_rejection AS (
    INSERT INTO bulk_operations AS b (organization_id, id, action, arguments, is_dry_run, is_automatic, requested_by,
                                      due_event_id, total_count)
    SELECT :organization_id, :bulk_operation_id, 'reject', :rejection, false, true, :actor, :bulk_operation_id, (
               SELECT count(*)::integer FROM chosen_application
           )
    FROM closed_job AS x
    WHERE :rejection::jsonb IS NOT NULL
    RETURNING b.id, record_event(
        :organization_id, b.due_event_id, :actor, :correlation_id, 'bulk_operation.due', 'bulk_operation', b.id,
        b.version, '{}', causation_id => :event_id
    ) AS event_id
),
frozen_item AS (
    INSERT INTO bulk_operation_items (organization_id, bulk_operation_id, id)
    SELECT :organization_id, x.id, a.id
    FROM requested_rejection AS x, chosen_application AS a
)
SELECT g.refusal::text AS refusal, l.id, coalesce(x.version, l.version) AS version,
       job_body(coalesce(x.job, l.job), f.office_ids, :sees_pay)::text AS body, x.event_id, b.id AS bulk_operation_id
FROM seen_job AS l
CROSS JOIN judged_job AS g
CROSS JOIN offices_of_job(:organization_id, :job_id) AS f
LEFT JOIN closed_job AS x ON true
LEFT JOIN requested_rejection AS b ON true;

-- name: replace_team^
-- Makes the hiring team of a job what is given, as [{"user_id", "role"}]; a team that is so already stays as it is.
-- Takes: stamp, job view, is_user, job_id, members, expected_versions
-- Locks first: lock_job
-- Returns: the refusal, the team as it is now, the job's version, its event.
-- Rules: J6, J7, J17.
WITH seen_job AS (
    SELECT j.id, j.version
    FROM seen_jobs(:organization_id, :viewer_id, :sees_all_jobs, :sees_confidential_jobs) AS j
    WHERE j.id = :job_id
),
given_member AS (
    SELECT m.user_id, m.role, m.place, u.name
    FROM ROWS FROM (
        jsonb_to_recordset(:members) AS (user_id uuid, role text)
    ) WITH ORDINALITY AS m (user_id, role, place)
    LEFT JOIN users AS u ON u.organization_id = :organization_id AND u.id = m.user_id
),
given_team AS (
    SELECT coalesce(jsonb_agg(
               jsonb_build_object('user_id', m.user_id, 'role', m.role) ORDER BY m.user_id, m.role
           ), '[]') AS members
    FROM given_member AS m
),
former_team AS (
    SELECT coalesce(jsonb_agg(
               jsonb_build_object('user_id', t.user_id, 'role', t.role) ORDER BY t.user_id, t.role
           ), '[]') AS members
    FROM hiring_team_members AS t
    WHERE t.organization_id = :organization_id AND t.job_id = :job_id
),
judged_job AS (
    SELECT CASE
        WHEN NOT EXISTS (SELECT FROM shareable_jobs(:organization_id, :viewer_id, :is_user) AS s WHERE s.id = l.id)
            OR NOT EXISTS (
                SELECT FROM recruited_jobs(
                    :organization_id, :viewer_id, :sees_all_jobs, :sees_confidential_jobs
                ) AS r
                WHERE r.id = l.id
            ) THEN refusal('team_required', NULL)
        WHEN EXISTS (SELECT FROM given_member AS m WHERE m.name IS NULL) THEN unfit_fields((
            SELECT json_object_agg(
                       format('/members/%s/user_id', m.place - 1), 'unknown_reference'::text ORDER BY m.place
                   )
            FROM given_member AS m
            WHERE m.name IS NULL
        ))
        WHEN l.version <> ALL (:expected_versions::integer[]) THEN version_mismatch(l.version)
    END AS refusal
    FROM seen_job AS l
),
changed_job AS (
    UPDATE jobs AS j
    SET version = l.version + 1, updated_at = written_at()
    FROM judged_job AS g, seen_job AS l, given_team AS n, former_team AS f
    WHERE j.organization_id = :organization_id AND j.id = l.id AND g.refusal IS NULL AND n.members <> f.members
    RETURNING j.id, j.version, record_event(
        :organization_id, :event_id, :actor, :correlation_id, 'job.hiring_team_changed', 'job', j.id, j.version,
        jsonb_build_object('members', n.members), previous => jsonb_build_object('members', f.members)
    ) AS event_id
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
    WHERE (m.user_id, m.role) NOT IN (
        SELECT t.user_id, t.role FROM hiring_team_members AS t
        WHERE t.organization_id = :organization_id AND t.job_id = x.id
    )
)
SELECT g.refusal::text AS refusal, l.id, coalesce(x.version, l.version) AS version,
       json_build_object('job_id', l.id, 'members', (
           SELECT coalesce(json_agg(json_build_object(
                      'user_id', m.user_id, 'name', m.name, 'role', m.role
                  ) ORDER BY m.name, m.user_id, m.role), '[]')
           FROM given_member AS m
       ))::text AS body, x.event_id
FROM seen_job AS l
CROSS JOIN judged_job AS g
LEFT JOIN changed_job AS x ON true;

-- name: lock_leaving_candidates
-- Locks the candidates whose active applications are in a stage that is about to be removed.
-- Takes: organization_id, job_id, stages
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

-- name: lock_leaving_applications
-- Locks the active applications in a stage that is about to be removed, ids ascending.
-- Takes: organization_id, job_id, stages
SELECT a.id
FROM applications AS a
WHERE a.organization_id = :organization_id AND a.job_id = :job_id AND a.status = 'active'
  AND a.stage_id NOT IN (SELECT s.id FROM jsonb_to_recordset(:stages) AS s (id uuid))
ORDER BY a.id
FOR NO KEY UPDATE;

-- name: replace_pipeline^
-- Makes a job's pipeline [{"id", "name", "kind", "position"}], as given, and moves applications out of removed stages.
-- Takes: stamp, job view, counted view, job_id, stages, mapping, seen_pipeline_version, expected_versions
-- Locks first: lock_job, lock_leaving_candidates, lock_leaving_applications
-- Returns: the refusal, the pipeline as it is now, the job's version, its event.
-- Rules: P7, R10.
WITH seen_job AS (
    SELECT j.id, j.version, j.status, j.pipeline_version
    FROM seen_jobs(:organization_id, :viewer_id, :sees_all_jobs, :sees_confidential_jobs) AS j
    WHERE j.id = :job_id
),
former_pipeline AS (
    SELECT p.stages
    FROM seen_job AS l
    JOIN pipelines AS p ON p.organization_id = :organization_id AND p.job_id = l.id AND p.version = l.pipeline_version
),
given_stage AS (
    SELECT s.id, s.name, s.kind, s.position
    FROM jsonb_to_recordset(:stages) AS s (id uuid, name text, kind text, position smallint)
),
given_target AS (
    SELECT m.key::uuid AS removed_id, m.value::uuid AS target_id FROM jsonb_each_text(:mapping) AS m (key, value)
),
judged_job AS (
    SELECT CASE
        WHEN l.version <> ALL (:expected_versions::integer[]) THEN version_mismatch(l.version)
        WHEN l.pipeline_version <> :seen_pipeline_version
            THEN refusal('being_changed', state_of(l.status, l.version))
    END AS refusal
    FROM seen_job AS l
),
changed_job AS (
    UPDATE jobs AS j
    SET pipeline_version = l.pipeline_version + 1, version = l.version + 1, updated_at = written_at()
    FROM judged_job AS g, seen_job AS l, former_pipeline AS f
    WHERE j.organization_id = :organization_id AND j.id = l.id AND g.refusal IS NULL AND f.stages <> :stages
    RETURNING j.id, j.version, j.pipeline_version, j.updated_at, record_event(
        :organization_id, :event_id, :actor, :correlation_id, 'job.pipeline_changed', 'job', j.id, j.version,
        jsonb_build_object('pipeline_version', j.pipeline_version, 'mapping', :mapping::jsonb)
    ) AS event_id
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
    RETURNING record_stage_change(
        :organization_id, record_event(
            :organization_id, uuid_v7(), :actor, :correlation_id, 'application.stage_changed', 'application', a.id,
            a.version, jsonb_build_object(
                'candidate_id', a.candidate_id, 'job_id', a.job_id, 'stage_id', a.stage_id,
                'stage_kind', (SELECT g.kind FROM given_stage AS g WHERE g.id = a.stage_id)
            ),
            previous => jsonb_build_object('stage_id', t.removed_id), causation_id => :event_id
        ), :actor, a.id, 'moved', t.removed_id, a.stage_id, occurred_at => x.updated_at
    ) AS change_id, touch_candidate(:organization_id, a.candidate_id) AS touched_id
),
added_pipeline AS (
    INSERT INTO pipelines (organization_id, job_id, version, created_at, stages, actor)
    SELECT :organization_id, x.id, x.pipeline_version, x.updated_at, :stages, :actor
    FROM changed_job AS x
),
stage_count AS (
    SELECT coalesce(t.target_id, a.stage_id) AS stage_id, count(*) AS applications_count
    FROM counted_applications(:organization_id, :viewer_id, :sees_applications, :sees_all_applications,
                              :sees_confidential_jobs, :sees_internal, :job_id) AS a
    LEFT JOIN given_target AS t ON t.removed_id = a.stage_id
    WHERE a.status = 'active'
    GROUP BY 1
)
SELECT g.refusal::text AS refusal, l.id, coalesce(x.version, l.version) AS version,
       json_build_object('job_id', l.id, 'version', coalesce(x.pipeline_version, l.pipeline_version), 'as_of',
                         as_utc(coalesce(x.updated_at, clock_timestamp())), 'stages', (
           SELECT json_agg(json_build_object(
                      'id', s.id, 'name', s.name, 'kind', s.kind, 'position', s.position,
                      'applications_count', coalesce(n.applications_count, 0)
                  ) ORDER BY s.position)
           FROM given_stage AS s
           LEFT JOIN stage_count AS n ON n.stage_id = s.id
       ))::text AS body, x.event_id
FROM seen_job AS l
CROSS JOIN judged_job AS g
LEFT JOIN changed_job AS x ON true;
