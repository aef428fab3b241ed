-- Undo of the file of the same number: all notes are lost.

DROP TABLE notes;
