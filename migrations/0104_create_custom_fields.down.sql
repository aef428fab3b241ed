-- Undo of the file of the same number: custom fields are lost, and what jobs have in them; candidates keep their values.
-- Unused: since 1.0

DROP TRIGGER jobs_link_changed_custom_values ON jobs;
DROP TRIGGER jobs_link_new_custom_values ON jobs;
DROP TRIGGER applications_link_changed_custom_values ON applications;
DROP TRIGGER applications_link_new_custom_values ON applications;
DROP TRIGGER candidates_link_changed_custom_values ON candidates;
DROP TRIGGER candidates_link_new_custom_values ON candidates;
DROP FUNCTION link_custom_values();
DROP FUNCTION custom_values_of(uuid, text, jsonb);
DROP TABLE custom_values;
COMMENT ON COLUMN applications.custom_fields IS NULL;
COMMENT ON COLUMN candidates.custom_fields IS NULL;
ALTER TABLE jobs DROP COLUMN custom_fields;
DROP TABLE custom_fields;
