-- Undo of the file of the same number: all result links are lost.

DROP TABLE result_links;
