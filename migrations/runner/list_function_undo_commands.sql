-- What takes the functions of sql/functions out again: commands of one message; none where there is no such function.
SELECT u.command
FROM (
    SELECT 1 AS place, 'SET LOCAL check_function_bodies = off' AS command
    UNION ALL
    SELECT 2, 'DROP FUNCTION ' || f.signature
    FROM schema_functions AS f
    WHERE f.definition_before IS NULL AND to_regprocedure(f.signature) IS NOT NULL
    UNION ALL
    SELECT 3, f.definition_before
    FROM schema_functions AS f
    WHERE f.definition_before IS NOT NULL
    UNION ALL
    SELECT 4, 'DELETE FROM schema_functions'
) AS u
WHERE EXISTS (SELECT FROM schema_functions)
ORDER BY u.place
