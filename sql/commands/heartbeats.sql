-- Heartbeats: a commit a second, by whose age the lag of a replica is known, and up to when all writes are visible.
-- Pool: primary.
-- Know first: every process beats, and soon after its commands; a beat on a row that is young enough changes nothing.

-- name: beat$
-- Renews the heartbeat of the primary, and the moment up to which lists in the order of change may go.
-- Takes: minimum_age_ms
-- Returns: the heartbeat; no row when it is younger than the minimum age.
-- Why: settled_at never goes back, and a reader who sees it sees all that was written before it: every transaction that
-- Why: could still write below it has committed before this row does, on a replica as well.
INSERT INTO heartbeats AS h (name, beaten_at, settled_at)
VALUES ('primary', clock_timestamp(), settled_until())
ON CONFLICT (name) DO UPDATE
SET beaten_at = excluded.beaten_at, settled_at = greatest(h.settled_at, excluded.settled_at)
WHERE h.beaten_at < excluded.beaten_at - make_interval(secs => :minimum_age_ms / 1000.0)
   OR h.beaten_at > excluded.beaten_at
RETURNING h.beaten_at;
