-- Tags, and those of a candidate, as they are shown.

-- A tag.
CREATE OR REPLACE FUNCTION tag_body(tag tags) RETURNS json LANGUAGE sql STABLE AS $$
    SELECT json_build_object(
        'id', tag.id, 'name', tag.name, 'status', tag.status, 'version', tag.version, 'created_at', as_utc(tag.created_at),
        'updated_at', as_utc(tag.updated_at)
    )
$$;

-- The names of tags, in alphabetical order.
CREATE OR REPLACE FUNCTION names_of_tags(organization_id uuid, tag_ids uuid[])
RETURNS TABLE (names json) LANGUAGE sql STABLE AS $$
    SELECT coalesce(json_agg(t.name ORDER BY t.name), '[]')
    FROM tags AS t
    WHERE t.organization_id = names_of_tags.organization_id AND t.id = ANY (names_of_tags.tag_ids)
$$;
