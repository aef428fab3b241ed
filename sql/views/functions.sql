-- The days from one moment to another, as a fraction.
CREATE OR REPLACE FUNCTION days_between AS (from_at, to_at) -> dateDiff('microsecond', from_at, to_at) / 86400000000;

-- The first day of the period in which a moment lies: of its day, week (from Monday) or month in a time zone; NULL where
-- nothing cuts the time. toMonday and toStartOfMonth would make 1970 of every day before it.
CREATE OR REPLACE FUNCTION period_of AS (at, granularity, time_zone) -> multiIf(
    granularity = 'day', toDate32(toTimeZone(at, time_zone)),
    granularity = 'week', toDate32(toTimeZone(at, time_zone)) - (toDayOfWeek(toDate32(toTimeZone(at, time_zone))) - 1),
    granularity = 'month', toDate32(toTimeZone(at, time_zone)) - (toDayOfMonth(toDate32(toTimeZone(at, time_zone))) - 1),
    NULL
);

-- The state of an application after a step, by the numbers that steps have: texts would take longer than all else.
CREATE OR REPLACE FUNCTION state_after AS (change) -> CAST(
    if(change IN ('rejected', 'withdrawn', 'hired', 'transferred'), CAST(change, 'Int8'), 0),
    'Enum8(\'active\' = 0, \'rejected\' = 3, \'withdrawn\' = 4, \'hired\' = 6, \'transferred\' = 8)'
);

-- An id as text, which tools read that know no UUID; NULL for the zero UUID, by which a fact says that there is none.
CREATE OR REPLACE FUNCTION id_text AS (id) -> nullIf(toString(id), '00000000-0000-0000-0000-000000000000');
