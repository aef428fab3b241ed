-- Facts: what ClickHouse has of the feed.
-- Engine: ClickHouse.
-- Know first: a fact is there once for a reader who says FINAL, however often its event was taken here.

-- name: count_all$
-- Counts the facts of all organizations.
-- Tenant: none, `hiring analytics` asks for all.
SELECT count() AS facts_count
FROM facts AS f FINAL;

-- name: count_by_day
-- Counts facts by organization, day (UTC) and type, with a checksum of their events' ids.
-- Takes: up_to_position
-- Tenant: none, `hiring analytics verify` compares all.
SELECT f.organization_id AS organization_id, toDate(f.occurred_at) AS occurred_on, f.type AS type,
       count() AS facts_count,
       sum(toUInt64(reinterpretAsUInt32(reverse(unhex(right(toString(f.event_id), 8)))))) AS checksum
FROM facts AS f FINAL
WHERE f.position <= {up_to_position:UInt64}
GROUP BY organization_id, occurred_on, type;

-- name: count_steps
-- Counts the steps in the histories of applications by organization, and those that share a version with another.
-- Tenant: none, `hiring analytics verify` compares all.
-- Why: FINAL does not merge a member of a tuple that is read alone, such as steps.version.
SELECT a.organization_id AS organization_id, sum(length(a.steps)) AS steps_count,
       sum(length(a.steps) - length(arrayDistinct(arrayMap(s -> s.version, a.steps)))) AS doubles_count
FROM applications AS a FINAL
GROUP BY organization_id;

-- name: list_ids
-- Lists the events of a day and type that are facts.
-- Takes: organization_id, occurred_on, event_type, up_to_position
SELECT f.event_id AS event_id
FROM facts AS f FINAL
WHERE f.organization_id = {organization_id:UUID} AND toDate(f.occurred_at) = {occurred_on:Date}
  AND f.type = {event_type:String} AND f.position <= {up_to_position:UInt64};

-- name: find_events^
-- Finds how many of some events are facts, the last of their positions, and when the last happened.
-- Takes: organization_id, event_ids
SELECT uniqExact(f.event_id) AS events_count, max(f.position) AS position, max(f.occurred_at) AS last_at
FROM facts AS f FINAL
WHERE f.organization_id = {organization_id:UUID} AND f.event_id IN {event_ids:Array(UUID)};

-- name: stream_stage_changes
-- Streams what happened to the applications that a reader sees, in the order of the feed.
-- Takes: job scope, hidden_application_ids, after_position, up_to_position, row_limit
-- Streamed: in the format that the caller names.
SELECT f.position AS position, id_text(f.event_id) AS event_id, CAST(f.type, 'String') AS type,
       f.occurred_at AS occurred_at, id_text(f.application_id) AS application_id,
       f.aggregate_version AS application_version, id_text(f.job_id) AS job_id, id_text(f.stage_id) AS stage_id,
       nullIf(CAST(f.stage_kind, 'String'), '') AS stage_kind, id_text(f.reason_id) AS reason_id,
       id_text(f.source_id) AS source_id, id_text(f.post_id) AS post_id,
       if(f.type = 'application.submitted', f.applied_at, NULL) AS applied_at,
       CAST(f.actor_type, 'String') AS actor_type, id_text(f.user_id) AS user_id
FROM facts AS f FINAL
WHERE f.organization_id = {organization_id:UUID}
  AND f.position > {after_position:UInt64} AND f.position <= {up_to_position:UInt64}
  AND f.type IN ('application.submitted', 'application.stage_changed', 'application.rejected', 'application.withdrawn',
                 'application.reopened', 'application.hired', 'application.unhired', 'application.transferred')
  AND has({job_ids:Array(UUID)}, f.job_id) != {excludes_jobs:Bool}
  AND f.application_id NOT IN {hidden_application_ids:Array(UUID)}
ORDER BY position
LIMIT {row_limit:UInt32};

-- name: stream_applications
-- Streams the applications that a reader sees as they are, in the order of what happened to them last.
-- Takes: job scope, hidden_application_ids, after_position, up_to_position, row_limit
-- Streamed: in the format that the caller names.
-- Why: tuples are taken apart outside, because FINAL does not merge a member of a tuple that is read alone.
SELECT position, id_text(application_id) AS application_id, last.version AS application_version,
       id_text(job_id) AS job_id, id_text(source_id) AS source_id, if(has_entered, entered.at, NULL) AS entered_at,
       CAST(state_after(last.change), 'String') AS state,
       if(has_entered, ['review', 'screen', 'assessment', 'interview', 'offer', 'hired'][
           if(state = 'hired', 6, greatest(highest, 1))
       ], NULL) AS furthest_kind, last.at AS last_at
FROM (
    SELECT a.position AS position, a.application_id AS application_id, a.job_id AS job_id, a.source_id AS source_id,
           a.entered AS entered, a.furthest AS highest, a.last AS last, entered.version < 4294967295 AS has_entered
    FROM applications AS a FINAL
    WHERE a.organization_id = {organization_id:UUID}
      AND a.position > {after_position:UInt64} AND a.position <= {up_to_position:UInt64}
      AND has({job_ids:Array(UUID)}, a.job_id) != {excludes_jobs:Bool}
      AND a.application_id NOT IN {hidden_application_ids:Array(UUID)}
)
ORDER BY position
LIMIT {row_limit:UInt32};
