-- A feed of {events} events of applications, five of each, as commands write them.
INSERT INTO events (organization_id, id, type, aggregate_type, aggregate_id, aggregate_version, occurred_at, actor,
                    correlation_id, data)
SELECT '00000000-0000-4000-8000-000000000001', lpad(to_hex(n), 32, '0')::uuid,
       (ARRAY['application.submitted', 'application.stage_changed', 'application.stage_changed',
              'application.stage_changed', 'application.rejected'])[1 + n % 5],
       'application', lpad(to_hex(1000000000 + n / 5), 32, '0')::uuid, 1 + n % 5,
       '2026-11-01 00:00:00+00'::timestamptz + n * interval '1 second',
       jsonb_build_object('type', 'user', 'user_id', lpad(to_hex(2000000000 + n % 200), 32, '0')::uuid),
       lpad(to_hex(n), 32, '0')::uuid,
       jsonb_build_object(
           'candidate_id', lpad(to_hex(3000000000 + n / 5), 32, '0')::uuid,
           'job_id', lpad(to_hex(4000000000 + n / 5 % 400), 32, '0')::uuid,
           'stage_id', lpad(to_hex(5000000000 + n % 5), 32, '0')::uuid,
           'stage_kind', (ARRAY['review', 'screen', 'interview', 'offer', 'offer'])[1 + n % 5],
           'source_id', lpad(to_hex(6000000000 + n % 12), 32, '0')::uuid,
           'applied_at', as_utc('2026-11-01 00:00:00+00'::timestamptz + n * interval '1 second')
       )
FROM generate_series(1, {events}) AS n;
INSERT INTO feed (position, organization_id, event_id)
SELECT n, '00000000-0000-4000-8000-000000000001', lpad(to_hex(n), 32, '0')::uuid
FROM generate_series(1, {events}) AS n;
ANALYZE events, feed
