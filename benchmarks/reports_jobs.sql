-- Jobs of an organization, {jobs} of them, which were opened one after the other in three years, each with four openings:
-- some weeks later two are filled and one is closed, if that is not to come yet; one stays open.
INSERT INTO facts (organization_id, event_id, position, type, aggregate_type, aggregate_id, aggregate_version, occurred_at,
                   actor_type, user_id, job_id, opening_id, status)
WITH (salt, n) -> reinterpret(toUInt128(sipHash64(salt, {organization_id:UUID}, n)) * 18446744073709551557, 'UUID') AS id_of,
     toDateTime64('2026-11-30 00:00:00', 6, 'UTC') - toIntervalSecond(
         94608000 - toUInt64(94608000 * (number / {jobs:UInt64}))
     ) AS opened_at
SELECT {organization_id:UUID}, id_of(concat('job event', change), number * 8 + place), number, change,
       if(place = 0, 'job', 'opening'), if(place = 0, id_of('job', number), id_of('opening', number * 8 + place)),
       if(place = 0 OR change = 'opening.created', 1, 2),
       opened_at + toIntervalDay(if(change IN ('opening.filled', 'opening.closed'), 10 + number % 50, 0)) AS at, 'user',
       id_of('user', number % 200), id_of('job', number),
       if(place = 0, toUUID('00000000-0000-0000-0000-000000000000'), id_of('opening', number * 8 + place)),
       if(place = 0, 'open', '')
FROM numbers({jobs:UInt64})
ARRAY JOIN [0, 1, 2, 3, 4, 1, 2, 3] AS place,
    ['job.status_changed', 'opening.created', 'opening.created', 'opening.created', 'opening.created', 'opening.filled',
     'opening.filled', 'opening.closed'] AS change
WHERE at < toDateTime64('2026-11-30 00:00:00', 6, 'UTC')
