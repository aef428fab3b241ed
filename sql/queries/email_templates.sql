-- E-mail templates: what reads what an organization writes to candidates.
-- Pool: replica, or the primary's read-only role when freshness demands it.
-- Know first: a body is the JSON of email_template_body(); a list has a row for each.

-- name: find^
-- Finds one e-mail template.
-- Takes: organization_id, email_template_id
-- Returns: version and body; no row when there is none.
SELECT t.version, email_template_body(t)::text AS body
FROM email_templates AS t
WHERE t.organization_id = :organization_id AND t.id = :email_template_id;

-- name: find_by_name^
-- Finds the e-mail template that has a name, active or archived.
-- Takes: organization_id, name
-- Returns: version and body; no row when there is none.
SELECT t.version, email_template_body(t)::text AS body
FROM email_templates AS t
WHERE t.organization_id = :organization_id AND t.name = :name;

-- name: list
-- Lists e-mail templates, newest first; a filter that is NULL lets all pass.
-- Takes: organization_id, ids, status, before_id, row_limit
-- Plan: custom, for the filters that are given.
-- Page: by id; the first page passes the highest id.
-- Budget: 52 rows, 50 buffers, 5 ms at 1,000,000 applications
SELECT email_template_body(t)::text AS body
FROM email_templates AS t
WHERE t.organization_id = :organization_id AND t.id < :before_id
  AND (:ids::uuid[] IS NULL OR t.id = ANY (:ids))
  AND (:status::text IS NULL OR t.status = :status)
ORDER BY t.id DESC
LIMIT :row_limit;

-- name: list_updated_since
-- Lists e-mail templates in the order of their last change; a filter that is NULL lets all pass.
-- Takes: organization_id, status, after_at, after_id, row_limit
-- Plan: custom, for the filters that are given.
-- Page: by (updated_at, id); the first page passes the moment and the lowest id.
-- Budget: 54 rows, 50 buffers, 5 ms at 1,000,000 applications
SELECT email_template_body(t)::text AS body
FROM email_templates AS t
WHERE t.organization_id = :organization_id AND (t.updated_at, t.id) > (:after_at, :after_id)
  AND t.updated_at < (SELECT h.settled_at FROM heartbeats AS h WHERE h.name = 'primary')
  AND (:status::text IS NULL OR t.status = :status)
ORDER BY t.updated_at, t.id
LIMIT :row_limit;
