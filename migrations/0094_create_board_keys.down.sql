-- Undo of the file of the same number: all board keys are lost and stop working.

DROP TABLE board_keys;
