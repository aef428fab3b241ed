-- Undo of the file of the same number.
COMMENT ON COLUMN candidates.is_possible_duplicate IS 'The board found none or several candidates with the same e-mail address.';
COMMENT ON COLUMN uploads.file_name IS NULL;
COMMENT ON COLUMN uploads.sha256 IS NULL;
