-- Exports of candidates: what reads of all that is kept about one candidate what no other list has.
-- Pool: replica, or the primary's read-only role when freshness demands it.
-- Know first: the service finds the candidate before; what other lists have, it reads through them.

-- name: list_stage_changes
-- Lists what happened to the applications of a candidate that the viewer sees, newest first.
-- Takes: organization_id, candidate view, candidate_id, before_id, row_limit
-- Page: by id; the first page passes the highest id.
-- Budget: 560 rows, 1,200 buffers, 5 ms at 1,000,000 applications
SELECT stage_change_body(h)::text AS body
FROM stage_changes AS h
WHERE h.organization_id = :organization_id AND h.id < :before_id AND h.application_id = ANY (ARRAY(
    SELECT a.id
    FROM unhidden_applications(:organization_id, :viewer_id, :sees_internal) AS a
    JOIN recruited_jobs(:organization_id, :viewer_id, :sees_all_jobs, :sees_confidential_jobs) AS j ON j.id = a.job_id
    WHERE a.candidate_id = :candidate_id
))
ORDER BY h.id DESC
LIMIT :row_limit;

-- name: list_merged_candidates
-- Lists the candidates who were merged into one that the viewer sees, newest first, as they were then.
-- Takes: organization_id, candidate view, candidate_id, before_id, row_limit
-- Page: by id; the first page passes the highest id.
-- Budget: 290 rows, 500 buffers, 5 ms at 1,000,000 applications
SELECT candidate_body(c, (
           SELECT n.names FROM names_of_tags(:organization_id, c.tag_ids) AS n
       ))::text AS body
FROM seen_candidates(:organization_id, :viewer_id, :sees_all_jobs, :sees_confidential_jobs, :sees_internal) AS s
CROSS JOIN merged_candidates(:organization_id, s.id) AS m
JOIN candidates AS c ON c.organization_id = :organization_id AND c.id = m.id
WHERE s.id = :candidate_id AND c.id < :before_id
ORDER BY c.id DESC
LIMIT :row_limit;
