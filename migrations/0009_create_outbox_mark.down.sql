-- Undo of the file of the same number.
DROP FUNCTION event_body;
DROP TABLE outbox_mark;
DROP INDEX outbox_scheduled;
ALTER TABLE outbox DROP COLUMN queued_at;
CREATE INDEX outbox_by_due_at ON outbox (due_at, sequence);
