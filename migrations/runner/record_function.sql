-- Remembers a function of sql/functions; what stood there before the first of its definitions stays remembered.
INSERT INTO schema_functions (signature, definition_before, checksum)
VALUES (%(signature)s, %(definition_before)s, %(checksum)s)
ON CONFLICT (signature) DO NOTHING
