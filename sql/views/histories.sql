-- Histories of the applications that a reader sees, with what was recorded by a moment.
-- An application that ended before from_at is left out: a period that begins then does not need it, and to put the steps of
-- all in order would take most of the time. One that was active at as_of is there in any case. One that a merge ended is
-- left out: the other of the two counts.
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
            SELECT a.job_id, a.application_id, a.source_id, a.steps AS steps, a.last AS last,
                   a.recorded_at AS recorded_at
            FROM applications AS a FINAL
            WHERE a.organization_id = {organization_id:UUID}
              AND has({job_ids:Array(UUID)}, a.job_id) != {excludes_jobs:Bool}
              AND a.application_id NOT IN {hidden_application_ids:Array(UUID)}
              AND a.application_id NOT IN (SELECT u.id FROM unknown_resources(
                  organization_id = {organization_id:UUID}, known_at = {known_at:DateTime64(6, 'UTC')}
              ) AS u)
              AND is_from(a.source_id, {source_id:Nullable(UUID)})
        )
        WHERE recorded_at >= least({from_at:DateTime64(6, 'UTC')}, {as_of:DateTime64(6, 'UTC')})
           OR state_after(last.change) = 'active'
    )
)
WHERE arrayMax(history.rank) >= 1 AND state != 'merged';
