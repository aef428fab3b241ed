-- Undo of the file of the same number: the table knows no law.

DELETE FROM pay_disclosure_rules;
