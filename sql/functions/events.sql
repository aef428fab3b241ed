-- Events: how a command records one, and the envelope that the broker, /events and webhooks carry.

-- Records an event and queues it for the broker, due now or later; returns its id.
-- Call it in the RETURNING of the change that it tells of, with the version of that row. There it runs once for each
-- changed row. In a SELECT whose result nothing reads, PostgreSQL would not call it at all.
-- In PL/pgSQL, which keeps its plans as long as the session: as cheap as two INSERTs in CTEs.
CREATE OR REPLACE FUNCTION record_event(
    organization_id uuid, event_id uuid, actor jsonb, correlation_id uuid, type text, aggregate_type text,
    aggregate_id uuid, aggregate_version integer, data jsonb, previous jsonb DEFAULT '{}',
    causation_id uuid DEFAULT NULL, due_at timestamptz DEFAULT now()
) RETURNS uuid LANGUAGE plpgsql VOLATILE AS $$
BEGIN
    INSERT INTO events (organization_id, id, actor, correlation_id, causation_id, type, aggregate_type, aggregate_id,
                        aggregate_version, data, previous)
    VALUES (record_event.organization_id, record_event.event_id, record_event.actor, record_event.correlation_id,
            record_event.causation_id, record_event.type, record_event.aggregate_type, record_event.aggregate_id,
            record_event.aggregate_version, record_event.data, record_event.previous);
    INSERT INTO outbox (organization_id, event_id, due_at)
    VALUES (record_event.organization_id, record_event.event_id, record_event.due_at);
    RETURN record_event.event_id;
END
$$;

-- The envelope of an event.
CREATE OR REPLACE FUNCTION event_body(event events) RETURNS json LANGUAGE sql STABLE AS $$
    SELECT json_build_object(
        'id', event.id, 'type', event.type, 'schema_version', event.schema_version,
        'organization_id', event.organization_id,
        'aggregate', json_build_object(
            'type', event.aggregate_type, 'id', event.aggregate_id, 'version', event.aggregate_version
        ),
        'occurred_at', as_utc(event.occurred_at), 'actor', event.actor - 'on_behalf_of',
        'on_behalf_of', event.actor -> 'on_behalf_of', 'correlation_id', event.correlation_id,
        'causation_id', event.causation_id, 'imported', event.is_imported,
        'data', event.data, 'previous', event.previous
    )
$$;

-- The names of the fields that a merge patch changes, for the data of an event.
CREATE OR REPLACE FUNCTION fields_of(changes jsonb) RETURNS jsonb LANGUAGE sql STABLE AS $$
    SELECT jsonb_agg(k) FROM jsonb_object_keys(changes) AS k
$$;
