-- Why:   links that organizations whose first address is not confirmed mail to one address are counted together.
-- Locks: link_directory, ACCESS EXCLUSIVE, briefly.
-- Undo:  0060_count_links_by_address.down.sql; links of the last day are then not counted.

ALTER TABLE link_directory ADD COLUMN email_hash bytea, ADD COLUMN created_at timestamptz;
COMMENT ON COLUMN link_directory.email_hash IS 'SHA-256 of the address it was mailed to, as in login_directory; NULL when the first address of the organization was confirmed by then: its links are not counted with those of others.';
COMMENT ON COLUMN link_directory.created_at IS 'When the link was made; NULL for those that are older than the count.';
