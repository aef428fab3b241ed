-- Undo of the file of the same number: all consents are lost.

DROP TABLE consents;
