-- Undo of the file of the same number.

CREATE OR REPLACE FUNCTION uuid_v7() RETURNS uuid LANGUAGE sql VOLATILE AS $$
    SELECT encode(set_bit(set_bit(overlay(
        uuid_send(gen_random_uuid())
        PLACING substring(int8send((extract(epoch FROM clock_timestamp()) * 1000)::bigint) FROM 3) FROM 1 FOR 6
    ), 52, 1), 53, 1), 'hex')::uuid
$$;
COMMENT ON FUNCTION uuid_v7 IS 'A UUIDv7 (RFC 9562), as the service makes them, where one statement writes as many events as it finds rows.';
