-- Feed: events in their total order.
-- Pool: the primary's read-only role, for the worker.
-- Know first: positions have gaps, and nothing ever appears below one that was seen.

-- name: list_after
-- Lists events of all tenants with their envelopes, for publication.
-- Takes: after_position, row_limit
-- Page: by position.
-- Tenant: none, the relay publishes what every tenant's commands have written.
-- Budget: 1,500 rows, 3,100 buffers, 17 ms at 1,000,000 applications
SELECT f.position, e.id, e.type, event_body(e)::text AS envelope
FROM feed AS f
JOIN events AS e ON e.organization_id = f.organization_id AND e.id = f.event_id
WHERE f.position > :after_position
ORDER BY f.position
LIMIT :row_limit;

-- name: measure^
-- Measures how far sequencer, relay and analytics are behind.
-- Returns: milliseconds that the oldest due event has waited; positions not published and not ingested, gaps included.
-- Budget: 25 rows, 50 buffers, 5 ms at 1,000,000 applications
WITH feed_end AS MATERIALIZED (
    SELECT coalesce(max(f.position), 0) AS position FROM feed AS f
)
SELECT coalesce((
           SELECT greatest(0, extract(epoch FROM clock_timestamp() - o.queued_at) * 1000)::bigint
           FROM outbox AS o
           WHERE o.sequence > (SELECT m.settled_sequence FROM outbox_mark AS m) AND o.due_at <= o.queued_at
           ORDER BY o.sequence
           LIMIT 1
       ), 0) AS outbox_age_ms,
       greatest(0, e.position - r.position) AS unpublished_count,
       greatest(0, e.position - a.position) AS uningested_count
FROM feed_end AS e
JOIN feed_watermarks AS r ON r.name = 'relay'
JOIN feed_watermarks AS a ON a.name = 'analytics';
