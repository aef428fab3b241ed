-- The days from one moment to another, as a fraction.
CREATE OR REPLACE FUNCTION days_between AS (from_at, to_at) -> dateDiff('microsecond', from_at, to_at) / 86400000000;

-- The first day of the period in which a moment lies, NULL where nothing cuts the time: starts has the first microsecond
-- of each period (since 1970), days its first day. The service computes them, or its days and those of ClickHouse's own
-- database of time zones could differ. What lies before all of them is of 1900.
CREATE OR REPLACE FUNCTION period_of AS (at, starts, days) -> if(empty(days), NULL, transform(
    roundDown(toUnixTimestamp64Micro(at), arrayPushFront(starts, -9000000000000000)),
    arrayPushFront(starts, -9000000000000000), arrayPushFront(days, toDate32('1900-01-01')), toDate32('1900-01-01')
));

-- Whether an application is from the source that is asked for; NULL lets all pass. A zero UUID stands for no source.
CREATE OR REPLACE FUNCTION is_from AS (source_id, asked) -> isNull(asked)
    OR (source_id = asked AND source_id != toUUID('00000000-0000-0000-0000-000000000000'));

-- The state of an application after a step, by the numbers that steps have: texts would take longer than all else.
-- merged: its candidate was merged with another one, whose application to the same job counts for both.
CREATE OR REPLACE FUNCTION state_after AS (change) -> CAST(
    if(change IN ('rejected', 'withdrawn', 'hired', 'transferred', 'merged'), CAST(change, 'Int8'), 0),
    'Enum8(\'active\' = 0, \'rejected\' = 3, \'withdrawn\' = 4, \'hired\' = 6, \'transferred\' = 8, \'merged\' = 9)'
);

-- An id as text, which tools read that know no UUID; NULL for the zero UUID, by which a fact says that there is none.
CREATE OR REPLACE FUNCTION id_text AS (id) -> nullIf(toString(id), '00000000-0000-0000-0000-000000000000');
