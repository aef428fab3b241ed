-- Why:   a merge patch of custom fields changes the members that it names, at every level, and keeps the others.
-- Locks: none.
-- Undo:  0026_add_merge_patch.down.sql; nothing is lost.

CREATE FUNCTION merge_patch(target jsonb, patch jsonb) RETURNS jsonb LANGUAGE sql IMMUTABLE AS $$
    SELECT CASE WHEN jsonb_typeof(patch) <> 'object' THEN patch ELSE (
        SELECT coalesce(jsonb_object_agg(m.key, m.value), '{}')
        FROM (
            SELECT t.key, t.value
            FROM jsonb_each(CASE WHEN jsonb_typeof(target) = 'object' THEN target ELSE '{}' END) AS t
            WHERE NOT patch ? t.key
            UNION ALL
            SELECT p.key, merge_patch(target -> p.key, p.value)
            FROM jsonb_each(patch) AS p
            WHERE jsonb_typeof(p.value) <> 'null'
        ) AS m
    ) END
$$;

COMMENT ON FUNCTION merge_patch IS 'JSON Merge Patch (RFC 7396, section 2): null removes, an object is merged, all else replaces.';
