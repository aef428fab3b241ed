-- Mails: what is read of a message that falls due.
-- Pool: the primary's read-only role, for the worker.
-- Know first: what decides about a mail is asked of the primary; this is what its text is made of.

-- name: find_due^
-- Finds what a mail's text is made of, unless it is written already, and the user whom it is for.
-- Takes: organization_id, message_id
-- Returns: no row when there is no such mail.
-- Rules: A18.
-- Visibility: nothing of the applications is shown; the worker asks whether the mail still tells the truth.
SELECT m.kind, m.language, m.facts, m.user_id, m.subject IS NOT NULL AND m.body IS NOT NULL AS is_written,
       m.kind = 'application_rejected' AND EXISTS (
           SELECT FROM applications AS a
           JOIN applications AS b ON b.organization_id = :organization_id AND b.candidate_id = a.candidate_id
               AND b.job_id = a.job_id AND b.status IN ('active', 'hired')
           WHERE a.organization_id = :organization_id AND a.id = m.application_id
       ) AS is_overtaken
FROM messages AS m
WHERE m.organization_id = :organization_id AND m.id = :message_id;
