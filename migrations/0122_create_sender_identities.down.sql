-- Undo of the file of the same number: all sender identities are lost.

DROP TABLE sender_identities;
