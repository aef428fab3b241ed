-- Why:   the original of a post names its family: one post for each language in it, and no translation of a translation.
-- Locks: posts, ACCESS EXCLUSIVE, while the table is rewritten.
-- Blocks: the table is rewritten once; an employer of 1,000,000 applications has some 10,000 posts, which takes a second.
-- Undo:  0037_add_original_id_to_posts.down.sql; nothing is lost.

-- A column that is filled later would be empty in what the release before writes meanwhile; a trigger hides what it does.
-- squawk-ignore adding-field-with-default
ALTER TABLE posts ADD COLUMN original_id uuid NOT NULL GENERATED ALWAYS AS (coalesce(translation_of, id)) STORED;
COMMENT ON COLUMN posts.original_id IS 'The post of which this one is a translation, or the post itself.';
