-- Why:   how a company is laid out (departments, offices) and the words it chooses (reasons, sources, pipeline templates).
-- Locks: none on existing tables.
-- Undo:  0005_create_structure.down.sql drops all of it, with the data.

CREATE TABLE departments (
    organization_id uuid NOT NULL
        CONSTRAINT departments_organization_id_exists REFERENCES organizations (organization_id),
    id uuid NOT NULL,
    external_id text,
    name text NOT NULL,
    parent_id uuid,
    status text NOT NULL DEFAULT 'active' CONSTRAINT departments_status_known CHECK (status IN ('active', 'archived')),
    version integer NOT NULL DEFAULT 1,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (organization_id, id),
    CONSTRAINT departments_parent_id_exists
        FOREIGN KEY (organization_id, parent_id) REFERENCES departments (organization_id, id),
    CONSTRAINT departments_external_id_taken UNIQUE (organization_id, external_id),
    CONSTRAINT departments_not_own_parent CHECK (parent_id <> id)
);
CREATE INDEX departments_by_updated_at ON departments (organization_id, updated_at, id);
CREATE INDEX departments_by_parent ON departments (organization_id, parent_id);
COMMENT ON TABLE departments IS 'The tree of departments of an organization.';

CREATE TABLE offices (
    organization_id uuid NOT NULL
        CONSTRAINT offices_organization_id_exists REFERENCES organizations (organization_id),
    id uuid NOT NULL,
    external_id text,
    name text NOT NULL,
    country text,
    region text,
    city text,
    time_zone text,
    status text NOT NULL DEFAULT 'active' CONSTRAINT offices_status_known CHECK (status IN ('active', 'archived')),
    version integer NOT NULL DEFAULT 1,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (organization_id, id),
    CONSTRAINT offices_external_id_taken UNIQUE (organization_id, external_id)
);
CREATE INDEX offices_by_updated_at ON offices (organization_id, updated_at, id);
COMMENT ON TABLE offices IS 'Places of work.';
COMMENT ON COLUMN offices.country IS 'ISO 3166-1 alpha-2.';
COMMENT ON COLUMN offices.region IS 'ISO 3166-2.';

CREATE TABLE reasons (
    organization_id uuid NOT NULL
        CONSTRAINT reasons_organization_id_exists REFERENCES organizations (organization_id),
    id uuid NOT NULL,
    kind text NOT NULL CONSTRAINT reasons_kind_known
        CHECK (kind IN ('rejection', 'withdrawal', 'job_close', 'opening_close', 'unhire')),
    key text,
    name text NOT NULL,
    status text NOT NULL DEFAULT 'active' CONSTRAINT reasons_status_known CHECK (status IN ('active', 'archived')),
    version integer NOT NULL DEFAULT 1,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (organization_id, id),
    CONSTRAINT reasons_key_taken UNIQUE (organization_id, kind, key),
    CONSTRAINT reasons_name_taken UNIQUE (organization_id, kind, name)
);
CREATE INDEX reasons_by_updated_at ON reasons (organization_id, updated_at, id);
COMMENT ON TABLE reasons IS 'Why something ended: the organization''s own words, by kind.';
COMMENT ON COLUMN reasons.key IS 'What the system itself refers to (job_close/filled); NULL for the organization''s own.';

CREATE TABLE sources (
    organization_id uuid NOT NULL
        CONSTRAINT sources_organization_id_exists REFERENCES organizations (organization_id),
    id uuid NOT NULL,
    kind text NOT NULL CONSTRAINT sources_kind_known
        CHECK (kind IN ('board', 'referral', 'agency', 'sourced', 'campaign', 'other')),
    key text,
    name text NOT NULL,
    status text NOT NULL DEFAULT 'active' CONSTRAINT sources_status_known CHECK (status IN ('active', 'archived')),
    version integer NOT NULL DEFAULT 1,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (organization_id, id),
    CONSTRAINT sources_key_taken UNIQUE (organization_id, key),
    CONSTRAINT sources_name_taken UNIQUE (organization_id, name)
);
CREATE INDEX sources_by_updated_at ON sources (organization_id, updated_at, id);
COMMENT ON TABLE sources IS 'Where candidates come from.';
COMMENT ON COLUMN sources.key IS 'What the system itself refers to (board: the public job board); NULL for the organization''s own.';

CREATE TABLE pipeline_templates (
    organization_id uuid NOT NULL
        CONSTRAINT pipeline_templates_organization_id_exists REFERENCES organizations (organization_id),
    id uuid NOT NULL,
    name text NOT NULL,
    stages jsonb NOT NULL,
    is_default boolean NOT NULL DEFAULT false,
    status text NOT NULL DEFAULT 'active' CONSTRAINT pipeline_templates_status_known CHECK (status IN ('active', 'archived')),
    version integer NOT NULL DEFAULT 1,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (organization_id, id),
    CONSTRAINT pipeline_templates_name_taken UNIQUE (organization_id, name)
);
CREATE INDEX pipeline_templates_by_updated_at ON pipeline_templates (organization_id, updated_at, id);
CREATE UNIQUE INDEX pipeline_templates_one_default ON pipeline_templates (organization_id) WHERE is_default;
COMMENT ON TABLE pipeline_templates IS 'Stages that a new job starts with; a job copies them, later edits of the template do not reach it.';
COMMENT ON COLUMN pipeline_templates.stages IS 'In order: [{"name", "kind"}].';

CREATE FUNCTION department_body(department departments) RETURNS json LANGUAGE sql STABLE
RETURN json_build_object(
    'id', department.id, 'external_id', department.external_id, 'name', department.name,
    'parent_id', department.parent_id, 'status', department.status, 'version', department.version,
    'created_at', department.created_at, 'updated_at', department.updated_at
);

CREATE FUNCTION office_body(office offices) RETURNS json LANGUAGE sql STABLE
RETURN json_build_object(
    'id', office.id, 'external_id', office.external_id, 'name', office.name, 'country', office.country,
    'region', office.region, 'city', office.city, 'time_zone', office.time_zone, 'status', office.status,
    'version', office.version, 'created_at', office.created_at, 'updated_at', office.updated_at
);

CREATE FUNCTION reason_body(reason reasons) RETURNS json LANGUAGE sql STABLE
RETURN json_build_object(
    'id', reason.id, 'kind', reason.kind, 'key', reason.key, 'name', reason.name, 'status', reason.status,
    'version', reason.version, 'created_at', reason.created_at, 'updated_at', reason.updated_at
);

CREATE FUNCTION source_body(source sources) RETURNS json LANGUAGE sql STABLE
RETURN json_build_object(
    'id', source.id, 'kind', source.kind, 'key', source.key, 'name', source.name, 'status', source.status,
    'version', source.version, 'created_at', source.created_at, 'updated_at', source.updated_at
);

CREATE FUNCTION pipeline_template_body(pipeline_template pipeline_templates) RETURNS json LANGUAGE sql STABLE
RETURN json_build_object(
    'id', pipeline_template.id, 'name', pipeline_template.name, 'stages', pipeline_template.stages,
    'is_default', pipeline_template.is_default, 'status', pipeline_template.status,
    'version', pipeline_template.version, 'created_at', pipeline_template.created_at,
    'updated_at', pipeline_template.updated_at
);

GRANT SELECT, INSERT, UPDATE ON departments, offices, reasons, sources, pipeline_templates TO hiring_command;
GRANT SELECT ON departments, offices, reasons, sources, pipeline_templates TO hiring_query;
