-- Mails: what is read of a message that falls due.
-- Pool: the primary's read-only role, for the worker.
-- Know first: what decides about a mail is asked of the primary; this is what its text is made of.

-- name: find_due^
-- Finds what a mail's text is made of, unless it is written already, and the user whom it is for.
-- Takes: organization_id, message_id
-- Returns: no row when there is no such mail.
SELECT m.kind, m.language, m.facts, m.user_id, m.subject IS NOT NULL AND m.body IS NOT NULL AS is_written
FROM messages AS m
WHERE m.organization_id = :organization_id AND m.id = :message_id;
