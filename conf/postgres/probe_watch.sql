-- On the replica: waits for the twenty rows of the probe and tells how long each took to become visible.
\getenv probe PROBE_ID
\pset footer off
SET statement_timeout = '15s';
SELECT set_config('probe.id', :'probe', false) \g (format=unaligned) /dev/null
DO $$
DECLARE
  delays numeric[] := '{}';
  moment timestamptz;
BEGIN
  FOR expected IN 1..20 LOOP
    LOOP
      SELECT written_at INTO moment FROM replication_probe
       WHERE id = current_setting('probe.id')::uuid AND round = expected;
      EXIT WHEN FOUND;
      PERFORM pg_sleep(0.0002);
    END LOOP;
    delays := delays || round(1000 * extract(epoch FROM clock_timestamp() - moment), 2);
  END LOOP;
  PERFORM set_config('probe.delays', array_to_string(delays, ','), false);
END $$;
SELECT count(*) AS rows,
       percentile_disc(0.5) WITHIN GROUP (ORDER BY delay) AS median_ms,
       max(delay) AS slowest_ms
  FROM unnest(string_to_array(current_setting('probe.delays'), ',')::numeric[]) delay;
