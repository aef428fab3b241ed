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
