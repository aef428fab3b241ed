-- Why:   with open registration anybody may register with the address of somebody else, and have mails sent in any name.
-- Locks: organizations, ACCESS EXCLUSIVE, briefly: the default is the moment of this migration, kept once for all rows.
-- Undo:  0058_add_confirmed_at_to_organizations.down.sql; every organization may then send mails.

ALTER TABLE organizations ADD COLUMN confirmed_at timestamptz DEFAULT now();
COMMENT ON COLUMN organizations.confirmed_at IS 'When whoever registered it proved that the address is theirs, by a new password set with a mailed link. NULL until then: it sends no other mail, and none in its own name.';
