-- Why:    every candidate that was there is linked: nothing calls the procedure any more.
-- Locks:  none.
-- Undo:   0108_drop_link_of_custom_values.down.sql makes the procedure again.
-- Unused: since 1.0

DROP PROCEDURE link_custom_values_of_candidates();
