-- Applications as reports count them: those that a reader sees, as they were at a moment. The members are those of
-- seen_histories, and as there, none has ended before from_at, or by a merge. Histories take much longer to read, so they
-- are read only for a moment after which something was recorded in the organization; of the two parts, one reads nothing.
-- Tuples are taken apart outside, because FINAL does not merge a member of a tuple that is read alone.
CREATE OR REPLACE VIEW seen_applications AS
SELECT job_id, application_id, source_id, entered_at, state, furthest, last_at
FROM (
    SELECT job_id, application_id, source_id, entered.at AS entered_at,
           state_after(last.change) AS state,
           if(state = 'hired', 6, greatest(highest, 1)) AS furthest, last.at AS last_at
    FROM (
        SELECT a.job_id, a.application_id, a.source_id, a.entered AS entered, a.furthest AS highest, a.last AS last,
               a.recorded_at AS recorded_at
        FROM applications AS a FINAL
        WHERE a.organization_id = {organization_id:UUID}
          AND has({job_ids:Array(UUID)}, a.job_id) != {excludes_jobs:Bool}
          AND a.application_id NOT IN {hidden_application_ids:Array(UUID)}
          AND a.application_id NOT IN (SELECT u.id FROM unknown_resources(
              organization_id = {organization_id:UUID}, known_at = {known_at:DateTime64(6, 'UTC')}
          ) AS u)
          AND is_from(a.source_id, {source_id:Nullable(UUID)})
          AND {as_of:DateTime64(6, 'UTC')} >= (
              SELECT max(n.recorded_at) FROM applications AS n FINAL WHERE n.organization_id = {organization_id:UUID}
          )
    )
    WHERE entered.version < 4294967295 AND state != 'merged'
      AND (
          recorded_at >= least({from_at:DateTime64(6, 'UTC')}, {as_of:DateTime64(6, 'UTC')})
          OR state_after(last.change) = 'active'
      )
    UNION ALL
    SELECT h.job_id, h.application_id, h.source_id, h.entered_at, h.state, h.furthest, h.last_at
    FROM seen_histories(
        organization_id = {organization_id:UUID}, job_ids = {job_ids:Array(UUID)}, excludes_jobs = {excludes_jobs:Bool},
        hidden_application_ids = {hidden_application_ids:Array(UUID)}, source_id = {source_id:Nullable(UUID)},
        known_at = {known_at:DateTime64(6, 'UTC')}, from_at = {from_at:DateTime64(6, 'UTC')},
        as_of = {as_of:DateTime64(6, 'UTC')}
    ) AS h
    WHERE {as_of:DateTime64(6, 'UTC')} < (
          SELECT max(n.recorded_at) FROM applications AS n FINAL WHERE n.organization_id = {organization_id:UUID}
      )
);
