-- Undo of the file of the same number.
COMMENT ON COLUMN job_boards.post_url_template IS 'Address of a post on the company''s own site, with {post_id}; NULL uses the board''s own address.';
COMMENT ON COLUMN job_boards.portal_url_template IS NULL;
