-- Histories of the applications that a reader sees, with what was recorded by a moment.
-- history: steps in their order; entered_at: first in a stage that is not for leads; furthest: the rank that was reached,
-- 6 only while the hire stands, and 1 at least; state: what the last step made of it.
CREATE OR REPLACE VIEW seen_histories AS
SELECT job_id, application_id, source_id, history,
       arrayFirst(s -> s.rank >= 1, history).at AS entered_at,
       CAST(transform(CAST(history[-1].change, 'String'), ['rejected', 'withdrawn', 'hired', 'transferred'],
                      ['rejected', 'withdrawn', 'hired', 'transferred'], 'active'), 'LowCardinality(String)') AS state,
       if(state = 'hired', 6, arrayMax(arrayMap(s -> if(s.change = 'hired', 1, s.rank), history))) AS furthest,
       history[-1].at AS last_at
FROM (
    SELECT a.job_id, a.application_id, a.source_id,
           arraySort(arrayFilter(s -> s.recorded_at <= {as_of:DateTime64(6, 'UTC')}, a.steps)) AS history
    FROM applications AS a FINAL
    WHERE a.organization_id = {organization_id:UUID}
      AND has({job_ids:Array(UUID)}, a.job_id) != {excludes_jobs:Bool}
      AND a.application_id NOT IN {hidden_application_ids:Array(UUID)}
      AND ({source_id:Nullable(UUID)} IS NULL OR a.source_id = {source_id:Nullable(UUID)})
)
WHERE arrayExists(s -> s.rank >= 1, history);
