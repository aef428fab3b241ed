-- Inbox: one effect per message and consumer, in the effect's own transaction.
-- Pool: primary, the worker's.
-- Know first: the claim opens the transaction, the record goes with its COMMIT.

-- name: claim
-- Claims a message for a consumer until the transaction ends.
-- Takes: consumer, message_id
-- Guards: IN001 another delivery of it is running, IN002 it was handled.
SELECT claim_message(:consumer, :message_id);

-- name: record
-- Remembers that a consumer handled a message.
-- Takes: consumer, message_id, organization_id
INSERT INTO inbox (consumer, message_id, organization_id)
VALUES (:consumer, :message_id, :organization_id)
RETURNING handled_at;
