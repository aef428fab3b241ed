-- Why:   what candidates have in custom fields is found by custom_values, and lists of theirs become ids of options. A
--        procedure commits after each 1,000 candidates, so that nobody waits for long.
-- Locks: none.
-- Undo:  0106_create_link_of_custom_values.down.sql; nothing is lost.

CREATE PROCEDURE link_custom_values_of_candidates() LANGUAGE plpgsql AS $$
DECLARE
    after_organization_id uuid := '00000000-0000-0000-0000-000000000000';
    after_id uuid := '00000000-0000-0000-0000-000000000000';
    to_organization_id uuid;
    to_id uuid;
    locked_ids uuid[];
BEGIN
    LOOP
        -- Rows are locked before they are read, so that no value that changes meanwhile leaves an old row behind.
        SELECT (array_agg(l.organization_id))[count(*)], (array_agg(l.id))[count(*)], array_agg(l.id)
        INTO to_organization_id, to_id, locked_ids
        FROM (
            SELECT c.organization_id, c.id
            FROM candidates AS c
            WHERE (c.organization_id, c.id) > (after_organization_id, after_id) AND c.custom_fields <> '{}'
            ORDER BY c.organization_id, c.id
            LIMIT 1000
            FOR NO KEY UPDATE
        ) AS l;
        EXIT WHEN to_id IS NULL;
        UPDATE candidates AS c
        SET custom_fields = c.custom_fields || n.lists, updated_at = written_at()
        FROM (
            SELECT c.organization_id, c.id, jsonb_object_agg(m.key, (
                       SELECT coalesce(jsonb_agg(x.item ORDER BY x.place), '[]')
                       FROM (
                           SELECT coalesce(o.option -> 'id', i.item) AS item, min(i.place) AS place
                           FROM jsonb_array_elements(m.value) WITH ORDINALITY AS i (item, place)
                           LEFT JOIN jsonb_array_elements(f.options) AS o (option) ON o.option -> 'label' = i.item
                           GROUP BY 1
                       ) AS x
                   )) AS lists
            FROM candidates AS c
            CROSS JOIN jsonb_each(c.custom_fields) AS m
            JOIN custom_fields AS f
                ON f.organization_id = c.organization_id AND f.applies_to = 'candidate' AND f.key = m.key
            WHERE (c.organization_id, c.id) > (after_organization_id, after_id)
              AND (c.organization_id, c.id) <= (to_organization_id, to_id) AND c.id = ANY (locked_ids)
              AND f.type = 'multi_select' AND jsonb_typeof(m.value) = 'array'
            GROUP BY c.organization_id, c.id
        ) AS n
        WHERE c.organization_id = n.organization_id AND c.id = n.id AND NOT c.custom_fields @> n.lists;
        INSERT INTO custom_values (organization_id, field_id, value, resource_id)
        SELECT c.organization_id, n.field_id, n.value, c.id
        FROM candidates AS c
        CROSS JOIN custom_values_of(c.organization_id, 'candidate', c.custom_fields) AS n
        WHERE (c.organization_id, c.id) > (after_organization_id, after_id)
          AND (c.organization_id, c.id) <= (to_organization_id, to_id) AND c.id = ANY (locked_ids)
        ON CONFLICT (organization_id, field_id, value, resource_id) DO NOTHING;
        after_organization_id := to_organization_id;
        after_id := to_id;
        COMMIT;
    END LOOP;
END
$$;
COMMENT ON PROCEDURE link_custom_values_of_candidates IS 'Makes custom_values say what candidates have in custom fields, 1,000 at a time; may be repeated.';
