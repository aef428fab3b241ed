-- Undo of the file of the same number.

DROP PROCEDURE link_custom_values_of_candidates();
