-- Custom fields as they are shown, what fits them, and what a merge patch makes of their values.

-- A custom field.
CREATE OR REPLACE FUNCTION custom_field_body(custom_field custom_fields)
RETURNS json LANGUAGE sql STABLE AS $$
    SELECT json_build_object(
        'id', custom_field.id, 'key', custom_field.key, 'name', custom_field.name,
        'applies_to', custom_field.applies_to, 'type', custom_field.type, 'options', custom_field.options,
        'status', custom_field.status, 'version', custom_field.version,
        'created_at', as_utc(custom_field.created_at), 'updated_at', as_utc(custom_field.updated_at)
    )
$$;

-- What custom fields have once a merge patch of their resource has changed them; null instead of an object empties them.
CREATE OR REPLACE FUNCTION patched_custom_fields(kept jsonb, changes jsonb) RETURNS jsonb LANGUAGE sql STABLE AS $$
    SELECT CASE jsonb_typeof(changes -> 'custom_fields')
        WHEN 'object' THEN merge_patch(kept, changes -> 'custom_fields') WHEN 'null' THEN '{}' ELSE kept
    END
$$;

-- What a web address looks like: as the type Url of the service's bodies has it, with ports up to 65535.
CREATE OR REPLACE FUNCTION web_address_pattern() RETURNS text LANGUAGE sql IMMUTABLE AS $$
    SELECT '^[Hh][Tt][Tt][Pp][Ss]?://([^/?#' || c.others || ']*@)?(\[[0-9A-Fa-f:.]+\]|[^]/?#@:[' || c.others || ']+)'
        || '(:([1-9][0-9]{0,3}|[1-5][0-9]{4}|6[0-4][0-9]{3}|65[0-4][0-9]{2}|655[0-2][0-9]|6553[0-5])?)?'
        || '([/?#][^' || c.others || ']*)?$'
    FROM (SELECT '[:cntrl:][:space:]<>"\\^`{|}') AS c (others)
$$;

-- Why a value does not fit a custom field: the code of a finding, NULL where it fits. What is kept fits an archived option.
-- Rules: S12.
CREATE OR REPLACE FUNCTION unfit_custom_value(type text, options jsonb, given jsonb, kept jsonb)
RETURNS text LANGUAGE sql STABLE AS $$
    SELECT CASE
        WHEN jsonb_typeof(given) <> CASE
            WHEN type IN ('boolean', 'number') THEN type WHEN type = 'multi_select' THEN 'array' ELSE 'string'
        END THEN 'type'
        WHEN length(given #>> '{}') > CASE type WHEN 'short_text' THEN 200 WHEN 'url' THEN 2000 END THEN 'too_long'
        WHEN given #>> '{}' !~ CASE type
            WHEN 'short_text' THEN '^[^[:cntrl:]]*$'
            WHEN 'url' THEN web_address_pattern()
            WHEN 'date' THEN '^[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$'
        END THEN 'format'
        WHEN type = 'date' AND (given #>> '{}' < '1900' OR given #>> '{}' >= '2200') THEN 'range'
        WHEN type = 'date' AND right(given #>> '{}', 2)::integer > date_part(
            'day', (left(given #>> '{}', 7) || '-01')::date + interval '1 month' - interval '1 day'
        ) THEN 'format'
        WHEN type IN ('single_select', 'multi_select') AND EXISTS (
            SELECT FROM jsonb_array_elements(
                CASE jsonb_typeof(given) WHEN 'array' THEN given ELSE jsonb_build_array(given) END
            ) AS i (item)
            WHERE NOT EXISTS (
                SELECT FROM jsonb_array_elements(options) AS o (option)
                WHERE o.option -> 'id' = i.item AND (o.option @> '{"is_archived": false}' OR kept @> i.item)
            )
        ) THEN 'enum'
        WHEN type = 'multi_select' AND jsonb_array_length(given) > (
            SELECT count(DISTINCT i.item) FROM jsonb_array_elements(given) AS i (item)
        ) THEN 'repeated'
    END
$$;

-- What is wrong with the values that a request gives a resource in custom fields, beside those that it has: a finding for
-- each key. What the resource has already fits; an archived field takes values only where the resource has one.
-- Rules: S11, S12.
CREATE OR REPLACE FUNCTION unfit_custom_fields(organization_id uuid, applies_to text, given jsonb, kept jsonb)
RETURNS TABLE (pointer text, finding text) LANGUAGE sql STABLE AS $$
    SELECT u.pointer, u.finding
    FROM (
        SELECT '/custom_fields/' || n.key AS pointer, CASE
                   WHEN n.value = kept -> n.key OR (jsonb_typeof(n.value) = 'null' AND kept -> n.key IS NOT NULL) THEN NULL
                   WHEN f.id IS NULL THEN 'unknown_field'
                   WHEN jsonb_typeof(n.value) = 'null' THEN NULL
                   WHEN f.status <> 'active' AND kept -> n.key IS NULL THEN 'unknown_field'
                   ELSE unfit_custom_value(f.type, f.options, n.value, kept -> n.key)
               END AS finding
        FROM jsonb_each(CASE jsonb_typeof(given) WHEN 'object' THEN given ELSE '{}' END) AS n (key, value)
        LEFT JOIN custom_fields AS f
            ON f.organization_id = unfit_custom_fields.organization_id
               AND f.applies_to = unfit_custom_fields.applies_to AND f.key = n.key
    ) AS u
    WHERE u.finding IS NOT NULL
$$;

-- The newest active candidates who have a value in a custom field and whom the viewer sees. One is looked at after the
-- other, whatever the planner makes of the value.
CREATE OR REPLACE FUNCTION candidates_by_custom_value(
    organization_id uuid, viewer_id uuid, sees_all_jobs boolean, sees_confidential_jobs boolean, sees_internal boolean,
    field_id uuid, value text, before_id uuid, row_limit integer
) RETURNS TABLE (id uuid) LANGUAGE sql STABLE AS $$
    SELECT p.id
    FROM custom_values AS v
    CROSS JOIN LATERAL (
        SELECT c.id
        FROM seen_candidates(
            candidates_by_custom_value.organization_id, viewer_id, sees_all_jobs, sees_confidential_jobs, sees_internal
        ) AS c
        WHERE c.id = v.resource_id AND c.status = 'active'
        LIMIT 1
    ) AS p
    WHERE v.organization_id = candidates_by_custom_value.organization_id
      AND v.field_id = candidates_by_custom_value.field_id AND v.value = candidates_by_custom_value.value
      AND v.resource_id < candidates_by_custom_value.before_id
    ORDER BY v.resource_id DESC
    LIMIT row_limit
$$;

-- The newest of recruiting_team_candidates that are active, not hidden and have a value in a custom field.
CREATE OR REPLACE FUNCTION team_candidates_by_custom_value(
    organization_id uuid, viewer_id uuid, sees_internal boolean, field_id uuid, value text, before_id uuid,
    row_limit integer
) RETURNS TABLE (id uuid) LANGUAGE sql STABLE AS $$
    SELECT p.id
    FROM recruiting_team_candidates(team_candidates_by_custom_value.organization_id, viewer_id) AS m
    CROSS JOIN LATERAL (
        SELECT c.id
        FROM custom_values AS v
        JOIN unhidden_candidates(team_candidates_by_custom_value.organization_id, viewer_id, sees_internal) AS c
            ON c.id = v.resource_id
        WHERE v.organization_id = team_candidates_by_custom_value.organization_id
          AND v.field_id = team_candidates_by_custom_value.field_id
          AND v.value = team_candidates_by_custom_value.value AND v.resource_id = m.id AND c.status = 'active'
        LIMIT 1
    ) AS p
    WHERE m.id < team_candidates_by_custom_value.before_id
    ORDER BY p.id DESC
    LIMIT row_limit
$$;

-- The newest applications that have a value in a custom field and that the viewer sees. One is looked at after the other.
CREATE OR REPLACE FUNCTION applications_by_custom_value(
    organization_id uuid, viewer_id uuid, sees_all_jobs boolean, sees_confidential_jobs boolean, sees_internal boolean,
    field_id uuid, value text, before_id uuid, row_limit integer
) RETURNS TABLE (id uuid) LANGUAGE sql STABLE AS $$
    SELECT p.id
    FROM custom_values AS v
    CROSS JOIN LATERAL (
        SELECT a.id
        FROM unhidden_applications(applications_by_custom_value.organization_id, viewer_id, sees_internal) AS a
        JOIN recruited_jobs(
            applications_by_custom_value.organization_id, viewer_id, sees_all_jobs, sees_confidential_jobs
        ) AS j ON j.id = a.job_id
        WHERE a.id = v.resource_id
        LIMIT 1
    ) AS p
    WHERE v.organization_id = applications_by_custom_value.organization_id
      AND v.field_id = applications_by_custom_value.field_id AND v.value = applications_by_custom_value.value
      AND v.resource_id < applications_by_custom_value.before_id
    ORDER BY v.resource_id DESC
    LIMIT row_limit
$$;

-- The newest applications to a job that have a value in a custom field and are not hidden. Whether the viewer sees them is
-- decided by the job.
CREATE OR REPLACE FUNCTION job_applications_by_custom_value(
    organization_id uuid, viewer_id uuid, sees_internal boolean, job_id uuid, field_id uuid, value text, before_id uuid,
    row_limit integer
) RETURNS TABLE (id uuid) LANGUAGE sql STABLE AS $$
    SELECT p.id
    FROM custom_values AS v
    CROSS JOIN LATERAL (
        SELECT a.id
        FROM unhidden_applications(job_applications_by_custom_value.organization_id, viewer_id, sees_internal) AS a
        WHERE a.id = v.resource_id
        LIMIT 1
    ) AS p
    WHERE v.organization_id = job_applications_by_custom_value.organization_id
      AND v.field_id = job_applications_by_custom_value.field_id AND v.value = job_applications_by_custom_value.value
      AND v.job_id = job_applications_by_custom_value.job_id
      AND v.resource_id < job_applications_by_custom_value.before_id
    ORDER BY v.resource_id DESC
    LIMIT row_limit
$$;

-- The newest applications to the jobs of recruiting_team_jobs that have a value in a custom field: a page of each job,
-- merged.
CREATE OR REPLACE FUNCTION team_applications_by_custom_value(
    organization_id uuid, viewer_id uuid, sees_internal boolean, field_id uuid, value text, before_id uuid,
    row_limit integer
) RETURNS TABLE (id uuid) LANGUAGE sql STABLE AS $$
    SELECT p.id
    FROM recruiting_team_jobs(team_applications_by_custom_value.organization_id, viewer_id) AS m
    CROSS JOIN LATERAL job_applications_by_custom_value(
        team_applications_by_custom_value.organization_id, viewer_id, sees_internal, m.job_id, field_id, value, before_id,
        row_limit
    ) AS p
    ORDER BY p.id DESC
    LIMIT row_limit
$$;

-- The newest jobs that have a value in a custom field and that the viewer sees. One is looked at after the other, also
-- for a kind, a department or a status that is not NULL: jobs are thousands, not millions.
CREATE OR REPLACE FUNCTION jobs_by_custom_value(
    organization_id uuid, viewer_id uuid, sees_all_jobs boolean, sees_confidential_jobs boolean, field_id uuid,
    value text, kind text, department_id uuid, status text, before_id uuid, row_limit integer
) RETURNS TABLE (id uuid) LANGUAGE sql STABLE AS $$
    SELECT p.id
    FROM custom_values AS v
    CROSS JOIN LATERAL (
        SELECT j.id
        FROM seen_jobs(jobs_by_custom_value.organization_id, viewer_id, sees_all_jobs, sees_confidential_jobs) AS j
        WHERE j.id = v.resource_id
          AND (jobs_by_custom_value.kind IS NULL OR j.kind = jobs_by_custom_value.kind)
          AND (jobs_by_custom_value.department_id IS NULL OR j.department_id = jobs_by_custom_value.department_id)
          AND (jobs_by_custom_value.status IS NULL OR j.status = jobs_by_custom_value.status)
        LIMIT 1
    ) AS p
    WHERE v.organization_id = jobs_by_custom_value.organization_id AND v.field_id = jobs_by_custom_value.field_id
      AND v.value = jobs_by_custom_value.value AND v.resource_id < jobs_by_custom_value.before_id
    ORDER BY v.resource_id DESC
    LIMIT row_limit
$$;

-- Those of team_jobs that have a value in a custom field.
CREATE OR REPLACE FUNCTION team_jobs_by_custom_value(
    organization_id uuid, viewer_id uuid, field_id uuid, value text
) RETURNS TABLE (id uuid) LANGUAGE sql STABLE AS $$
    SELECT m.job_id
    FROM team_jobs(team_jobs_by_custom_value.organization_id, viewer_id) AS m
    CROSS JOIN LATERAL (
        SELECT v.resource_id
        FROM custom_values AS v
        WHERE v.organization_id = team_jobs_by_custom_value.organization_id
          AND v.field_id = team_jobs_by_custom_value.field_id AND v.value = team_jobs_by_custom_value.value
          AND v.resource_id = m.job_id
        LIMIT 1
    ) AS p
$$;
