-- Bulk operations: who sees them, and how they are shown.

-- The bulk operations that the viewer sees: their own, and for administrators those of the whole organization. An
-- administrator is a user: a key that acts on behalf of one is none.
-- Rules: K8, O23.
CREATE OR REPLACE FUNCTION seen_bulk_operations(organization_id uuid, viewer_id uuid, is_user boolean)
RETURNS SETOF bulk_operations LANGUAGE sql STABLE AS $$
    SELECT b.*
    FROM bulk_operations AS b
    WHERE b.organization_id = seen_bulk_operations.organization_id
      AND (b.requested_by ->> 'user_id' = seen_bulk_operations.viewer_id::text OR (is_user AND EXISTS (
          SELECT FROM administrators(seen_bulk_operations.organization_id) AS a
          WHERE a.user_id = seen_bulk_operations.viewer_id
      )))
$$;

-- The newest bulk operations that the viewer sees: a page of their own, and for administrators one of all.
-- Rules: K8.
CREATE OR REPLACE FUNCTION newest_bulk_operations(
    organization_id uuid, viewer_id uuid, is_user boolean, before_id uuid, row_limit integer
) RETURNS TABLE (id uuid) LANGUAGE sql STABLE AS $$
    SELECT q.id
    FROM (
        (
            SELECT b.id
            FROM bulk_operations AS b
            WHERE b.organization_id = newest_bulk_operations.organization_id
              AND b.requested_by ->> 'user_id' = newest_bulk_operations.viewer_id::text
              AND b.id < newest_bulk_operations.before_id
            ORDER BY b.id DESC
            LIMIT row_limit
        )
        UNION
        (
            SELECT b.id
            FROM bulk_operations AS b
            WHERE b.organization_id = newest_bulk_operations.organization_id
              AND b.id < newest_bulk_operations.before_id AND is_user AND EXISTS (
                  SELECT FROM administrators(newest_bulk_operations.organization_id) AS a
                  WHERE a.user_id = newest_bulk_operations.viewer_id
              )
            ORDER BY b.id DESC
            LIMIT row_limit
        )
    ) AS q
    ORDER BY q.id DESC
    LIMIT row_limit
$$;

-- The key of the lock by which requests of bulk operations come one after another in an organization.
-- Rules: K10.
CREATE OR REPLACE FUNCTION bulk_operations_turn(organization_id uuid) RETURNS bigint LANGUAGE sql IMMUTABLE AS $$
    SELECT hashtextextended('bulk ' || organization_id::text, 0)
$$;

-- How many bulk operations of an organization wait or run.
-- Rules: K10.
CREATE OR REPLACE FUNCTION unended_bulk_operations(organization_id uuid)
RETURNS TABLE (unended_count bigint) LANGUAGE sql STABLE AS $$
    SELECT count(*)
    FROM bulk_operations AS b
    WHERE b.organization_id = unended_bulk_operations.organization_id AND b.ended_at IS NULL
$$;

-- A bulk operation with its progress.
CREATE OR REPLACE FUNCTION bulk_operation_body(operation bulk_operations) RETURNS json LANGUAGE sql STABLE AS $$
    SELECT json_build_object(
        'id', operation.id, 'action', operation.action, 'arguments', operation.arguments,
        'is_dry_run', operation.is_dry_run, 'is_automatic', operation.is_automatic, 'status', operation.status,
        'requested_by', operation.requested_by,
        'total_count', operation.total_count, 'done_count', operation.done_count,
        'succeeded_count', operation.succeeded_count, 'unchanged_count', operation.unchanged_count,
        'refused_count', operation.refused_count, 'started_at', as_utc(operation.started_at),
        'ended_at', as_utc(operation.ended_at), 'version', operation.version,
        'created_at', as_utc(operation.created_at), 'updated_at', as_utc(operation.updated_at)
    )
$$;

-- What the event of its end tells of a bulk operation.
CREATE OR REPLACE FUNCTION bulk_operation_summary(operation bulk_operations) RETURNS jsonb LANGUAGE sql STABLE AS $$
    SELECT jsonb_build_object(
        'action', operation.action, 'is_dry_run', operation.is_dry_run, 'status', operation.status,
        'total_count', operation.total_count, 'succeeded_count', operation.succeeded_count,
        'unchanged_count', operation.unchanged_count, 'refused_count', operation.refused_count
    )
$$;
