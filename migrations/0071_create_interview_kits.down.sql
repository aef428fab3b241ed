-- Undo of the file of the same number: all interview kits are lost.

DROP TABLE interview_kits;
