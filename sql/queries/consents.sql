-- Consents: what reads what candidates said to consent texts.
-- Pool: replica, or the primary's read-only role when freshness demands it.
-- Know first: seen_consents() has the consents that the viewer sees; functions/consents.sql.

-- name: find^
-- Finds one consent.
-- Takes: organization_id, candidate view, consent_id
-- Returns: version and body; no row when none is to be seen.
-- Budget: 250 rows, 410 buffers, 5 ms at 1,000,000 applications
SELECT s.version, consent_body(s)::text AS body
FROM seen_consents(:organization_id, :viewer_id, :sees_all_jobs, :sees_confidential_jobs, :sees_internal) AS s
WHERE s.id = :consent_id;

-- name: list
-- Lists consents, newest first; a filter that is NULL lets all pass.
-- Takes: organization_id, candidate view, ids, candidate_id, before_id, row_limit
-- Plan: custom, for the filters that are given.
-- Page: by id; the first page passes the highest id.
-- Budget: 5,700 rows, 12,000 buffers, 43 ms at 1,000,000 applications
SELECT consent_body(s)::text AS body
FROM seen_consents(:organization_id, :viewer_id, :sees_all_jobs, :sees_confidential_jobs, :sees_internal) AS s
WHERE s.id < :before_id
  AND (:ids::uuid[] IS NULL OR s.id = ANY (:ids))
  AND (:candidate_id::uuid IS NULL OR s.candidate_id = (
      SELECT c.id FROM standing_candidate(:organization_id, :candidate_id) AS c))
ORDER BY s.id DESC
LIMIT :row_limit;

-- name: list_updated_since
-- Lists consents in the order in which they came to their candidates; a filter that is NULL lets all pass.
-- Takes: organization_id, candidate view, candidate_id, after_at, after_id, row_limit
-- Plan: custom, for the filters that are given.
-- Page: by (updated_at, id); the first page passes the moment and the lowest id.
-- Budget: 6,600 rows, 14,000 buffers, 42 ms at 1,000,000 applications
SELECT consent_body(s)::text AS body
FROM seen_consents(:organization_id, :viewer_id, :sees_all_jobs, :sees_confidential_jobs, :sees_internal) AS s
WHERE (s.updated_at, s.id) > (:after_at, :after_id)
  AND s.updated_at < (SELECT h.settled_at FROM heartbeats AS h WHERE h.name = 'primary')
  AND (:candidate_id::uuid IS NULL OR s.candidate_id = (
      SELECT c.id FROM standing_candidate(:organization_id, :candidate_id) AS c))
ORDER BY s.updated_at, s.id
LIMIT :row_limit;

-- name: list_by_team
-- Lists the consents of candidates for the jobs that the viewer recruits for, newest first.
-- Takes: organization_id, candidate view, before_id, row_limit
-- Page: by id; the first page passes the highest id.
-- Why: no index has jobs and consents: each page reads the candidates of the viewer's teams, no others.
-- Budget: 3,200 rows, 8,700 buffers, 20 ms at 1,000,000 applications
SELECT consent_body(s)::text AS body
FROM seen_consents(:organization_id, :viewer_id, :sees_all_jobs, :sees_confidential_jobs, :sees_internal) AS s
WHERE s.id = ANY (ARRAY(
    SELECT p.id FROM team_consents(:organization_id, :viewer_id, :sees_internal, :before_id, :row_limit) AS p
))
ORDER BY s.id DESC
LIMIT :row_limit;

-- name: list_by_team_updated_since
-- Lists the consents of list_by_team in the order in which they came to their candidates.
-- Takes: organization_id, candidate view, after_at, after_id, row_limit
-- Page: by (updated_at, id); the first page passes the moment and the lowest id.
-- Why: the reason of list_by_team.
-- Budget: 11,000 rows, 24,000 buffers, 31 ms at 1,000,000 applications
SELECT consent_body(s)::text AS body
FROM seen_consents(:organization_id, :viewer_id, :sees_all_jobs, :sees_confidential_jobs, :sees_internal) AS s
WHERE s.id = ANY (ARRAY(
    SELECT p.id FROM team_consents_updated_since(
        :organization_id, :viewer_id, :sees_internal, :after_at, :after_id, :row_limit
    ) AS p
))
ORDER BY s.updated_at, s.id
LIMIT :row_limit;
