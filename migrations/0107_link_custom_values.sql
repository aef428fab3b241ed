-- Why:   the candidates that are there are found by what they have in custom fields; triggers of 0104 keep that from then on.
-- Locks: none that outlasts a batch of 1,000 candidates.
-- Undo:  0107_link_custom_values.down.sql makes texts of ids of options again.
-- transaction: none
CALL link_custom_values_of_candidates();
