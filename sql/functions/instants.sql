-- Instants: how bodies write them.

-- An instant in UTC as RFC 3339 has it, to the microsecond: 2026-06-01T08:30:00.000000Z.
CREATE OR REPLACE FUNCTION as_utc(instant timestamptz) RETURNS text LANGUAGE sql STABLE AS $$
    SELECT to_char(instant AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')
$$;
