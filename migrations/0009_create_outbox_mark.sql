-- Why:   polling the outbox must stay cheap over dead rows and rows for later, the order must survive a stepped clock, and
--        the envelope of an event must read alike wherever it is shown.
-- Locks: outbox, ACCESS EXCLUSIVE, briefly: a column with a stable default and an index of a small table.
-- Undo:  0009_create_outbox_mark.down.sql; no event is lost, the next poll starts from the beginning.

ALTER TABLE outbox ADD COLUMN queued_at timestamptz NOT NULL DEFAULT now();
COMMENT ON COLUMN outbox.queued_at IS 'When it was written. A row that was due then is due for ever: a clock that steps back must not reorder.';
DROP INDEX outbox_by_due_at;
CREATE INDEX outbox_scheduled ON outbox (due_at, sequence) WHERE due_at > queued_at;

CREATE TABLE outbox_mark (
    is_only boolean PRIMARY KEY DEFAULT true CONSTRAINT outbox_mark_is_only CHECK (is_only),
    settled_sequence bigint NOT NULL DEFAULT 0,
    settled_due_at timestamptz NOT NULL DEFAULT '-infinity',
    reached_sequence bigint NOT NULL DEFAULT 0,
    reached_xid xid8 NOT NULL DEFAULT '0'
) WITH (fillfactor = 50, autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 500);
INSERT INTO outbox_mark DEFAULT VALUES;
COMMENT ON TABLE outbox_mark IS 'Where the sequencer begins to look: one row. It lives here and not in a process, so that a restore or a failover takes it back with the rows.';
COMMENT ON COLUMN outbox_mark.settled_sequence IS 'Of the rows up to here only those for later are left, and no transaction can add one.';
COMMENT ON COLUMN outbox_mark.settled_due_at IS 'Of the rows up to settled_sequence those due up to here are gone.';
COMMENT ON COLUMN outbox_mark.reached_sequence IS 'Highest sequence taken; becomes settled_sequence when every transaction before reached_xid has ended.';
COMMENT ON COLUMN outbox_mark.reached_xid IS 'Who may still hold a sequence up to reached_sequence has a lower transaction id.';

CREATE FUNCTION event_body(event events) RETURNS json LANGUAGE sql STABLE
RETURN json_build_object(
    'id', event.id, 'type', event.type, 'schema_version', event.schema_version,
    'organization_id', event.organization_id,
    'aggregate', json_build_object(
        'type', event.aggregate_type, 'id', event.aggregate_id, 'version', event.aggregate_version
    ),
    'occurred_at', event.occurred_at, 'actor', event.actor - 'on_behalf_of',
    'on_behalf_of', event.actor -> 'on_behalf_of', 'correlation_id', event.correlation_id,
    'causation_id', event.causation_id, 'imported', event.is_imported,
    'data', event.data, 'previous', event.previous
);
COMMENT ON FUNCTION event_body IS 'An event''s envelope: what the broker, /events and webhooks carry.';

GRANT SELECT, UPDATE ON outbox_mark TO hiring_relay;
GRANT SELECT ON outbox_mark TO hiring_query;
