-- Result links: what reads what vendors found about candidates.
-- Pool: replica, or the primary's read-only role when freshness demands it.
-- Know first: who sees a candidate sees all of their result links; the service finds the candidate before.

-- name: list_by_candidate
-- Lists the result links of a candidate, newest first.
-- Takes: organization_id, candidate_id, before_id, row_limit
-- Page: by id; the first page passes the highest id.
-- Visibility: the caller has found the candidate before.
-- Budget: 34 rows, 50 buffers, 5 ms at 1,000,000 applications
SELECT result_link_body(l)::text AS body
FROM result_links AS l
WHERE l.organization_id = :organization_id AND l.candidate_id = :candidate_id AND l.id < :before_id
ORDER BY l.id DESC
LIMIT :row_limit;
