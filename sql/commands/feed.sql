-- Feed: how far each of its followers has come: `relay` publishes events, `analytics` takes them to ClickHouse.
-- Pool: primary, the relay's.
-- Know first: one process follows under a name; updated_at is its lease and its proof: who cannot name it has lost it.

-- name: lead^
-- Becomes the process that follows the feed under a name, or stays it.
-- Takes: name, seen_at, lease_ms
-- Returns: the watermark and the next proof; no row while another process's lease runs.
-- Why: a lease ends in both directions, or a clock that stepped back would keep everybody waiting.
-- Budget: 25 rows, 50 buffers, 5 ms at 1,000,000 applications
UPDATE feed_watermarks AS w
SET updated_at = clock_timestamp()
WHERE w.name = :name
  AND (
      w.updated_at = :seen_at
      OR w.updated_at NOT BETWEEN clock_timestamp() - make_interval(secs => :lease_ms / 1000.0)
                              AND clock_timestamp() + make_interval(secs => :lease_ms / 1000.0)
  )
RETURNING w.position, w.updated_at;

-- name: advance$
-- Records that everything up to a position has been taken, and confirmed by where it went.
-- Takes: name, from_position, to_position, seen_at
-- Returns: the next proof; no row when another process took over.
UPDATE feed_watermarks AS w
SET position = :to_position, updated_at = clock_timestamp()
WHERE w.name = :name AND w.position = :from_position AND w.updated_at = :seen_at
RETURNING w.updated_at;

-- name: step_down$
-- Ends the lease, so that another process goes on at once.
-- Takes: name, seen_at
-- Returns: the watermark; no row when the lease was lost before.
UPDATE feed_watermarks AS w
SET updated_at = '-infinity'
WHERE w.name = :name AND w.updated_at = :seen_at
RETURNING w.position;

-- name: rewind$
-- Sends who follows under a name back to the beginning of the feed, whichever process that is.
-- Takes: name
-- Returns: the watermark; the process that led has lost its lease.
UPDATE feed_watermarks AS w
SET position = 0, updated_at = '-infinity'
WHERE w.name = :name
RETURNING w.position;
