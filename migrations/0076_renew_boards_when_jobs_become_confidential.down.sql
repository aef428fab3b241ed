-- Undo of the file of the same number.
DROP TRIGGER jobs_confidentiality_renews_boards ON jobs;
