-- Why:   an application through a board keeps what the link that led to it said: campaign, medium, click ids.
-- Locks: applications, ACCESS EXCLUSIVE, briefly: a column whose default is the same in all rows.
-- Undo:  0075_add_source_details_to_applications.down.sql; what the links said is lost.

ALTER TABLE applications ADD COLUMN source_details jsonb NOT NULL DEFAULT '{}';
COMMENT ON COLUMN applications.source_details IS '{"utm_source": text}: what the link to the board said, by its parameters; anybody can write it.';
