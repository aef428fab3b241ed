-- Takes the runners' lock when it is free. It belongs to the session, so a killed runner leaves
-- none; it is never waited for on the server, where the snapshot of the wait would deadlock with
-- the holder's CREATE INDEX CONCURRENTLY.
SELECT pg_try_advisory_lock(hashtextextended('hiring migrate', 0)) AS is_taken
