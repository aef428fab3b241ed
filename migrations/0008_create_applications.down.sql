-- Undo of the file of the same number.
DROP FUNCTION stage_change_body, application_body;
ALTER TABLE openings DROP CONSTRAINT openings_application_id_exists;
DROP TABLE stage_changes, applications;
