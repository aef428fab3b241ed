-- Histories of the applications that a reader sees, with what was recorded by a moment.
-- history: steps in their order; entered_at: first in a stage that is not for leads; furthest: the rank that was reached,
-- 6 only while the hire stands, and 1 at least; state: what the last step made of it.
-- Members of tuples are read outside, because FINAL does not merge one that is read alone; from arrays of them, not from
-- each tuple, which takes twice as long.
CREATE OR REPLACE VIEW seen_histories AS
SELECT job_id, application_id, source_id, history,
       arrayFirst((at, rank) -> rank >= 1, history.at, history.rank) AS entered_at,
       state_after(history.change[-1]) AS state,
       if(state = 'hired', 6, arrayMax((change, rank) -> if(change = 'hired', 1, rank), history.change, history.rank))
           AS furthest,
       history.at[-1] AS last_at
FROM (
    SELECT job_id, application_id, source_id,
           arraySort((step, version) -> version, recorded, recorded.version) AS history
    FROM (
        SELECT job_id, application_id, source_id,
               arrayFilter(
                   (step, recorded_at) -> recorded_at <= {as_of:DateTime64(6, 'UTC')}, steps, steps.recorded_at
               ) AS recorded
        FROM (
            SELECT a.job_id, a.application_id, a.source_id, a.steps AS steps
            FROM applications AS a FINAL
            WHERE a.organization_id = {organization_id:UUID}
              AND has({job_ids:Array(UUID)}, a.job_id) != {excludes_jobs:Bool}
              AND a.application_id NOT IN {hidden_application_ids:Array(UUID)}
              AND ({source_id:Nullable(UUID)} IS NULL OR a.source_id = {source_id:Nullable(UUID)})
        )
    )
)
WHERE arrayMax(history.rank) >= 1;
