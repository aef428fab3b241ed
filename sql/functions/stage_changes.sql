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
