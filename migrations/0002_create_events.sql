-- Why:   what every command leaves behind (events, their queue and total order), and what makes a repeat harmless
--        (idempotency keys, inbox) and a read fresh (require_visible, heartbeats).
-- Locks: none on existing tables.
-- Undo:  0002_create_events.down.sql drops all of it, with the data.

CREATE TABLE events (
    organization_id uuid NOT NULL,
    id uuid NOT NULL,
    type text NOT NULL,
    schema_version integer NOT NULL DEFAULT 1,
    aggregate_type text NOT NULL,
    aggregate_id uuid NOT NULL,
    aggregate_version integer NOT NULL,
    occurred_at timestamptz NOT NULL DEFAULT now(),
    actor jsonb NOT NULL,
    correlation_id uuid NOT NULL,
    causation_id uuid,
    is_imported boolean NOT NULL DEFAULT false,
    data jsonb NOT NULL DEFAULT '{}',
    previous jsonb NOT NULL DEFAULT '{}',
    PRIMARY KEY (organization_id, id),
    CONSTRAINT events_id_taken UNIQUE (id)
);
COMMENT ON TABLE events IS 'The facts: append only, never updated. A row exists exactly when the change that it tells does.';
COMMENT ON COLUMN events.id IS 'UUIDv7; also the consistency token, the AMQP message id and, for mails, the Message-ID.';
COMMENT ON COLUMN events.type IS 'What happened, such as application.hired; also the AMQP routing key.';
COMMENT ON COLUMN events.schema_version IS 'Version of the shape of data.';
COMMENT ON COLUMN events.aggregate_type IS 'Kind of resource that it happened to, such as application.';
COMMENT ON COLUMN events.aggregate_version IS 'The resource''s version after it; consumers compare it, since only first publication is in order.';
COMMENT ON COLUMN events.actor IS '{"type", "id", "user_id", "on_behalf_of"}.';
COMMENT ON COLUMN events.correlation_id IS 'The request that it all began with.';
COMMENT ON COLUMN events.causation_id IS 'The event that a consumer was handling; NULL when a request caused it.';
COMMENT ON COLUMN events.is_imported IS 'Whether it tells of something that happened elsewhere, earlier.';
COMMENT ON COLUMN events.data IS 'Ids, enumerations, numbers and dates; no names, addresses or free text.';
COMMENT ON COLUMN events.previous IS 'What changed values were before; of a personal field the name only.';

CREATE TABLE outbox (
    sequence bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    organization_id uuid NOT NULL,
    event_id uuid NOT NULL,
    due_at timestamptz NOT NULL DEFAULT now()
) WITH (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 500,
        autovacuum_analyze_scale_factor = 0, autovacuum_analyze_threshold = 1000);
CREATE INDEX outbox_by_due_at ON outbox (due_at, sequence);
COMMENT ON TABLE outbox IS 'Events that wait for their place in the feed: written with the event, deleted by the sequencer.';
COMMENT ON COLUMN outbox.sequence IS 'Order of writing, not of committing: never a cursor.';
COMMENT ON COLUMN outbox.due_at IS 'Not sequenced before this: a mail to be sent later waits here.';

CREATE SEQUENCE feed_positions;
CREATE TABLE feed (
    position bigint PRIMARY KEY,
    organization_id uuid NOT NULL,
    event_id uuid NOT NULL
);
ALTER SEQUENCE feed_positions OWNED BY feed.position;
COMMENT ON TABLE feed IS 'The total order of events; whoever reads events in order reads this.';
COMMENT ON COLUMN feed.position IS 'Given by the one sequencer from feed_positions, in commit order; has gaps.';

CREATE TABLE feed_watermarks (
    name text PRIMARY KEY,
    position bigint NOT NULL DEFAULT 0,
    epoch integer NOT NULL DEFAULT 1,
    updated_at timestamptz NOT NULL DEFAULT now()
) WITH (fillfactor = 50, autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 500);
INSERT INTO feed_watermarks (name) VALUES ('relay');
COMMENT ON TABLE feed_watermarks IS 'How far the relay has published the feed: one row, "relay", there from the start.';
COMMENT ON COLUMN feed_watermarks.position IS 'Everything up to here is published; moved by compare-and-set.';
COMMENT ON COLUMN feed_watermarks.epoch IS 'Raised at restore or promotion: cursors of another epoch must start over.';

CREATE TABLE inbox (
    consumer text NOT NULL,
    message_id uuid NOT NULL,
    organization_id uuid NOT NULL,
    handled_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (consumer, message_id)
) WITH (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 1000);
CREATE INDEX inbox_by_handled_at ON inbox (handled_at);
COMMENT ON TABLE inbox IS 'Messages that a consumer has handled, written in the transaction of the effect.';

CREATE TABLE idempotency_keys (
    principal text NOT NULL,
    key text NOT NULL,
    organization_id uuid,
    fingerprint text NOT NULL,
    answer text NOT NULL,
    event_id uuid,
    created_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (principal, key)
) WITH (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 1000);
CREATE INDEX idempotency_keys_by_created_at ON idempotency_keys (created_at);
COMMENT ON TABLE idempotency_keys IS 'Answers to requests that carried an Idempotency-Key, written in the transaction of the effect; good for 48 hours.';
COMMENT ON COLUMN idempotency_keys.principal IS 'Whose key it is: a user, an API key, or a public endpoint and an address.';
COMMENT ON COLUMN idempotency_keys.organization_id IS 'The tenant that the answer is about; NULL where none was known.';
COMMENT ON COLUMN idempotency_keys.fingerprint IS 'Hash of method, path and body: the same key with another request is refused.';
COMMENT ON COLUMN idempotency_keys.answer IS 'The whole reply, without secrets.';
COMMENT ON COLUMN idempotency_keys.event_id IS 'The event that the command was given an id for; there is none where nothing had to change.';

CREATE TABLE heartbeats (
    name text PRIMARY KEY,
    beaten_at timestamptz NOT NULL
) WITH (fillfactor = 50, autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 500);
COMMENT ON TABLE heartbeats IS 'One row, "primary", renewed every second by whoever uses the primary: its age on a replica is the replica''s lag.';

CREATE FUNCTION uuid_v7() RETURNS uuid LANGUAGE sql VOLATILE AS $$
    SELECT encode(set_bit(set_bit(overlay(
        uuid_send(gen_random_uuid())
        PLACING substring(int8send((extract(epoch FROM clock_timestamp()) * 1000)::bigint) FROM 3) FROM 1 FOR 6
    ), 52, 1), 53, 1), 'hex')::uuid
$$;
COMMENT ON FUNCTION uuid_v7 IS 'A UUIDv7 (RFC 9562), as the service makes them, where one statement writes as many events as it finds rows.';

-- One by one on purpose: `= ANY (event_ids)` expects ten ids in its generic plan.
CREATE FUNCTION require_visible(event_ids uuid[]) RETURNS void LANGUAGE plpgsql STABLE AS $$
DECLARE
    wanted_id uuid;
BEGIN
    FOREACH wanted_id IN ARRAY event_ids LOOP
        PERFORM FROM events AS e WHERE e.id = wanted_id;
        IF NOT FOUND THEN
            RAISE EXCEPTION 'not visible on this node yet' USING ERRCODE = 'RV001';
        END IF;
    END LOOP;
END
$$;
COMMENT ON FUNCTION require_visible IS 'Raises RV001 while one of the events has not arrived on this node. The next statement of the message has a younger snapshot.';

-- VOLATILE on purpose: the look for an answer needs a snapshot younger than the lock.
CREATE FUNCTION claim_idempotency_key(claimed_principal text, claimed_key text, claimed_fingerprint text)
RETURNS void LANGUAGE plpgsql VOLATILE AS $$
DECLARE
    answered_fingerprint text;
BEGIN
    IF NOT pg_try_advisory_xact_lock(
        hashtextextended(format('key %s %s', length(claimed_principal), claimed_principal || claimed_key), 0)
    ) THEN
        RAISE EXCEPTION 'the key is running' USING ERRCODE = 'IK001';
    END IF;
    SELECT k.fingerprint INTO answered_fingerprint
    FROM idempotency_keys AS k
    WHERE k.principal = claimed_principal AND k.key = claimed_key AND k.created_at > now() - interval '48 hours';
    IF answered_fingerprint = claimed_fingerprint THEN
        RAISE EXCEPTION 'the key is answered' USING ERRCODE = 'IK002';
    ELSIF answered_fingerprint IS NOT NULL THEN
        RAISE EXCEPTION 'the key was used for another request' USING ERRCODE = 'IK003';
    END IF;
END
$$;
COMMENT ON FUNCTION claim_idempotency_key IS 'Claims a key until the transaction ends. Raises IK001 (running), IK002 (answered), IK003 (another request). Never waits.';

-- VOLATILE for the same reason.
CREATE FUNCTION claim_message(claimed_consumer text, claimed_message_id uuid)
RETURNS void LANGUAGE plpgsql VOLATILE AS $$
BEGIN
    IF NOT pg_try_advisory_xact_lock(
        hashtextextended(format('message %s %s', claimed_message_id, claimed_consumer), 0)
    ) THEN
        RAISE EXCEPTION 'the message is running' USING ERRCODE = 'IN001';
    END IF;
    IF EXISTS (
        SELECT FROM inbox AS i WHERE i.consumer = claimed_consumer AND i.message_id = claimed_message_id
    ) THEN
        RAISE EXCEPTION 'the message is done' USING ERRCODE = 'IN002';
    END IF;
    -- the transaction may wait for a mail server, which has ten seconds for each of its steps
    PERFORM set_config('idle_in_transaction_session_timeout', '2min', true);
END
$$;
COMMENT ON FUNCTION claim_message IS 'Claims a message for a consumer until the transaction ends. Raises IN001 (running), IN002 (done). Never waits.';

GRANT SELECT, INSERT ON events, outbox TO hiring_command, hiring_worker;
GRANT SELECT, INSERT, UPDATE ON idempotency_keys TO hiring_command;
GRANT SELECT, DELETE ON idempotency_keys TO hiring_worker;
GRANT SELECT, INSERT, DELETE ON inbox TO hiring_worker;
GRANT SELECT ON events TO hiring_relay;
GRANT SELECT, DELETE ON outbox TO hiring_relay;
GRANT SELECT, INSERT ON feed TO hiring_relay;
GRANT USAGE ON SEQUENCE feed_positions TO hiring_relay;
GRANT SELECT, UPDATE ON feed_watermarks TO hiring_relay;
GRANT SELECT, INSERT, UPDATE ON heartbeats TO hiring_command, hiring_worker, hiring_relay;
GRANT SELECT ON events, outbox, feed, feed_watermarks, inbox, idempotency_keys, heartbeats TO hiring_query;
