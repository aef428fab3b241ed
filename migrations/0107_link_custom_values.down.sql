-- Undo of the file of the same number: lists have the labels of their options again.
UPDATE candidates AS c
SET custom_fields = c.custom_fields || n.lists
FROM (
    SELECT c.organization_id, c.id, jsonb_object_agg(m.key, (
               SELECT coalesce(jsonb_agg(coalesce(o.option -> 'label', i.item) ORDER BY i.place), '[]')
               FROM jsonb_array_elements(m.value) WITH ORDINALITY AS i (item, place)
               LEFT JOIN jsonb_array_elements(f.options) AS o (option) ON o.option -> 'id' = i.item
           )) AS lists
    FROM candidates AS c
    CROSS JOIN jsonb_each(c.custom_fields) AS m
    JOIN custom_fields AS f
        ON f.organization_id = c.organization_id AND f.applies_to = 'candidate' AND f.key = m.key
    WHERE f.type = 'multi_select' AND jsonb_typeof(m.value) = 'array'
    GROUP BY c.organization_id, c.id
) AS n
WHERE c.organization_id = n.organization_id AND c.id = n.id AND NOT c.custom_fields @> n.lists;
