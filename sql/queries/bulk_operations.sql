-- Bulk operations: what reads them, and what became of their items.
-- Pool: replica, or the primary's read-only role when freshness demands it.
-- Know first: who sees a bulk operation sees the counts of all its items; functions/bulk_operations.sql.

-- name: find^
-- Finds one bulk operation.
-- Takes: organization_id, viewer_id, is_user, bulk_operation_id
-- Returns: version and body; no row when there is none to be seen.
-- Budget: 25 rows, 50 buffers, 5 ms at 1,000,000 applications
SELECT b.version, bulk_operation_body(b)::text AS body
FROM seen_bulk_operations(:organization_id, :viewer_id, :is_user) AS b
WHERE b.id = :bulk_operation_id;

-- name: list
-- Lists bulk operations, newest first; ids that are NULL let all pass.
-- Takes: organization_id, viewer_id, is_user, ids, before_id, row_limit
-- Page: by id; the first page passes the highest id.
-- Index: bulk_operations_by_requester; a viewer of few operations would read everybody's to find theirs.
-- Budget: 2,000 rows, 1,500 buffers, 20 ms at 1,000,000 applications
SELECT bulk_operation_body(b)::text AS body
FROM seen_bulk_operations(:organization_id, :viewer_id, :is_user) AS b
WHERE b.id = ANY (coalesce(:ids::uuid[], ARRAY(
    SELECT p.id FROM newest_bulk_operations(
        :organization_id, :viewer_id, :is_user, :before_id, :row_limit
    ) AS p
)))
ORDER BY b.id DESC
LIMIT :row_limit;

-- name: list_items
-- Lists the items of a bulk operation in the order in which they are done; an outcome that is NULL lets all pass.
-- Takes: organization_id, candidate view, is_user, bulk_operation_id, outcome, after_id, row_limit
-- Plan: custom, for the outcome.
-- Page: by id; the first page passes the lowest id.
-- Index: bulk_operation_items_by_outcome, where there is one.
-- Why: the application of an item may have been hidden from the viewer since, or always where others requested it.
-- Budget: 400 rows, 800 buffers, 9 ms at 1,000,000 applications
SELECT i.id, json_build_object('application_id', i.id, 'outcome', i.outcome, 'error', i.error)::text AS body
FROM bulk_operation_items AS i
JOIN unhidden_applications(:organization_id, :viewer_id, :sees_internal) AS a ON a.id = i.id
JOIN recruited_jobs(:organization_id, :viewer_id, :sees_all_jobs, :sees_confidential_jobs) AS j ON j.id = a.job_id
WHERE i.organization_id = :organization_id AND i.bulk_operation_id = (
    SELECT b.id FROM seen_bulk_operations(:organization_id, :viewer_id, :is_user) AS b WHERE b.id = :bulk_operation_id
) AND (:outcome::text IS NULL OR i.outcome = :outcome) AND i.id > :after_id
ORDER BY i.id
LIMIT :row_limit;

-- name: find_due^
-- Finds a bulk operation that an event lets go on.
-- Takes: organization_id, bulk_operation_id, due_event_id
-- Returns: no row when it has ended, or a later event lets it go on.
-- Visibility: the worker carries it out, with what the person who requested it may do, or the job that did.
SELECT b.action, b.arguments::text AS arguments, b.is_dry_run, b.is_automatic, b.requested_by::text AS requested_by
FROM bulk_operations AS b
WHERE b.organization_id = :organization_id AND b.id = :bulk_operation_id AND b.due_event_id = :due_event_id
  AND b.status IN ('pending', 'running');

-- name: list_due_items
-- Lists the next items of a bulk operation.
-- Takes: organization_id, bulk_operation_id, row_limit
-- Visibility: the worker does them; the command of each says whether its application is to be seen.
SELECT i.id
FROM bulk_operation_items AS i
WHERE i.organization_id = :organization_id AND i.bulk_operation_id = :bulk_operation_id AND i.id > (
    SELECT b.done_to_id
    FROM bulk_operations AS b
    WHERE b.organization_id = :organization_id AND b.id = :bulk_operation_id
)
ORDER BY i.id
LIMIT :row_limit;
