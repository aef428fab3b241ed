-- Undo of the file of the same number.
-- Unused: since 1.0
ALTER TABLE link_directory DROP COLUMN email_hash, DROP COLUMN created_at;
