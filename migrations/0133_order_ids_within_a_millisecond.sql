-- Why:   of the consents of a candidate to a text the one with the greatest id holds, and two of them can be recorded within
--        a millisecond: an id has the time to a quarter of a microsecond now (RFC 9562, section 6.2, method 3).
-- Locks: none on tables.
-- Undo:  0133_order_ids_within_a_millisecond.down.sql; ids stay as they are.

CREATE OR REPLACE FUNCTION uuid_v7() RETURNS uuid LANGUAGE sql VOLATILE AS $$
    SELECT (
        overlay(lpad(to_hex((extract(epoch FROM clock_timestamp()) * 4096000)::bigint), 15, '0') PLACING '7' FROM 13 FOR 0)
        || substr(gen_random_uuid()::text, 20)
    )::uuid
$$;
COMMENT ON FUNCTION uuid_v7 IS 'A UUIDv7 (RFC 9562), as the service makes them, where one statement writes as many events as it finds rows. The 12 bits behind the version are 4096ths of a millisecond, so ids that are made one behind the other are in that order.';
