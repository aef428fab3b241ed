-- E-mail templates as they are shown.

-- An e-mail template.
CREATE OR REPLACE FUNCTION email_template_body(email_template email_templates)
RETURNS json LANGUAGE sql STABLE AS $$
    SELECT json_build_object(
        'id', email_template.id, 'name', email_template.name, 'language', email_template.language,
        'subject', email_template.subject, 'body', email_template.body,
        'sender_identity_id', email_template.sender_identity_id, 'status', email_template.status,
        'version', email_template.version, 'created_at', as_utc(email_template.created_at),
        'updated_at', as_utc(email_template.updated_at)
    )
$$;
