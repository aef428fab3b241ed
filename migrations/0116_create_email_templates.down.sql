-- Undo of the file of the same number: all e-mail templates are lost.

DROP TABLE email_templates;
