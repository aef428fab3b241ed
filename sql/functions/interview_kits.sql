-- Interview kits as they are shown.

-- An interview kit.
CREATE OR REPLACE FUNCTION interview_kit_body(interview_kit interview_kits)
RETURNS json LANGUAGE sql STABLE AS $$
    SELECT json_build_object(
        'id', interview_kit.id, 'name', interview_kit.name, 'attributes', interview_kit.attributes,
        'questions', interview_kit.questions, 'status', interview_kit.status, 'version', interview_kit.version,
        'created_at', as_utc(interview_kit.created_at), 'updated_at', as_utc(interview_kit.updated_at)
    )
$$;
