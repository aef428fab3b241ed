-- The line of `make audit` about the facts of reports: section|level|name|text. Asked of the primary, which has the feed.
\set ON_ERROR_STOP on
\pset format unaligned
\pset tuples_only on

SELECT to_regclass('feed_watermarks') IS NOT NULL AS migrated \gset
\if :migrated
  SELECT 'events', CASE WHEN behind > 100000 THEN 'bad' WHEN behind > 10000 THEN 'warn' ELSE 'ok' END,
         'feed and ClickHouse', format('position %s, facts up to %s, %s behind', last, ingested, behind)
    FROM (SELECT last, ingested, (SELECT count(*) FROM feed WHERE position > ingested) AS behind
            FROM (SELECT coalesce((SELECT max(position) FROM feed), 0) AS last,
                         coalesce((SELECT position FROM feed_watermarks WHERE name = 'analytics'), 0) AS ingested)
                 positions) facts;
\endif
