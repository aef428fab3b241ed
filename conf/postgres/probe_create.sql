-- The table of the replication test, in the database `postgres`: the service's own is not touched.
SET client_min_messages = warning;
CREATE TABLE IF NOT EXISTS replication_probe (id uuid NOT NULL, round int NOT NULL, written_at timestamptz NOT NULL);
DELETE FROM replication_probe WHERE written_at < now() - interval '1 hour';
