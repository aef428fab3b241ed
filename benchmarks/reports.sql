-- Applications first_number to last_number of an organization, one behind the other in time, with their events from
-- from_at on and before before_at. Their ids are of the moments at which they enter, as the service makes them.
-- Each has one of twenty journeys, a letter for each step: s submitted into review, l as a lead; v, c, a, i, o moved to
-- review, screen, assessment, interview, offer; r rejected, w withdrawn, R reopened, h hired, u unhired.
INSERT INTO facts
WITH toDateTime64('2026-11-30 00:00:00', 6, 'UTC') AS ends_at,
     ['sr', 'sr', 'sr', 'sr', 's', 's', 'scr', 'scr', 'sc', 'scir', 'scw', 'scair', 'scaci', 'scaciaor', 'scrRcir',
      'scaioh', 'scaciaoh', 'scaiow', 'lvcair', 'scaiohuor'] AS journeys,
     (at, salt, n) -> toUUID(UUIDNumToString(reverse(reinterpretAsFixedString(bitOr(
         bitShiftLeft(toUInt128(toUnixTimestamp64Milli(at)) * 16 + 7, 76),
         bitOr(bitShiftLeft(toUInt128(2), 62), toUInt128(bitShiftRight(sipHash64(salt, {organization_id:UUID}, n), 2)))
     ))))) AS id_since,
     (salt, n) -> reinterpret(toUInt128(sipHash64(salt, {organization_id:UUID}, n)) * 18446744073709551557, 'UUID') AS id_of
SELECT {organization_id:UUID} AS organization_id, id_of(concat('event', toString(version)), number) AS event_id,
       number * 10 + version AS position,
       transform(step, ['s', 'l', 'v', 'c', 'a', 'i', 'o', 'r', 'w', 'R', 'h', 'u'],
                 ['application.submitted', 'application.submitted', 'application.stage_changed',
                  'application.stage_changed', 'application.stage_changed', 'application.stage_changed',
                  'application.stage_changed', 'application.rejected', 'application.withdrawn', 'application.reopened',
                  'application.hired', 'application.unhired'], '') AS type,
       'application' AS aggregate_type, application AS aggregate_id, version AS aggregate_version,
       entered_at + toIntervalSecond(intDiv((version - 1) * seconds_of_step, 1)) AS occurred_at,
       if(step = 's', 'system', 'user') AS actor_type,
       if(step = 's', toUUID('00000000-0000-0000-0000-000000000000'), id_of('user', dice % 200)) AS user_id,
       id_of('job', intDiv(number, 500) + intDiv(dice, 1000) % 40) AS job_id, application AS application_id,
       toUUID('00000000-0000-0000-0000-000000000000') AS opening_id,
       id_of(concat('stage', kind), intDiv(number, 500) + intDiv(dice, 1000) % 40) AS stage_id,
       kind AS stage_kind,
       if(version = 1, id_of('source', intDiv(dice, 7) % 12), toUUID('00000000-0000-0000-0000-000000000000'))
           AS source_id,
       toUUID('00000000-0000-0000-0000-000000000000') AS post_id,
       if(step IN ('r', 'w', 'u'), id_of('reason', dice % 9), toUUID('00000000-0000-0000-0000-000000000000'))
           AS reason_id,
       '' AS status, if(version = 1, occurred_at, toDateTime64(0, 6, 'UTC')) AS applied_at
FROM (
    SELECT number, sipHash64({organization_id:UUID}, number) AS dice, id_since(entered_at, 'application', number) AS application,
           3600 + intDiv(dice, 11) % 864000 AS seconds_of_step,
           ends_at - toIntervalSecond(
               94608000 - toUInt64(94608000 * (number / {applications:UInt64})) + dice % 3600
           ) AS entered_at,
           journeys[1 + intDiv(dice, 13) % 20] AS journey
    FROM numbers({first_number:UInt64}, {last_number:UInt64} - {first_number:UInt64} + 1)
)
ARRAY JOIN ngrams(journey, 1) AS step, arrayEnumerate(ngrams(journey, 1)) AS version,
    arrayMap(place -> transform(
        arrayLast(letter -> position('slvcaioh', letter) > 0, arraySlice(ngrams(journey, 1), 1, place)),
        ['s', 'l', 'v', 'c', 'a', 'i', 'o', 'h'],
        ['review', 'lead', 'review', 'screen', 'assessment', 'interview', 'offer', 'hired'], ''
    ), arrayEnumerate(ngrams(journey, 1))) AS kind
WHERE occurred_at >= {from_at:DateTime64(6, 'UTC')} AND occurred_at < {before_at:DateTime64(6, 'UTC')}
