-- Jobs and applications that were made at known_at or later. Rights and jobs were read before, and a confidential job that
-- they did not know is not among those to leave out, so none of these counts.
CREATE OR REPLACE VIEW unknown_resources AS
SELECT f.aggregate_id AS id
FROM facts AS f FINAL
WHERE f.organization_id = {organization_id:UUID} AND f.type IN ('job.created', 'application.submitted')
  AND toDate(f.occurred_at) >= toDate({known_at:DateTime64(6, 'UTC')})
  AND f.occurred_at >= {known_at:DateTime64(6, 'UTC')};
