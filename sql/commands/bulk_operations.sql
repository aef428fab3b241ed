-- Bulk operations: one command for many applications, requested at once and carried out by the worker.
-- Pool: primary.
-- Know first: the lock of the operation's row is held for each item: effect, outcome and counts are one transaction.

-- name: take_turn
-- Makes requests of bulk operations come one after another in an organization, so that they can be counted.
-- Takes: organization_id
SELECT pg_advisory_xact_lock(bulk_operations_turn(:organization_id));

-- name: request^
-- Requests a bulk operation for the named applications, or for those that pass a filter; a NULL lets all pass.
-- Takes: stamp, candidate view, action, arguments, is_dry_run, application_ids, external_id, candidate_id, job_id,
--     stage_id, status, post_id, source_id, assignee_id, applied_from_at, applied_before_at, maximum_item_count,
--     maximum_unended_count
-- Plan: custom, for what is given.
-- Locks first: take_turn
-- Returns: the refusal, the bulk operation, its event.
-- Rules: D9, K1, K2, K3, K10.
-- Why: one snapshot chooses the applications; one that passes the filter later is not among them.
WITH selected_application AS MATERIALIZED (
    SELECT a.id
    FROM unhidden_applications(:organization_id, :viewer_id, :sees_internal) AS a
    JOIN recruited_jobs(:organization_id, :viewer_id, :sees_all_jobs, :sees_confidential_jobs) AS j ON j.id = a.job_id
    WHERE (:application_ids::uuid[] IS NULL OR a.id = ANY (:application_ids))
      AND (:external_id::text IS NULL OR a.external_id = :external_id)
      AND (:candidate_id::uuid IS NULL OR a.candidate_id = :candidate_id)
      AND (:job_id::uuid IS NULL OR a.job_id = :job_id)
      AND (:stage_id::uuid IS NULL OR a.stage_id = :stage_id)
      AND (:status::text IS NULL OR a.status = :status)
      AND (:post_id::uuid IS NULL OR a.post_id = :post_id)
      AND (:source_id::uuid IS NULL OR a.source_id = :source_id)
      AND (:assignee_id::uuid IS NULL OR a.assignee_id = :assignee_id)
      AND (:applied_from_at::timestamptz IS NULL OR a.applied_at >= :applied_from_at)
      AND (:applied_before_at::timestamptz IS NULL OR a.applied_at < :applied_before_at)
    ORDER BY a.id
    LIMIT :maximum_item_count::integer + 1
),
counted_applications AS (
    SELECT count(*)::integer AS total_count FROM selected_application
),
unknown_application AS (
    SELECT format('/application_ids/%s', g.place - 1) AS pointer, g.place
    FROM unnest(:application_ids::uuid[]) WITH ORDINALITY AS g (id, place)
    WHERE g.id NOT IN (SELECT s.id FROM selected_application AS s)
    LIMIT 100
),
former_survivor AS (
    SELECT c.id
    FROM eligible_candidates(
        :organization_id, :viewer_id, :sees_all_jobs, :sees_confidential_jobs, :sees_internal
    ) AS c
    WHERE c.id = ANY (ARRAY(SELECT s.id FROM survivors(:organization_id, :candidate_id) AS s))
),
judged_operation AS (
    SELECT CASE
        WHEN m.id IS NOT NULL THEN candidate_merged(m.id)
        WHEN EXISTS (SELECT FROM unknown_application) THEN unfit_fields((
            SELECT json_object_agg(u.pointer, 'unknown_reference'::text ORDER BY u.place) FROM unknown_application AS u
        ))
        WHEN c.total_count > :maximum_item_count THEN unfit(
            '/filter', 'too_long', format('More than %s applications pass the filter.', :maximum_item_count::integer)
        )
        WHEN u.unended_count >= :maximum_unended_count::integer
            THEN refusal('too_many_bulk_operations', json_build_object('unended_count', u.unended_count))
    END AS refusal
    FROM counted_applications AS c
    CROSS JOIN unended_bulk_operations(:organization_id) AS u
    LEFT JOIN former_survivor AS m ON true
),
requested_operation AS (
    INSERT INTO bulk_operations AS b (organization_id, id, action, arguments, is_dry_run, requested_by, due_event_id,
                                      total_count)
    SELECT :organization_id, :event_id, :action, :arguments, :is_dry_run, :actor, :event_id, c.total_count
    FROM judged_operation AS g, counted_applications AS c
    WHERE g.refusal IS NULL
    RETURNING b AS operation, b.id, b.version, record_event(
        :organization_id, :event_id, :actor, :correlation_id, 'bulk_operation.due', 'bulk_operation', b.id, b.version,
        '{}'
    ) AS event_id
),
frozen_item AS (
    INSERT INTO bulk_operation_items (organization_id, bulk_operation_id, id)
    SELECT :organization_id, x.id, s.id
    FROM requested_operation AS x, selected_application AS s
)
SELECT g.refusal::text AS refusal, x.id, x.version, bulk_operation_body(x.operation)::text AS body, x.event_id
FROM judged_operation AS g
LEFT JOIN requested_operation AS x ON true;

-- name: cancel^
-- Cancels a bulk operation that has not ended: what is done stays; a cancelled one stays as it is.
-- Takes: stamp, viewer_id, is_user, bulk_operation_id, expected_versions
-- Returns: the refusal, the bulk operation as it is now, its event.
-- Rules: K7, K8.
WITH locked_operation AS (
    SELECT b AS operation, b.id, b.version, b.status
    FROM bulk_operations AS b
    JOIN seen_bulk_operations(:organization_id, :viewer_id, :is_user) AS v ON v.id = b.id
    WHERE b.organization_id = :organization_id AND b.id = :bulk_operation_id
    FOR NO KEY UPDATE OF b
),
judged_operation AS (
    SELECT CASE
        WHEN l.version <> ALL (:expected_versions::integer[]) THEN version_mismatch(l.version)
        WHEN l.status IN ('completed', 'failed') THEN refusal(
            'status_conflict', state_of(l.status, l.version), 'A bulk operation that has ended cannot be cancelled.'
        )
    END AS refusal
    FROM locked_operation AS l
),
cancelled_operation AS (
    UPDATE bulk_operations AS b
    SET status = 'cancelled', ended_at = clock_timestamp(), version = l.version + 1, updated_at = written_at()
    FROM judged_operation AS g, locked_operation AS l
    WHERE b.organization_id = :organization_id AND b.id = l.id AND g.refusal IS NULL AND l.status <> 'cancelled'
    RETURNING b AS operation, b.version, record_event(
        :organization_id, :event_id, :actor, :correlation_id, 'bulk_operation.completed', 'bulk_operation', b.id,
        b.version, bulk_operation_summary(b), causation_id => b.id
    ) AS event_id
)
SELECT g.refusal::text AS refusal, l.id, coalesce(x.version, l.version) AS version,
       bulk_operation_body(coalesce(x.operation, l.operation))::text AS body, x.event_id
FROM locked_operation AS l
CROSS JOIN judged_operation AS g
LEFT JOIN cancelled_operation AS x ON true;

-- name: start$
-- Lets a pending bulk operation run; one that runs already stays as it is.
-- Takes: organization_id, bulk_operation_id
-- Returns: its id; no row when it is not pending.
UPDATE bulk_operations AS b
SET status = 'running', started_at = clock_timestamp(), updated_at = written_at()
WHERE b.organization_id = :organization_id AND b.id = :bulk_operation_id AND b.status = 'pending'
RETURNING b.id;

-- name: claim_item
-- Claims an item of a running bulk operation until the transaction ends.
-- Takes: organization_id, bulk_operation_id, due_event_id, item_id
-- Guards: IN002 the item is done, or the operation has ended.
-- Rules: K5.
WITH locked_operation AS (
    SELECT b.id
    FROM bulk_operations AS b
    WHERE b.organization_id = :organization_id AND b.id = :bulk_operation_id AND b.status = 'running'
      AND b.due_event_id = :due_event_id AND b.done_to_id < :item_id
    FOR NO KEY UPDATE
)
SELECT require_claimed(EXISTS (SELECT FROM locked_operation));

-- name: find_candidate$
-- Finds the candidate of an item, whom no merge takes away until the item is done.
-- Takes: organization_id, application_id
-- Locks first: lock_candidate_of_application
-- Rules: K9.
SELECT a.candidate_id
FROM applications AS a
WHERE a.organization_id = :organization_id AND a.id = :application_id;

-- name: record_item
-- Writes down what became of the item that was claimed.
-- Takes: organization_id, bulk_operation_id, item_id, outcome, error
-- Rules: K5.
WITH recorded_item AS (
    UPDATE bulk_operation_items AS i
    SET outcome = :outcome, error = :error
    WHERE i.organization_id = :organization_id AND i.bulk_operation_id = :bulk_operation_id AND i.id = :item_id
    RETURNING i.id, i.outcome
)
UPDATE bulk_operations AS b
SET done_to_id = x.id, done_count = b.done_count + 1,
    succeeded_count = b.succeeded_count + (x.outcome = 'succeeded')::integer,
    unchanged_count = b.unchanged_count + (x.outcome = 'unchanged')::integer,
    refused_count = b.refused_count + (x.outcome = 'refused')::integer, updated_at = written_at()
FROM recorded_item AS x
WHERE b.organization_id = :organization_id AND b.id = :bulk_operation_id
RETURNING b.done_count;

-- name: go_on$
-- Queues what is left of a running bulk operation behind the events of others.
-- Takes: stamp, bulk_operation_id, due_event_id
-- Returns: its event; no row when it has ended, or went on already.
UPDATE bulk_operations AS b
SET due_event_id = :event_id, updated_at = written_at()
WHERE b.organization_id = :organization_id AND b.id = :bulk_operation_id AND b.status = 'running'
  AND b.due_event_id = :due_event_id
RETURNING record_event(
    :organization_id, :event_id, :actor, :correlation_id, 'bulk_operation.due', 'bulk_operation', b.id, b.version, '{}',
    causation_id => b.id
) AS event_id;

-- name: end$
-- Ends a bulk operation: all its items are done, or who requested it may not do it any more.
-- Takes: stamp, bulk_operation_id, due_event_id, status
-- Returns: its event; no row when it has ended already.
-- Rules: K4.
UPDATE bulk_operations AS b
SET status = :status, ended_at = clock_timestamp(), version = b.version + 1, updated_at = written_at()
WHERE b.organization_id = :organization_id AND b.id = :bulk_operation_id AND b.status IN ('pending', 'running')
  AND b.due_event_id = :due_event_id
RETURNING record_event(
    :organization_id, :event_id, :actor, :correlation_id, 'bulk_operation.completed', 'bulk_operation', b.id, b.version,
    bulk_operation_summary(b), causation_id => b.id
) AS event_id;
