-- Custom fields: what changes which values of its own an organization keeps with candidates, applications and jobs.
-- Pool: primary.
-- Know first: key, type and options stay, so that values keep their meaning; unfit_custom_fields() judges values.

-- name: add^
-- Adds a custom field.
-- Takes: stamp, custom_field_id, key, name, applies_to, field_type, options
-- Returns: the custom field and its event.
-- Rules: S10.
INSERT INTO custom_fields AS f (organization_id, id, key, name, applies_to, type, options)
VALUES (:organization_id, :custom_field_id, :key, :name, :applies_to, :field_type, :options)
RETURNING f.id, f.version, custom_field_body(f)::text AS body, record_event(
    :organization_id, :event_id, :actor, :correlation_id, 'vocabulary.changed', 'custom_field', f.id, f.version,
    jsonb_build_object('change', 'created')
) AS event_id;

-- name: update^
-- Changes the fields that a merge patch names; what is the same already changes nothing.
-- Takes: stamp, custom_field_id, changes, new_option_ids, expected_versions
-- Returns: the refusal, the custom field as it is now, its event.
-- Rules: S13.
-- Why: every option of the changes has an id; one that is neither new nor the field's own was made up.
WITH locked_custom_field AS (
    SELECT f AS custom_field, f.id, f.version, f.type, f.options
    FROM custom_fields AS f
    WHERE f.organization_id = :organization_id AND f.id = :custom_field_id
    FOR NO KEY UPDATE
),
unknown_option AS (
    SELECT min(n.place) - 1 AS place
    FROM locked_custom_field AS l
    CROSS JOIN jsonb_array_elements(:changes::jsonb -> 'options') WITH ORDINALITY AS n (option, place)
    WHERE (n.option ->> 'id')::uuid <> ALL (:new_option_ids::uuid[])
      AND NOT l.options @> jsonb_build_array(jsonb_build_object('id', n.option -> 'id'))
),
judged_custom_field AS (
    SELECT CASE
        WHEN l.type NOT IN ('single_select', 'multi_select') AND :changes::jsonb -> 'options' IS NOT NULL
            THEN unfit('/options', 'options')
        WHEN u.place IS NOT NULL
            THEN unfit('/options/' || u.place || '/id', 'unknown_reference', 'The field has no such option.')
        WHEN EXISTS (
            SELECT FROM jsonb_array_elements(l.options) AS o (option)
            WHERE NOT :changes::jsonb -> 'options' @> jsonb_build_array(jsonb_build_object('id', o.option -> 'id'))
        ) THEN unfit('/options', 'required', 'An option is archived, never taken away: name all that the field has.')
        WHEN l.version <> ALL (:expected_versions::integer[]) THEN version_mismatch(l.version)
    END AS refusal
    FROM locked_custom_field AS l
    CROSS JOIN unknown_option AS u
),
updated_custom_field AS (
    UPDATE custom_fields AS f
    SET (name, options) = (
            SELECT n.name, n.options FROM jsonb_populate_record(l.custom_field, :changes) AS n
        ),
        version = l.version + 1, updated_at = written_at()
    FROM judged_custom_field AS g, locked_custom_field AS l
    WHERE f.organization_id = :organization_id AND f.id = l.id AND g.refusal IS NULL
      AND l.custom_field IS DISTINCT FROM jsonb_populate_record(l.custom_field, :changes)
    RETURNING f AS custom_field, f.version, record_event(
        :organization_id, :event_id, :actor, :correlation_id, 'vocabulary.changed', 'custom_field', f.id, f.version,
        jsonb_build_object('change', 'updated', 'fields', fields_of(:changes))
    ) AS event_id
)
SELECT g.refusal::text AS refusal, l.id, coalesce(x.version, l.version) AS version,
       custom_field_body(coalesce(x.custom_field, l.custom_field))::text AS body, x.event_id
FROM locked_custom_field AS l
CROSS JOIN judged_custom_field AS g
LEFT JOIN updated_custom_field AS x ON true;

-- name: archive^
-- Archives a custom field; an archived one stays as it is.
-- Takes: stamp, custom_field_id, expected_versions
-- Returns: the refusal, the custom field as it is now, its event.
-- Rules: S1.
WITH locked_custom_field AS (
    SELECT f AS custom_field, f.id, f.version, f.status
    FROM custom_fields AS f
    WHERE f.organization_id = :organization_id AND f.id = :custom_field_id
    FOR NO KEY UPDATE
),
judged_custom_field AS (
    SELECT CASE
        WHEN l.version <> ALL (:expected_versions::integer[]) THEN version_mismatch(l.version)
    END AS refusal
    FROM locked_custom_field AS l
),
archived_custom_field AS (
    UPDATE custom_fields AS f
    SET status = 'archived', version = l.version + 1, updated_at = written_at()
    FROM judged_custom_field AS g, locked_custom_field AS l
    WHERE f.organization_id = :organization_id AND f.id = l.id
      AND g.refusal IS NULL AND l.status = 'active'
    RETURNING f AS custom_field, f.version, record_event(
        :organization_id, :event_id, :actor, :correlation_id, 'vocabulary.changed', 'custom_field', f.id, f.version,
        jsonb_build_object('change', 'archived')
    ) AS event_id
)
SELECT g.refusal::text AS refusal, l.id, coalesce(x.version, l.version) AS version,
       custom_field_body(coalesce(x.custom_field, l.custom_field))::text AS body, x.event_id
FROM locked_custom_field AS l
CROSS JOIN judged_custom_field AS g
LEFT JOIN archived_custom_field AS x ON true;
