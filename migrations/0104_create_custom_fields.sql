-- Why:   custom fields become words of the organization, with a type; until now a candidate took values under any key.
-- Locks: organizations, SHARE ROW EXCLUSIVE, briefly; candidates and applications, SHARE ROW EXCLUSIVE, briefly; jobs,
--        ACCESS EXCLUSIVE, briefly.
-- Blocks: triggers, a column with a constant default and keys of an empty table are made at once.
-- Undo:  0104_create_custom_fields.down.sql drops both tables and the column of jobs, with the data.

CREATE TABLE custom_fields (
    organization_id uuid NOT NULL
        CONSTRAINT custom_fields_organization_id_exists REFERENCES organizations (organization_id),
    id uuid NOT NULL,
    key text NOT NULL,
    name text NOT NULL,
    applies_to text NOT NULL
        CONSTRAINT custom_fields_applies_to_known CHECK (applies_to IN ('candidate', 'application', 'job')),
    type text NOT NULL
        CONSTRAINT custom_fields_type_known CHECK (type IN (
            'short_text', 'long_text', 'boolean', 'number', 'date', 'single_select', 'multi_select', 'url'
        )),
    options jsonb NOT NULL DEFAULT '[]',
    status text NOT NULL DEFAULT 'active'
        CONSTRAINT custom_fields_status_known CHECK (status IN ('active', 'archived')),
    version integer NOT NULL DEFAULT 1,
    created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    updated_at timestamptz NOT NULL DEFAULT written_at(),
    PRIMARY KEY (organization_id, id),
    CONSTRAINT custom_fields_key_taken UNIQUE (organization_id, applies_to, key)
);
CREATE INDEX custom_fields_by_updated_at ON custom_fields (organization_id, updated_at, id);
ALTER TABLE custom_fields ALTER organization_id SET (n_distinct = 2);
COMMENT ON TABLE custom_fields IS 'Which values of its own an organization keeps with candidates, applications and jobs, by key.';
COMMENT ON COLUMN custom_fields.options IS 'What a select offers, in order: [{"id", "label", "is_archived"}]; values are ids. None is taken away.';

CREATE CONSTRAINT TRIGGER custom_fields_renew_vocabulary
    AFTER INSERT OR UPDATE OR DELETE ON custom_fields
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION renew_vocabulary_version();

ALTER TABLE jobs ADD COLUMN custom_fields jsonb NOT NULL DEFAULT '{}';
COMMENT ON COLUMN jobs.custom_fields IS 'Values by the keys of custom_fields; triggers keep custom_values like it.';
COMMENT ON COLUMN candidates.custom_fields IS 'Values by the keys of custom_fields; triggers keep custom_values like it.';
COMMENT ON COLUMN applications.custom_fields IS 'Values by the keys of custom_fields; triggers keep custom_values like it.';

CREATE TABLE custom_values (
    organization_id uuid NOT NULL,
    field_id uuid NOT NULL,
    value text NOT NULL,
    resource_id uuid NOT NULL,
    job_id uuid,
    PRIMARY KEY (organization_id, field_id, value, resource_id),
    CONSTRAINT custom_values_field_id_exists
        FOREIGN KEY (organization_id, field_id) REFERENCES custom_fields (organization_id, id)
);
CREATE INDEX custom_values_by_job ON custom_values (organization_id, field_id, value, job_id, resource_id)
    WHERE job_id IS NOT NULL;
ALTER TABLE custom_values ALTER organization_id SET (n_distinct = 2);
COMMENT ON TABLE custom_values IS 'Which candidates, applications or jobs have a value in a custom field, to find them by. Triggers write it, and nothing else does.';
COMMENT ON COLUMN custom_values.value IS 'The value as a text: of a number without needless zeros, of a select the id of an option.';

COMMENT ON COLUMN custom_values.job_id IS 'Of an application its job, which never changes: a page of each job, merged, is what teams read.';

-- By the type of the JSON value, not of the field: the release before checks no types. What is long is found by nothing.
CREATE FUNCTION custom_values_of(organization_id uuid, applies_to text, given jsonb)
RETURNS TABLE (field_id uuid, value text) LANGUAGE sql STABLE AS $$
    SELECT f.id, v.value
    FROM jsonb_each(given) AS n (key, value)
    JOIN custom_fields AS f
        ON f.organization_id = custom_values_of.organization_id AND f.applies_to = custom_values_of.applies_to
           AND f.key = n.key
    CROSS JOIN LATERAL (
        SELECT CASE jsonb_typeof(i.item)
                   WHEN 'number' THEN trim_scale((i.item #>> '{}')::numeric)::text ELSE i.item #>> '{}'
               END AS value
        FROM jsonb_array_elements(
            CASE jsonb_typeof(n.value) WHEN 'array' THEN n.value ELSE jsonb_build_array(n.value) END
        ) AS i (item)
    ) AS v
    WHERE f.type NOT IN ('long_text', 'url') AND length(v.value) <= 200
$$;
COMMENT ON FUNCTION custom_values_of IS 'The rows of custom_values that custom fields of a resource make.';

CREATE FUNCTION link_custom_values() RETURNS trigger LANGUAGE plpgsql VOLATILE AS $$
BEGIN
    IF TG_OP = 'UPDATE' THEN
        DELETE FROM custom_values AS v
        USING custom_values_of(NEW.organization_id, TG_ARGV[0], OLD.custom_fields) AS o
        WHERE v.organization_id = NEW.organization_id AND v.field_id = o.field_id AND v.value = o.value
          AND v.resource_id = NEW.id
          AND NOT EXISTS (
              SELECT FROM custom_values_of(NEW.organization_id, TG_ARGV[0], NEW.custom_fields) AS n
              WHERE n.field_id = o.field_id AND n.value = o.value
          );
    END IF;
    INSERT INTO custom_values (organization_id, field_id, value, resource_id, job_id)
    SELECT NEW.organization_id, n.field_id, n.value, NEW.id,
           CASE TG_ARGV[0] WHEN 'application' THEN (to_jsonb(NEW) ->> 'job_id')::uuid END
    FROM custom_values_of(NEW.organization_id, TG_ARGV[0], NEW.custom_fields) AS n
    ON CONFLICT (organization_id, field_id, value, resource_id) DO NOTHING;
    RETURN NULL;
END
$$;
COMMENT ON FUNCTION link_custom_values() IS 'Makes custom_values say what the custom_fields of a candidate, an application or a job say.';

CREATE TRIGGER candidates_link_new_custom_values
    AFTER INSERT ON candidates
    FOR EACH ROW WHEN (NEW.custom_fields <> '{}')
    EXECUTE FUNCTION link_custom_values('candidate');
CREATE TRIGGER candidates_link_changed_custom_values
    AFTER UPDATE ON candidates
    FOR EACH ROW WHEN (OLD.custom_fields <> NEW.custom_fields)
    EXECUTE FUNCTION link_custom_values('candidate');
CREATE TRIGGER applications_link_new_custom_values
    AFTER INSERT ON applications
    FOR EACH ROW WHEN (NEW.custom_fields <> '{}')
    EXECUTE FUNCTION link_custom_values('application');
CREATE TRIGGER applications_link_changed_custom_values
    AFTER UPDATE ON applications
    FOR EACH ROW WHEN (OLD.custom_fields <> NEW.custom_fields)
    EXECUTE FUNCTION link_custom_values('application');
CREATE TRIGGER jobs_link_new_custom_values
    AFTER INSERT ON jobs
    FOR EACH ROW WHEN (NEW.custom_fields <> '{}')
    EXECUTE FUNCTION link_custom_values('job');
CREATE TRIGGER jobs_link_changed_custom_values
    AFTER UPDATE ON jobs
    FOR EACH ROW WHEN (OLD.custom_fields <> NEW.custom_fields)
    EXECUTE FUNCTION link_custom_values('job');

GRANT SELECT, INSERT, UPDATE ON custom_fields TO hiring_command;
GRANT SELECT, INSERT, DELETE ON custom_values TO hiring_command;
GRANT SELECT ON custom_fields, custom_values TO hiring_query;
