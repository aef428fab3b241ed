-- What a schema at rest does not have: invalid indexes, constraints that were never validated.
SELECT
    format('index %s on %s is not valid', i.indexrelid::regclass, i.indrelid::regclass) AS sentence
FROM pg_index AS i
JOIN pg_class AS c ON c.oid = i.indexrelid
WHERE c.relnamespace = 'public'::regnamespace AND NOT i.indisvalid
UNION ALL
SELECT format('constraint %s on %s is not validated', c.conname, c.conrelid::regclass)
FROM pg_constraint AS c
WHERE c.connamespace = 'public'::regnamespace AND NOT c.convalidated
ORDER BY sentence
