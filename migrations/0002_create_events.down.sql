-- Undo of the file of the same number.
DROP FUNCTION claim_message, claim_idempotency_key, require_visible, uuid_v7;
DROP TABLE heartbeats, idempotency_keys, inbox, feed_watermarks, feed, outbox, events;
