-- Result links: what changes the list of what vendors found about a candidate.
-- Pool: primary.
-- Know first: the candidate is locked first, as by every change of what hangs on one, so that a merge loses none.

-- name: add^
-- Adds a result link to an active candidate.
-- Takes: stamp, candidate view, candidate_id, result_link_id, label, url, score
-- Locks first: lock_candidate
-- Returns: the result link and its event; no row when there is no such candidate to be seen.
-- Rules: L1.
WITH seen_candidate AS (
    SELECT c.id
    FROM seen_candidates(
        :organization_id, :viewer_id, :sees_all_jobs, :sees_confidential_jobs, :sees_internal
    ) AS c
    WHERE c.id = :candidate_id AND c.status = 'active'
),
added_link AS (
    INSERT INTO result_links AS l (organization_id, id, candidate_id, label, url, score, added_by)
    SELECT :organization_id, :result_link_id, s.id, :label, :url, :score, :actor
    FROM seen_candidate AS s
    RETURNING l AS result_link, l.id, record_event(
        :organization_id, :event_id, :actor, :correlation_id, 'result_link.created', 'result_link', l.id, 1,
        jsonb_build_object('candidate_id', l.candidate_id)
    ) AS event_id, touch_candidate(:organization_id, l.candidate_id) AS touched_id
)
SELECT x.id, 1 AS version, result_link_body(x.result_link)::text AS body, x.event_id
FROM added_link AS x;

-- name: delete^
-- Deletes a result link: nothing of it stays but the events.
-- Takes: stamp, candidate view, candidate_id, result_link_id
-- Locks first: lock_candidate
-- Returns: its event; no row when there is none to be seen.
-- Rules: L4.
DELETE FROM result_links AS l
USING seen_candidates(:organization_id, :viewer_id, :sees_all_jobs, :sees_confidential_jobs, :sees_internal) AS c
WHERE l.organization_id = :organization_id AND l.id = :result_link_id AND l.candidate_id = c.id
  AND c.id = :candidate_id
RETURNING record_event(
    :organization_id, :event_id, :actor, :correlation_id, 'result_link.deleted', 'result_link', l.id, 1,
    jsonb_build_object('candidate_id', l.candidate_id)
) AS event_id, touch_candidate(:organization_id, l.candidate_id) AS touched_id;
