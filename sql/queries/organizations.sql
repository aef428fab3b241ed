-- Organizations: what reads the tenant itself.
-- Pool: replica, or the primary's read-only role when freshness demands it.
-- Know first: the key of organizations is organization_id.

-- name: find^
-- Finds the organization.
-- Takes: organization_id
-- Returns: version and body.
SELECT o.version, organization_body(o)::text AS body
FROM organizations AS o
WHERE o.organization_id = :organization_id;
