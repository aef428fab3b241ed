-- Sweeps: what is to be deleted, and how far the sweep is behind.
-- Pool: the primary's read-only role: what a replica lacks must not pass for gone.
-- Know first: the rules themselves are in commands/sweeps.sql.

-- name: list_used_uploads
-- Lists uploads that were used or given up, oldest first, and whether an attachment has the file now.
-- Takes: cutoff_at, row_limit
-- Tenant: none, what has expired goes, in every organization.
-- Visibility: no client sees it; the sweep deletes what nobody uses.
SELECT u.organization_id, u.id, u.storage_name, t.id IS NOT NULL AS is_attached
FROM uploads AS u
LEFT JOIN LATERAL (
    SELECT a.id FROM attachments AS a
    WHERE a.organization_id = u.organization_id AND a.storage_name = u.storage_name
    LIMIT 1
) AS t ON true
WHERE u.used_at IS NOT NULL AND u.used_at < :cutoff_at
ORDER BY u.used_at, u.id
LIMIT :row_limit;

-- name: list_unknown_files
-- Lists those of some files that neither an upload nor an attachment names.
-- Takes: organization_ids, names
-- Tenant: none, the file store is swept for all of them.
-- Visibility: no client sees it; the sweep deletes what nobody uses.
SELECT n.name
FROM unnest(:organization_ids::uuid[], :names::text[]) AS n (organization_id, name)
WHERE NOT EXISTS (
          SELECT FROM uploads AS u WHERE u.organization_id = n.organization_id AND u.storage_name = n.name
      )
  AND NOT EXISTS (
          SELECT FROM attachments AS t WHERE t.organization_id = n.organization_id AND t.storage_name = n.name
      );

-- name: find_oldest^
-- Finds the oldest row of each table that is swept.
-- Returns: for each the instant by which its rule decides; NULL for an empty table.
-- Tenant: none, how far the sweep is behind concerns the deployment.
-- Visibility: no client sees it; the sweep tells its delay.
SELECT (SELECT min(k.created_at) FROM idempotency_keys AS k) AS idempotency_keys,
       (SELECT min(i.handled_at) FROM inbox AS i) AS inbox,
       (SELECT min(c.changed_at) FROM principal_changes AS c) AS principal_changes,
       (SELECT min(least(s.expires_at, s.revoked_at)) FROM sessions AS s) AS sessions,
       (SELECT min(k.expires_at) FROM mailed_links AS k) AS mailed_links,
       (SELECT min(b.ended_at) FROM bulk_operations AS b) AS bulk_operations,
       (SELECT min(u.expires_at) FROM uploads AS u WHERE u.used_at IS NULL) AS uploads;
