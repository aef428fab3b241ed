-- Reports: what hiring is steered by. What each number means: docs/reports.md.
-- Engine: ClickHouse.
-- Know first: the views of sql/views have what a reader sees as of a moment; a duration is in days.

-- name: funnel
-- Counts how far applications came that entered in a period.
-- Takes: application scope, as_of, from_at, before_at, period_starts, period_days
-- Why: applications are counted by how far they came, and the few counts stand once for each kind.
SELECT period, ['review', 'screen', 'assessment', 'interview', 'offer', 'hired'][rank] AS kind, reached,
       if(rank = 1, 1, reached / nullIf(lagInFrame(reached) OVER kinds, 0)) AS conversion,
       reached / first_value(reached) OVER kinds AS share, active, rejected, withdrawn, transferred
FROM (
    SELECT period, rank, sumIf(applications, furthest >= rank) AS reached,
           sumIf(applications, furthest = rank AND state = 'active') AS active,
           sumIf(applications, furthest = rank AND state = 'rejected') AS rejected,
           sumIf(applications, furthest = rank AND state = 'withdrawn') AS withdrawn,
           sumIf(applications, furthest = rank AND state = 'transferred') AS transferred
    FROM (
        SELECT period_of(a.entered_at, {period_starts:Array(Int64)}, {period_days:Array(Date32)}) AS period,
               a.furthest AS furthest, a.state AS state, count() AS applications
        FROM seen_applications(
            organization_id = {organization_id:UUID}, job_ids = {job_ids:Array(UUID)},
            excludes_jobs = {excludes_jobs:Bool}, hidden_application_ids = {hidden_application_ids:Array(UUID)},
            source_id = {source_id:Nullable(UUID)}, known_at = {known_at:DateTime64(6, 'UTC')},
            from_at = {from_at:DateTime64(6, 'UTC')}, as_of = {as_of:DateTime64(6, 'UTC')}
        ) AS a
        WHERE a.entered_at >= {from_at:DateTime64(6, 'UTC')} AND a.entered_at < {before_at:DateTime64(6, 'UTC')}
        GROUP BY period, furthest, state
    )
    ARRAY JOIN [1, 2, 3, 4, 5, 6] AS rank
    GROUP BY period, rank
)
WINDOW kinds AS (PARTITION BY period ORDER BY rank ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW)
ORDER BY period, rank;

-- name: time_to_hire
-- Measures how long hires took from entering, by the day of the hire.
-- Takes: application scope, as_of, from_at, before_at, period_starts, period_days
SELECT period, hires, days[1] AS median_days, days[2] AS p75_days, days[3] AS p90_days
FROM (
    SELECT period_of(a.last_at, {period_starts:Array(Int64)}, {period_days:Array(Date32)}) AS period, count() AS hires,
           quantilesExactInclusive(0.5, 0.75, 0.9)(days_between(a.entered_at, a.last_at)) AS days
    FROM seen_applications(
        organization_id = {organization_id:UUID}, job_ids = {job_ids:Array(UUID)}, excludes_jobs = {excludes_jobs:Bool},
        hidden_application_ids = {hidden_application_ids:Array(UUID)}, source_id = {source_id:Nullable(UUID)},
        known_at = {known_at:DateTime64(6, 'UTC')}, from_at = {from_at:DateTime64(6, 'UTC')},
        as_of = {as_of:DateTime64(6, 'UTC')}
    ) AS a
    WHERE a.state = 'hired'
      AND a.last_at >= {from_at:DateTime64(6, 'UTC')} AND a.last_at < {before_at:DateTime64(6, 'UTC')}
    GROUP BY period
)
ORDER BY period;

-- name: time_to_hire_distribution
-- Counts hires by the whole weeks that they took from entering.
-- Takes: application scope, as_of, from_at, before_at
SELECT from_days, if(from_days = 84, NULL, from_days + 7) AS to_days, hires
FROM (
    SELECT toUInt16(least(intDiv(toInt64(days_between(a.entered_at, a.last_at)), 7) * 7, 84)) AS from_days,
           count() AS hires
    FROM seen_applications(
        organization_id = {organization_id:UUID}, job_ids = {job_ids:Array(UUID)}, excludes_jobs = {excludes_jobs:Bool},
        hidden_application_ids = {hidden_application_ids:Array(UUID)}, source_id = {source_id:Nullable(UUID)},
        known_at = {known_at:DateTime64(6, 'UTC')}, from_at = {from_at:DateTime64(6, 'UTC')},
        as_of = {as_of:DateTime64(6, 'UTC')}
    ) AS a
    WHERE a.state = 'hired'
      AND a.last_at >= {from_at:DateTime64(6, 'UTC')} AND a.last_at < {before_at:DateTime64(6, 'UTC')}
    GROUP BY from_days
)
ORDER BY from_days;

-- name: time_to_fill
-- Measures how long openings took from their making to their filling, by the day of the filling.
-- Takes: known job scope, as_of, from_at, before_at, period_starts, period_days
SELECT period, filled, days[1] AS median_days, days[2] AS p75_days, days[3] AS p90_days
FROM (
    SELECT period_of(o.history[-1].at, {period_starts:Array(Int64)}, {period_days:Array(Date32)}) AS period,
           count() AS filled,
           quantilesExactInclusive(0.5, 0.75, 0.9)(days_between(o.history[1].at, o.history[-1].at)) AS days
    FROM seen_openings(
        organization_id = {organization_id:UUID}, job_ids = {job_ids:Array(UUID)}, excludes_jobs = {excludes_jobs:Bool},
        known_at = {known_at:DateTime64(6, 'UTC')}, as_of = {as_of:DateTime64(6, 'UTC')}
    ) AS o
    WHERE o.state = 'filled'
      AND o.history[-1].at >= {from_at:DateTime64(6, 'UTC')} AND o.history[-1].at < {before_at:DateTime64(6, 'UTC')}
    GROUP BY period
)
ORDER BY period;

-- name: time_in_stage
-- Measures how long applications stayed in stages that they left in a period, and in those that they are in.
-- Takes: application scope, as_of, from_at, before_at, period_starts, period_days
-- Why: a stay is a step with the one after it; a step that is the last runs until as_of.
SELECT period, ['review', 'screen', 'assessment', 'interview', 'offer', 'hired'][rank] AS kind, ended,
       if(ended > 0, days[1], NULL) AS median_days, if(ended > 0, days[2], NULL) AS p75_days,
       if(ended > 0, days[3], NULL) AS p90_days,
       if(empty({period_days:Array(Date32)}), running, 0) AS running,
       if(empty({period_days:Array(Date32)}), running_days, NULL) AS running_median_days
FROM (
    SELECT if(stay.is_running, NULL,
              period_of(stay.ended_at, {period_starts:Array(Int64)}, {period_days:Array(Date32)})) AS period,
           stay.rank AS rank,
           countIf(NOT stay.is_running) AS ended,
           quantilesExactInclusiveOrNullIf(0.5, 0.75, 0.9)(
               days_between(stay.began_at, stay.ended_at), NOT stay.is_running
           ) AS days,
           countIf(stay.is_running) AS running,
           quantileExactInclusiveOrNullIf(0.5)(
               days_between(stay.began_at, stay.ended_at), stay.is_running
           ) AS running_days
    FROM (
        SELECT rank, change, began_at, ended_at, place = length(a.history) AS is_running
        FROM seen_histories(
            organization_id = {organization_id:UUID}, job_ids = {job_ids:Array(UUID)},
            excludes_jobs = {excludes_jobs:Bool}, hidden_application_ids = {hidden_application_ids:Array(UUID)},
            source_id = {source_id:Nullable(UUID)}, known_at = {known_at:DateTime64(6, 'UTC')},
            from_at = {from_at:DateTime64(6, 'UTC')}, as_of = {as_of:DateTime64(6, 'UTC')}
        ) AS a
        ARRAY JOIN a.history.rank AS rank, a.history.change AS change, a.history.at AS began_at,
                   arrayPushBack(arrayPopFront(a.history.at), {as_of:DateTime64(6, 'UTC')}) AS ended_at,
                   arrayEnumerate(a.history) AS place
        WHERE a.last_at >= {from_at:DateTime64(6, 'UTC')} OR a.state = 'active'
    ) AS stay
    WHERE stay.rank BETWEEN 1 AND 5 AND stay.change IN ('submitted', 'moved', 'reopened', 'unhired')
      AND (
          stay.is_running
          OR (stay.ended_at >= {from_at:DateTime64(6, 'UTC')} AND stay.ended_at < {before_at:DateTime64(6, 'UTC')})
      )
      AND NOT (stay.is_running AND notEmpty({period_days:Array(Date32)}))
    GROUP BY period, rank
)
ORDER BY period, rank;

-- name: sources
-- Counts what came of the applications that entered in a period, by their source.
-- Takes: application scope, as_of, from_at, before_at, period_starts, period_days
SELECT period, source_id, applications, active, rejected, withdrawn, transferred, hired, reached_interview,
       reached_offer, reached_interview / applications AS interview_rate, hired / applications AS hire_rate,
       median_days_to_hire
FROM (
    SELECT period_of(a.entered_at, {period_starts:Array(Int64)}, {period_days:Array(Date32)}) AS period,
           nullIf(CAST(a.source_id, 'UUID'), toUUID('00000000-0000-0000-0000-000000000000')) AS source_id,
           count() AS applications, countIf(a.state = 'active') AS active, countIf(a.state = 'rejected') AS rejected,
           countIf(a.state = 'withdrawn') AS withdrawn, countIf(a.state = 'transferred') AS transferred,
           countIf(a.state = 'hired') AS hired, countIf(a.furthest >= 4) AS reached_interview,
           countIf(a.furthest >= 5) AS reached_offer,
           quantileExactInclusiveOrNullIf(0.5)(days_between(a.entered_at, a.last_at), a.state = 'hired')
               AS median_days_to_hire
    FROM seen_applications(
        organization_id = {organization_id:UUID}, job_ids = {job_ids:Array(UUID)}, excludes_jobs = {excludes_jobs:Bool},
        hidden_application_ids = {hidden_application_ids:Array(UUID)}, source_id = {source_id:Nullable(UUID)},
        known_at = {known_at:DateTime64(6, 'UTC')}, from_at = {from_at:DateTime64(6, 'UTC')},
        as_of = {as_of:DateTime64(6, 'UTC')}
    ) AS a
    WHERE a.entered_at >= {from_at:DateTime64(6, 'UTC')} AND a.entered_at < {before_at:DateTime64(6, 'UTC')}
    GROUP BY period, source_id
)
ORDER BY period, applications DESC, toString(source_id);

-- name: openings
-- Counts what became of openings in each period, and how many were open at its end.
-- Takes: known job scope, as_of, from_at, before_at, period_starts, period_days
-- Why: an opening becomes open or stops being so by single steps, so the open ones are a running sum of them.
SELECT period, created, filled, closed, reopened, open
FROM (
    SELECT period, sum(is_shown) AS shown, sumIf(is_shown, change = 'created') AS created,
           sumIf(is_shown, change = 'filled') AS filled, sumIf(is_shown, change = 'closed') AS closed,
           sumIf(is_shown, change = 'reopened') AS reopened,
           sum(sum(if(change IN ('created', 'reopened'), 1, -1))) OVER (ORDER BY min(at)) AS open
    FROM (
        SELECT step.at AS at, CAST(step.change, 'String') AS change,
               at >= {from_at:DateTime64(6, 'UTC')} AS is_shown,
               period_of(at, {period_starts:Array(Int64)}, {period_days:Array(Date32)}) AS period
        FROM seen_openings(
            organization_id = {organization_id:UUID}, job_ids = {job_ids:Array(UUID)},
            excludes_jobs = {excludes_jobs:Bool}, known_at = {known_at:DateTime64(6, 'UTC')},
            as_of = {as_of:DateTime64(6, 'UTC')}
        ) AS o
        ARRAY JOIN o.history AS step
        WHERE at < {before_at:DateTime64(6, 'UTC')}
    )
    GROUP BY period
)
WHERE shown > 0
ORDER BY period;

-- name: forecast
-- Counts active applications by how far they came, and what came of those that are not active any more.
-- Takes: application scope, as_of, from_at, before_at
-- Why: a row that counts nowhere gives each kind its row, also where there are no applications.
SELECT ['review', 'screen', 'assessment', 'interview', 'offer', 'hired'][rank] AS kind, active, ended, hired,
       hired / nullIf(ended, 0) AS hire_rate,
       active * ifNull(hired / nullIf(ended, 0), 0) AS expected_hires,
       (SELECT countIf(o.state = 'open') FROM seen_openings(
            organization_id = {organization_id:UUID}, job_ids = {job_ids:Array(UUID)},
            excludes_jobs = {excludes_jobs:Bool}, known_at = {known_at:DateTime64(6, 'UTC')},
            as_of = {as_of:DateTime64(6, 'UTC')}
        ) AS o) AS open_openings
FROM (
    SELECT rank, countIf(a.state = 'active' AND a.furthest = rank) AS active,
           countIf(a.state != 'active' AND a.furthest >= rank AND is_of_period) AS ended,
           countIf(a.state = 'hired' AND is_of_period) AS hired
    FROM (
        SELECT a.state, a.furthest,
               a.entered_at >= {from_at:DateTime64(6, 'UTC')}
                   AND a.entered_at < {before_at:DateTime64(6, 'UTC')} AS is_of_period
        FROM seen_applications(
            organization_id = {organization_id:UUID}, job_ids = {job_ids:Array(UUID)},
            excludes_jobs = {excludes_jobs:Bool}, hidden_application_ids = {hidden_application_ids:Array(UUID)},
            source_id = {source_id:Nullable(UUID)}, known_at = {known_at:DateTime64(6, 'UTC')},
            from_at = {from_at:DateTime64(6, 'UTC')}, as_of = {as_of:DateTime64(6, 'UTC')}
        ) AS a
        UNION ALL
        SELECT '', 0, false
    ) AS a
    ARRAY JOIN [1, 2, 3, 4, 5] AS rank
    GROUP BY rank
)
ORDER BY rank;

-- name: recruiters
-- Counts what users did to applications in a period.
-- Takes: application scope, as_of, from_at, before_at, period_starts, period_days
SELECT period_of(f.occurred_at, {period_starts:Array(Int64)}, {period_days:Array(Date32)}) AS period,
       f.user_id AS user_id,
       countIf(f.type = 'application.submitted') AS added, countIf(f.type = 'application.stage_changed') AS moved,
       countIf(f.type = 'application.rejected') AS rejected, countIf(f.type = 'application.withdrawn') AS withdrawn,
       countIf(f.type = 'application.reopened') AS reopened, countIf(f.type = 'application.hired') AS hired,
       countIf(f.type = 'application.unhired') AS unhired, uniqExact(f.application_id) AS applications
FROM facts AS f FINAL
WHERE f.organization_id = {organization_id:UUID}
  AND f.type IN ('application.submitted', 'application.stage_changed', 'application.rejected', 'application.withdrawn',
                 'application.reopened', 'application.hired', 'application.unhired')
  AND f.user_id != toUUID('00000000-0000-0000-0000-000000000000')
  AND f.occurred_at >= {from_at:DateTime64(6, 'UTC')} AND f.occurred_at < {before_at:DateTime64(6, 'UTC')}
  AND f.occurred_at <= {as_of:DateTime64(6, 'UTC')}
  AND f.application_id IN (SELECT a.application_id FROM seen_applications(
      organization_id = {organization_id:UUID}, job_ids = {job_ids:Array(UUID)}, excludes_jobs = {excludes_jobs:Bool},
      hidden_application_ids = {hidden_application_ids:Array(UUID)}, source_id = {source_id:Nullable(UUID)},
      known_at = {known_at:DateTime64(6, 'UTC')}, from_at = {from_at:DateTime64(6, 'UTC')},
      as_of = {as_of:DateTime64(6, 'UTC')}
  ) AS a)
GROUP BY period, user_id
ORDER BY period, applications DESC, toString(user_id);

-- name: jobs
-- Counts active applications and open openings by job, the most stale first.
-- Takes: application scope, from_at, as_of, stale_days, row_limit
-- Why: ClickHouse compares ids by their second half, so a text of each gives the order that readers expect.
SELECT job_id, active, stale, median_age_days, oldest_age_days, open_openings, open_days
FROM (
    SELECT job_id, sum(is_active) AS active, sumIf(is_active, age_days >= {stale_days:UInt16}) AS stale,
           quantileExactInclusiveOrNullIf(0.5)(age_days, is_active = 1) AS median_age_days,
           maxOrNullIf(age_days, is_active = 1) AS oldest_age_days, sum(is_open) AS open_openings,
           maxOrNullIf(age_days, is_job = 1) AS open_days
    FROM (
        SELECT a.job_id, 1 AS is_active, 0 AS is_open, 0 AS is_job,
               days_between(a.last_at, {as_of:DateTime64(6, 'UTC')}) AS age_days
        FROM seen_applications(
            organization_id = {organization_id:UUID}, job_ids = {job_ids:Array(UUID)},
            excludes_jobs = {excludes_jobs:Bool}, hidden_application_ids = {hidden_application_ids:Array(UUID)},
            source_id = {source_id:Nullable(UUID)}, known_at = {known_at:DateTime64(6, 'UTC')},
            from_at = {from_at:DateTime64(6, 'UTC')}, as_of = {as_of:DateTime64(6, 'UTC')}
        ) AS a
        WHERE a.state = 'active'
        UNION ALL
        SELECT o.job_id, 0, 1, 0, 0
        FROM seen_openings(
            organization_id = {organization_id:UUID}, job_ids = {job_ids:Array(UUID)},
            excludes_jobs = {excludes_jobs:Bool}, known_at = {known_at:DateTime64(6, 'UTC')},
            as_of = {as_of:DateTime64(6, 'UTC')}
        ) AS o
        WHERE o.state = 'open'
        UNION ALL
        SELECT j.job_id, 0, 0, 1, days_between(assumeNotNull(j.opened_at), {as_of:DateTime64(6, 'UTC')})
        FROM seen_jobs(
            organization_id = {organization_id:UUID}, job_ids = {job_ids:Array(UUID)},
            excludes_jobs = {excludes_jobs:Bool}, known_at = {known_at:DateTime64(6, 'UTC')},
            as_of = {as_of:DateTime64(6, 'UTC')}
        ) AS j
        WHERE j.opened_at IS NOT NULL
    )
    GROUP BY job_id
)
WHERE active > 0 OR open_openings > 0
ORDER BY stale DESC, active DESC, toString(job_id)
LIMIT {row_limit:UInt32};
