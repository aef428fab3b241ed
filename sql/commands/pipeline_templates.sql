-- Pipeline templates: what changes the stages that new jobs start with.
-- Pool: primary.
-- Know first: one template is the default, and cannot be archived; jobs copy a template, later edits do not reach them.

-- name: lock_templates(organization_id)
-- Locks the organization, whose default template is about to change.
SELECT o.organization_id
FROM organizations AS o
WHERE o.organization_id = :organization_id
FOR NO KEY UPDATE;

-- name: add(organization_id, event_id, actor, correlation_id, pipeline_template_id, name, stages, is_default)^
-- Adds a pipeline template; a new default takes the place of the one before.
-- Locks first: lock_templates
-- Returns: the pipeline template and its event.
WITH former_default AS (
    UPDATE pipeline_templates AS t
    SET is_default = false, version = t.version + 1, updated_at = written_at()
    WHERE t.organization_id = :organization_id AND t.is_default AND :is_default
    RETURNING t.id
),
added_pipeline_template AS (
    INSERT INTO pipeline_templates AS t (organization_id, id, name, stages, is_default)
    SELECT :organization_id, :pipeline_template_id, :name, :stages, :is_default
    FROM (SELECT count(f.id) FROM former_default AS f) AS former
    RETURNING t AS pipeline_template, t.id, t.version
),
recorded_event AS (
    INSERT INTO events (organization_id, id, actor, correlation_id, type, aggregate_type, aggregate_id,
                        aggregate_version, data)
    SELECT :organization_id, :event_id, :actor, :correlation_id, 'vocabulary.changed', 'pipeline_template', x.id,
           x.version, jsonb_build_object('change', 'created')
    FROM added_pipeline_template AS x
    RETURNING id
),
queued_event AS (
    INSERT INTO outbox (organization_id, event_id)
    SELECT :organization_id, e.id FROM recorded_event AS e
)
SELECT x.id, x.version, pipeline_template_body(x.pipeline_template)::text AS body, e.id AS event_id
FROM added_pipeline_template AS x, recorded_event AS e;

-- name: update(organization_id, event_id, actor, correlation_id, pipeline_template_id, changes, expected_version)^
-- Changes the fields that a merge patch names; a new default takes the place of the one before.
-- Locks first: lock_templates
-- Returns: what was found, the pipeline template as it is now, its event.
-- Guards: something differs; version of the locked row.
WITH locked_pipeline_template AS (
    SELECT t AS pipeline_template, t.id, t.version, t.status
    FROM pipeline_templates AS t
    WHERE t.organization_id = :organization_id AND t.id = :pipeline_template_id
    FOR NO KEY UPDATE
),
former_default AS (
    UPDATE pipeline_templates AS t
    SET is_default = false, version = t.version + 1, updated_at = written_at()
    FROM locked_pipeline_template AS l
    WHERE t.organization_id = :organization_id AND t.is_default AND t.id <> l.id
      AND (:changes::jsonb ->> 'is_default')::boolean AND l.status = 'active'
      AND (:expected_version::integer IS NULL OR l.version = :expected_version)
    RETURNING t.id
),
updated_pipeline_template AS (
    UPDATE pipeline_templates AS t
    SET (name, stages, is_default) = (
            SELECT n.name, n.stages, n.is_default FROM jsonb_populate_record(l.pipeline_template, :changes) AS n
        ),
        version = l.version + 1, updated_at = written_at()
    FROM locked_pipeline_template AS l, (SELECT count(f.id) FROM former_default AS f) AS former
    WHERE t.organization_id = :organization_id AND t.id = l.id
      AND l.pipeline_template IS DISTINCT FROM jsonb_populate_record(l.pipeline_template, :changes)
      AND (l.status = 'active' OR (:changes::jsonb ->> 'is_default') IS NULL)
      AND (:expected_version::integer IS NULL OR l.version = :expected_version)
    RETURNING t AS pipeline_template, t.id, t.version
),
recorded_event AS (
    INSERT INTO events (organization_id, id, actor, correlation_id, type, aggregate_type, aggregate_id,
                        aggregate_version, data)
    SELECT :organization_id, :event_id, :actor, :correlation_id, 'vocabulary.changed', 'pipeline_template', x.id,
           x.version, jsonb_build_object('change', 'updated', 'fields', (
               SELECT jsonb_agg(k) FROM jsonb_object_keys(:changes::jsonb) AS k
           ))
    FROM updated_pipeline_template AS x
    RETURNING id
),
queued_event AS (
    INSERT INTO outbox (organization_id, event_id)
    SELECT :organization_id, e.id FROM recorded_event AS e
)
SELECT l.version AS found_version, l.status AS found_status, l.id, coalesce(u.version, l.version) AS version,
       pipeline_template_body(coalesce(u.pipeline_template, l.pipeline_template))::text AS body, e.id AS event_id
FROM locked_pipeline_template AS l
LEFT JOIN updated_pipeline_template AS u ON true
LEFT JOIN recorded_event AS e ON true;

-- name: archive(organization_id, event_id, actor, correlation_id, pipeline_template_id, expected_version)^
-- Archives a pipeline template; one that is archived stays as it is.
-- Returns: what was found, whether it is the default, the pipeline template as it is now, its event.
-- Guards: version of the locked row; the default stays.
WITH locked_pipeline_template AS (
    SELECT t AS pipeline_template, t.id, t.version, t.status, t.is_default
    FROM pipeline_templates AS t
    WHERE t.organization_id = :organization_id AND t.id = :pipeline_template_id
    FOR NO KEY UPDATE
),
archived_pipeline_template AS (
    UPDATE pipeline_templates AS t
    SET status = 'archived', version = l.version + 1, updated_at = written_at()
    FROM locked_pipeline_template AS l
    WHERE t.organization_id = :organization_id AND t.id = l.id AND l.status = 'active' AND NOT l.is_default
      AND (:expected_version::integer IS NULL OR l.version = :expected_version)
    RETURNING t AS pipeline_template, t.id, t.version
),
recorded_event AS (
    INSERT INTO events (organization_id, id, actor, correlation_id, type, aggregate_type, aggregate_id,
                        aggregate_version, data)
    SELECT :organization_id, :event_id, :actor, :correlation_id, 'vocabulary.changed', 'pipeline_template', x.id,
           x.version, jsonb_build_object('change', 'archived')
    FROM archived_pipeline_template AS x
    RETURNING id
),
queued_event AS (
    INSERT INTO outbox (organization_id, event_id)
    SELECT :organization_id, e.id FROM recorded_event AS e
)
SELECT l.version AS found_version, l.status AS found_status, l.is_default,
       l.id, coalesce(x.version, l.version) AS version,
       pipeline_template_body(coalesce(x.pipeline_template, l.pipeline_template))::text AS body, e.id AS event_id
FROM locked_pipeline_template AS l
LEFT JOIN archived_pipeline_template AS x ON true
LEFT JOIN recorded_event AS e ON true;
