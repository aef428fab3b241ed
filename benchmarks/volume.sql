-- A service with three kinds of employers, for budgets and plans: one script, which a superuser runs on an empty, migrated
-- database.
--
--   SET volume.applications = '1000000';      before it, in the same session or message: how many the largest employer has
--   psql -c "SET volume.applications = '40000'" -f benchmarks/volume.sql
--
-- One employer has that many, one has a twentieth, and 3,000 small ones have three fifths of that number together: a million,
-- 50,000, and 3,000 times 200. Below 120,000 there is one small employer for each 40 applications, with 24 of its own.
-- The same number gives the same rows: chance is a hash of the number of a row (`chance`), time follows from its order.
-- Organization nth(1) is the largest, nth(2) the middle one, all others are small. The first three use the same ids, so that
-- a statement that forgets its tenant finds three times as much; the others have ids of their own, as in a real database.
-- Ids tell the order: nth(n) is the nth row of a table. Rows of all employers lie in the order of time, as they would if
-- they had been written one after the other, so that a small employer has one row on a page.
-- Adversarial where possible: nobody was hired in the last two of four years, nobody was ever transferred in the first
-- organization, so that a list of these, newest first, has a long way to go without its index; drafts are old jobs.
-- User 1 sees everything, 2 manages jobs 2 to 6, 3 is on no team, 4 interviews for jobs 1 to 9; recruiters begin at 11, but
-- in a small employer user 1 is the only recruiter.
-- Fast: foreign keys are not checked, which a test makes up for; the indexes of the large tables are made after the load.
SET session_replication_role = replica;
SET synchronous_commit = off;
SET maintenance_work_mem = '512MB';
SET work_mem = '64MB';

CREATE FUNCTION nth(n bigint) RETURNS uuid LANGUAGE sql IMMUTABLE
RETURN ('00000000-0000-7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid;
-- from 0 to below 1, another for each number and purpose
CREATE FUNCTION chance(n bigint, purpose integer) RETURNS double precision LANGUAGE sql IMMUTABLE
RETURN (hashint8extended(n, purpose) & 1073741823) / 1073741824.0::double precision;
CREATE FUNCTION one_of(words text[], n bigint, purpose integer) RETURNS text LANGUAGE sql IMMUTABLE
RETURN words[1 + (chance(n, purpose) * cardinality(words))::integer % cardinality(words)];
-- what the nth of so many has in custom fields
CREATE FUNCTION values_of(n bigint, total bigint) RETURNS jsonb LANGUAGE sql IMMUTABLE
AS 'SELECT CASE WHEN n % 2 = 0 THEN ''{"team": "often"}'' WHEN n <= total / 50 THEN ''{"team": "rare"}'' ELSE ''{}'' END::jsonb';
-- the moment of the nth of so many: four years, without gaps
CREATE FUNCTION moment(n bigint, total bigint) RETURNS timestamptz LANGUAGE sql IMMUTABLE
RETURN timestamptz '2022-07-01 08:00Z' + n::double precision / total * interval '126230400 s';

CREATE TEMPORARY TABLE asked AS
SELECT a.total, greatest(1, least(3000, a.total / 40)) AS small
FROM (SELECT current_setting('volume.applications')::bigint) AS a (total);
CREATE TEMPORARY TABLE words AS
SELECT '{Mia,Kim,Ada,Noah,Lea,Omar,Ines,Jonas,Priya,Luca,Amara,Emil,Sofia,Yusuf,Hannah,Mateo,Chloe,Tariq,Nora,Ivan,Zoe,Paul,'
       'Aisha,Felix,Greta,Hugo,Linh,Marta,Nils,Olga,Pedro,Rosa,Sami,Tess,Uma,Viktor,Wanda,Ximena,Yara,Zain}'::text[]
           AS first_names,
       '{Ito,Becker,Okafor,Silva,Novak,Khan,Lindqvist,Moreau,Rossi,Tanaka,Weber,Haddad,Petrov,Garcia,Nguyen,Schmidt,Larsen,'
       'Kowalski,Mensah,Oliveira,Fischer,Dubois,Yilmaz,Andersson,Costa,Ivanova,Jansen,Kaya,Lopez,Murphy,Nakamura,Osei,Patel,'
       'Quinn,Ramos,Sato,Torres,Ueda,Vogel,Walker,Xu,Young,Zimmer,Arslan,Brandt,Castro,Diallo,Eriksen,Fontaine,Gruber}'
           ::text[] AS last_names,
       '{Software Engineer,Store Associate,Nurse,Accountant,Data Analyst,Electrician,Sales Manager,Warehouse Operator,'
       'Product Designer,Recruiter,Truck Driver,Chemist,Legal Counsel,Support Agent,Site Manager,Baker,Lab Technician,'
       'Controller,Buyer,Physiotherapist}'::text[] AS titles,
       '{Berlin,Lisbon,Toronto,Osaka,Nairobi,Lyon,Austin,Gdansk,Bogota,Leeds,Malmo,Pune}'::text[] AS cities,
       '{full_time,full_time,full_time,full_time,part_time,contract,temporary,internship}'::text[] AS employment_types,
       '{onsite,onsite,hybrid,hybrid,remote}'::text[] AS workplaces,
       repeat('We build what our customers rely on every day, and we are looking for somebody who cares. ', 12) AS prose;
-- `first` is added to each number that becomes an id. A small employer has what registering gives and a little more.
CREATE TEMPORARY TABLE sizes AS
SELECT v.number, nth(v.number) AS organization_id, v.name, CASE WHEN v.number > 3 THEN v.number * 10000000000 ELSE 0 END AS first,
       v.applications, v.applications / 10 * 7 + v.applications % 10 AS candidates,
       60 + v.applications / 150 AS jobs, v.users + v.applications / 500 AS users, 20 + v.applications / 12500 AS recruiters,
       11 AS recruiter, 31 + v.applications / 12500 AS colleague, 400 AS departments, 40 AS reasons, 12 AS sources,
       6 AS pipeline_templates, 60 AS permission_groups, 6 AS per_user
FROM (
    SELECT 1::bigint, 'Northwind Retail Group', a.total, 3000 FROM asked AS a
    UNION ALL
    SELECT 2, 'Blue Harbor Clinics', a.total / 20, 300 FROM asked AS a
) AS v (number, name, applications, users)
UNION ALL
SELECT n, nth(n), 'Small Employer ' || n, CASE WHEN n > 3 THEN n * 10000000000 ELSE 0 END, v.applications,
       v.applications / 10 * 7 + v.applications % 10, least(10, 3 + v.applications / 20), 5 + v.applications / 20, 1, 1, 5,
       2 + v.applications / 40, 10, 3, 1, 6, 1
FROM (
    SELECT a.small, a.total * 3 / 5 / a.small FROM asked AS a
) AS v (employers, applications), generate_series(3, 2 + v.employers) AS n;

-- What is made after the load: the indexes of the big tables that are no constraint's.
CREATE TEMPORARY TABLE late_indexes AS
SELECT i.indexrelid::regclass::text AS name, pg_get_indexdef(i.indexrelid) AS definition
FROM pg_index AS i
WHERE i.indrelid IN ('applications'::regclass, 'stage_changes'::regclass, 'candidates'::regclass,
                     'candidate_emails'::regclass, 'attachments'::regclass, 'notes'::regclass,
                     'result_links'::regclass, 'consents'::regclass, 'messages'::regclass, 'events'::regclass)
  AND NOT EXISTS (SELECT FROM pg_constraint AS c WHERE c.conindid = i.indexrelid);
DO $$
DECLARE
    late record;
BEGIN
    FOR late IN SELECT l.name FROM late_indexes AS l LOOP
        EXECUTE 'DROP INDEX ' || late.name;
    END LOOP;
END
$$;

-- The organizations, their people, and what these may do.
INSERT INTO organizations (organization_id, name, slug, confirmed_at, created_at, updated_at)
SELECT z.organization_id, z.name, 'employer-' || z.number, moment(0, 1), moment(0, 1), moment(0, 1) FROM sizes AS z;
INSERT INTO organization_directory (slug, organization_id)
SELECT 'employer-' || z.number, z.organization_id FROM sizes AS z;
INSERT INTO users (organization_id, id, external_id, type, status, first_name, last_name, name, email, created_at,
                   updated_at)
SELECT z.organization_id, nth(z.first + n), 'u-' || n, CASE WHEN n % 100 = 50 THEN 'service' ELSE 'member' END,
       CASE WHEN n > 10 AND n % 25 = 0 THEN 'disabled' WHEN n % 100 = 99 THEN 'invited' ELSE 'active' END,
       p.first_name, p.last_name, p.first_name || ' ' || p.last_name, 'u' || z.first + n || '@example.com',
       moment(n, z.users), moment(n, z.users)
FROM sizes AS z, words AS w, generate_series(1, z.users) AS n,
     LATERAL (SELECT one_of(w.first_names, n, 1), one_of(w.last_names, n, 2)) AS p (first_name, last_name);
INSERT INTO credentials (organization_id, user_id, password_hash, changed_at)
SELECT u.organization_id, u.id, '$argon2id$v=19$m=19456,t=2,p=1$none', u.created_at FROM users AS u;
INSERT INTO login_directory (email_hash, organization_id, user_id)
SELECT decode(md5(u.email), 'hex'), u.organization_id, u.id FROM users AS u;
INSERT INTO sessions (organization_id, id, user_id, rotated_at, created_at, expires_at)
SELECT z.organization_id, nth(z.first + n), nth(z.first + 1 + n % z.users), moment(n, z.per_user * z.users),
       moment(n, z.per_user * z.users), 'infinity'
FROM sizes AS z, generate_series(1, z.per_user * z.users) AS n;
INSERT INTO refresh_tokens (token_hash, organization_id, session_id, generation)
SELECT decode(md5(s.organization_id::text || s.id), 'hex'), s.organization_id, s.id, 1 FROM sessions AS s;
INSERT INTO mailed_links (organization_id, id, kind, user_id, created_at, expires_at)
SELECT z.organization_id, nth(z.first + n), CASE WHEN n % 3 = 0 THEN 'password_reset' ELSE 'invitation' END,
       nth(z.first + 1 + n % z.users),
       moment(n, z.users), 'infinity'
FROM sizes AS z, generate_series(1, z.users) AS n;
INSERT INTO link_directory (token_hash, organization_id, mailed_link_id, email_hash, created_at)
SELECT decode(md5(l.organization_id::text || l.id), 'hex'), l.organization_id, l.id, decode(md5(u.email), 'hex'), l.created_at
FROM mailed_links AS l JOIN users AS u ON u.organization_id = l.organization_id AND u.id = l.user_id;
INSERT INTO api_keys (organization_id, id, user_id, name, prefix, permissions, created_by, created_at, updated_at)
SELECT z.organization_id, nth(z.first + n), nth(z.first + 1 + n % z.users), 'Integration ' || n, 'hk_' || n, '{}', '{}', moment(n, z.users),
       moment(n, z.users)
FROM sizes AS z, generate_series(1, z.users) AS n;
INSERT INTO api_key_directory (key_hash, organization_id, api_key_id)
SELECT decode(md5(k.organization_id::text || k.id), 'hex'), k.organization_id, k.id FROM api_keys AS k;
INSERT INTO permission_groups (organization_id, id, name, permissions, created_at, updated_at)
SELECT z.organization_id, nth(z.first + n), 'Group ' || n, '{jobs.read,applications.read}', moment(n, z.permission_groups),
       moment(n, z.permission_groups)
FROM sizes AS z, generate_series(1, z.permission_groups) AS n;
INSERT INTO permission_group_assignments (organization_id, id, user_id, permission_group_id, scope, granted_by, granted_at)
SELECT z.organization_id, nth(z.first + n), nth(z.first + 1 + n % z.users),
       nth(z.first + 1 + (n % z.users + 20 * (n / z.users)) % z.permission_groups),
       CASE WHEN n % 3 = 0 THEN 'all' ELSE 'team' END, '{}', moment(n, (z.per_user + 1) / 2 * z.users)
FROM sizes AS z, generate_series(0, (z.per_user + 1) / 2 * z.users - 1) AS n;
INSERT INTO permission_assignments (organization_id, id, user_id, permission, scope, granted_by, granted_at)
SELECT z.organization_id, nth(z.first + n), nth(z.first + 1 + n % z.users),
       ('{jobs.read,jobs.write,posts.read,pay.read,applications.move,candidates.read}'::text[])[1 + n / z.users],
       'team', '{}', moment(n, z.per_user * z.users)
FROM sizes AS z, generate_series(0, z.per_user * z.users - 1) AS n;
INSERT INTO principal_changes (transaction_id, subject_id, changed_at)
SELECT (3 + n * 700 / (z.per_user * z.users))::text::xid8, nth(n), moment(n, z.per_user * z.users) -- long ago
FROM sizes AS z, generate_series(1, z.per_user * z.users) AS n
WHERE z.number = 1;

-- How the company is laid out, and the words that it chose.
INSERT INTO departments (organization_id, id, external_id, name, parent_id, status, created_at, updated_at)
SELECT z.organization_id, nth(z.first + n), 'd-' || n, 'Department ' || n, CASE WHEN n > 8 THEN nth(z.first + n / 8) END,
       CASE WHEN n % 25 = 0 THEN 'archived' ELSE 'active' END, moment(n, z.departments), moment(n, z.departments)
FROM sizes AS z, generate_series(1, z.departments) AS n;
INSERT INTO offices (organization_id, id, external_id, name, country, city, time_zone, status, created_at, updated_at)
SELECT z.organization_id, nth(z.first + n), 'o-' || n, one_of(w.cities, n, 3) || ' ' || n, 'DE', one_of(w.cities, n, 3), 'UTC',
       CASE WHEN n % 25 = 0 THEN 'archived' ELSE 'active' END, moment(n, z.departments), moment(n, z.departments)
FROM sizes AS z, words AS w, generate_series(1, z.departments) AS n;
INSERT INTO reasons (organization_id, id, kind, name, created_at, updated_at)
SELECT z.organization_id, nth(z.first + n), ('{rejection,withdrawal,job_close,opening_close,unhire}'::text[])[1 + n % 5],
       'Reason ' || n, moment(n, z.reasons), moment(n, z.reasons)
FROM sizes AS z, generate_series(1, z.reasons) AS n;
INSERT INTO sources (organization_id, id, kind, key, name, created_at, updated_at)
SELECT z.organization_id, nth(z.first + n), CASE WHEN n = 1 THEN 'board' ELSE 'campaign' END,
       CASE WHEN n = 1 THEN 'board' END, 'Source ' || n, moment(n, z.sources), moment(n, z.sources)
FROM sizes AS z, generate_series(1, z.sources) AS n;
INSERT INTO pipeline_templates (organization_id, id, name, stages, is_default, created_at, updated_at)
SELECT z.organization_id, nth(z.first + n), 'Pipeline ' || n, '[{"name": "Review", "kind": "review"}]', n = 1,
       moment(n, z.pipeline_templates), moment(n, z.pipeline_templates)
FROM sizes AS z, generate_series(1, z.pipeline_templates) AS n;
INSERT INTO interview_kits (organization_id, id, name, attributes, questions, created_at, updated_at)
SELECT z.organization_id, nth(z.first + n), 'Kit ' || n, '[{"id": "00000000-0000-7000-8000-000000000001",
       "name": "Clarity", "description": null}]', '["What did you build last?"]', moment(n, z.reasons), moment(n, z.reasons)
FROM sizes AS z, generate_series(1, z.reasons) AS n;
-- Text 1 to 3 are what forms ask for; those behind them were.
INSERT INTO consent_texts (organization_id, id, purpose, language, text, is_required, status, created_at, updated_at)
SELECT z.organization_id, nth(z.first + n), ('{processing,retention,demographics}'::text[])[1 + (n - 1) % 3], 'en', w.prose, false,
       CASE WHEN n > 3 THEN 'archived' ELSE 'active' END, moment(n, z.reasons), moment(n, z.reasons)
FROM sizes AS z, words AS w, generate_series(1, z.reasons) AS n;
INSERT INTO consent_text_versions (organization_id, consent_text_id, version, text, is_required, status, updated_at)
SELECT t.organization_id, t.id, t.version, t.text, t.is_required, t.status, t.updated_at FROM consent_texts AS t;
INSERT INTO email_templates (organization_id, id, name, language, subject, body, created_at, updated_at)
SELECT z.organization_id, nth(z.first + n), 'Template ' || n, 'en', 'Your application: {{job_title}}',
       'Hello {{candidate_first_name}}, we will call you.', moment(n, z.reasons), moment(n, z.reasons)
FROM sizes AS z, generate_series(1, z.reasons) AS n;
INSERT INTO sender_identities (organization_id, id, name, email, verified_at, created_at, updated_at)
SELECT z.organization_id, nth(z.first + n), 'Sender ' || n, 'sender-' || n || '@example.com',
       CASE WHEN n % 2 = 0 THEN moment(n, z.reasons) END, moment(n, z.reasons), moment(n, z.reasons)
FROM sizes AS z, generate_series(1, z.reasons) AS n;
-- Vocabularies of names alone, whichever there are.
DO $$
DECLARE
    vocabulary text;
BEGIN
    FOR vocabulary IN
        SELECT c.relname
        FROM pg_class AS c, pg_attribute AS a
        WHERE c.relkind = 'r' AND c.relnamespace = 'public'::regnamespace AND a.attrelid = c.oid AND a.attnum > 0
        GROUP BY c.relname
        HAVING array_agg(a.attname::text ORDER BY a.attname)
               = '{created_at,id,name,organization_id,status,updated_at,version}'::text[]
        ORDER BY c.relname
    LOOP
        EXECUTE format(
            'INSERT INTO %I (organization_id, id, name, created_at, updated_at)'
            ' SELECT z.organization_id, nth(z.first + n), ''Word '' || n, moment(n, z.sources), moment(n, z.sources)'
            ' FROM sizes AS z, generate_series(1, z.sources) AS n', vocabulary
        );
    END LOOP;
END
$$;
-- Of tags people make more.
INSERT INTO tags (organization_id, id, name, created_at, updated_at)
SELECT z.organization_id, nth(z.first + n), 'Word ' || n, moment(n, z.departments), moment(n, z.departments)
FROM sizes AS z, generate_series(z.sources + 1, z.departments) AS n;
-- Of candidates, applications and jobs every other one has a value in a field, of the others the oldest another one.
INSERT INTO custom_fields (organization_id, id, key, name, applies_to, type, created_at, updated_at)
SELECT z.organization_id, nth(z.first + n), 'team', 'Team', ('{candidate,application,job}'::text[])[n], 'short_text', moment(n, 3),
       moment(n, 3)
FROM sizes AS z, generate_series(1, 3) AS n;
INSERT INTO job_boards (organization_id, id, slug, name, is_default, created_at, updated_at)
SELECT z.organization_id, nth(z.first + 1), 'employer-' || z.number, z.name, true, moment(0, 1), moment(0, 1) FROM sizes AS z;
INSERT INTO board_directory (slug, organization_id, job_board_id)
SELECT 'employer-' || z.number, z.organization_id, nth(z.first + 1) FROM sizes AS z;
INSERT INTO board_keys (organization_id, id, job_board_id, name, prefix, key_hash, created_by, created_at, updated_at)
SELECT z.organization_id, nth(z.first + n), nth(z.first + 1), 'Site ' || n, 'bk_' || n, decode(md5(z.organization_id::text || n), 'hex'),
       '{}', moment(n, 3), moment(n, 3)
FROM sizes AS z, generate_series(1, 3) AS n;
INSERT INTO board_versions (organization_id, version) SELECT z.organization_id, nth(z.first + 1) FROM sizes AS z;
INSERT INTO vocabulary_versions (organization_id, version) SELECT z.organization_id, nth(z.first + 1) FROM sizes AS z;

-- Jobs: the newest seventh is open, and so are the first ten: 1 is a perennial, 2 to 6 are the manager's.
INSERT INTO jobs (organization_id, id, external_id, title, description, department_id, employment_type, workplace, pay_range,
                  requisition_code, is_confidential, status, close_reason_id, opened_at, closed_at, custom_fields, created_at,
                  updated_at)
SELECT z.organization_id, nth(z.first + n), 'j-' || n, one_of(w.titles, n, 4), w.prose,
       nth(z.first + 1 + (power(chance(n, 5), 2) * (z.departments - 1))::bigint),
       one_of(w.employment_types, n, 6), one_of(w.workplaces, n, 7),
       '{"min_minor": 4000000, "max_minor": 6500000, "currency": "EUR", "period": "year"}', 'R-' || n, n % 20 = 7, t.status,
       CASE WHEN t.status = 'closed' THEN nth(z.first + 2) END, CASE WHEN t.status <> 'draft' THEN moment(n, z.jobs) END,
       CASE WHEN t.status IN ('closed', 'archived') THEN moment(n + z.jobs / 7, z.jobs) END, values_of(n, z.jobs),
       moment(n, z.jobs), moment(n, z.jobs)
FROM sizes AS z, words AS w, generate_series(1, z.jobs) AS n,
     LATERAL (SELECT CASE WHEN n <= 10 THEN 'open' WHEN n <= 30 THEN 'draft' WHEN n > z.jobs * 6 / 7 AND n % 9 = 0 THEN 'on_hold'
                          WHEN n > z.jobs * 6 / 7 THEN 'open' WHEN n % 4 = 0 THEN 'archived' ELSE 'closed' END) AS t (status);
INSERT INTO job_offices (organization_id, job_id, position, office_id)
SELECT z.organization_id, nth(z.first + n), p, nth(z.first + 1 + (chance(n + p, 8) * (z.departments - 1))::bigint)
FROM sizes AS z, generate_series(1, z.jobs) AS n, generate_series(1, 1 + n % 5) AS p;
INSERT INTO hiring_team_members (organization_id, job_id, user_id, role, added_at)
SELECT z.organization_id, nth(z.first + n), nth(z.first + m.user_number), m.role, moment(n, z.jobs)
FROM sizes AS z, generate_series(1, z.jobs) AS n,
     LATERAL (SELECT z.users - z.colleague) AS u (others),
     LATERAL (VALUES (z.recruiter + n % z.recruiters, 'recruiter'),
                     (CASE WHEN n BETWEEN 2 AND 6 THEN 2 ELSE z.colleague + (chance(n, 9) * u.others)::bigint END, 'hiring_manager'),
                     (CASE WHEN n <= 9 THEN 4 ELSE z.colleague + (chance(n, 10) * u.others)::bigint END, 'interviewer'),
                     (CASE WHEN n % 2 = 0 THEN z.colleague + (chance(n, 11) * u.others)::bigint END, 'coordinator')
             ) AS m (user_number, role)
WHERE m.user_number IS NOT NULL;
INSERT INTO stages (organization_id, id, job_id, name, kind, position)
SELECT z.organization_id, nth(z.first + 10 * n + p), nth(z.first + n), ('{Review,Screening,Interview,Offer,Hired}'::text[])[p],
       ('{review,screen,interview,offer,hired}'::text[])[p], p
FROM sizes AS z, generate_series(1, z.jobs) AS n, generate_series(1, 5) AS p;
INSERT INTO pipelines (organization_id, job_id, version, stages, actor, created_at)
SELECT s.organization_id, s.job_id, 1, jsonb_agg(jsonb_build_object('id', s.id, 'name', s.name, 'kind', s.kind, 'position',
       s.position) ORDER BY s.position), '{}', moment(0, 1)
FROM stages AS s
GROUP BY s.organization_id, s.job_id;
-- Post n advertises job n, and post jobs + n translates it; a job that has closed left a fifth of its posts published.
INSERT INTO posts (organization_id, id, external_id, job_id, job_board_id, translation_of, language, title, body, body_format,
                   body_html, words, locations, status, is_internal, published_at, created_at, updated_at)
SELECT z.organization_id, nth(z.first + n), 'p-' || n, j.id, nth(z.first + 1),
       CASE WHEN n > z.jobs THEN nth(z.first + n - z.jobs) END, CASE WHEN n > z.jobs THEN 'de' ELSE 'en' END, j.title, w.prose, 'plain',
       '<p>' || w.prose || '</p>', to_tsvector('pg_catalog.simple', j.title || ' ' || w.prose),
       '[{"name": "Berlin, Germany", "city": "Berlin", "country": "DE"}]', t.status,
       n > z.jobs AND n % 10 = 1, CASE WHEN t.status <> 'draft' THEN moment(1 + (n - 1) % z.jobs, z.jobs) END,
       moment(n, 2 * z.jobs), moment(n, 2 * z.jobs)
FROM sizes AS z, words AS w, generate_series(1, 2 * z.jobs) AS n, jobs AS j,
     LATERAL (SELECT CASE WHEN j.status = 'draft' THEN 'draft' WHEN j.status = 'open' OR n % 5 = 0 THEN 'published'
                          ELSE 'unpublished' END) AS t (status)
WHERE j.organization_id = z.organization_id AND j.id = nth(z.first + 1 + (n - 1) % z.jobs);

-- People and their addresses. Every 500th is one of the company's own.
-- Every other one has the first tag, the oldest hundredth the second, one in forty each other one, one in fifty all.
INSERT INTO candidates (organization_id, id, external_id, first_name, last_name, name, emails, phones, links, location, language,
                        current_title, current_company, tag_ids, source_id, custom_fields, user_id, created_at, updated_at)
SELECT z.organization_id, nth(z.first + n), 'c-' || n, p.first_name, p.last_name, p.first_name || ' ' || p.last_name,
       jsonb_build_array(jsonb_build_object('value', 'c' || z.first + n || '@example.com', 'kind', 'personal')),
       jsonb_build_array(jsonb_build_object('value', '+49 30 ' || 1000000 + n, 'kind', 'mobile')), '[]', one_of(w.cities, n, 12),
       'en', one_of(w.titles, n, 13), one_of(w.last_names, n, 14) || ' & Co', array(
           SELECT nth(z.first + t)
           FROM generate_series(1, z.sources) AS t
           WHERE n % 50 = 0 OR CASE t WHEN 1 THEN n % 2 = 0 WHEN 2 THEN n <= z.candidates / 100 ELSE n % 40 = t END
       ),
       nth(z.first + 1 + n % z.sources), values_of(n, z.candidates), CASE WHEN n % 500 = 0 THEN nth(z.first + z.colleague + n / 500 % (z.users - z.colleague)) END,
       moment(n, z.candidates), moment(n, z.candidates)
FROM sizes AS z, words AS w, generate_series(1, z.candidates) AS n,
     LATERAL (SELECT one_of(w.first_names, n, 15), one_of(w.last_names, n, 16)) AS p (first_name, last_name)
ORDER BY moment(n, z.candidates), z.number;
INSERT INTO candidate_emails (organization_id, email, candidate_id)
SELECT z.organization_id, 'c' || z.first + n || '@example.com', nth(z.first + n)
FROM sizes AS z, generate_series(1, z.candidates) AS n
ORDER BY moment(n, z.candidates), z.number;
INSERT INTO candidate_tags (organization_id, tag_id, candidate_id)
SELECT c.organization_id, t.id, c.id FROM candidates AS c, unnest(c.tag_ids) AS t (id) ORDER BY c.created_at;
INSERT INTO uploads (organization_id, id, job_board_id, file_name, media_type, size, sha256, storage_name, created_at, expires_at,
                     used_at)
SELECT z.organization_id, nth(z.first + n), nth(z.first + 1), 'resume.pdf', 'application/pdf', 20000, md5(n::text), 'upload-' || n,
       moment(n, z.candidates / 2), 'infinity', CASE WHEN n % 100 <> 0 THEN moment(n, z.candidates / 2) END
FROM sizes AS z, generate_series(1, z.candidates / 2) AS n;

-- Who applied for what: seven of ten come for the first time, three have applied before, some of them often.
-- A job gets its applications in the months after it opened; every 20th gets ten times as many as others, every 200th forty
-- times, and job 1 a twelfth of all. Nobody applies for a draft. The last weeks' are active, and a few old ones.
CREATE TEMPORARY TABLE applied AS
SELECT s.number, s.first, s.sources, s.reasons, s.applications, s.n, s.candidate, s.job, s.at, s.status,
       CASE s.status WHEN 'hired' THEN 5 ELSE 1 + floor(power(chance(s.n, 23), 3) * 4)::integer END AS place
FROM (
    SELECT c.number, c.first, c.sources, c.reasons, c.applications, c.n, c.candidate, j.job, c.at,
           CASE WHEN f.fate IN ('active', 'hired') AND row_number() OVER (
               PARTITION BY c.number, c.candidate, j.job, f.fate IN ('active', 'hired') ORDER BY c.n
           ) > 1 THEN 'withdrawn' ELSE f.fate END AS status
    FROM (
        SELECT z.number, z.first, z.sources, z.reasons, z.jobs, z.applications, n, moment(n, z.applications) AS at,
               CASE WHEN n % 10 < 7 OR n < 10 THEN n / 10 * 7 + least(n % 10, 6)
                    ELSE 1 + (power(chance(n, 17), 1.5) * (n / 10 * 7 - 2))::bigint END AS candidate,
               n::double precision / z.applications + 0.1 * power(chance(n, 18), 3) AS opened
        FROM sizes AS z, generate_series(1, z.applications) AS n
    ) AS c,
    LATERAL (SELECT 2 + floor((c.opened - floor(c.opened)) * (c.jobs - 1))::bigint, chance(c.n, 19)) AS k (usual, luck),
    LATERAL (
        SELECT CASE WHEN k.luck < 0.083 THEN 1 WHEN k.luck < 0.15 THEN least(c.jobs, k.usual / 200 * 200 + 200)
                    WHEN k.luck < 0.4 THEN least(c.jobs, k.usual / 20 * 20 + 40)
                    WHEN k.usual BETWEEN 11 AND 30 THEN k.usual + 20 ELSE k.usual END
    ) AS j (job),
    LATERAL (
        SELECT CASE WHEN c.n < c.applications / 2 AND chance(c.n, 20) < 0.03 THEN 'hired'
                    WHEN chance(c.n, 21) < CASE WHEN c.n > c.applications * 0.95 THEN 0.7 ELSE 0.005 END THEN 'active'
                    WHEN chance(c.n, 22) < 0.1 THEN 'withdrawn'
                    WHEN c.number = 2 AND c.n < 1000 AND c.n % 50 = 0 THEN 'transferred' ELSE 'rejected' END
    ) AS f (fate)
) AS s;
ANALYZE applied;
-- A transferred one was followed by the next one, whoever applied: nothing asks whose it is.
INSERT INTO applications (organization_id, id, external_id, candidate_id, job_id, post_id, stage_id, status, transferred_to,
                          transferred_from, source_id, referrer, assignee_id, answers, custom_fields, end_reason_id, start_on, applied_at, ended_at,
                          created_at, updated_at)
SELECT nth(a.number), nth(a.first + a.n), 'a-' || a.n, nth(a.first + a.candidate), nth(a.first + a.job),
       CASE WHEN a.n % 3 > 0 THEN nth(a.first + a.job) END, nth(a.first + 10 * a.job + a.place), a.status,
       CASE WHEN a.status = 'transferred' THEN nth(a.first + a.n + 1) END, nth(t.first + t.n), nth(a.first + 1 + a.n % a.sources * (a.n % 3 / 2)), CASE WHEN a.n % 30 = 0 THEN 'A colleague' END,
       CASE WHEN a.n % 2 = 0 THEN nth(a.first + 1 + a.n % 8 / 2) END,
       CASE WHEN a.n % 3 = 1 THEN jsonb_build_array(jsonb_build_object(
           'question_id', nth(a.first + a.job), 'label', 'When can you begin?', 'type', 'short_text', 'value', 'At once.',
           'options', '[]'::jsonb
       )) ELSE '[]' END, values_of(a.n, a.applications),
       CASE a.status WHEN 'rejected' THEN nth(a.first + 5 + a.n % (a.reasons / 5) * 5) WHEN 'withdrawn' THEN nth(a.first + 1 + a.n % (a.reasons / 5) * 5) END,
       CASE WHEN a.status = 'hired' THEN (a.at + interval '60 days')::date END, a.at,
       CASE WHEN a.status <> 'active' THEN a.at + a.place * interval '3 days' END, a.at, a.at + a.place * interval '3 days'
FROM applied AS a
LEFT JOIN applied AS t ON t.number = a.number AND t.n = a.n - 1 AND t.status = 'transferred'
ORDER BY a.at, a.number;
-- File n is candidate n's resume, or was an offer letter in the beginning; a third sent a letter with it. All but the offer
-- letters came with the first application of the candidate.
INSERT INTO attachments (organization_id, id, candidate_id, application_id, kind, visibility, file_name, media_type, size, sha256,
                         storage_name, created_at, updated_at)
SELECT z.organization_id, nth(z.first + n), nth(z.first + 1 + (n - 1) % z.candidates), nth(z.first + f.application),
       CASE WHEN n <= z.candidates / 800 THEN 'offer_letter' WHEN n <= z.candidates THEN 'resume' ELSE 'cover_letter' END,
       CASE WHEN n % 10 = 0 THEN 'private' ELSE 'team' END, 'resume.pdf', 'application/pdf', 20000 + n % 90000, md5(n::text),
       'file-' || n, moment(n, z.candidates * 4 / 3), moment(n, z.candidates * 4 / 3)
FROM sizes AS z
CROSS JOIN generate_series(1, z.candidates * 4 / 3) AS n
LEFT JOIN (
    SELECT a.number, a.candidate, min(a.n) AS application FROM applied AS a GROUP BY a.number, a.candidate
) AS f ON f.number = z.number AND f.candidate = 1 + (n - 1) % z.candidates AND n > z.candidates / 800
ORDER BY moment(n, z.candidates * 4 / 3), z.number;
INSERT INTO custom_values (organization_id, field_id, value, resource_id, job_id)
SELECT x.organization_id, f.id, x.custom_fields ->> f.key, x.id, x.job_id
FROM (
    SELECT c.organization_id, c.id, 'candidate' AS applies_to, c.custom_fields, NULL::uuid AS job_id FROM candidates AS c
    UNION ALL SELECT a.organization_id, a.id, 'application', a.custom_fields, a.job_id FROM applications AS a
    UNION ALL SELECT j.organization_id, j.id, 'job', j.custom_fields, NULL FROM jobs AS j
) AS x
JOIN custom_fields AS f ON f.organization_id = x.organization_id AND f.applies_to = x.applies_to
WHERE x.custom_fields ? f.key;
-- Somebody wrote about every fourth application: two of three times about it, else about the candidate; a fifth is private.
INSERT INTO notes (organization_id, id, candidate_id, application_id, author, body, mentions, ever_mentioned, visibility,
                   created_at, updated_at)
SELECT z.organization_id, nth(a.first + (a.n + 1) / 4), nth(a.first + a.candidate), CASE WHEN a.n % 3 <> 1 THEN nth(a.first + a.n) END,
       jsonb_build_object('type', 'user', 'id', r.id, 'user_id', r.id, 'on_behalf_of', NULL), left(w.prose, 40 + (a.n % 400)::integer),
       m.mentions, m.mentions, CASE WHEN a.n % 10 = 1 THEN 'private' ELSE 'team' END, a.at, a.at
FROM words AS w, sizes AS z
JOIN applied AS a ON a.number = z.number AND a.n % 4 = 3
CROSS JOIN LATERAL (SELECT nth(z.first + z.recruiter + a.n % z.recruiters)) AS r (id)
CROSS JOIN LATERAL (SELECT CASE WHEN a.n % 7 = 0 THEN ARRAY[nth(z.first + z.recruiter)] ELSE '{}' END) AS m (mentions)
ORDER BY a.at, z.number;
-- A vendor has tested every third applicant.
INSERT INTO result_links (organization_id, id, candidate_id, label, url, score, added_by, created_at)
SELECT nth(a.number), nth(a.first + a.n / 3), nth(a.first + a.candidate), 'Coding test',
       'https://vendor.example/results/' || a.n, a.n % 100 || ' of 100',
       jsonb_build_object('type', 'api_key', 'id', nth(a.first + 1), 'user_id', nth(a.first + 1), 'on_behalf_of', NULL), a.at
FROM applied AS a
WHERE a.n % 3 = 0
ORDER BY a.at, a.number;
-- Every other applicant said something to a text; a tenth of that is a refusal.
INSERT INTO consents (organization_id, id, candidate_id, consent_text_id, consent_text_version, is_granted, source, actor,
                      created_at, updated_at)
SELECT nth(a.number), nth(a.first + a.n / 2), nth(a.first + a.candidate), nth(a.first + 1 + a.n / 2 % 3), 1, a.n % 20 > 0,
       'application', '{"type": "anonymous", "id": null, "user_id": null, "on_behalf_of": null}', a.at, a.at
FROM applied AS a
WHERE a.n % 2 = 0
ORDER BY a.at, a.number;
-- A recruiter has moved the newest hundred applications, or tried to, ten times; nobody goes on with any of it.
INSERT INTO bulk_operations (organization_id, id, action, arguments, is_dry_run, requested_by, status, due_event_id, total_count,
                             done_to_id, done_count, succeeded_count, ended_at, created_at, updated_at)
SELECT z.organization_id, nth(z.first + n), 'move', '{}', false,
       jsonb_build_object('type', 'user', 'id', r.id, 'user_id', r.id, 'on_behalf_of', NULL), 'completed', nth(z.first + n), 100,
       nth(z.first + 100), 100, 100, moment(1, 2), moment(1, 2), moment(1, 2)
FROM sizes AS z, generate_series(1, 10 * z.recruiters) AS n
CROSS JOIN LATERAL (SELECT nth(z.first + z.recruiter + n % z.recruiters)) AS r (id);
INSERT INTO bulk_operation_items (organization_id, bulk_operation_id, id, outcome)
SELECT b.organization_id, b.id, nth(z.first + n), 'succeeded'
FROM sizes AS z
JOIN bulk_operations AS b ON b.organization_id = z.organization_id
CROSS JOIN generate_series(1, least(100, z.applications)) AS n;
-- Submitted into the first stage, moved from stage to stage, and ended in the last one or by the move into it.
INSERT INTO stage_changes (organization_id, id, application_id, change, from_stage_id, to_stage_id, reason_id, actor, occurred_at)
SELECT nth(a.number), nth(a.first + 8 * a.n + k), nth(a.first + a.n),
       CASE WHEN k = 0 THEN 'submitted' WHEN k < a.place - (a.status = 'hired')::integer THEN 'moved' ELSE a.status END,
       CASE WHEN k > 0 THEN nth(a.first + 10 * a.job + k) END, nth(a.first + 10 * a.job + least(k + 1, a.place)),
       CASE WHEN k = a.place AND a.status = 'rejected' THEN nth(a.first + 5 + a.n % (a.reasons / 5) * 5) END,
       jsonb_build_object('type', 'user', 'id', nth(a.first + 11 + a.job % 20)), a.at + k * interval '3 days'
FROM applied AS a, generate_series(0, a.place - (a.status IN ('active', 'hired'))::integer) AS k
ORDER BY a.at + k * interval '3 days', a.number, a.n;
-- Two openings of each job, and one for each that was filled by a hire.
INSERT INTO openings (organization_id, id, external_id, job_id, status, opened_on, close_reason_id, created_at, updated_at)
SELECT z.organization_id, nth(z.first + n), 'o-' || n, j.id, t.status, j.created_at::date,
       CASE WHEN t.status = 'closed' THEN nth(z.first + 3) END,
       moment(n, 2 * z.jobs), moment(n, 2 * z.jobs)
FROM sizes AS z, generate_series(1, 2 * z.jobs) AS n, jobs AS j,
     LATERAL (SELECT CASE WHEN n <= 5 THEN 'reserved' WHEN j.status IN ('closed', 'archived') THEN 'closed' ELSE 'open' END
             ) AS t (status)
WHERE j.organization_id = z.organization_id AND j.id = nth(z.first + 1 + (n - 1) % z.jobs);
INSERT INTO openings (organization_id, id, external_id, job_id, status, opened_on, application_id, created_at, updated_at)
SELECT nth(h.number), nth(h.first + h.n), 'o-' || h.n, nth(h.first + h.job), 'filled', h.at::date, nth(h.first + h.application),
       h.at, h.at
FROM (
    SELECT a.number, a.first, a.n AS application, a.job, a.at,
           2 * z.jobs + row_number() OVER (PARTITION BY a.number ORDER BY a.n) AS n
    FROM applied AS a
    JOIN sizes AS z ON z.number = a.number
    WHERE a.status = 'hired'
) AS h;

-- The machinery's own, in modest numbers: mails of every fifth application, and what was written of the newest tenth.
INSERT INTO messages (organization_id, id, kind, status, recipient, language, facts, candidate_id, application_id, send_at,
                      subject, body, sent_at, created_at, sender_name, author)
SELECT nth(a.number), nth(a.first + a.n), 'application_received', t.status, 'c' || a.first + a.candidate || '@example.com', 'en',
       '{"first_name": "Kim", "job_title": "Store Associate", "organization_name": "Northwind"}', nth(a.first + a.candidate),
       nth(a.first + a.n), a.at,
       'Your application', 'Thank you for your application. We read it with care, and will come back to you.',
       CASE WHEN t.status = 'sent' THEN a.at END, a.at, 'Northwind',
       '{"type": "anonymous", "id": null, "user_id": null, "on_behalf_of": null}'
FROM applied AS a, LATERAL (SELECT CASE WHEN a.n % 50 = 0 THEN 'withheld' ELSE 'sent' END) AS t (status)
WHERE a.n % 5 = 0
ORDER BY a.at, a.number;
INSERT INTO events (organization_id, id, type, aggregate_type, aggregate_id, aggregate_version, occurred_at, actor, correlation_id,
                    data)
SELECT z.organization_id, nth(a.number * 10000000000 + a.n), 'application.submitted', 'application', nth(a.first + a.n), 1, a.at,
       jsonb_build_object('type', 'user', 'id', nth(a.first + 11 + a.job % 20)), nth(a.first + a.n),
       jsonb_build_object('candidate_id', nth(a.first + a.candidate), 'job_id', nth(a.first + a.job),
                          'stage_id', nth(a.first + 10 * a.job + 1))
FROM applied AS a
JOIN sizes AS z ON z.number = a.number
WHERE a.n > z.applications - z.applications / 10
ORDER BY a.at, a.number;
INSERT INTO outbox (organization_id, event_id, due_at, queued_at)
SELECT e.organization_id, e.id, e.occurred_at, e.occurred_at
FROM events AS e
ORDER BY e.occurred_at DESC, e.id
LIMIT least(2000, (SELECT count(*) / 2 FROM events));
INSERT INTO feed (position, organization_id, event_id)
SELECT row_number() OVER (ORDER BY e.occurred_at, e.id), e.organization_id, e.id
FROM events AS e
WHERE NOT EXISTS (SELECT FROM outbox AS o WHERE o.event_id = e.id);
SELECT setval('feed_positions', (SELECT coalesce(max(f.position), 0) + 1 FROM feed AS f), false);
UPDATE feed_watermarks
SET position = (SELECT coalesce(max(f.position), 0) FROM feed AS f), updated_at = moment(1, 1)
WHERE name IN ('relay', 'analytics');
INSERT INTO inbox (consumer, message_id, organization_id, handled_at)
SELECT 'mail', e.id, e.organization_id, e.occurred_at FROM events AS e ORDER BY e.occurred_at, e.id LIMIT 3000;
INSERT INTO heartbeats (name, beaten_at, settled_at) VALUES ('primary', moment(1, 1), moment(1, 1) + interval '1 day');

INSERT INTO idempotency_keys (principal, key, organization_id, fingerprint, answer, created_at)
SELECT 'user ' || nth(1 + n % 500), 'key-' || n, nth(1), md5(n::text), '{"status": 201}', moment(n, 3000)
FROM generate_series(1, 3000) AS n;

DO $$
DECLARE
    late record;
BEGIN
    FOR late IN SELECT l.definition FROM late_indexes AS l ORDER BY l.name LOOP
        EXECUTE late.definition;
    END LOOP;
END
$$;
DROP TABLE asked, words, sizes, late_indexes, applied;
DROP FUNCTION nth, chance, one_of, values_of, moment;
RESET session_replication_role;
RESET synchronous_commit;
RESET maintenance_work_mem;
RESET work_mem;
ANALYZE;
