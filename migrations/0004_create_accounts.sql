-- Why:   organizations, the people in them, what they may do, and how they prove who they are.
-- Locks: none on existing tables.
-- Undo:  0004_create_accounts.down.sql drops all of it, with the data.

CREATE TABLE organizations (
    organization_id uuid PRIMARY KEY,
    name text NOT NULL,
    slug text NOT NULL,
    time_zone text NOT NULL DEFAULT 'UTC',
    language text NOT NULL DEFAULT 'en',
    currency text NOT NULL DEFAULT 'EUR',
    reapply_window_days integer NOT NULL DEFAULT 0
        CONSTRAINT organizations_reapply_window_bounded CHECK (reapply_window_days BETWEEN 0 AND 3650),
    mail_sender_name text,
    mail_allow_list text[],
    version integer NOT NULL DEFAULT 1,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now()
);
COMMENT ON TABLE organizations IS 'The tenant. Its key is organization_id, so that the tenant rule reads alike everywhere.';
COMMENT ON COLUMN organizations.reapply_window_days IS 'Days after an application during which the same candidate may not apply to the same job again; 0 allows at once.';
COMMENT ON COLUMN organizations.mail_sender_name IS 'Name shown as the sender of mails; NULL shows the organization''s name.';
COMMENT ON COLUMN organizations.mail_allow_list IS 'For trials: only these addresses get mail, all other mail is withheld; NULL means everyone.';

CREATE TABLE organization_directory (
    slug text CONSTRAINT organization_directory_slug_taken PRIMARY KEY,
    organization_id uuid NOT NULL CONSTRAINT organization_directory_organization_taken UNIQUE
);
COMMENT ON TABLE organization_directory IS 'Finds an organization by its slug before any tenant is known.';

CREATE TABLE users (
    organization_id uuid NOT NULL
        CONSTRAINT users_organization_id_exists REFERENCES organizations (organization_id),
    id uuid NOT NULL,
    external_id text,
    type text NOT NULL CONSTRAINT users_type_known CHECK (type IN ('member', 'service')),
    status text NOT NULL CONSTRAINT users_status_known CHECK (status IN ('invited', 'active', 'disabled')),
    first_name text NOT NULL,
    middle_name text,
    last_name text,
    name text NOT NULL,
    email text,
    language text NOT NULL DEFAULT 'en',
    time_zone text NOT NULL DEFAULT 'UTC',
    version integer NOT NULL DEFAULT 1,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (organization_id, id),
    CONSTRAINT users_email_taken UNIQUE (organization_id, email),
    CONSTRAINT users_external_id_taken UNIQUE (organization_id, external_id),
    CONSTRAINT users_email_lower_case CHECK (email = lower(email)),
    CONSTRAINT users_members_have_email CHECK (type = 'service' OR email IS NOT NULL)
);
CREATE INDEX users_by_updated_at ON users (organization_id, updated_at, id);
COMMENT ON TABLE users IS 'People who work in the system (members) and integrations (service users, who hold API keys and cannot log in).';
COMMENT ON COLUMN users.email IS 'Lower case; unique in its organization only: people work for several.';

CREATE TABLE credentials (
    organization_id uuid NOT NULL,
    user_id uuid NOT NULL,
    password_hash text NOT NULL,
    changed_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (organization_id, user_id),
    CONSTRAINT credentials_user_id_exists FOREIGN KEY (organization_id, user_id) REFERENCES users (organization_id, id)
);
COMMENT ON TABLE credentials IS 'argon2id hashes of passwords, kept apart so that no body of a user can carry one.';

CREATE TABLE login_directory (
    email_hash bytea NOT NULL,
    organization_id uuid NOT NULL,
    user_id uuid NOT NULL,
    PRIMARY KEY (email_hash, organization_id)
);
COMMENT ON TABLE login_directory IS 'Finds the accounts of an e-mail address before a tenant is known: SHA-256 of the lower-cased address.';

CREATE TABLE permission_groups (
    organization_id uuid NOT NULL
        CONSTRAINT permission_groups_organization_id_exists REFERENCES organizations (organization_id),
    id uuid NOT NULL,
    key text,
    name text NOT NULL,
    permissions text[] NOT NULL DEFAULT '{}',
    version integer NOT NULL DEFAULT 1,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (organization_id, id),
    CONSTRAINT permission_groups_key_taken UNIQUE (organization_id, key),
    CONSTRAINT permission_groups_name_taken UNIQUE (organization_id, name)
);
COMMENT ON TABLE permission_groups IS 'Named sets of permissions. Built-in groups have a key, and their permissions are those of the running release.';
COMMENT ON COLUMN permission_groups.key IS 'administrator, recruiter, hiring_manager, interviewer or read_only; NULL for a group of the organization''s own.';

CREATE TABLE permission_group_assignments (
    organization_id uuid NOT NULL,
    id uuid NOT NULL,
    user_id uuid NOT NULL,
    permission_group_id uuid NOT NULL,
    scope text NOT NULL CONSTRAINT permission_group_assignments_scope_known CHECK (scope IN ('all', 'team')),
    granted_by jsonb NOT NULL,
    granted_at timestamptz NOT NULL DEFAULT now(),
    revoked_by jsonb,
    revoked_at timestamptz,
    PRIMARY KEY (organization_id, id),
    CONSTRAINT permission_group_assignments_user_id_exists
        FOREIGN KEY (organization_id, user_id) REFERENCES users (organization_id, id),
    CONSTRAINT permission_group_assignments_permission_group_id_exists
        FOREIGN KEY (organization_id, permission_group_id) REFERENCES permission_groups (organization_id, id)
);
CREATE UNIQUE INDEX permission_group_assignments_current
    ON permission_group_assignments (organization_id, user_id, permission_group_id) WHERE revoked_at IS NULL;
CREATE INDEX permission_group_assignments_by_group
    ON permission_group_assignments (organization_id, permission_group_id) WHERE revoked_at IS NULL;
COMMENT ON TABLE permission_group_assignments IS 'Who was in which group, granted and revoked by whom and when; nothing is deleted.';

CREATE TABLE permission_assignments (
    organization_id uuid NOT NULL,
    id uuid NOT NULL,
    user_id uuid NOT NULL,
    permission text NOT NULL,
    scope text NOT NULL CONSTRAINT permission_assignments_scope_known CHECK (scope IN ('all', 'team')),
    granted_by jsonb NOT NULL,
    granted_at timestamptz NOT NULL DEFAULT now(),
    revoked_by jsonb,
    revoked_at timestamptz,
    PRIMARY KEY (organization_id, id),
    CONSTRAINT permission_assignments_user_id_exists
        FOREIGN KEY (organization_id, user_id) REFERENCES users (organization_id, id)
);
CREATE UNIQUE INDEX permission_assignments_current
    ON permission_assignments (organization_id, user_id, permission) WHERE revoked_at IS NULL;
COMMENT ON TABLE permission_assignments IS 'Permissions given to a user directly, with who granted and revoked them and when.';

CREATE TABLE sessions (
    organization_id uuid NOT NULL,
    id uuid NOT NULL,
    user_id uuid NOT NULL,
    generation integer NOT NULL DEFAULT 1,
    rotated_at timestamptz NOT NULL DEFAULT now(),
    user_agent text,
    remote_address text,
    created_at timestamptz NOT NULL DEFAULT now(),
    expires_at timestamptz NOT NULL,
    revoked_at timestamptz,
    revoke_reason text CONSTRAINT sessions_revoke_reason_known
        CHECK (revoke_reason IN ('logout', 'revoked', 'refresh_reused', 'password_changed', 'user_disabled')),
    PRIMARY KEY (organization_id, id),
    CONSTRAINT sessions_user_id_exists FOREIGN KEY (organization_id, user_id) REFERENCES users (organization_id, id)
);
CREATE INDEX sessions_by_user ON sessions (organization_id, user_id, id DESC);
COMMENT ON TABLE sessions IS 'One login on one device: the family of its refresh tokens. Redis holds a copy for speed.';
COMMENT ON COLUMN sessions.generation IS 'Number of the one refresh token that is valid; an older one outside the grace ends the session.';

CREATE TABLE refresh_tokens (
    token_hash bytea PRIMARY KEY,
    organization_id uuid NOT NULL,
    session_id uuid NOT NULL,
    generation integer NOT NULL
);
COMMENT ON TABLE refresh_tokens IS 'Finds the session of a refresh token by its SHA-256, spent ones included, so that reuse is seen.';

CREATE TABLE api_keys (
    organization_id uuid NOT NULL,
    id uuid NOT NULL,
    user_id uuid NOT NULL,
    name text NOT NULL,
    prefix text NOT NULL,
    permissions jsonb NOT NULL,
    rotated_from uuid,
    created_by jsonb NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    expires_at timestamptz,
    last_used_at timestamptz,
    revoked_at timestamptz,
    PRIMARY KEY (organization_id, id),
    CONSTRAINT api_keys_user_id_exists FOREIGN KEY (organization_id, user_id) REFERENCES users (organization_id, id)
);
CREATE INDEX api_keys_by_user ON api_keys (organization_id, user_id);
COMMENT ON TABLE api_keys IS 'Keys of service users. The secret is shown once and only its hash is kept, in api_key_directory.';
COMMENT ON COLUMN api_keys.permissions IS 'Permission code to scope: all that the key may do.';
COMMENT ON COLUMN api_keys.prefix IS 'First characters of the secret, to recognize a key by.';

CREATE TABLE api_key_directory (
    key_hash bytea PRIMARY KEY,
    organization_id uuid NOT NULL,
    api_key_id uuid NOT NULL
);
COMMENT ON TABLE api_key_directory IS 'Finds an API key by the SHA-256 of its secret before a tenant is known.';

CREATE TABLE mailed_links (
    organization_id uuid NOT NULL,
    id uuid NOT NULL,
    kind text NOT NULL CONSTRAINT mailed_links_kind_known CHECK (kind IN ('invitation', 'password_reset')),
    user_id uuid NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    expires_at timestamptz NOT NULL,
    spent_at timestamptz,
    PRIMARY KEY (organization_id, id),
    CONSTRAINT mailed_links_user_id_exists FOREIGN KEY (organization_id, user_id) REFERENCES users (organization_id, id)
);
CREATE INDEX mailed_links_by_user ON mailed_links (organization_id, user_id, kind) WHERE spent_at IS NULL;
COMMENT ON TABLE mailed_links IS 'One-time links in mails. Their token is derived from the id and a secret of the service and stored nowhere.';

CREATE TABLE link_directory (
    token_hash bytea PRIMARY KEY,
    organization_id uuid NOT NULL,
    mailed_link_id uuid NOT NULL
);
COMMENT ON TABLE link_directory IS 'Finds a mailed link by the SHA-256 of its token before a tenant is known.';

CREATE TABLE job_boards (
    organization_id uuid NOT NULL
        CONSTRAINT job_boards_organization_id_exists REFERENCES organizations (organization_id),
    id uuid NOT NULL,
    slug text NOT NULL,
    name text NOT NULL,
    language text NOT NULL DEFAULT 'en',
    is_default boolean NOT NULL DEFAULT false,
    allowed_origins text[] NOT NULL DEFAULT '{}',
    post_url_template text,
    portal_url_template text,
    required_fields text[] NOT NULL DEFAULT '{first_name,email}',
    version integer NOT NULL DEFAULT 1,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (organization_id, id)
);
CREATE UNIQUE INDEX job_boards_one_default ON job_boards (organization_id) WHERE is_default;
COMMENT ON TABLE job_boards IS 'A public list of job posts; every organization has a default one.';
COMMENT ON COLUMN job_boards.post_url_template IS 'Address of a post on the company''s own site, with {post_id}; NULL uses the board''s own address.';
COMMENT ON COLUMN job_boards.required_fields IS 'Standard fields of the application form that must be filled.';

CREATE TABLE board_directory (
    slug text CONSTRAINT board_directory_slug_taken PRIMARY KEY,
    organization_id uuid NOT NULL,
    job_board_id uuid NOT NULL
);
COMMENT ON TABLE board_directory IS 'Finds a public board by its slug before a tenant is known.';

CREATE FUNCTION organization_body(organization organizations) RETURNS json LANGUAGE sql STABLE
RETURN json_build_object(
    'id', organization.organization_id, 'name', organization.name, 'slug', organization.slug,
    'time_zone', organization.time_zone, 'language', organization.language, 'currency', organization.currency,
    'reapply_window_days', organization.reapply_window_days, 'mail_sender_name', organization.mail_sender_name,
    'mail_allow_list', organization.mail_allow_list, 'version', organization.version,
    'created_at', organization.created_at, 'updated_at', organization.updated_at
);

CREATE FUNCTION user_body(account users) RETURNS json LANGUAGE sql STABLE
RETURN json_build_object(
    'id', account.id, 'external_id', account.external_id, 'type', account.type, 'status', account.status,
    'first_name', account.first_name, 'middle_name', account.middle_name, 'last_name', account.last_name,
    'name', account.name, 'email', account.email, 'language', account.language, 'time_zone', account.time_zone,
    'version', account.version, 'created_at', account.created_at, 'updated_at', account.updated_at
);

CREATE FUNCTION permission_group_body(permission_group permission_groups, built_in jsonb) RETURNS json LANGUAGE sql STABLE
RETURN json_build_object(
    'id', permission_group.id, 'key', permission_group.key, 'name', permission_group.name,
    'permissions', coalesce(built_in -> permission_group.key, to_jsonb(permission_group.permissions)),
    'is_built_in', permission_group.key IS NOT NULL,
    'version', permission_group.version, 'created_at', permission_group.created_at,
    'updated_at', permission_group.updated_at
);

CREATE FUNCTION session_body(session sessions) RETURNS json LANGUAGE sql STABLE
RETURN json_build_object(
    'id', session.id, 'user_agent', session.user_agent, 'remote_address', session.remote_address,
    'created_at', session.created_at, 'last_used_at', session.rotated_at, 'expires_at', session.expires_at
);

CREATE FUNCTION api_key_body(api_key api_keys) RETURNS json LANGUAGE sql STABLE
RETURN json_build_object(
    'id', api_key.id, 'user_id', api_key.user_id, 'name', api_key.name, 'prefix', api_key.prefix,
    'permissions', api_key.permissions, 'rotated_from', api_key.rotated_from, 'created_at', api_key.created_at,
    'expires_at', api_key.expires_at, 'last_used_at', api_key.last_used_at, 'revoked_at', api_key.revoked_at
);

CREATE FUNCTION job_board_body(job_board job_boards) RETURNS json LANGUAGE sql STABLE
RETURN json_build_object(
    'id', job_board.id, 'slug', job_board.slug, 'name', job_board.name, 'language', job_board.language,
    'is_default', job_board.is_default, 'allowed_origins', job_board.allowed_origins,
    'post_url_template', job_board.post_url_template, 'portal_url_template', job_board.portal_url_template,
    'required_fields', job_board.required_fields, 'version', job_board.version,
    'created_at', job_board.created_at, 'updated_at', job_board.updated_at
);

GRANT SELECT, INSERT, UPDATE ON organizations, organization_directory, users, credentials, login_directory, permission_groups,
    permission_group_assignments, permission_assignments, sessions, refresh_tokens, api_keys, api_key_directory,
    mailed_links, link_directory, job_boards, board_directory TO hiring_command;
GRANT DELETE ON login_directory TO hiring_command;
GRANT SELECT ON organizations, organization_directory, users, credentials, login_directory, permission_groups,
    permission_group_assignments, permission_assignments, sessions, refresh_tokens, api_keys, api_key_directory,
    mailed_links, link_directory, job_boards, board_directory TO hiring_query;
GRANT SELECT ON organizations, users, mailed_links, job_boards TO hiring_worker;
