-- Offices as they are shown.

-- An office.
CREATE OR REPLACE FUNCTION office_body(office offices) RETURNS json LANGUAGE sql STABLE AS $$
    SELECT json_build_object(
        'id', office.id, 'external_id', office.external_id, 'name', office.name, 'country', office.country,
        'region', office.region, 'city', office.city, 'time_zone', office.time_zone, 'status', office.status,
        'version', office.version, 'created_at', as_utc(office.created_at), 'updated_at', as_utc(office.updated_at)
    )
$$;
