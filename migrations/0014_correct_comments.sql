-- Why:   the schema is the data dictionary, and some of its words were not true.
-- Locks: candidates and uploads, SHARE UPDATE EXCLUSIVE, briefly.
-- Undo:  0014_correct_comments.down.sql; nothing is lost.

COMMENT ON COLUMN candidates.is_possible_duplicate IS 'The board found several candidates with the same e-mail address, and made one more.';
COMMENT ON COLUMN uploads.file_name IS 'Empty when the attachment that was made of it has been deleted.';
COMMENT ON COLUMN uploads.sha256 IS 'As file_name.';
