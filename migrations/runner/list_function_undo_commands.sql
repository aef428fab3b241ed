-- What takes each function of sql/functions out again; what is not there any more needs nothing.
SELECT coalesce(f.definition_before, 'DROP FUNCTION ' || f.signature) AS command
FROM schema_functions AS f
WHERE to_regprocedure(f.signature) IS NOT NULL
ORDER BY f.definition_before IS NULL DESC, f.signature
