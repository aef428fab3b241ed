-- One large organization, and a second one that nothing of it may cost. Ids tell the order: nth(n), in either organization.
-- Adversarial where it may be: hires and offer letters are the oldest rows, nobody was ever transferred.
SET session_replication_role = replica;
SET synchronous_commit = off;

CREATE FUNCTION nth(n bigint) RETURNS uuid LANGUAGE sql IMMUTABLE
RETURN ('00000000-0000-7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid;
CREATE TEMPORARY TABLE sizes AS
SELECT nth(v.number) AS organization_id, v.candidates, v.jobs, v.users
FROM (VALUES (1, 40000, 300, 3000), (2, 4000, 30, 100)) AS v (number, candidates, jobs, users);

INSERT INTO organizations (organization_id, name, slug) SELECT z.organization_id, 'O', z.organization_id::text FROM sizes AS z;
INSERT INTO users (organization_id, id, external_id, type, status, first_name, name, email, updated_at)
SELECT z.organization_id, nth(n), 'u-' || n, 'member', 'active', 'U', 'U', 'u' || n || '@example.com',
       timestamptz '2026-01-01' + n * interval '1 minute'
FROM sizes AS z, generate_series(1, z.users) AS n;
INSERT INTO departments (organization_id, id, external_id, name)
SELECT z.organization_id, nth(n), 'd-' || n, 'D' || n FROM sizes AS z, generate_series(1, 400) AS n;
INSERT INTO offices (organization_id, id, external_id, name)
SELECT z.organization_id, nth(n), 'o-' || n, 'O' || n FROM sizes AS z, generate_series(1, 400) AS n;
INSERT INTO job_boards (organization_id, id, slug, name) SELECT z.organization_id, nth(1), 'b', 'B' FROM sizes AS z;
INSERT INTO jobs (organization_id, id, external_id, title, department_id, employment_type, workplace, is_confidential, status,
                  updated_at)
SELECT z.organization_id, nth(n), 'j-' || n, 'J', nth(1 + n % 20), 'other', 'remote', n % 20 = 0,
       CASE WHEN n <= 30 THEN 'draft' WHEN n % 3 = 0 THEN 'open' ELSE 'archived' END,
       timestamptz '2026-01-01' + n * interval '1 minute'
FROM sizes AS z, generate_series(1, z.jobs) AS n;
INSERT INTO job_offices (organization_id, job_id, position, office_id)
SELECT z.organization_id, nth(n), 1, nth(1 + n % 20) FROM sizes AS z, generate_series(1, z.jobs) AS n;
INSERT INTO openings (organization_id, id, external_id, job_id, status, updated_at)
SELECT z.organization_id, nth(n), 'o-' || n, nth(1 + n % z.jobs), CASE WHEN n <= 5 THEN 'reserved' ELSE 'open' END,
       timestamptz '2026-01-01' + n * interval '1 minute'
FROM sizes AS z, generate_series(1, 2 * z.jobs) AS n;
INSERT INTO posts (organization_id, id, external_id, job_id, job_board_id, language, title, body, body_format, body_html, status,
                   published_at, updated_at)
SELECT z.organization_id, nth(n), 'p-' || n, nth(1 + n % z.jobs), nth(1), 'en', 'P', 'P', 'plain', 'P',
       CASE WHEN n <= 5 THEN 'draft' ELSE 'published' END, timestamptz '2026-01-01' + n * interval '1 minute',
       timestamptz '2026-01-01' + n * interval '1 minute'
FROM sizes AS z, generate_series(1, 2 * z.jobs) AS n;
-- User 2 manages jobs 2 to 6, user 3 is on no team, user 4 interviews for jobs 1 to 9, users 11 to 30 recruit for the rest.
INSERT INTO hiring_team_members (organization_id, job_id, user_id, role)
SELECT z.organization_id, nth(n), nth(11 + n % 20), 'recruiter' FROM sizes AS z, generate_series(1, z.jobs) AS n
UNION ALL SELECT z.organization_id, nth(n), nth(2), 'hiring_manager' FROM sizes AS z, generate_series(2, 6) AS n
UNION ALL SELECT z.organization_id, nth(n), nth(4), 'interviewer' FROM sizes AS z, generate_series(1, 9) AS n;
INSERT INTO stages (organization_id, id, job_id, name, kind, position)
SELECT z.organization_id, nth(10 * n + p), nth(n), 'S', 'review', p
FROM sizes AS z, generate_series(1, z.jobs) AS n, generate_series(1, 5) AS p;
INSERT INTO pipelines (organization_id, job_id, version, stages, actor)
SELECT s.organization_id, s.job_id, 1, jsonb_agg(jsonb_build_object('id', s.id, 'name', s.name, 'position', s.position)), '{}'
FROM stages AS s
GROUP BY s.organization_id, s.job_id;

INSERT INTO candidates (organization_id, id, external_id, first_name, name, user_id, updated_at)
SELECT z.organization_id, nth(n), 'c-' || n, 'C', 'C', CASE WHEN n % 500 = 0 THEN nth(100) END,
       timestamptz '2026-01-01' + n * interval '1 minute'
FROM sizes AS z, generate_series(1, z.candidates) AS n;
INSERT INTO candidate_emails (organization_id, email, candidate_id)
SELECT z.organization_id, 'c' || n || '@example.com', nth(n) FROM sizes AS z, generate_series(1, z.candidates) AS n;
INSERT INTO attachments (organization_id, id, candidate_id, kind, visibility, media_type, size, updated_at)
SELECT z.organization_id, nth(n), nth(n), CASE WHEN n <= 50 THEN 'offer_letter' ELSE 'resume' END,
       CASE WHEN n % 10 = 0 THEN 'private' ELSE 'team' END, 'text/plain', 1,
       timestamptz '2026-01-01' + n * interval '1 minute'
FROM sizes AS z, generate_series(1, z.candidates) AS n;
-- Job 1 has a sixth of all applications, the others share the rest.
INSERT INTO applications (organization_id, id, external_id, candidate_id, job_id, post_id, stage_id, status, ended_at, updated_at)
SELECT z.organization_id, nth(n), 'a-' || n, nth(n), nth(k.job), nth(1 + k.job % z.jobs), nth(10 * k.job + 1 + n / 7 % 5),
       t.status, CASE WHEN t.status <> 'active' THEN now() END, timestamptz '2026-01-01' + n * interval '1 minute'
FROM sizes AS z, generate_series(1, z.candidates) AS n,
     LATERAL (SELECT CASE WHEN n % 6 = 0 THEN 1 ELSE 2 + n % (z.jobs - 1) END AS job) AS k,
     LATERAL (SELECT CASE WHEN n <= 600 THEN 'hired' WHEN n % 25 = 3 THEN 'withdrawn' WHEN n % 20 = 8 THEN 'active'
                     ELSE 'rejected' END AS status) AS t;
INSERT INTO stage_changes (organization_id, id, application_id, change, to_stage_id, actor, occurred_at)
SELECT a.organization_id, a.id, a.id, 'submitted', a.stage_id, '{}', a.updated_at FROM applications AS a;

-- What proves who somebody is, and what they may do.
INSERT INTO organization_directory (slug, organization_id)
SELECT 's-' || n, nth(n) FROM generate_series(1, 3000) AS n;
INSERT INTO board_directory (slug, organization_id, job_board_id)
SELECT 's-' || n, nth(n), nth(1) FROM generate_series(1, 3000) AS n;
INSERT INTO login_directory (email_hash, organization_id, user_id)
SELECT decode(md5(n::text), 'hex'), nth(1), nth(n) FROM generate_series(1, 3000) AS n;
INSERT INTO credentials (organization_id, user_id, password_hash) SELECT nth(1), nth(n), 'x' FROM generate_series(1, 3000) AS n;
INSERT INTO sessions (organization_id, id, user_id, expires_at)
SELECT nth(1), nth(n), nth(1 + n % 500), 'infinity' FROM generate_series(1, 3000) AS n;
INSERT INTO refresh_tokens (token_hash, organization_id, session_id, generation)
SELECT decode(md5(n::text), 'hex'), nth(1), nth(n), 1 FROM generate_series(1, 3000) AS n;
INSERT INTO mailed_links (organization_id, id, kind, user_id, expires_at)
SELECT nth(1), nth(n), 'invitation', nth(1 + n % 500), 'infinity' FROM generate_series(1, 3000) AS n;
INSERT INTO link_directory (token_hash, organization_id, mailed_link_id)
SELECT decode(md5(n::text), 'hex'), nth(1), nth(n) FROM generate_series(1, 3000) AS n;
INSERT INTO api_keys (organization_id, id, user_id, name, prefix, permissions, created_by, updated_at)
SELECT nth(1), nth(n), nth(1 + n % 500), 'K', 'p', '{}', '{}', timestamptz '2026-01-01' + n * interval '1 minute'
FROM generate_series(1, 3000) AS n;
INSERT INTO api_key_directory (key_hash, organization_id, api_key_id)
SELECT decode(md5(n::text), 'hex'), nth(1), nth(n) FROM generate_series(1, 3000) AS n;
INSERT INTO permission_groups (organization_id, id, name) SELECT nth(1), nth(n), 'G' || n FROM generate_series(1, 20) AS n;
INSERT INTO permission_assignments (organization_id, id, user_id, permission, scope, granted_by)
SELECT nth(1), nth(n), nth(1 + n % 500), 'p' || n, 'all', '{}' FROM generate_series(1, 3000) AS n;
INSERT INTO permission_group_assignments (organization_id, id, user_id, permission_group_id, scope, granted_by)
SELECT nth(1), nth(n), nth(1 + n % 500), nth(1 + n / 500), 'all', '{}' FROM generate_series(1, 3000) AS n;
ANALYZE;
