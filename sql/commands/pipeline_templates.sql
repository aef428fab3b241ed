-- Pipeline templates: what changes the stages that new jobs start with.
-- Pool: primary.
-- Know first: one template is the default, and cannot be archived; jobs copy a template, later edits do not reach them.

-- name: lock_templates
-- Locks the organization, whose default template is about to change.
-- Takes: organization_id
SELECT o.organization_id
FROM organizations AS o
WHERE o.organization_id = :organization_id
FOR NO KEY UPDATE;

-- name: add^
-- Adds a pipeline template; a new default takes the place of the one before.
-- Takes: stamp, former_event_id, pipeline_template_id, name, stages, is_default
-- Locks first: lock_templates
-- Returns: the pipeline template and its event.
-- Rules: S6, S8.
WITH former_default AS (
    UPDATE pipeline_templates AS t
    SET is_default = false, version = t.version + 1, updated_at = written_at()
    WHERE t.organization_id = :organization_id AND t.is_default AND :is_default
    RETURNING t.id, record_event(
        :organization_id, :former_event_id, :actor, :correlation_id, 'vocabulary.changed', 'pipeline_template', t.id,
        t.version, jsonb_build_object('change', 'updated', 'fields', json_build_array('is_default')),
        causation_id => :event_id
    ) AS event_id
)
INSERT INTO pipeline_templates AS t (organization_id, id, name, stages, is_default)
SELECT :organization_id, :pipeline_template_id, :name, :stages, :is_default
FROM (SELECT count(f.id) FROM former_default AS f) AS former
RETURNING t.id, t.version, pipeline_template_body(t)::text AS body, record_event(
    :organization_id, :event_id, :actor, :correlation_id, 'vocabulary.changed', 'pipeline_template', t.id, t.version,
    jsonb_build_object('change', 'created')
) AS event_id;

-- name: update^
-- Changes the fields that a merge patch names; a new default takes the place of the one before.
-- Takes: stamp, former_event_id, pipeline_template_id, changes, expected_versions
-- Locks first: lock_templates
-- Returns: the refusal, the pipeline template as it is now, its event.
-- Rules: S6, S7, S8.
WITH locked_pipeline_template AS (
    SELECT t AS pipeline_template, t.id, t.version, t.status
    FROM pipeline_templates AS t
    WHERE t.organization_id = :organization_id AND t.id = :pipeline_template_id
    FOR NO KEY UPDATE
),
judged_pipeline_template AS (
    SELECT CASE
        WHEN l.version <> ALL (:expected_versions::integer[]) THEN version_mismatch(l.version)
        WHEN l.status = 'archived' AND (:changes::jsonb ->> 'is_default')::boolean THEN refusal(
            'status_conflict', state_of(l.status, l.version), 'An archived template cannot be the default.'
        )
    END AS refusal
    FROM locked_pipeline_template AS l
),
former_default AS (
    UPDATE pipeline_templates AS t
    SET is_default = false, version = t.version + 1, updated_at = written_at()
    FROM judged_pipeline_template AS g, locked_pipeline_template AS l
    WHERE t.organization_id = :organization_id AND t.is_default AND t.id <> l.id AND g.refusal IS NULL
      AND (:changes::jsonb ->> 'is_default')::boolean
    RETURNING t.id, record_event(
        :organization_id, :former_event_id, :actor, :correlation_id, 'vocabulary.changed', 'pipeline_template', t.id,
        t.version, jsonb_build_object('change', 'updated', 'fields', json_build_array('is_default')),
        causation_id => :event_id
    ) AS event_id
),
updated_pipeline_template AS (
    UPDATE pipeline_templates AS t
    SET (name, stages, is_default) = (
            SELECT n.name, n.stages, n.is_default FROM jsonb_populate_record(l.pipeline_template, :changes) AS n
        ),
        version = l.version + 1, updated_at = written_at()
    FROM judged_pipeline_template AS g, locked_pipeline_template AS l,
         (SELECT count(f.id) FROM former_default AS f) AS former
    WHERE t.organization_id = :organization_id AND t.id = l.id AND g.refusal IS NULL
      AND l.pipeline_template IS DISTINCT FROM jsonb_populate_record(l.pipeline_template, :changes)
    RETURNING t AS pipeline_template, t.version, record_event(
        :organization_id, :event_id, :actor, :correlation_id, 'vocabulary.changed', 'pipeline_template', t.id,
        t.version, jsonb_build_object('change', 'updated', 'fields', fields_of(:changes))
    ) AS event_id
)
SELECT g.refusal::text AS refusal, l.id, coalesce(x.version, l.version) AS version,
       pipeline_template_body(coalesce(x.pipeline_template, l.pipeline_template))::text AS body, x.event_id
FROM locked_pipeline_template AS l
CROSS JOIN judged_pipeline_template AS g
LEFT JOIN updated_pipeline_template AS x ON true;

-- name: archive^
-- Archives a pipeline template; an archived one stays as it is.
-- Takes: stamp, pipeline_template_id, expected_versions
-- Returns: the refusal, the pipeline template as it is now, its event.
-- Rules: S1, S6.
WITH locked_pipeline_template AS (
    SELECT t AS pipeline_template, t.id, t.version, t.status, t.is_default
    FROM pipeline_templates AS t
    WHERE t.organization_id = :organization_id AND t.id = :pipeline_template_id
    FOR NO KEY UPDATE
),
judged_pipeline_template AS (
    SELECT CASE
        WHEN l.version <> ALL (:expected_versions::integer[]) THEN version_mismatch(l.version)
        WHEN l.is_default THEN refusal(
            'in_use', state_of(l.status, l.version),
            'The default template cannot be archived; make another one the default first.'
        )
    END AS refusal
    FROM locked_pipeline_template AS l
),
archived_pipeline_template AS (
    UPDATE pipeline_templates AS t
    SET status = 'archived', version = l.version + 1, updated_at = written_at()
    FROM judged_pipeline_template AS g, locked_pipeline_template AS l
    WHERE t.organization_id = :organization_id AND t.id = l.id AND g.refusal IS NULL AND l.status = 'active'
    RETURNING t AS pipeline_template, t.version, record_event(
        :organization_id, :event_id, :actor, :correlation_id, 'vocabulary.changed', 'pipeline_template', t.id,
        t.version, jsonb_build_object('change', 'archived')
    ) AS event_id
)
SELECT g.refusal::text AS refusal, l.id, coalesce(x.version, l.version) AS version,
       pipeline_template_body(coalesce(x.pipeline_template, l.pipeline_template))::text AS body, x.event_id
FROM locked_pipeline_template AS l
CROSS JOIN judged_pipeline_template AS g
LEFT JOIN archived_pipeline_template AS x ON true;
