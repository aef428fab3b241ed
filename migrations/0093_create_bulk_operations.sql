-- Why:   one command for up to 50,000 applications, which are chosen at the request and done one by one by the worker.
-- Locks: organizations, SHARE ROW EXCLUSIVE, briefly: it is referred to by a table that is empty.
-- Undo:  0093_create_bulk_operations.down.sql drops both tables, with the data; what was carried out stays.

CREATE TABLE bulk_operations (
    organization_id uuid NOT NULL
        CONSTRAINT bulk_operations_organization_id_exists REFERENCES organizations (organization_id),
    id uuid NOT NULL,
    action text NOT NULL
        CONSTRAINT bulk_operations_action_known CHECK (action IN ('move', 'reject', 'tag', 'untag')),
    arguments jsonb NOT NULL,
    is_dry_run boolean NOT NULL,
    requested_by jsonb NOT NULL,
    status text NOT NULL DEFAULT 'pending'
        CONSTRAINT bulk_operations_status_known
            CHECK (status IN ('pending', 'running', 'completed', 'cancelled', 'failed')),
    due_event_id uuid NOT NULL,
    total_count integer NOT NULL,
    done_to_id uuid NOT NULL DEFAULT '00000000-0000-0000-0000-000000000000',
    done_count integer NOT NULL DEFAULT 0,
    succeeded_count integer NOT NULL DEFAULT 0,
    unchanged_count integer NOT NULL DEFAULT 0,
    refused_count integer NOT NULL DEFAULT 0,
    started_at timestamptz,
    ended_at timestamptz,
    version integer NOT NULL DEFAULT 1,
    created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    updated_at timestamptz NOT NULL DEFAULT written_at(),
    PRIMARY KEY (organization_id, id),
    CONSTRAINT bulk_operations_counts_add_up CHECK (done_count = succeeded_count + unchanged_count + refused_count),
    CONSTRAINT bulk_operations_completed_when_done
        CHECK (done_count <= total_count AND (status <> 'completed' OR done_count = total_count)),
    CONSTRAINT bulk_operations_ended_with_status CHECK ((status IN ('pending', 'running')) = (ended_at IS NULL))
) WITH (fillfactor = 50, autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 1000);
CREATE INDEX bulk_operations_by_requester ON bulk_operations (organization_id, (requested_by ->> 'user_id'), id DESC);
ALTER TABLE bulk_operations ALTER organization_id SET (n_distinct = 2);
COMMENT ON TABLE bulk_operations IS 'One command for many applications. Its row is updated with each item that is done.';
COMMENT ON COLUMN bulk_operations.id IS 'Also that of the event which requested it, and the causation_id of the events of its items.';
COMMENT ON COLUMN bulk_operations.arguments IS 'What the command takes besides the application; null where nothing was given.';
COMMENT ON COLUMN bulk_operations.requested_by IS 'The actor who requested it; what they may do counts when an item is done.';
COMMENT ON COLUMN bulk_operations.due_event_id IS 'The event that lets a worker go on: an older one that comes again does nothing.';
COMMENT ON COLUMN bulk_operations.done_to_id IS 'Items up to this one are done: they are done in the order of their ids.';

CREATE TABLE bulk_operation_items (
    organization_id uuid NOT NULL,
    bulk_operation_id uuid NOT NULL,
    id uuid NOT NULL,
    outcome text NOT NULL DEFAULT 'pending'
        CONSTRAINT bulk_operation_items_outcome_known
            CHECK (outcome IN ('pending', 'succeeded', 'unchanged', 'refused')),
    error jsonb,
    PRIMARY KEY (organization_id, bulk_operation_id, id),
    CONSTRAINT bulk_operation_items_bulk_operation_id_exists
        FOREIGN KEY (organization_id, bulk_operation_id) REFERENCES bulk_operations (organization_id, id),
    CONSTRAINT bulk_operation_items_error_when_refused CHECK ((outcome = 'refused') = (error IS NOT NULL))
) WITH (fillfactor = 80);
ALTER TABLE bulk_operation_items ALTER organization_id SET (n_distinct = 2);
COMMENT ON TABLE bulk_operation_items IS 'The applications of a bulk operation, as they were chosen at its request, and what became of each.';
COMMENT ON COLUMN bulk_operation_items.id IS 'The application. No foreign key on purpose: one request would check 50,000, and lock their rows.';
COMMENT ON COLUMN bulk_operation_items.error IS 'Why it was refused: {"code", "detail", "errors", "current"}, as the single command answers.';

CREATE FUNCTION require_claimed(is_claimed boolean) RETURNS void LANGUAGE plpgsql IMMUTABLE AS $$
BEGIN
    IF NOT is_claimed THEN
        RAISE EXCEPTION 'the work is done, or is not to be done' USING ERRCODE = 'IN002';
    END IF;
END
$$;
COMMENT ON FUNCTION require_claimed IS 'Ends a message whose claim found nothing to be done: raises IN002.';

GRANT SELECT, INSERT, UPDATE ON bulk_operations, bulk_operation_items TO hiring_command;
GRANT SELECT ON bulk_operations, bulk_operation_items TO hiring_query;
