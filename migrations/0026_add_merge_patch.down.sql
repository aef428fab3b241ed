-- Undo of the file of the same number.
DROP FUNCTION merge_patch;
