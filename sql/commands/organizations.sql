-- Organizations: the tenant itself.
-- Pool: primary.
-- Know first: register makes all that an organization starts with, in one statement.

-- name: register^
-- Founds an organization: its first administrator with a session, its board, groups and vocabularies.
-- Takes: stamp, organization_name, slug, user_id, email, email_hash, first_name, last_name, name, password_hash,
--     session_id, refresh_hash, session_expires_at, user_agent, remote_address, job_board_id, permission_groups,
--     assignment_id, reasons, sources, pipeline_template_id, stages, is_confirmed
-- Returns: the organization, its administrator, its event.
-- Rules: O3.
WITH founded_organization AS (
    INSERT INTO organizations AS o (organization_id, name, slug, confirmed_at)
    VALUES (:organization_id, :organization_name, :slug, CASE WHEN :is_confirmed THEN clock_timestamp() END)
    RETURNING o AS organization, record_event(
        :organization_id, :event_id, :actor, :correlation_id, 'organization.created', 'organization',
        o.organization_id, o.version, jsonb_build_object('user_id', :user_id::uuid)
    ) AS event_id
),
listed_organization AS (
    INSERT INTO organization_directory (slug, organization_id) VALUES (:slug, :organization_id)
),
added_user AS (
    INSERT INTO users AS u (organization_id, id, type, status, first_name, last_name, name, email)
    VALUES (:organization_id, :user_id, 'member', 'active', :first_name, :last_name, :name, :email)
    RETURNING u AS account, u.id
),
listed_user AS (
    INSERT INTO login_directory (email_hash, organization_id, user_id)
    VALUES (decode(:email_hash, 'hex'), :organization_id, :user_id)
),
kept_password AS (
    INSERT INTO credentials (organization_id, user_id, password_hash)
    VALUES (:organization_id, :user_id, :password_hash)
),
added_groups AS (
    INSERT INTO permission_groups AS g (organization_id, id, key, name)
    SELECT :organization_id, n.id, n.key, n.name
    FROM jsonb_to_recordset(:permission_groups) AS n (id uuid, key text, name text)
    RETURNING g.id, g.key
),
granted_group AS (
    INSERT INTO permission_group_assignments
        (organization_id, id, user_id, permission_group_id, scope, granted_by)
    SELECT :organization_id, :assignment_id, :user_id, g.id, 'all', :actor
    FROM added_groups AS g
    WHERE g.key = 'administrator'
),
started_session AS (
    INSERT INTO sessions (organization_id, id, user_id, expires_at, user_agent, remote_address)
    VALUES (:organization_id, :session_id, :user_id, :session_expires_at, :user_agent, :remote_address)
),
kept_token AS (
    INSERT INTO refresh_tokens (token_hash, organization_id, session_id, generation)
    VALUES (decode(:refresh_hash, 'hex'), :organization_id, :session_id, 1)
),
added_board AS (
    INSERT INTO job_boards (organization_id, id, slug, name, is_default)
    VALUES (:organization_id, :job_board_id, :slug, :organization_name, true)
),
listed_board AS (
    INSERT INTO board_directory (slug, organization_id, job_board_id)
    VALUES (:slug, :organization_id, :job_board_id)
),
added_reasons AS (
    INSERT INTO reasons (organization_id, id, kind, key, name)
    SELECT :organization_id, n.id, n.kind, n.key, n.name
    FROM jsonb_to_recordset(:reasons) AS n (id uuid, kind text, key text, name text)
),
added_sources AS (
    INSERT INTO sources (organization_id, id, kind, key, name)
    SELECT :organization_id, n.id, n.kind, n.key, n.name
    FROM jsonb_to_recordset(:sources) AS n (id uuid, kind text, key text, name text)
),
added_template AS (
    INSERT INTO pipeline_templates (organization_id, id, name, stages, is_default)
    VALUES (:organization_id, :pipeline_template_id, 'Standard', :stages, true)
)
SELECT organization_body(f.organization)::text AS organization, user_body(u.account)::text AS account, f.event_id
FROM founded_organization AS f, added_user AS u;

-- name: update^
-- Changes the fields that a merge patch names; what is the same already changes nothing.
-- Takes: stamp, changes, expected_versions
-- Returns: the refusal, the organization as it is now, its event.
WITH locked_organization AS (
    SELECT o AS organization, o.organization_id, o.version
    FROM organizations AS o
    WHERE o.organization_id = :organization_id
    FOR NO KEY UPDATE
),
judged_organization AS (
    SELECT CASE
        WHEN l.version <> ALL (:expected_versions::integer[]) THEN version_mismatch(l.version)
    END AS refusal
    FROM locked_organization AS l
),
updated_organization AS (
    UPDATE organizations AS o
    SET (name, time_zone, language, currency, website_url, logo_url, reapply_window_days, mail_sender_name,
         mail_allow_list) = (
            SELECT n.name, n.time_zone, n.language, n.currency, n.website_url, n.logo_url, n.reapply_window_days,
                   n.mail_sender_name, n.mail_allow_list
            FROM jsonb_populate_record(l.organization, :changes) AS n
        ),
        version = l.version + 1, updated_at = written_at()
    FROM judged_organization AS g, locked_organization AS l
    WHERE o.organization_id = :organization_id AND g.refusal IS NULL
      AND l.organization IS DISTINCT FROM jsonb_populate_record(l.organization, :changes)
    RETURNING o AS organization, o.version, record_event(
        :organization_id, :event_id, :actor, :correlation_id, 'organization.updated', 'organization',
        o.organization_id, o.version, jsonb_build_object('fields', fields_of(:changes))
    ) AS event_id
)
SELECT g.refusal::text AS refusal, l.organization_id AS id, coalesce(x.version, l.version) AS version,
       organization_body(coalesce(x.organization, l.organization))::text AS body, x.event_id
FROM locked_organization AS l
CROSS JOIN judged_organization AS g
LEFT JOIN updated_organization AS x ON true;
