-- Idempotency keys: one effect per key, in the effect's own transaction.
-- Pool: primary.
-- Know first: the claim goes before a command in its message, the answer with the COMMIT; a key has no tenant rule.

-- name: claim
-- Claims a key until the transaction ends.
-- Takes: principal, key, fingerprint
-- Guards: IK001 it is running, IK002 it is answered, IK003 it belongs to another request.
-- Rules: R5.
SELECT claim_idempotency_key(:principal, :key, :fingerprint);

-- name: record
-- Stores the answer with the effect, in the place of one that is older than 48 hours.
-- Takes: principal, key, organization_id, fingerprint, answer, event_id
INSERT INTO idempotency_keys (principal, key, organization_id, fingerprint, answer, event_id)
VALUES (:principal, :key, :organization_id, :fingerprint, :answer, :event_id)
ON CONFLICT (principal, key) DO UPDATE
SET organization_id = excluded.organization_id, fingerprint = excluded.fingerprint,
    answer = excluded.answer, event_id = excluded.event_id, created_at = excluded.created_at
RETURNING created_at;
