-- Events: the facts, and the proof that a node has them.
-- Pool: replica, or the primary's read-only role.
-- Know first: require_visible goes before a query in its message; the query's snapshot is younger.

-- name: require_visible
-- Refuses with RV001 while one of the events has not arrived on this node.
-- Takes: event_ids
-- Tenant: none, the ids are of events that this process or its client was told of; nothing of them is shown.
SELECT require_visible(:event_ids);
