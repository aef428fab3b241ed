-- Locks: what commands of several nouns lock before they decide, in the order of locks.
-- Pool: primary.
-- Know first: commands of every file name them in `Locks first`; they go before the command, in the same message.

-- name: lock_address
-- Makes the links that are mailed to one address come one after another, so that they can be counted.
-- Takes: email_hash
SELECT pg_advisory_xact_lock(hashtextextended('links ' || :email_hash, 0));

-- name: lock_organization
-- Locks the organization, so that its administrators can be counted.
-- Takes: organization_id
SELECT o.organization_id
FROM organizations AS o
WHERE o.organization_id = :organization_id
FOR NO KEY UPDATE;

-- name: lock_user
-- Locks a user, so that nobody else changes their grants and sessions.
-- Takes: organization_id, user_id
SELECT u.id
FROM users AS u
WHERE u.organization_id = :organization_id AND u.id = :user_id
FOR NO KEY UPDATE;

-- name: lock_job
-- Locks a job, so that nobody else changes its offices, team, stages and openings.
-- Takes: organization_id, job_id
SELECT j.id
FROM jobs AS j
WHERE j.organization_id = :organization_id AND j.id = :job_id
FOR NO KEY UPDATE;

-- name: lock_job_of_opening
-- Locks an opening's job, so that nobody else counts its openings.
-- Takes: organization_id, opening_id
SELECT j.id
FROM jobs AS j
WHERE j.organization_id = :organization_id
  AND j.id = (SELECT o.job_id FROM openings AS o WHERE o.organization_id = :organization_id AND o.id = :opening_id)
FOR NO KEY UPDATE;

-- name: lock_job_of_application
-- Locks an application's job, so that nobody else counts its openings.
-- Takes: organization_id, application_id
SELECT j.id
FROM jobs AS j
WHERE j.organization_id = :organization_id
  AND j.id = (SELECT a.job_id FROM applications AS a
              WHERE a.organization_id = :organization_id AND a.id = :application_id)
FOR NO KEY UPDATE;

-- name: share_job
-- Keeps a job and its pipeline as they are.
-- Takes: organization_id, job_id
SELECT j.id
FROM jobs AS j
WHERE j.organization_id = :organization_id AND j.id = :job_id
FOR SHARE;

-- name: share_job_of_application
-- Keeps an application's job and its pipeline as they are.
-- Takes: organization_id, application_id
SELECT j.id
FROM jobs AS j
WHERE j.organization_id = :organization_id
  AND j.id = (SELECT a.job_id FROM applications AS a
              WHERE a.organization_id = :organization_id AND a.id = :application_id)
FOR SHARE;

-- name: share_post
-- Keeps a post as it is, where one is given.
-- Takes: organization_id, post_id
SELECT p.id
FROM posts AS p
WHERE p.organization_id = :organization_id AND p.id = :post_id
FOR SHARE;

-- name: lock_openings_of_application
-- Locks the openings of an application's job, ids ascending.
-- Takes: organization_id, application_id
-- Budget: 1,800 rows, 3,900 buffers, 9 ms at 1,000,000 applications
SELECT o.id
FROM openings AS o
WHERE o.organization_id = :organization_id
  AND o.job_id = (SELECT a.job_id FROM applications AS a
                  WHERE a.organization_id = :organization_id AND a.id = :application_id)
ORDER BY o.id
FOR NO KEY UPDATE;

-- name: lock_candidate
-- Locks a candidate, so that what belongs to them changes one after another: addresses, tags, applications, files.
-- Takes: organization_id, candidate_id
SELECT c.id
FROM candidates AS c
WHERE c.organization_id = :organization_id AND c.id = :candidate_id
FOR NO KEY UPDATE;

-- name: lock_candidate_of_application
-- Locks an application's candidate, whom every change of an application touches.
-- Takes: organization_id, application_id
-- Why: the survivor is locked, too: a merge that was waited for has given them the application.
SELECT s.id
FROM (
    SELECT c.id, c.merged_into
    FROM candidates AS c
    WHERE c.organization_id = :organization_id
      AND c.id = (SELECT a.candidate_id FROM applications AS a
                  WHERE a.organization_id = :organization_id AND a.id = :application_id)
    FOR NO KEY UPDATE
) AS c
JOIN candidates AS s ON s.organization_id = :organization_id AND s.id = coalesce(c.merged_into, c.id)
FOR NO KEY UPDATE OF s;

-- name: lock_candidate_of_attachment
-- Locks an attachment's candidate, whom every change of an attachment touches.
-- Takes: organization_id, attachment_id
-- Why: the survivor is locked, too: a merge that was waited for has given them the attachment.
SELECT s.id
FROM (
    SELECT c.id, c.merged_into
    FROM candidates AS c
    WHERE c.organization_id = :organization_id
      AND c.id = (SELECT t.candidate_id FROM attachments AS t
                  WHERE t.organization_id = :organization_id AND t.id = :attachment_id)
    FOR NO KEY UPDATE
) AS c
JOIN candidates AS s ON s.organization_id = :organization_id AND s.id = coalesce(c.merged_into, c.id)
FOR NO KEY UPDATE OF s;

-- name: lock_candidate_of_note
-- Locks a note's candidate, whom every change of a note touches.
-- Takes: organization_id, note_id
-- Why: the survivor is locked, too: a merge that was waited for has given them the note.
SELECT s.id
FROM (
    SELECT c.id, c.merged_into
    FROM candidates AS c
    WHERE c.organization_id = :organization_id
      AND c.id = (SELECT n.candidate_id FROM notes AS n WHERE n.organization_id = :organization_id AND n.id = :note_id)
    FOR NO KEY UPDATE
) AS c
JOIN candidates AS s ON s.organization_id = :organization_id AND s.id = coalesce(c.merged_into, c.id)
FOR NO KEY UPDATE OF s;
