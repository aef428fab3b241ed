-- Jobs that a reader sees, with the moment at which each was opened, as it stood at a moment; NULL where it is not open.
CREATE OR REPLACE VIEW seen_jobs AS
SELECT job_id,
       if(history[-1].status = 'open', CAST(history[-1].at, 'Nullable(DateTime64(6, \'UTC\'))'), NULL) AS opened_at
FROM (
    SELECT j.job_id, arraySort(arrayFilter(s -> s.at <= {as_of:DateTime64(6, 'UTC')}, j.steps)) AS history
    FROM jobs AS j FINAL
    WHERE j.organization_id = {organization_id:UUID}
      AND has({job_ids:Array(UUID)}, j.job_id) != {excludes_jobs:Bool}
      AND j.job_id NOT IN (SELECT u.id FROM unknown_resources(
          organization_id = {organization_id:UUID}, known_at = {known_at:DateTime64(6, 'UTC')}
      ) AS u)
)
WHERE notEmpty(history);
