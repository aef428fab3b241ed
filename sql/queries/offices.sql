-- Offices: what reads the places of work.
-- Pool: replica, or the primary's read-only role when freshness demands it.
-- Know first: a body is the JSON of office_body(); a list returns a row for each office.

-- name: find(organization_id, office_id)^
-- Finds one office.
-- Returns: version and body; no row when there is none.
SELECT o.version, office_body(o)::text AS body
FROM offices AS o
WHERE o.organization_id = :organization_id AND o.id = :office_id;

-- name: find_by_external_id(organization_id, external_id, status)^
-- Finds the office that another system calls so.
-- Returns: version and body; no row when there is none.
-- Index: offices_external_id_taken.
SELECT o.version, office_body(o)::text AS body
FROM offices AS o
WHERE o.organization_id = :organization_id AND o.external_id = :external_id
  AND (:status::text IS NULL OR o.status = :status);

-- name: list(organization_id, status, before_id, row_limit)
-- Lists offices, newest first.
-- Page: by id; the first page passes the highest id.
SELECT o.id, office_body(o)::text AS body
FROM offices AS o
WHERE o.organization_id = :organization_id AND o.id < :before_id
  AND (:status::text IS NULL OR o.status = :status)
ORDER BY o.id DESC
LIMIT :row_limit;

-- name: list_updated_since(organization_id, status, after_at, after_id, row_limit)
-- Lists offices in the order of their last change.
-- Page: by (updated_at, id); the first page passes the moment and the lowest id.
SELECT o.updated_at, o.id, office_body(o)::text AS body
FROM offices AS o
WHERE o.organization_id = :organization_id AND (o.updated_at, o.id) > (:after_at, :after_id)
  AND o.updated_at < (SELECT h.settled_at FROM heartbeats AS h WHERE h.name = 'primary')
  AND (:status::text IS NULL OR o.status = :status)
ORDER BY o.updated_at, o.id
LIMIT :row_limit;

-- name: list_by_ids(organization_id, ids)
-- Lists the offices with these ids, newest first; unknown ids are left out.
SELECT o.id, office_body(o)::text AS body
FROM offices AS o
WHERE o.organization_id = :organization_id AND o.id = ANY (:ids::uuid[])
ORDER BY o.id DESC;
