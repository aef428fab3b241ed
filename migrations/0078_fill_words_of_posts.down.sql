-- Undo of the file of the same number: no row changes, for the undo of 0082 takes the column away.
UPDATE posts SET words = words WHERE false;
