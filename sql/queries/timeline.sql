-- The timeline of a candidate: what reads what happened to them, and to what belongs to them.
-- Pool: replica, or the primary's read-only role when freshness demands it.
-- Know first: an event is shown to those who see the resource that it happened to; functions/timeline.sql.

-- name: list_by_candidate
-- Lists the events of a candidate and of what the viewer sees of theirs, newest first.
-- Takes: organization_id, candidate view, sees_private, candidate_id, types, before_id, row_limit
-- Page: by id; the first page passes the highest id.
-- Index: events_by_aggregate.
-- Why: the service has found the candidate before. That a mail falls due is no news of theirs, but that it was sent is.
-- Budget: 2,000 rows, 4,000 buffers, 20 ms at 1,000,000 applications
SELECT event_body(p.event)::text AS body
FROM timeline_resources(
    :organization_id, :viewer_id, :sees_all_jobs, :sees_confidential_jobs, :sees_internal, :sees_private,
    :candidate_id, :types
) AS r
CROSS JOIN LATERAL (
    SELECT e AS event, e.id
    FROM events AS e
    WHERE e.organization_id = :organization_id AND e.aggregate_id = r.id AND e.aggregate_type = r.type
      AND e.type <> 'message.due' AND e.id < :before_id
    ORDER BY e.id DESC
    LIMIT :row_limit
) AS p
ORDER BY p.id DESC
LIMIT :row_limit;
