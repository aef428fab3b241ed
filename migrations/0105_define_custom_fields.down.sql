-- Undo of the file of the same number: all custom fields are lost; candidates keep their values.
DELETE FROM custom_values;
DELETE FROM custom_fields;
