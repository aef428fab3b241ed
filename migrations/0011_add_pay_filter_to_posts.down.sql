-- Undo of the file of the same number.
DROP FUNCTION post_body(posts, boolean);
