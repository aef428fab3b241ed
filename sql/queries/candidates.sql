-- Candidates: what reads the people who may be hired.
-- Pool: replica, or the primary's read-only role when freshness demands it.
-- Know first: seen_candidates() says which candidates the viewer sees; functions/candidates.sql.

-- name: find^
-- Finds one candidate.
-- Takes: organization_id, candidate view, candidate_id
-- Returns: version and body; no row when there is none to be seen.
-- Budget: 330 rows, 760 buffers, 5 ms at 1,000,000 applications
SELECT c.version, candidate_body(c, (
           SELECT n.names FROM names_of_tags(:organization_id, c.tag_ids) AS n
       ))::text AS body
FROM seen_candidates(:organization_id, :viewer_id, :sees_all_jobs, :sees_confidential_jobs, :sees_internal) AS c
WHERE c.id = :candidate_id;

-- name: list
-- Lists active candidates, newest first.
-- Takes: organization_id, candidate view, before_id, row_limit
-- Page: by id; the first page passes the highest id.
-- Budget: 3,300 rows, 6,700 buffers, 31 ms at 1,000,000 applications
SELECT candidate_body(c, (
           SELECT n.names FROM names_of_tags(:organization_id, c.tag_ids) AS n
       ))::text AS body
FROM seen_candidates(:organization_id, :viewer_id, :sees_all_jobs, :sees_confidential_jobs, :sees_internal) AS c
WHERE c.id < :before_id AND c.status = 'active'
ORDER BY c.id DESC
LIMIT :row_limit;

-- name: list_filtered
-- Lists the candidates that pass any combination of filters, newest first; a filter that is NULL lets all pass.
-- Takes: organization_id, candidate view, ids, external_id, email, before_id, row_limit
-- Plan: custom, for the filters that are given.
-- Page: by id; the first page passes the highest id.
-- Rules: D10.
-- Why: those that are asked for by their ids may be anonymized. Arrays, which index scans are made for.
-- Budget: 7,700 rows, 19,000 buffers, 80 ms at 1,000,000 applications
SELECT candidate_body(c, (
           SELECT n.names FROM names_of_tags(:organization_id, c.tag_ids) AS n
       ))::text AS body
FROM seen_candidates(:organization_id, :viewer_id, :sees_all_jobs, :sees_confidential_jobs, :sees_internal) AS c
WHERE c.id < :before_id AND (:ids::uuid[] IS NOT NULL OR c.status = 'active')
  AND (:ids::uuid[] IS NULL OR c.id = ANY (ARRAY(
      SELECT s.id FROM unnest(:ids) AS g (id), standing_candidate(:organization_id, g.id) AS s
  )))
  AND (:external_id::text IS NULL OR c.id = ANY (ARRAY(
      SELECT coalesce(s.id, x.id)
      FROM candidates AS x
      LEFT JOIN LATERAL survivors(:organization_id, x.id) AS s ON true
      WHERE x.organization_id = :organization_id AND x.external_id = :external_id
  )))
  AND (:email::text IS NULL OR c.id = ANY (ARRAY(SELECT m.candidate_id FROM candidate_emails AS m
      WHERE m.organization_id = :organization_id AND m.email = lower(:email))))
ORDER BY c.id DESC
LIMIT :row_limit;

-- name: list_updated_since
-- Lists active candidates in the order of their last change.
-- Takes: organization_id, candidate view, after_at, after_id, row_limit
-- Page: by (updated_at, id); the first page passes the moment and the lowest id.
-- Index: candidates_by_updated_at.
-- Budget: 7,600 rows, 16,000 buffers, 46 ms at 1,000,000 applications
SELECT candidate_body(c, (
           SELECT n.names FROM names_of_tags(:organization_id, c.tag_ids) AS n
       ))::text AS body
FROM seen_candidates(:organization_id, :viewer_id, :sees_all_jobs, :sees_confidential_jobs, :sees_internal) AS c
WHERE (c.updated_at, c.id) > (:after_at, :after_id) AND c.status = 'active'
  AND c.updated_at < (SELECT h.settled_at FROM heartbeats AS h WHERE h.name = 'primary')
ORDER BY c.updated_at, c.id
LIMIT :row_limit;

-- name: list_by_team
-- Lists the candidates who have applied to the jobs that the viewer recruits for, newest first.
-- Takes: organization_id, viewer_id, sees_internal, before_id, row_limit
-- Page: by id; the first page passes the highest id.
-- Why: a page of each job, merged: a viewer of few jobs would read every candidate to find theirs.
-- Budget: 1,400 rows, 2,800 buffers, 58 ms at 1,000,000 applications
SELECT candidate_body(c, (
           SELECT n.names FROM names_of_tags(:organization_id, c.tag_ids) AS n
       ))::text AS body
FROM unhidden_candidates(:organization_id, :viewer_id, :sees_internal) AS c
WHERE c.id = ANY (ARRAY(
    SELECT p.id FROM team_candidates(:organization_id, :viewer_id, :sees_internal, :before_id, :row_limit) AS p
))
ORDER BY c.id DESC
LIMIT :row_limit;

-- name: list_by_team_updated_since
-- Lists the candidates of list_by_team in the order of their last change.
-- Takes: organization_id, viewer_id, sees_internal, after_at, after_id, row_limit
-- Page: by (updated_at, id); the first page passes the moment and the lowest id.
-- Why: no index has jobs and candidates' changes: each page reads the candidates of the viewer's teams, no others.
-- Budget: 1,400 rows, 2,700 buffers, 67 ms at 1,000,000 applications
SELECT candidate_body(c, (
           SELECT n.names FROM names_of_tags(:organization_id, c.tag_ids) AS n
       ))::text AS body
FROM unhidden_candidates(:organization_id, :viewer_id, :sees_internal) AS c
WHERE c.id = ANY (ARRAY(SELECT p.id FROM team_candidates_updated_since(
    :organization_id, :viewer_id, :sees_internal, :after_at, :after_id, :row_limit
) AS p))
ORDER BY c.updated_at, c.id
LIMIT :row_limit;

-- name: list_by_tag
-- Lists the active candidates who have a tag, newest first.
-- Takes: organization_id, candidate view, tag_id, before_id, row_limit
-- Page: by id; the first page passes the highest id.
-- Index: candidate_tags_pkey.
-- Budget: 3,700 rows, 7,400 buffers, 31 ms at 1,000,000 applications
SELECT candidate_body(c, (
           SELECT n.names FROM names_of_tags(:organization_id, c.tag_ids) AS n
       ))::text AS body
FROM unhidden_candidates(:organization_id, :viewer_id, :sees_internal) AS c
WHERE c.id = ANY (ARRAY(SELECT p.id FROM tagged_candidates(
    :organization_id, :viewer_id, :sees_all_jobs, :sees_confidential_jobs, :sees_internal, :tag_id, :before_id,
    :row_limit
) AS p))
ORDER BY c.id DESC
LIMIT :row_limit;

-- name: list_by_team_tag
-- Lists the candidates of list_by_team who have a tag, newest first.
-- Takes: organization_id, viewer_id, sees_internal, tag_id, before_id, row_limit
-- Page: by id; the first page passes the highest id.
-- Why: no index has jobs and tags: each page reads the candidates of the viewer's teams, no others.
-- Budget: 1,900 rows, 4,100 buffers, 60 ms at 1,000,000 applications
SELECT candidate_body(c, (
           SELECT n.names FROM names_of_tags(:organization_id, c.tag_ids) AS n
       ))::text AS body
FROM unhidden_candidates(:organization_id, :viewer_id, :sees_internal) AS c
WHERE c.id = ANY (ARRAY(SELECT p.id FROM tagged_team_candidates(
    :organization_id, :viewer_id, :sees_internal, :tag_id, :before_id, :row_limit
) AS p))
ORDER BY c.id DESC
LIMIT :row_limit;

-- name: list_by_custom_value
-- Lists the active candidates who have a value in a custom field, newest first.
-- Takes: organization_id, candidate view, field_id, value, before_id, row_limit
-- Page: by id; the first page passes the highest id.
-- Index: custom_values_pkey.
-- Budget: 2,000 rows, 4,000 buffers, 27 ms at 1,000,000 applications
SELECT candidate_body(c, (
           SELECT n.names FROM names_of_tags(:organization_id, c.tag_ids) AS n
       ))::text AS body
FROM unhidden_candidates(:organization_id, :viewer_id, :sees_internal) AS c
WHERE c.id = ANY (ARRAY(SELECT p.id FROM candidates_by_custom_value(
    :organization_id, :viewer_id, :sees_all_jobs, :sees_confidential_jobs, :sees_internal, :field_id, :value,
    :before_id, :row_limit
) AS p))
ORDER BY c.id DESC
LIMIT :row_limit;

-- name: list_by_team_custom_value
-- Lists the candidates of list_by_team who have a value in a custom field, newest first.
-- Takes: organization_id, viewer_id, sees_internal, field_id, value, before_id, row_limit
-- Page: by id; the first page passes the highest id.
-- Why: no index has jobs and values: each page reads the candidates of the viewer's teams, no others.
-- Budget: 2,200 rows, 5,400 buffers, 160 ms at 1,000,000 applications
SELECT candidate_body(c, (
           SELECT n.names FROM names_of_tags(:organization_id, c.tag_ids) AS n
       ))::text AS body
FROM unhidden_candidates(:organization_id, :viewer_id, :sees_internal) AS c
WHERE c.id = ANY (ARRAY(SELECT p.id FROM team_candidates_by_custom_value(
    :organization_id, :viewer_id, :sees_internal, :field_id, :value, :before_id, :row_limit
) AS p))
ORDER BY c.id DESC
LIMIT :row_limit;
