-- Undo of the file of the same number: no row changes, for the undo of 0065 takes the column away.
UPDATE applications SET candidate_user_id = candidate_user_id WHERE false;
