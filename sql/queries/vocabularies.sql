-- Vocabularies: whether what a process knows of an organization's words still holds.
-- Pool: replica, or the primary's read-only role when freshness demands it.
-- Know first: two readers of one state read the same words.

-- name: find_state$
-- Finds the state of the vocabularies of an organization.
-- Takes: organization_id
SELECT v.state
FROM vocabulary_state(:organization_id) AS v;

-- name: require_state
-- Refuses with RV001 on a node on which the vocabularies of an organization are not in a state.
-- Takes: organization_id, state
SELECT require_fresh(v.state = :state)
FROM vocabulary_state(:organization_id) AS v;
