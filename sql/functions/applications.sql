-- Applications: how they are shown.

-- An application with the stage that it is in.
CREATE OR REPLACE FUNCTION application_body(application applications, stage stages)
RETURNS json LANGUAGE sql STABLE AS $$
    SELECT json_build_object(
        'id', application.id, 'external_id', application.external_id, 'candidate_id', application.candidate_id,
        'job_id', application.job_id, 'post_id', application.post_id, 'stage', stage_body(stage),
        'status', application.status, 'source_id', application.source_id, 'referrer', application.referrer,
        'answers', application.answers, 'custom_fields', application.custom_fields,
        'end_reason_id', application.end_reason_id, 'override_reason', application.override_reason,
        'start_on', application.start_on, 'applied_at', application.applied_at, 'ended_at', application.ended_at,
        'version', application.version, 'created_at', application.created_at, 'updated_at', application.updated_at
    )
$$;

-- A step in the history of an application.
CREATE OR REPLACE FUNCTION stage_change_body(stage_change stage_changes) RETURNS json LANGUAGE sql STABLE AS $$
    SELECT json_build_object(
        'id', stage_change.id, 'application_id', stage_change.application_id, 'change', stage_change.change,
        'from_stage_id', stage_change.from_stage_id, 'to_stage_id', stage_change.to_stage_id,
        'reason_id', stage_change.reason_id, 'note', stage_change.note, 'actor', stage_change.actor,
        'occurred_at', stage_change.occurred_at
    )
$$;
