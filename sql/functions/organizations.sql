-- Organizations as they are shown.

-- An organization.
CREATE OR REPLACE FUNCTION organization_body(organization organizations) RETURNS json LANGUAGE sql STABLE AS $$
    SELECT json_build_object(
        'id', organization.organization_id, 'name', organization.name, 'slug', organization.slug,
        'time_zone', organization.time_zone, 'language', organization.language, 'currency', organization.currency,
        'website_url', organization.website_url, 'logo_url', organization.logo_url,
        'reapply_window_days', organization.reapply_window_days, 'mail_sender_name', organization.mail_sender_name,
        'mail_allow_list', organization.mail_allow_list, 'version', organization.version,
        'created_at', as_utc(organization.created_at), 'updated_at', as_utc(organization.updated_at)
    )
$$;
