-- Undo of the file of the same number: posts are published whatever the laws on pay say.

DROP TABLE pay_disclosure_rules;
