-- Facts: what ClickHouse gets of the feed, and what it must have got.
-- Pool: the primary's read-only role, for the worker and `hiring analytics`.
-- Know first: the feed has every event that the sequencer has placed, in the order of positions, which have gaps.

-- name: list_after
-- Lists events of all tenants as facts, in the order of the feed.
-- Takes: after_position, row_limit
-- Page: by position.
-- Tenant: none, ClickHouse gets the facts of all.
-- Why: an event of before 2026-12-01 costs ten buffers more, for what it does not tell.
-- Budget: 17,000 rows, 120,000 buffers, 600 ms at 1,000,000 applications
SELECT f.position, fact_body(f.position, e)::text AS fact
FROM feed AS f
JOIN events AS e ON e.organization_id = f.organization_id AND e.id = f.event_id
WHERE f.position > :after_position
ORDER BY f.position
LIMIT :row_limit;

-- name: find_end$
-- Finds the last position of the feed, 0 without any.
SELECT coalesce(max(f.position), 0) FROM feed AS f;

-- name: find_watermark^
-- Finds how far ClickHouse has come: the position, and the moment before which it has every event.
-- Returns: position; is_followed by a worker; what it lacks happened from fresh_at on, what we lack from known_at on.
-- Tenant: none, the watermark is that of all.
SELECT w.position, w.updated_at > clock_timestamp() - interval '3 s' AS is_followed, greatest(to_timestamp(0), least(
           h.settled_at,
           (SELECT o.queued_at FROM outbox AS o
            WHERE o.sequence > (SELECT m.settled_sequence FROM outbox_mark AS m) AND o.due_at <= o.queued_at
            ORDER BY o.sequence LIMIT 1),
           (SELECT e.occurred_at FROM feed AS f
            JOIN events AS e ON e.organization_id = f.organization_id AND e.id = f.event_id
            WHERE f.position > w.position ORDER BY f.position LIMIT 1)
       )) AS fresh_at, greatest(to_timestamp(0), h.settled_at) AS known_at
FROM feed_watermarks AS w
LEFT JOIN heartbeats AS h ON h.name = 'primary'
WHERE w.name = 'analytics';

-- name: count_after
-- Counts the events behind some positions by organization, day (UTC) and type, with a checksum of their ids.
-- Takes: after_position, up_to_position
-- Tenant: none, `hiring analytics verify` compares the facts of all.
-- Budget: 20,000 rows, 41,000 buffers, 250 ms at 1,000,000 applications
SELECT e.organization_id, (e.occurred_at AT TIME ZONE 'UTC')::date AS occurred_on, e.type, count(*) AS events_count,
       sum(('x' || right(e.id::text, 8))::bit(32)::bigint)::bigint AS checksum
FROM feed AS f
JOIN events AS e ON e.organization_id = f.organization_id AND e.id = f.event_id
WHERE f.position > :after_position AND f.position <= :up_to_position
GROUP BY 1, 2, 3;

-- name: list_ids_after
-- Lists the events of a type behind some positions.
-- Takes: event_type, after_position, up_to_position
-- Tenant: none, `hiring analytics verify` compares the facts of all.
SELECT e.organization_id, (e.occurred_at AT TIME ZONE 'UTC')::date AS occurred_on, e.id AS event_id
FROM feed AS f
JOIN events AS e ON e.organization_id = f.organization_id AND e.id = f.event_id
WHERE f.position > :after_position AND f.position <= :up_to_position AND e.type = :event_type;
