-- Undo of the file of the same number.

DROP TRIGGER organizations_change_renews_boards ON organizations;
DROP TRIGGER job_boards_change_renews_boards ON job_boards;
DROP TRIGGER departments_change_renews_boards ON departments;
DROP TRIGGER jobs_change_renews_boards ON jobs;
DROP TRIGGER posts_deletion_renews_boards ON posts;
DROP TRIGGER posts_change_renews_boards ON posts;
DROP TRIGGER posts_insertion_renews_boards ON posts;
DROP FUNCTION require_fresh(boolean);
DROP FUNCTION renew_board_version();
DROP TABLE board_versions;
