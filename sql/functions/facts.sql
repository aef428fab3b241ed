-- Facts: what ClickHouse gets of an event: ids, enums, numbers and dates, nothing that a person wrote.

-- What an event of before 2026-12-01 does not tell. These are functions of their own because PostgreSQL writes a function
-- into the statement that calls it only where it has no subquery, and fact_body is called for each event.
CREATE OR REPLACE FUNCTION kind_of_stage(organization_id uuid, stage_id uuid) RETURNS text LANGUAGE sql STABLE AS $$
    SELECT s.kind
    FROM stages AS s
    WHERE s.organization_id = kind_of_stage.organization_id AND s.id = kind_of_stage.stage_id
$$;

CREATE OR REPLACE FUNCTION source_of_application(organization_id uuid, application_id uuid) RETURNS text
LANGUAGE sql STABLE AS $$
    SELECT a.source_id::text
    FROM applications AS a
    WHERE a.organization_id = source_of_application.organization_id AND a.id = source_of_application.application_id
$$;

CREATE OR REPLACE FUNCTION entry_of_application(organization_id uuid, application_id uuid) RETURNS text
LANGUAGE sql STABLE AS $$
    SELECT as_utc(a.applied_at)
    FROM applications AS a
    WHERE a.organization_id = entry_of_application.organization_id AND a.id = entry_of_application.application_id
$$;

-- The fact of an event, a row of the table `facts` in ClickHouse. Events of before 2026-12-01 tell neither the kind of a
-- stage nor where an application comes from: what is so now takes the place.
CREATE OR REPLACE FUNCTION fact_body("position" bigint, event events) RETURNS json LANGUAGE sql STABLE AS $$
    SELECT json_build_object(
        'organization_id', event.organization_id, 'event_id', event.id, 'position', fact_body.position,
        'type', event.type, 'aggregate_type', event.aggregate_type, 'aggregate_id', event.aggregate_id,
        'aggregate_version', event.aggregate_version, 'occurred_at', as_utc(event.occurred_at),
        'actor_type', event.actor ->> 'type', 'user_id', event.actor ->> 'user_id',
        'job_id', CASE event.aggregate_type WHEN 'job' THEN event.aggregate_id::text ELSE event.data ->> 'job_id' END,
        'application_id', CASE event.aggregate_type WHEN 'application' THEN event.aggregate_id::text
                               ELSE event.data ->> 'application_id' END,
        'opening_id', CASE event.aggregate_type WHEN 'opening' THEN event.aggregate_id::text
                           ELSE event.data ->> 'opening_id' END,
        'stage_id', event.data ->> 'stage_id',
        'stage_kind', coalesce(
            event.data ->> 'stage_kind', kind_of_stage(event.organization_id, (event.data ->> 'stage_id')::uuid)
        ),
        'source_id', CASE WHEN event.type = 'application.submitted' AND NOT event.data ? 'source_id'
                          THEN source_of_application(event.organization_id, event.aggregate_id)
                          ELSE event.data ->> 'source_id' END,
        'post_id', event.data ->> 'post_id', 'reason_id', event.data ->> 'reason_id',
        'status', CASE WHEN event.data ? 'kept_application_id' THEN 'merged' ELSE event.data ->> 'status' END,
        'applied_at', CASE WHEN event.type = 'application.submitted' THEN coalesce(
            event.data ->> 'applied_at', entry_of_application(event.organization_id, event.aggregate_id)
        ) END
    )
$$;
