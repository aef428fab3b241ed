-- Why:   the comment said that the board has pages of its own, and it has none.
-- Locks: job_boards, SHARE UPDATE EXCLUSIVE, briefly.
-- Undo:  0064_correct_comment_of_templates.down.sql; nothing is lost.

COMMENT ON COLUMN job_boards.post_url_template IS 'Address of a post on the company''s own site, with {post_id}; NULL where there are no such pages.';
COMMENT ON COLUMN job_boards.portal_url_template IS 'Address where candidates look at their applications; nothing uses it yet.';
