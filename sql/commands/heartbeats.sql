-- Heartbeats: a commit a second, by whose age on a replica its lag is known.
-- Pool: primary.
-- Know first: every process beats, and all but the first of each half second change nothing.

-- name: beat()
-- Renews the primary's heartbeat.
-- Returns: no row when it is younger than half a second.
INSERT INTO heartbeats AS h (name, beaten_at)
VALUES ('primary', clock_timestamp())
ON CONFLICT (name) DO UPDATE SET beaten_at = excluded.beaten_at
WHERE h.beaten_at < excluded.beaten_at - interval '500 milliseconds'
   OR h.beaten_at > excluded.beaten_at
RETURNING h.beaten_at;
