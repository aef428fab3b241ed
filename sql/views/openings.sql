-- Openings as reports count them: of the jobs that a reader sees, with what happened by a moment.
-- history: steps in their order; state: what the last step made of it.
CREATE OR REPLACE VIEW seen_openings AS
SELECT job_id, opening_id, history,
       CAST(transform(CAST(history[-1].change, 'String'), ['filled', 'closed'], ['filled', 'closed'], 'open'),
            'LowCardinality(String)') AS state
FROM (
    SELECT o.job_id, o.opening_id,
           arraySort(arrayFilter(s -> s.at <= {as_of:DateTime64(6, 'UTC')}, o.steps)) AS history
    FROM openings AS o FINAL
    WHERE o.organization_id = {organization_id:UUID}
      AND has({job_ids:Array(UUID)}, o.job_id) != {excludes_jobs:Bool}
      AND o.job_id NOT IN (SELECT u.id FROM unknown_resources(
          organization_id = {organization_id:UUID}, known_at = {known_at:DateTime64(6, 'UTC')}
      ) AS u)
)
WHERE notEmpty(history);
