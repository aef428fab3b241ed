-- Undo of the file of the same number.
COMMENT ON COLUMN uploads.used_at IS NULL;
COMMENT ON TABLE heartbeats IS 'One row, "primary", renewed every second by whoever uses the primary: its age on a replica is the replica''s lag.';
REVOKE SELECT ON attachments FROM hiring_worker;
REVOKE UPDATE ON idempotency_keys, inbox, principal_changes FROM hiring_worker;
REVOKE SELECT, UPDATE, DELETE ON uploads, sessions, refresh_tokens, mailed_links FROM hiring_worker;
REVOKE SELECT, UPDATE, DELETE ON link_directory FROM hiring_worker;
GRANT SELECT ON mailed_links TO hiring_worker;
