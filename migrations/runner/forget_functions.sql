-- Forgets all functions of sql/functions and their checksum.
DELETE FROM schema_functions
