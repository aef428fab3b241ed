-- Organizations: the tenant itself.
-- Pool: primary.
-- Know first: register makes all that an organization starts with, in one statement.

-- name: register(organization_id, event_id, actor, correlation_id, organization_name, slug, user_id, email, email_hash, first_name, last_name, name, password_hash, session_id, refresh_hash, session_expires_at, user_agent, remote_address, job_board_id, permission_groups, assignment_id, reasons, sources, pipeline_template_id, stages, is_confirmed)^
-- Founds an organization: its first administrator with a session, its board, groups and vocabularies.
-- Returns: both bodies and the event.
WITH founded_organization AS (
    INSERT INTO organizations AS o (organization_id, name, slug, confirmed_at)
    VALUES (:organization_id, :organization_name, :slug, CASE WHEN :is_confirmed THEN clock_timestamp() END)
    RETURNING o AS organization, o.version
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
),
recorded_event AS (
    INSERT INTO events (organization_id, id, actor, correlation_id, type, aggregate_type, aggregate_id,
                        aggregate_version, data)
    SELECT :organization_id, :event_id, :actor, :correlation_id, 'organization.created', 'organization',
           :organization_id, f.version, jsonb_build_object('user_id', u.id)
    FROM founded_organization AS f, added_user AS u
    RETURNING id
),
queued_event AS (
    INSERT INTO outbox (organization_id, event_id)
    SELECT :organization_id, e.id FROM recorded_event AS e
)
SELECT organization_body(f.organization)::text AS organization, user_body(u.account)::text AS account,
       e.id AS event_id
FROM founded_organization AS f, added_user AS u, recorded_event AS e;

-- name: update(organization_id, event_id, actor, correlation_id, changes, expected_version)^
-- Changes the fields that a merge patch names.
-- Returns: what was found, the organization as it is now, its event.
-- Guards: something differs; version of the locked row.
WITH locked_organization AS (
    SELECT o AS organization, o.organization_id, o.version
    FROM organizations AS o
    WHERE o.organization_id = :organization_id
    FOR NO KEY UPDATE
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
    FROM locked_organization AS l
    WHERE o.organization_id = :organization_id
      AND l.organization IS DISTINCT FROM jsonb_populate_record(l.organization, :changes)
      AND (:expected_version::integer IS NULL OR l.version = :expected_version)
    RETURNING o AS organization, o.version
),
recorded_event AS (
    INSERT INTO events (organization_id, id, actor, correlation_id, type, aggregate_type, aggregate_id,
                        aggregate_version, data)
    SELECT :organization_id, :event_id, :actor, :correlation_id, 'organization.updated', 'organization',
           :organization_id, u.version, jsonb_build_object('fields', (
               SELECT jsonb_agg(k) FROM jsonb_object_keys(:changes::jsonb) AS k
           ))
    FROM updated_organization AS u
    RETURNING id
),
queued_event AS (
    INSERT INTO outbox (organization_id, event_id)
    SELECT :organization_id, e.id FROM recorded_event AS e
)
SELECT l.version AS found_version, l.organization_id AS id, coalesce(u.version, l.version) AS version,
       organization_body(coalesce(u.organization, l.organization))::text AS body, e.id AS event_id
FROM locked_organization AS l
LEFT JOIN updated_organization AS u ON true
LEFT JOIN recorded_event AS e ON true;
