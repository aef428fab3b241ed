-- The checksum of the files of functions that were applied last.
SELECT f.checksum
FROM schema_functions AS f
LIMIT 1
