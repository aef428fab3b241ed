-- Why:    feeds of boards leave out the posts of confidential jobs, so an answer in memory must end when a job becomes one.
-- Locks:  jobs, SHARE ROW EXCLUSIVE, while its trigger is made.
-- Blocks: a trigger is made at once, whatever the size of its table.
-- Undo:   0076_renew_boards_when_jobs_become_confidential.down.sql drops it.

CREATE CONSTRAINT TRIGGER jobs_confidentiality_renews_boards
    AFTER UPDATE OF is_confidential ON jobs
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (OLD.is_confidential IS DISTINCT FROM NEW.is_confidential)
    EXECUTE FUNCTION renew_board_version();
