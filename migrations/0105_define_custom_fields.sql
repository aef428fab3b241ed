-- Why:   the keys that candidates have values under become custom fields of their organization: by the JSON types found
--        boolean, number, text or multi_select, whose options are the values; long_text where they differ, or no options
--        can be made of them. What the release before adds from then on has no field until somebody adds one.
-- Locks: custom_fields, ROW EXCLUSIVE.
-- Undo:  0105_define_custom_fields.down.sql deletes all custom fields.
-- statement_timeout: 10min

INSERT INTO custom_fields (organization_id, id, key, name, applies_to, type, options)
SELECT k.organization_id, uuid_v7(), k.key, replace(k.key, '_', ' '), 'candidate',
       CASE
           WHEN k.kind_count > 1 OR (k.kind IN ('string', 'array') AND NOT k.is_short) THEN 'long_text'
           WHEN k.kind = 'string' THEN 'short_text'
           WHEN k.kind <> 'array' THEN k.kind
           WHEN coalesce(jsonb_array_length(o.options), 0) <= 200 THEN 'multi_select'
           ELSE 'long_text'
       END,
       CASE WHEN k.kind_count = 1 AND k.is_short AND jsonb_array_length(o.options) <= 200 THEN o.options ELSE '[]' END
FROM (
    SELECT c.organization_id, m.key, min(jsonb_typeof(m.value)) AS kind,
           count(DISTINCT jsonb_typeof(m.value)) AS kind_count,
           bool_and(NOT EXISTS (
               SELECT FROM jsonb_array_elements(
                   CASE jsonb_typeof(m.value) WHEN 'array' THEN m.value ELSE jsonb_build_array(m.value) END
               ) AS i (item)
               WHERE length(i.item #>> '{}') > 200 OR i.item #>> '{}' ~ '[[:cntrl:]]' OR i.item #>> '{}' !~ '[^[:space:]]'
           )) AS is_short
    FROM candidates AS c, jsonb_each(c.custom_fields) AS m
    GROUP BY c.organization_id, m.key
) AS k
LEFT JOIN (
    SELECT l.organization_id, l.key,
           jsonb_agg(jsonb_build_object('id', uuid_v7(), 'label', l.label, 'is_archived', false) ORDER BY l.label) AS options
    FROM (
        SELECT DISTINCT c.organization_id, m.key, i.item #>> '{}' AS label
        FROM candidates AS c, jsonb_each(c.custom_fields) AS m,
             jsonb_array_elements(CASE jsonb_typeof(m.value) WHEN 'array' THEN m.value ELSE '[]' END) AS i (item)
    ) AS l
    GROUP BY l.organization_id, l.key
) AS o ON o.organization_id = k.organization_id AND o.key = k.key
ON CONFLICT (organization_id, applies_to, key) DO NOTHING;
