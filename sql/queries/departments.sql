-- Departments: what reads the tree of departments.
-- Pool: replica, or the primary's read-only role when freshness demands it.
-- Know first: a body is the JSON of department_body(); a list returns a row for each department.

-- name: find(organization_id, department_id)^
-- Finds one department.
-- Returns: version and body; no row when there is none.
SELECT d.version, department_body(d)::text AS body
FROM departments AS d
WHERE d.organization_id = :organization_id AND d.id = :department_id;

-- name: find_by_external_id(organization_id, external_id, status)^
-- Finds the department that another system calls so.
-- Returns: version and body; no row when there is none.
-- Index: departments_external_id_taken.
SELECT d.version, department_body(d)::text AS body
FROM departments AS d
WHERE d.organization_id = :organization_id AND d.external_id = :external_id
  AND (:status::text IS NULL OR d.status = :status);

-- name: list(organization_id, status, before_id, row_limit)
-- Lists departments, newest first.
-- Page: by id; the first page passes the highest id.
SELECT d.id, department_body(d)::text AS body
FROM departments AS d
WHERE d.organization_id = :organization_id AND d.id < :before_id
  AND (:status::text IS NULL OR d.status = :status)
ORDER BY d.id DESC
LIMIT :row_limit;

-- name: list_updated_since(organization_id, status, after_at, after_id, row_limit)
-- Lists departments in the order of their last change.
-- Page: by (updated_at, id); the first page passes the moment and the lowest id.
SELECT d.updated_at, d.id, department_body(d)::text AS body
FROM departments AS d
WHERE d.organization_id = :organization_id AND (d.updated_at, d.id) > (:after_at, :after_id)
  AND d.updated_at < (SELECT h.settled_at FROM heartbeats AS h WHERE h.name = 'primary')
  AND (:status::text IS NULL OR d.status = :status)
ORDER BY d.updated_at, d.id
LIMIT :row_limit;

-- name: list_by_ids(organization_id, ids)
-- Lists the departments with these ids, newest first; unknown ids are left out.
SELECT d.id, department_body(d)::text AS body
FROM departments AS d
WHERE d.organization_id = :organization_id AND d.id = ANY (:ids::uuid[])
ORDER BY d.id DESC;
