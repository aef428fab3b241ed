-- Idempotency keys: the answers that were stored.
-- Pool: the primary's read-only role, for a replica may not have the answer yet.
-- Know first: asked only after a claim was refused with IK002.

-- name: find_answer$
-- Finds the answer that is stored under a key.
-- Takes: principal, key
SELECT k.answer FROM idempotency_keys AS k WHERE k.principal = :principal AND k.key = :key;
