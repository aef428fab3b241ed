-- Proposed updates: what takes what candidates wrote differently into their profiles, or drops it.
-- Pool: primary.
-- Know first: boards.sql proposes them; a candidate has one at most.

-- name: decide^
-- Takes the proposed update of a candidate into their profile, or drops it.
-- Takes: stamp, candidate view, candidate_id, proposed_update_id, is_taken, maximum_contact_count, expected_versions
-- Locks first: lock_candidate
-- Returns: the refusal, the candidate as it is now, its event; no row when this one does not wait or is not to be seen.
-- Rules: C2, C8, C9.
WITH seen_candidate AS (
    SELECT c AS candidate, c.id, c.version, c.status, CASE
        WHEN :is_taken THEN proposed_fields(c) ELSE '{"proposed_update": null}'
    END AS fields
    FROM seen_candidates(:organization_id, :viewer_id, :sees_all_jobs, :sees_confidential_jobs, :sees_internal) AS c
    WHERE c.id = :candidate_id AND proposed_update_id(c.proposed_update) = :proposed_update_id
),
judged_candidate AS (
    SELECT CASE
        WHEN jsonb_array_length(l.fields -> 'phones') > :maximum_contact_count::integer
            THEN unfit('/phones', 'too_long', 'The candidate would have too many telephone numbers.')
        WHEN jsonb_array_length(l.fields -> 'links') > :maximum_contact_count::integer
            THEN unfit('/links', 'too_long', 'The candidate would have too many links.')
        WHEN l.version <> ALL (:expected_versions::integer[]) THEN version_mismatch(l.version)
        WHEN l.status <> 'active'
            THEN refusal('status_conflict', state_of(l.status, l.version), 'Only an active candidate can be changed.')
    END AS refusal
    FROM seen_candidate AS l
),
updated_candidate AS (
    UPDATE candidates AS c
    SET (first_name, last_name, name, phones, links, location, language, proposed_update) = (
            SELECT n.first_name, n.last_name, n.name, n.phones, n.links, n.location, n.language, n.proposed_update
            FROM jsonb_populate_record(l.candidate, l.fields) AS n
        ),
        version = l.version + 1, updated_at = written_at()
    FROM judged_candidate AS g, seen_candidate AS l
    WHERE c.organization_id = :organization_id AND c.id = l.id AND g.refusal IS NULL
    RETURNING c AS candidate, c.id, c.version, c.tag_ids, record_event(
        :organization_id, :event_id, :actor, :correlation_id, 'candidate.updated', 'candidate', c.id, c.version,
        jsonb_build_object('fields', ARRAY(
            SELECT n.key FROM jsonb_each(l.fields) AS n
            WHERE n.value IS DISTINCT FROM to_jsonb(l.candidate) -> n.key
            ORDER BY n.key
        ))
    ) AS event_id
)
SELECT g.refusal::text AS refusal, x.id, x.version, candidate_body(x.candidate, n.names)::text AS body, x.event_id
FROM judged_candidate AS g
LEFT JOIN updated_candidate AS x ON true
CROSS JOIN names_of_tags(:organization_id, x.tag_ids) AS n;
