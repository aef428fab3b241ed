-- Pipeline templates as they are shown.

-- A pipeline template.
CREATE OR REPLACE FUNCTION pipeline_template_body(pipeline_template pipeline_templates)
RETURNS json LANGUAGE sql STABLE AS $$
    SELECT json_build_object(
        'id', pipeline_template.id, 'name', pipeline_template.name, 'stages', pipeline_template.stages,
        'is_default', pipeline_template.is_default, 'status', pipeline_template.status,
        'version', pipeline_template.version, 'created_at', as_utc(pipeline_template.created_at),
        'updated_at', as_utc(pipeline_template.updated_at)
    )
$$;
