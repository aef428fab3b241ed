-- Undo of the file of the same number.
DROP FUNCTION pipeline_template_body, source_body, reason_body, office_body, department_body;
DROP TABLE pipeline_templates, sources, reasons, offices, departments;
