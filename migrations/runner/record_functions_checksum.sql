-- Remembers which files of functions were applied last.
UPDATE schema_functions SET checksum = %(checksum)s, applied_at = now()
