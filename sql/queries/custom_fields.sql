-- Custom fields: what reads which values of its own an organization keeps.
-- Pool: replica, or the primary's read-only role when freshness demands it.
-- Know first: a body is the JSON of custom_field_body(); a list has a row for each.

-- name: find^
-- Finds one custom field.
-- Takes: organization_id, custom_field_id
-- Returns: version and body; no row when there is none.
SELECT f.version, custom_field_body(f)::text AS body
FROM custom_fields AS f
WHERE f.organization_id = :organization_id AND f.id = :custom_field_id;

-- name: find_by_key^
-- Finds the custom field of a kind of resource that has a key, active or archived.
-- Takes: organization_id, applies_to, key
-- Returns: version and body; no row when there is none.
SELECT f.version, custom_field_body(f)::text AS body
FROM custom_fields AS f
WHERE f.organization_id = :organization_id AND f.applies_to = :applies_to AND f.key = :key;

-- name: list
-- Lists custom fields, newest first; a filter that is NULL lets all pass.
-- Takes: organization_id, ids, applies_to, status, before_id, row_limit
-- Plan: custom, for the filters that are given.
-- Page: by id; the first page passes the highest id.
-- Budget: 25 rows, 50 buffers, 5 ms at 1,000,000 applications
SELECT custom_field_body(f)::text AS body
FROM custom_fields AS f
WHERE f.organization_id = :organization_id AND f.id < :before_id
  AND (:ids::uuid[] IS NULL OR f.id = ANY (:ids))
  AND (:applies_to::text IS NULL OR f.applies_to = :applies_to)
  AND (:status::text IS NULL OR f.status = :status)
ORDER BY f.id DESC
LIMIT :row_limit;

-- name: list_updated_since
-- Lists custom fields in the order of their last change; a filter that is NULL lets all pass.
-- Takes: organization_id, applies_to, status, after_at, after_id, row_limit
-- Plan: custom, for the filters that are given.
-- Page: by (updated_at, id); the first page passes the moment and the lowest id.
-- Budget: 25 rows, 50 buffers, 5 ms at 1,000,000 applications
SELECT custom_field_body(f)::text AS body
FROM custom_fields AS f
WHERE f.organization_id = :organization_id AND (f.updated_at, f.id) > (:after_at, :after_id)
  AND f.updated_at < (SELECT h.settled_at FROM heartbeats AS h WHERE h.name = 'primary')
  AND (:applies_to::text IS NULL OR f.applies_to = :applies_to)
  AND (:status::text IS NULL OR f.status = :status)
ORDER BY f.updated_at, f.id
LIMIT :row_limit;

-- name: find_filter^
-- Finds the custom field that a list is filtered by, active or archived.
-- Takes: organization_id, applies_to, key
-- Returns: its id and type; no row when there is none.
SELECT f.id, f.type
FROM custom_fields AS f
WHERE f.organization_id = :organization_id AND f.applies_to = :applies_to AND f.key = :key;
