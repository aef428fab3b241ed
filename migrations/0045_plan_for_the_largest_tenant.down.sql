-- Undo of the file of the same number.
-- statement_timeout: 30min

ALTER TABLE api_keys ALTER organization_id RESET (n_distinct);
ALTER TABLE applications ALTER organization_id RESET (n_distinct);
ALTER TABLE attachments ALTER organization_id RESET (n_distinct);
ALTER TABLE candidate_emails ALTER organization_id RESET (n_distinct);
ALTER TABLE candidates ALTER organization_id RESET (n_distinct);
ALTER TABLE credentials ALTER organization_id RESET (n_distinct);
ALTER TABLE departments ALTER organization_id RESET (n_distinct);
ALTER TABLE events ALTER organization_id RESET (n_distinct);
ALTER TABLE hiring_team_members ALTER organization_id RESET (n_distinct);
ALTER TABLE job_boards ALTER organization_id RESET (n_distinct);
ALTER TABLE job_offices ALTER organization_id RESET (n_distinct);
ALTER TABLE jobs ALTER organization_id RESET (n_distinct);
ALTER TABLE mailed_links ALTER organization_id RESET (n_distinct);
ALTER TABLE messages ALTER organization_id RESET (n_distinct);
ALTER TABLE offices ALTER organization_id RESET (n_distinct);
ALTER TABLE openings ALTER organization_id RESET (n_distinct);
ALTER TABLE permission_assignments ALTER organization_id RESET (n_distinct);
ALTER TABLE permission_group_assignments ALTER organization_id RESET (n_distinct);
ALTER TABLE permission_groups ALTER organization_id RESET (n_distinct);
ALTER TABLE pipeline_templates ALTER organization_id RESET (n_distinct);
ALTER TABLE pipelines ALTER organization_id RESET (n_distinct);
ALTER TABLE posts ALTER organization_id RESET (n_distinct);
ALTER TABLE reasons ALTER organization_id RESET (n_distinct);
ALTER TABLE sessions ALTER organization_id RESET (n_distinct);
ALTER TABLE sources ALTER organization_id RESET (n_distinct);
ALTER TABLE stage_changes ALTER organization_id RESET (n_distinct);
ALTER TABLE stages ALTER organization_id RESET (n_distinct);
ALTER TABLE uploads ALTER organization_id RESET (n_distinct);
ALTER TABLE users ALTER organization_id RESET (n_distinct);

ANALYZE api_keys, applications, attachments, candidate_emails, candidates, credentials, departments, events,
    hiring_team_members, job_boards, job_offices, jobs, mailed_links, messages, offices, openings,
    permission_assignments, permission_group_assignments, permission_groups, pipeline_templates, pipelines, posts,
    reasons, sessions, sources, stage_changes, stages, uploads, users;
