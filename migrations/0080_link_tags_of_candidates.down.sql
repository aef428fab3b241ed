-- Undo of the file of the same number: tags, and which candidates have them, are lost; candidates.tags has the texts that
-- the release before wrote.
UPDATE candidates SET tag_ids = '{}' WHERE tag_ids <> '{}';
DELETE FROM tags;
