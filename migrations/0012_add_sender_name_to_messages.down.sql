-- Undo of the file of the same number.
COMMENT ON COLUMN messages.status IS 'scheduled → sending → sent or failed; scheduled → cancelled; scheduled → withheld (not on the allow-list).';
ALTER TABLE messages DROP COLUMN sender_name;
