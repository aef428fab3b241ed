-- Undo of the file of the same number: no row changes, for a translation of its original is right before, too.
UPDATE posts SET translation_of = translation_of WHERE false;
