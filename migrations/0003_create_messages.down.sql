-- Undo of the file of the same number.
DROP TABLE messages;
