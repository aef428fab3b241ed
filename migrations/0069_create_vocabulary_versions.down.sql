-- Undo of the file of the same number.

DROP TRIGGER sources_renew_vocabulary ON sources;
DROP TRIGGER reasons_renew_vocabulary ON reasons;
DROP TRIGGER pipeline_templates_renew_vocabulary ON pipeline_templates;
DROP TRIGGER permission_groups_renew_vocabulary ON permission_groups;
DROP TRIGGER offices_renew_vocabulary ON offices;
DROP TRIGGER job_boards_renew_vocabulary ON job_boards;
DROP TRIGGER departments_renew_vocabulary ON departments;
DROP FUNCTION renew_vocabulary_version();
DROP TABLE vocabulary_versions;
