-- On the primary: twenty rows, one a transaction, each with the moment of its writing.
\getenv probe PROBE_ID
SELECT set_config('probe.id', :'probe', false) \g (format=unaligned) /dev/null
DO $$
BEGIN
  FOR round IN 1..20 LOOP
    INSERT INTO replication_probe VALUES (current_setting('probe.id')::uuid, round, clock_timestamp());
    COMMIT;
    PERFORM pg_sleep(0.05);
    ROLLBACK;
  END LOOP;
END $$;
