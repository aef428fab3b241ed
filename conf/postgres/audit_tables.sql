-- The tables' lines of `make audit`: section|level|name|text. What autovacuum is about to do is no news: a table is named
-- when it should have been served twice over and more than ten minutes ago; after an hour something holds it back.
\set ON_ERROR_STOP on
\pset format unaligned
\pset tuples_only on

CREATE TEMPORARY VIEW waiting AS
SELECT t.relname AS name, t.n_live_tup AS live, t.n_dead_tup AS dead, t.n_mod_since_analyze AS changed,
       coalesce(greatest(t.last_vacuum, t.last_autovacuum), s.since) AS vacuumed_at,
       coalesce(greatest(t.last_analyze, t.last_autoanalyze), s.since) AS analyzed_at,
       t.n_dead_tup >= 10000 AND t.n_dead_tup > 2 * (50 + 0.2 * t.n_live_tup) AS waits_for_vacuum,
       t.n_mod_since_analyze >= 10000 AND t.n_mod_since_analyze > 2 * (50 + 0.1 * t.n_live_tup) AS waits_for_analyze
  FROM pg_stat_user_tables t,
       (SELECT coalesce(stats_reset, pg_postmaster_start_time()) AS since FROM pg_stat_database
         WHERE datname = current_database()) s;

SELECT 'tables', CASE WHEN since < now() - interval '1 hour' THEN 'bad' ELSE 'warn' END, name,
       format('waits since %s for %s', since::timestamp(0), string_agg(what, ' and for ' ORDER BY what DESC))
  FROM (SELECT name, vacuumed_at AS since,
               format('VACUUM (%s dead rows, %s %%)', dead, round(100.0 * dead / (live + dead))) AS what
          FROM waiting WHERE waits_for_vacuum
         UNION ALL
        SELECT name, analyzed_at, format('ANALYZE (%s rows changed, %s are there)', changed, live)
          FROM waiting WHERE waits_for_analyze) found
 WHERE since < now() - interval '10 minutes'
 GROUP BY name, since
 ORDER BY since
 LIMIT 5;

SELECT 'tables', 'ok', 'dead rows',
       CASE WHEN name IS NULL THEN 'none'
            ELSE format('most in %s: %s, %s %% of it, counted since %s', name, dead, round(100.0 * dead / (live + dead)),
                        vacuumed_at::timestamp(0)) END
  FROM (SELECT 1) one
  LEFT JOIN LATERAL (SELECT * FROM waiting WHERE dead > 0 ORDER BY dead DESC, name LIMIT 1) most ON true;

SELECT 'tables', CASE WHEN age > 5 * most THEN 'bad' WHEN age > 1.1 * most THEN 'warn' ELSE 'ok' END, 'freeze age',
       format('%s transactions, of %s when autovacuum freezes%s', age, most,
              CASE WHEN age > 1.1 * most THEN format('; oldest is %s: VACUUM it', oldest) END)
  FROM (SELECT age(datfrozenxid) AS age, current_setting('autovacuum_freeze_max_age')::bigint AS most,
               (SELECT c.oid::regclass FROM pg_class c WHERE c.relkind IN ('r', 't', 'm')
                 ORDER BY age(c.relfrozenxid) DESC LIMIT 1) AS oldest
          FROM pg_database WHERE datname = current_database()) facts;
