-- Stage changes: the history of applications, how it is recorded and shown.

-- Records what happened to an application; returns its id, which is the event's. Call it as record_event is called. Its
-- time is behind the locks that the change waited for.
CREATE OR REPLACE FUNCTION record_stage_change(
    organization_id uuid, event_id uuid, actor jsonb, application_id uuid, change text, from_stage_id uuid,
    to_stage_id uuid, reason_id uuid DEFAULT NULL, note text DEFAULT NULL,
    occurred_at timestamptz DEFAULT clock_timestamp()
) RETURNS uuid LANGUAGE plpgsql VOLATILE AS $$
BEGIN
    INSERT INTO stage_changes (organization_id, id, application_id, change, from_stage_id, to_stage_id, reason_id, note,
                               actor, occurred_at)
    VALUES (record_stage_change.organization_id, event_id, record_stage_change.application_id,
            record_stage_change.change, record_stage_change.from_stage_id, record_stage_change.to_stage_id,
            record_stage_change.reason_id, record_stage_change.note, record_stage_change.actor,
            record_stage_change.occurred_at);
    RETURN event_id;
END
$$;

-- A step in the history of an application.
CREATE OR REPLACE FUNCTION stage_change_body(stage_change stage_changes) RETURNS json LANGUAGE sql STABLE AS $$
    SELECT json_build_object(
        'id', stage_change.id, 'application_id', stage_change.application_id, 'change', stage_change.change,
        'from_stage_id', stage_change.from_stage_id, 'to_stage_id', stage_change.to_stage_id,
        'reason_id', stage_change.reason_id, 'note', stage_change.note, 'actor', stage_change.actor,
        'occurred_at', as_utc(stage_change.occurred_at)
    )
$$;

-- The history of the applications that the viewer sees: of unhidden ones to recruited_jobs.
-- Rules: V4, V7.
CREATE OR REPLACE FUNCTION seen_stage_changes(
    organization_id uuid, viewer_id uuid, sees_all_jobs boolean, sees_confidential_jobs boolean, sees_internal boolean
) RETURNS SETOF stage_changes LANGUAGE sql STABLE AS $$
    SELECT h.*
    FROM stage_changes AS h
    JOIN unhidden_applications(seen_stage_changes.organization_id, viewer_id, sees_internal) AS a
        ON a.id = h.application_id
    JOIN recruited_jobs(seen_stage_changes.organization_id, viewer_id, sees_all_jobs, sees_confidential_jobs) AS j
        ON j.id = a.job_id
    WHERE h.organization_id = seen_stage_changes.organization_id
$$;

-- The newest stage changes of the applications to the jobs of recruiting_team_jobs: a page of each application, merged.
CREATE OR REPLACE FUNCTION team_stage_changes(
    organization_id uuid, viewer_id uuid, sees_internal boolean, before_id uuid, row_limit integer
) RETURNS TABLE (id uuid) LANGUAGE sql STABLE AS $$
    SELECT p.id
    FROM recruiting_team_jobs(team_stage_changes.organization_id, viewer_id) AS m
    JOIN unhidden_applications(team_stage_changes.organization_id, viewer_id, sees_internal) AS a ON a.job_id = m.job_id
    CROSS JOIN LATERAL (
        SELECT h.id
        FROM stage_changes AS h
        WHERE h.organization_id = team_stage_changes.organization_id AND h.application_id = a.id
          AND h.id < team_stage_changes.before_id
        ORDER BY h.id DESC
        LIMIT row_limit
    ) AS p
    ORDER BY p.id DESC
    LIMIT row_limit
$$;
