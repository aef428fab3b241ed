-- Why:   revoking a key and disabling its user look for the hash by the key's id, which only the hash had an index for:
--        each read the keys of all tenants.
-- Locks: api_key_directory, SHARE UPDATE EXCLUSIVE: it is read and written meanwhile.
-- Undo:  0010_index_api_key_directory.down.sql; nothing is lost.
-- transaction: none
CREATE INDEX CONCURRENTLY IF NOT EXISTS api_key_directory_by_key ON api_key_directory (organization_id, api_key_id);
