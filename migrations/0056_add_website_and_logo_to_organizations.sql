-- Why:   search engines show the logo of an employer, and take its website to tell it from others of the same name.
-- Locks: organizations, ACCESS EXCLUSIVE, briefly: columns without a default.
-- Undo:  0056_add_website_and_logo_to_organizations.down.sql; both addresses are lost.

ALTER TABLE organizations ADD COLUMN website_url text, ADD COLUMN logo_url text;
COMMENT ON COLUMN organizations.website_url IS 'Where people read about the organization; search engines are told with each post.';
COMMENT ON COLUMN organizations.logo_url IS 'An https address of a picture; as website_url.';

CREATE OR REPLACE FUNCTION organization_body(organization organizations) RETURNS json LANGUAGE sql STABLE
RETURN json_build_object(
    'id', organization.organization_id, 'name', organization.name, 'slug', organization.slug,
    'time_zone', organization.time_zone, 'language', organization.language, 'currency', organization.currency,
    'website_url', organization.website_url, 'logo_url', organization.logo_url,
    'reapply_window_days', organization.reapply_window_days, 'mail_sender_name', organization.mail_sender_name,
    'mail_allow_list', organization.mail_allow_list, 'version', organization.version,
    'created_at', organization.created_at, 'updated_at', organization.updated_at
);
