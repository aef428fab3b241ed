-- Why:   the worker deletes what has expired, and finds files that nothing names any more.
-- Locks: heartbeats and uploads, SHARE UPDATE EXCLUSIVE, briefly.
-- Undo:  0055_grant_sweeps.down.sql; what has expired then stays.

GRANT SELECT, UPDATE, DELETE ON uploads, sessions, refresh_tokens, mailed_links, link_directory TO hiring_worker;
GRANT UPDATE ON idempotency_keys, inbox, principal_changes TO hiring_worker;
GRANT SELECT ON attachments TO hiring_worker;
COMMENT ON TABLE heartbeats IS 'Instants that processes renew. "primary": every second by whoever uses the primary, its age on a replica is the lag of the replica. "sweep", "sweep of files": when a worker began the last round.';
COMMENT ON COLUMN uploads.used_at IS 'When it was attached, used up by an application that changed nothing, or given up by the sweep: nobody can use it any more.';
