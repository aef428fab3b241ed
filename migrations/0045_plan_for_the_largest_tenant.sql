-- Why:   one plan serves every tenant, and PostgreSQL makes it for the average one: rows divided by n_distinct. Beside 3,000
--        small tenants that is a handful of rows, and the plan for these reads 31,034 buffers for a page of a large tenant.
--        With n_distinct = 2 the planner takes half of the table, but no more than the share of the largest tenant.
-- Locks: api_keys and applications and attachments and candidate_emails and candidates and credentials and departments
--        and events and hiring_team_members and job_boards and job_offices and jobs and mailed_links and messages and
--        offices and openings and permission_assignments and permission_group_assignments and permission_groups and
--        pipeline_templates and pipelines and posts and reasons and sessions and sources and stage_changes and stages
--        and uploads and users, SHARE UPDATE EXCLUSIVE,
--        until ANALYZE has taken its samples; rows are read and written meanwhile, VACUUM waits.
-- Undo:  0045_plan_for_the_largest_tenant.down.sql; nothing is lost, plans are those of an average tenant again.
-- statement_timeout: 30min

ALTER TABLE api_keys ALTER organization_id SET (n_distinct = 2);
ALTER TABLE applications ALTER organization_id SET (n_distinct = 2);
ALTER TABLE attachments ALTER organization_id SET (n_distinct = 2);
ALTER TABLE candidate_emails ALTER organization_id SET (n_distinct = 2);
ALTER TABLE candidates ALTER organization_id SET (n_distinct = 2);
ALTER TABLE credentials ALTER organization_id SET (n_distinct = 2);
ALTER TABLE departments ALTER organization_id SET (n_distinct = 2);
ALTER TABLE events ALTER organization_id SET (n_distinct = 2);
ALTER TABLE hiring_team_members ALTER organization_id SET (n_distinct = 2);
ALTER TABLE job_boards ALTER organization_id SET (n_distinct = 2);
ALTER TABLE job_offices ALTER organization_id SET (n_distinct = 2);
ALTER TABLE jobs ALTER organization_id SET (n_distinct = 2);
ALTER TABLE mailed_links ALTER organization_id SET (n_distinct = 2);
ALTER TABLE messages ALTER organization_id SET (n_distinct = 2);
ALTER TABLE offices ALTER organization_id SET (n_distinct = 2);
ALTER TABLE openings ALTER organization_id SET (n_distinct = 2);
ALTER TABLE permission_assignments ALTER organization_id SET (n_distinct = 2);
ALTER TABLE permission_group_assignments ALTER organization_id SET (n_distinct = 2);
ALTER TABLE permission_groups ALTER organization_id SET (n_distinct = 2);
ALTER TABLE pipeline_templates ALTER organization_id SET (n_distinct = 2);
ALTER TABLE pipelines ALTER organization_id SET (n_distinct = 2);
ALTER TABLE posts ALTER organization_id SET (n_distinct = 2);
ALTER TABLE reasons ALTER organization_id SET (n_distinct = 2);
ALTER TABLE sessions ALTER organization_id SET (n_distinct = 2);
ALTER TABLE sources ALTER organization_id SET (n_distinct = 2);
ALTER TABLE stage_changes ALTER organization_id SET (n_distinct = 2);
ALTER TABLE stages ALTER organization_id SET (n_distinct = 2);
ALTER TABLE uploads ALTER organization_id SET (n_distinct = 2);
ALTER TABLE users ALTER organization_id SET (n_distinct = 2);

ANALYZE api_keys, applications, attachments, candidate_emails, candidates, credentials, departments, events,
    hiring_team_members, job_boards, job_offices, jobs, mailed_links, messages, offices, openings,
    permission_assignments, permission_group_assignments, permission_groups, pipeline_templates, pipelines, posts,
    reasons, sessions, sources, stage_changes, stages, uploads, users;
