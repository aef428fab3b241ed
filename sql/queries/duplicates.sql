-- Duplicates: what reads who may be the same person, and where a merged candidate leads.
-- Pool: replica, or the primary's read-only role when freshness demands it.
-- Know first: e-mail addresses alone are kept in a form in which they can be compared; functions/duplicates.sql.

-- name: list_by_candidate
-- Lists the active candidates who have an e-mail address of a candidate, newest first, each with what they share.
-- Takes: organization_id, candidate view, candidate_id, before_id, row_limit
-- Page: by id; the first page passes the highest id.
-- Rules: D1.
-- Why: the service has found the candidate before.
-- Index: candidate_emails_pkey.
-- Budget: 25 rows, 50 buffers, 5 ms at 1,000,000 applications
SELECT c.id, json_build_object(
           'candidate', candidate_body(c, (SELECT n.names FROM names_of_tags(:organization_id, c.tag_ids) AS n)),
           'shared', json_build_object('emails', (
               SELECT json_agg(m.email ORDER BY m.email)
               FROM candidate_emails AS o
               JOIN candidate_emails AS m ON m.organization_id = :organization_id AND m.email = o.email
               WHERE o.organization_id = :organization_id AND o.candidate_id = :candidate_id AND m.candidate_id = c.id
           ))
       )::text AS body
FROM unhidden_candidates(:organization_id, :viewer_id, :sees_internal) AS c
WHERE c.id = ANY (ARRAY(SELECT p.id FROM sharing_candidates(
    :organization_id, :viewer_id, :sees_all_jobs, :sees_confidential_jobs, :sees_internal, :candidate_id, :before_id,
    :row_limit
) AS p))
ORDER BY c.id DESC
LIMIT :row_limit;

-- name: find_survivor$
-- Finds the candidate that a merged one is part of now, however many merges lie between.
-- Takes: organization_id, candidate view, candidate_id
-- Returns: its id; no row when the candidate was not merged, or the survivor is not to be seen.
-- Rules: D8.
SELECT c.id
FROM seen_candidates(:organization_id, :viewer_id, :sees_all_jobs, :sees_confidential_jobs, :sees_internal) AS c
WHERE c.id = ANY (ARRAY(SELECT s.id FROM survivors(:organization_id, :candidate_id) AS s));
