-- What all migrations together make, as pg_dump tells it. `make schema` writes this page, a test compares it with the
-- migrations; why each thing is there, and how it came, is in migrations/.

CREATE FUNCTION public.administrators(organization_id uuid) RETURNS TABLE(user_id uuid)
    LANGUAGE sql STABLE
    AS $$
    SELECT a.user_id
    FROM permission_group_assignments AS a
    JOIN permission_groups AS g ON g.organization_id = administrators.organization_id AND g.id = a.permission_group_id
    JOIN users AS u ON u.organization_id = administrators.organization_id AND u.id = a.user_id
    WHERE a.organization_id = administrators.organization_id AND a.revoked_at IS NULL AND a.scope = 'all'
      AND g.key = 'administrator' AND u.status = 'active' AND u.type = 'member'
$$;

CREATE FUNCTION public.written_at() RETURNS timestamp with time zone
    LANGUAGE plpgsql
    AS $$
BEGIN
    RETURN greatest(clock_timestamp(), now(), (SELECT h.settled_at FROM heartbeats AS h WHERE h.name = 'primary'));
END
$$;

COMMENT ON FUNCTION public.written_at() IS 'The moment to write into updated_at: the time, behind the locks that a statement has waited for. Where the clock has stepped back, or a new primary is behind the old one, it is not before what is settled.';

CREATE TABLE public.api_keys (
    organization_id uuid NOT NULL,
    id uuid NOT NULL,
    user_id uuid NOT NULL,
    name text NOT NULL,
    prefix text NOT NULL,
    permissions jsonb NOT NULL,
    rotated_from uuid,
    created_by jsonb NOT NULL,
    created_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    expires_at timestamp with time zone,
    last_used_at timestamp with time zone,
    revoked_at timestamp with time zone,
    updated_at timestamp with time zone DEFAULT public.written_at() NOT NULL
);
ALTER TABLE ONLY public.api_keys ALTER COLUMN organization_id SET (n_distinct=2);

COMMENT ON TABLE public.api_keys IS 'Keys of service users. The secret is shown once and only its hash is kept, in api_key_directory.';

COMMENT ON COLUMN public.api_keys.prefix IS 'First characters of the secret, to recognize a key by.';

COMMENT ON COLUMN public.api_keys.permissions IS 'Permission code to scope: all that the key may do.';

COMMENT ON COLUMN public.api_keys.updated_at IS 'When it was made, rotated or revoked last; using it changes nothing. Older keys: when this column came.';

CREATE FUNCTION public.api_key_body(api_key public.api_keys) RETURNS json
    LANGUAGE sql STABLE
    AS $$
    SELECT json_build_object(
        'id', api_key.id, 'user_id', api_key.user_id, 'name', api_key.name, 'prefix', api_key.prefix,
        'permissions', api_key.permissions, 'rotated_from', api_key.rotated_from,
        'created_at', as_utc(api_key.created_at), 'updated_at', as_utc(api_key.updated_at),
        'expires_at', as_utc(api_key.expires_at), 'last_used_at', as_utc(api_key.last_used_at),
        'revoked_at', as_utc(api_key.revoked_at)
    )
$$;

CREATE TABLE public.applications (
    organization_id uuid NOT NULL,
    id uuid NOT NULL,
    external_id text,
    candidate_id uuid NOT NULL,
    job_id uuid NOT NULL,
    post_id uuid,
    stage_id uuid NOT NULL,
    status text DEFAULT 'active'::text NOT NULL,
    source_id uuid,
    referrer text,
    answers jsonb DEFAULT '[]'::jsonb NOT NULL,
    custom_fields jsonb DEFAULT '{}'::jsonb NOT NULL,
    end_reason_id uuid,
    override_reason text,
    start_on date,
    applied_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    ended_at timestamp with time zone,
    version integer DEFAULT 1 NOT NULL,
    created_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    updated_at timestamp with time zone DEFAULT public.written_at() NOT NULL,
    candidate_user_id uuid,
    source_details jsonb DEFAULT '{}'::jsonb NOT NULL,
    transferred_to uuid,
    transferred_from uuid,
    source_application_id text,
    referrer_id uuid,
    assignee_id uuid,
    CONSTRAINT applications_ended_when_not_active CHECK (((status = 'active'::text) = (ended_at IS NULL))),
    CONSTRAINT applications_status_known CHECK ((status = ANY (ARRAY['active'::text, 'rejected'::text, 'withdrawn'::text, 'hired'::text, 'transferred'::text]))),
    CONSTRAINT applications_transferred_to_when_transferred CHECK (((status = 'transferred'::text) = (transferred_to IS NOT NULL)))
);
ALTER TABLE ONLY public.applications ALTER COLUMN organization_id SET (n_distinct=2);

COMMENT ON TABLE public.applications IS 'A person''s pursuit of one job.';

COMMENT ON COLUMN public.applications.referrer IS 'Who or what sent the person, as given.';

COMMENT ON COLUMN public.applications.answers IS '[{"question_id", "label", "type", "value"}]: a snapshot of what was asked.';

COMMENT ON COLUMN public.applications.custom_fields IS 'Values by the keys of custom_fields; triggers keep custom_values like it.';

COMMENT ON COLUMN public.applications.override_reason IS 'Why the application was hired without an accepted offer.';

COMMENT ON COLUMN public.applications.applied_at IS 'When the person applied; an import gives it as it was.';

COMMENT ON COLUMN public.applications.candidate_user_id IS 'The user that the candidate is, as in candidates.user_id: triggers keep it. Such applications are hidden from that user.';

COMMENT ON COLUMN public.applications.source_details IS '{"utm_source": text}: what the link to the board said, by its parameters; anybody can write it.';

COMMENT ON COLUMN public.applications.transferred_to IS 'The application that a transfer began in place of this one.';

COMMENT ON COLUMN public.applications.transferred_from IS 'The application that a transfer ended to begin this one.';

COMMENT ON COLUMN public.applications.source_application_id IS 'The id that the source gave the application; sources do not know of each other, so it is not unique.';

COMMENT ON COLUMN public.applications.referrer_id IS 'The user who referred the candidate.';

COMMENT ON COLUMN public.applications.assignee_id IS 'The user who looks after the application.';

CREATE TABLE public.stages (
    organization_id uuid NOT NULL,
    id uuid NOT NULL,
    job_id uuid NOT NULL,
    name text NOT NULL,
    kind text NOT NULL,
    "position" smallint NOT NULL,
    removed_at timestamp with time zone,
    replaced_by uuid,
    CONSTRAINT stages_kind_known CHECK ((kind = ANY (ARRAY['lead'::text, 'review'::text, 'screen'::text, 'assessment'::text, 'interview'::text, 'offer'::text, 'hired'::text])))
);
ALTER TABLE ONLY public.stages ALTER COLUMN organization_id SET (n_distinct=2);

COMMENT ON TABLE public.stages IS 'The steps of a job''s current pipeline, and removed ones, which history still names.';

COMMENT ON COLUMN public.stages.replaced_by IS 'Where a removed stage''s applications went, and where a reopened one goes.';

CREATE FUNCTION public.application_body(application public.applications, stage public.stages) RETURNS json
    LANGUAGE sql STABLE
    AS $$
    SELECT json_build_object(
        'id', application.id, 'external_id', application.external_id, 'candidate_id', application.candidate_id,
        'job_id', application.job_id, 'post_id', application.post_id, 'stage', stage_body(stage),
        'status', application.status, 'outcome', outcome_of(application.status),
        'transferred_to', application.transferred_to, 'transferred_from', application.transferred_from,
        'source_id', application.source_id, 'source_application_id', application.source_application_id,
        'referrer', application.referrer, 'referrer_id', application.referrer_id, 'assignee_id', application.assignee_id,
        'source_details', application.source_details, 'answers', application.answers,
        'custom_fields', application.custom_fields, 'end_reason_id', application.end_reason_id,
        'override_reason', application.override_reason, 'start_on', application.start_on,
        'applied_at', as_utc(application.applied_at), 'ended_at', as_utc(application.ended_at),
        'version', application.version,
        'created_at', as_utc(application.created_at), 'updated_at', as_utc(application.updated_at)
    )
$$;

CREATE FUNCTION public.applications_by_custom_value(organization_id uuid, viewer_id uuid, sees_all_jobs boolean, sees_confidential_jobs boolean, sees_internal boolean, field_id uuid, value text, before_id uuid, row_limit integer) RETURNS TABLE(id uuid)
    LANGUAGE sql STABLE
    AS $$
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

CREATE FUNCTION public.as_utc(instant timestamp with time zone) RETURNS text
    LANGUAGE sql STABLE
    AS $$
    SELECT to_char(instant AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')
$$;

CREATE TABLE public.consent_texts (
    organization_id uuid NOT NULL,
    id uuid NOT NULL,
    purpose text NOT NULL,
    language text NOT NULL,
    text text NOT NULL,
    is_required boolean NOT NULL,
    status text DEFAULT 'active'::text NOT NULL,
    version integer DEFAULT 1 NOT NULL,
    created_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    updated_at timestamp with time zone DEFAULT public.written_at() NOT NULL,
    CONSTRAINT consent_texts_purpose_known CHECK ((purpose = ANY (ARRAY['processing'::text, 'retention'::text, 'demographics'::text]))),
    CONSTRAINT consent_texts_status_known CHECK ((status = ANY (ARRAY['active'::text, 'archived'::text])))
);
ALTER TABLE ONLY public.consent_texts ALTER COLUMN organization_id SET (n_distinct=2);

COMMENT ON TABLE public.consent_texts IS 'What application forms ask applicants to consent to.';

COMMENT ON COLUMN public.consent_texts.purpose IS 'What the data of the applicant is used for; like the language, it never changes.';

COMMENT ON COLUMN public.consent_texts.is_required IS 'Whether an application without this consent is refused.';

CREATE FUNCTION public.asked_consent_texts(organization_id uuid, language text) RETURNS SETOF public.consent_texts
    LANGUAGE sql STABLE
    AS $$
    SELECT DISTINCT ON (t.purpose) t.*
    FROM consent_texts AS t
    JOIN organizations AS o ON o.organization_id = asked_consent_texts.organization_id
    WHERE t.organization_id = asked_consent_texts.organization_id AND t.status = 'active'
      AND t.language IN (asked_consent_texts.language, o.language)
    ORDER BY t.purpose, t.language <> asked_consent_texts.language
$$;

CREATE FUNCTION public.asked_consents(organization_id uuid, language text) RETURNS TABLE(consents jsonb)
    LANGUAGE sql STABLE
    AS $$
    SELECT coalesce(jsonb_agg(
        jsonb_build_object('id', t.id, 'version', t.version, 'is_required', t.is_required) ORDER BY t.purpose
    ), '[]')
    FROM asked_consent_texts(asked_consents.organization_id, asked_consents.language) AS t
$$;

CREATE FUNCTION public.assigned_applications(organization_id uuid, viewer_id uuid, sees_all_jobs boolean, sees_confidential_jobs boolean, sees_internal boolean, assignee_id uuid, status text, before_id uuid, row_limit integer) RETURNS TABLE(id uuid)
    LANGUAGE sql STABLE
    AS $$
    SELECT p.id
    FROM unnest('{active,rejected,withdrawn,hired,transferred}'::text[]) AS w (status)
    CROSS JOIN LATERAL (
        SELECT a.id
        FROM unhidden_applications(assigned_applications.organization_id, viewer_id, sees_internal) AS a
        JOIN recruited_jobs(
            assigned_applications.organization_id, viewer_id, sees_all_jobs, sees_confidential_jobs
        ) AS j ON j.id = a.job_id
        WHERE a.assignee_id = assigned_applications.assignee_id AND a.status = w.status
          AND a.id < assigned_applications.before_id
        ORDER BY a.id DESC
        LIMIT row_limit
    ) AS p
    WHERE assigned_applications.status IS NULL OR w.status = assigned_applications.status
    ORDER BY p.id DESC
    LIMIT row_limit
$$;

CREATE FUNCTION public.assigned_job_applications(organization_id uuid, viewer_id uuid, sees_internal boolean, job_id uuid, assignee_id uuid, status text, before_id uuid, row_limit integer) RETURNS TABLE(id uuid)
    LANGUAGE sql STABLE
    AS $$
    SELECT a.id
    FROM unhidden_applications(assigned_job_applications.organization_id, viewer_id, sees_internal) AS a
    WHERE a.job_id = assigned_job_applications.job_id AND a.assignee_id = assigned_job_applications.assignee_id
      AND a.id < assigned_job_applications.before_id
      AND (assigned_job_applications.status IS NULL OR a.status = assigned_job_applications.status)
    ORDER BY a.id DESC
    LIMIT row_limit
$$;

CREATE FUNCTION public.assigned_team_applications(organization_id uuid, viewer_id uuid, sees_internal boolean, assignee_id uuid, status text, before_id uuid, row_limit integer) RETURNS TABLE(id uuid)
    LANGUAGE sql STABLE
    AS $$
    SELECT p.id
    FROM recruiting_team_jobs(assigned_team_applications.organization_id, viewer_id) AS m
    CROSS JOIN LATERAL assigned_job_applications(
        assigned_team_applications.organization_id, viewer_id, sees_internal, m.job_id, assignee_id, status, before_id,
        row_limit
    ) AS p
    ORDER BY p.id DESC
    LIMIT row_limit
$$;

CREATE TABLE public.attachments (
    organization_id uuid NOT NULL,
    id uuid NOT NULL,
    candidate_id uuid NOT NULL,
    kind text NOT NULL,
    visibility text DEFAULT 'team'::text NOT NULL,
    file_name text,
    media_type text NOT NULL,
    size bigint NOT NULL,
    sha256 text,
    storage_name text,
    status text DEFAULT 'stored'::text NOT NULL,
    version integer DEFAULT 1 NOT NULL,
    created_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    updated_at timestamp with time zone DEFAULT public.written_at() NOT NULL,
    application_id uuid,
    CONSTRAINT attachments_kind_known CHECK ((kind = ANY (ARRAY['resume'::text, 'cover_letter'::text, 'portfolio'::text, 'offer_letter'::text, 'other'::text]))),
    CONSTRAINT attachments_status_known CHECK ((status = ANY (ARRAY['stored'::text, 'parsed'::text, 'unparsable'::text, 'deleted'::text]))),
    CONSTRAINT attachments_visibility_known CHECK ((visibility = ANY (ARRAY['team'::text, 'private'::text])))
);
ALTER TABLE ONLY public.attachments ALTER COLUMN organization_id SET (n_distinct=2);

COMMENT ON TABLE public.attachments IS 'Files of a candidate; a deleted one keeps its row, not its name, hash or content.';

COMMENT ON COLUMN public.attachments.application_id IS 'The application that the file came with, if it came with one.';

CREATE FUNCTION public.attachment_body(attachment public.attachments) RETURNS json
    LANGUAGE sql STABLE
    AS $$
    SELECT json_build_object(
        'id', attachment.id, 'candidate_id', attachment.candidate_id, 'application_id', attachment.application_id,
        'kind', attachment.kind, 'visibility', attachment.visibility, 'file_name', attachment.file_name,
        'media_type', attachment.media_type, 'size', attachment.size, 'sha256', attachment.sha256,
        'status', attachment.status, 'version', attachment.version, 'created_at', as_utc(attachment.created_at),
        'updated_at', as_utc(attachment.updated_at)
    )
$$;

CREATE TABLE public.board_keys (
    organization_id uuid NOT NULL,
    id uuid NOT NULL,
    job_board_id uuid NOT NULL,
    name text NOT NULL,
    prefix text NOT NULL,
    key_hash bytea NOT NULL,
    created_by jsonb NOT NULL,
    created_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    updated_at timestamp with time zone DEFAULT public.written_at() NOT NULL,
    expires_at timestamp with time zone,
    last_used_at timestamp with time zone,
    revoked_at timestamp with time zone
);
ALTER TABLE ONLY public.board_keys ALTER COLUMN organization_id SET (n_distinct=2);

COMMENT ON TABLE public.board_keys IS 'Keys with which the servers of career sites call a board. A secret is shown once.';

COMMENT ON COLUMN public.board_keys.prefix IS 'First characters of the secret, to recognize a key by.';

COMMENT ON COLUMN public.board_keys.key_hash IS 'SHA-256 of the secret. The path of a request names the board, and that the tenant.';

COMMENT ON COLUMN public.board_keys.created_by IS 'The actor who made the key.';

COMMENT ON COLUMN public.board_keys.updated_at IS 'When it was made or revoked last; using it changes nothing.';

COMMENT ON COLUMN public.board_keys.last_used_at IS 'When it was last used, to about a minute.';

CREATE FUNCTION public.board_key_body(board_key public.board_keys) RETURNS json
    LANGUAGE sql STABLE
    AS $$
    SELECT json_build_object(
        'id', board_key.id, 'job_board_id', board_key.job_board_id, 'name', board_key.name,
        'prefix', board_key.prefix, 'created_at', as_utc(board_key.created_at),
        'updated_at', as_utc(board_key.updated_at), 'expires_at', as_utc(board_key.expires_at),
        'last_used_at', as_utc(board_key.last_used_at), 'revoked_at', as_utc(board_key.revoked_at)
    )
$$;

CREATE FUNCTION public.board_state(organization_id uuid) RETURNS TABLE(state text)
    LANGUAGE sql STABLE
    AS $$
    SELECT concat_ws(
        ' ',
        (SELECT v.version FROM board_versions AS v WHERE v.organization_id = board_state.organization_id),
        (
            SELECT min(p.closes_at)
            FROM published_posts(board_state.organization_id) AS p
            WHERE p.closes_at > now()
        )
    )
$$;

CREATE TABLE public.jobs (
    organization_id uuid NOT NULL,
    id uuid NOT NULL,
    external_id text,
    title text NOT NULL,
    description text,
    department_id uuid,
    employment_type text NOT NULL,
    workplace text NOT NULL,
    pay_range jsonb,
    requisition_code text,
    is_confidential boolean DEFAULT false NOT NULL,
    on_filled jsonb DEFAULT '{"active_applications": "keep"}'::jsonb NOT NULL,
    status text DEFAULT 'draft'::text NOT NULL,
    close_reason_id uuid,
    opened_at timestamp with time zone,
    closed_at timestamp with time zone,
    pipeline_version integer DEFAULT 1 NOT NULL,
    version integer DEFAULT 1 NOT NULL,
    created_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    updated_at timestamp with time zone DEFAULT public.written_at() NOT NULL,
    kind text DEFAULT 'job'::text NOT NULL,
    custom_fields jsonb DEFAULT '{}'::jsonb NOT NULL,
    CONSTRAINT jobs_closed_with_reason CHECK (((status <> 'closed'::text) OR (close_reason_id IS NOT NULL))),
    CONSTRAINT jobs_employment_type_known CHECK ((employment_type = ANY (ARRAY['full_time'::text, 'part_time'::text, 'contract'::text, 'temporary'::text, 'internship'::text, 'volunteer'::text, 'per_diem'::text, 'other'::text]))),
    CONSTRAINT jobs_kind_known CHECK ((kind = ANY (ARRAY['job'::text, 'pool'::text]))),
    CONSTRAINT jobs_status_known CHECK ((status = ANY (ARRAY['draft'::text, 'pending_approval'::text, 'approved'::text, 'open'::text, 'on_hold'::text, 'closed'::text, 'archived'::text]))),
    CONSTRAINT jobs_workplace_known CHECK ((workplace = ANY (ARRAY['onsite'::text, 'hybrid'::text, 'remote'::text])))
);
ALTER TABLE ONLY public.jobs ALTER COLUMN organization_id SET (n_distinct=2);

COMMENT ON TABLE public.jobs IS 'Vacancies. Background work is never called a job.';

COMMENT ON COLUMN public.jobs.pay_range IS '{"min_minor", "max_minor", "currency", "period"}; amounts in minor units of the currency.';

COMMENT ON COLUMN public.jobs.on_filled IS 'What becomes of active applications when the last opening is filled: {"active_applications": "keep" | {"reject": {"reason_id"}}}.';

COMMENT ON COLUMN public.jobs.pipeline_version IS 'Number of the current row of pipelines.';

COMMENT ON COLUMN public.jobs.kind IS 'A job, or a talent pool, which has no openings and is never filled. It never changes.';

COMMENT ON COLUMN public.jobs.custom_fields IS 'Values by the keys of custom_fields; triggers keep custom_values like it.';

CREATE TABLE public.posts (
    organization_id uuid NOT NULL,
    id uuid NOT NULL,
    external_id text,
    job_id uuid NOT NULL,
    job_board_id uuid NOT NULL,
    translation_of uuid,
    language text NOT NULL,
    title text NOT NULL,
    body text NOT NULL,
    body_format text NOT NULL,
    body_html text NOT NULL,
    locations jsonb DEFAULT '[]'::jsonb NOT NULL,
    remote_regions text[] DEFAULT '{}'::text[] NOT NULL,
    pay_ranges jsonb DEFAULT '[]'::jsonb NOT NULL,
    questions jsonb DEFAULT '[]'::jsonb NOT NULL,
    status text DEFAULT 'draft'::text NOT NULL,
    is_internal boolean DEFAULT false NOT NULL,
    published_at timestamp with time zone,
    closes_at timestamp with time zone,
    version integer DEFAULT 1 NOT NULL,
    created_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    updated_at timestamp with time zone DEFAULT public.written_at() NOT NULL,
    original_id uuid GENERATED ALWAYS AS (COALESCE(translation_of, id)) STORED NOT NULL,
    words tsvector,
    CONSTRAINT posts_body_format_known CHECK ((body_format = ANY (ARRAY['plain'::text, 'html'::text]))),
    CONSTRAINT posts_status_known CHECK ((status = ANY (ARRAY['draft'::text, 'published'::text, 'unpublished'::text]))),
    CONSTRAINT posts_translation_of_another CHECK ((translation_of <> id))
);
ALTER TABLE ONLY public.posts ALTER COLUMN organization_id SET (n_distinct=2);

COMMENT ON TABLE public.posts IS 'Advertisements of a job on a board, one language each; shown and accepting only while its job is open.';

COMMENT ON COLUMN public.posts.body IS 'The text as it was sent, byte for byte.';

COMMENT ON COLUMN public.posts.body_html IS 'The body as sanitized HTML; what the board shows.';

COMMENT ON COLUMN public.posts.questions IS 'In order: [{"id", "label", "help", "type", "required", "options", "max_length"}]; an edited question has a new id.';

COMMENT ON COLUMN public.posts.original_id IS 'The post of which this one is a translation, or the post itself.';

COMMENT ON COLUMN public.posts.words IS 'The words of title and body_html, without markup; a trigger keeps them.';

CREATE FUNCTION public.board_translations(organization_id uuid, post public.posts, job public.jobs) RETURNS TABLE(translations json)
    LANGUAGE sql STABLE
    AS $$
    SELECT coalesce(
        json_agg(json_build_object('post_id', t.id, 'language', t.language) ORDER BY t.language)
            FILTER (WHERE t.id <> post.id AND t.job_board_id = post.job_board_id AND is_accepting(t, job)),
        '[]'
    )
    FROM published_posts(board_translations.organization_id) AS t
    WHERE t.original_id = post.original_id
$$;

CREATE FUNCTION public.broken_law(organization_id uuid, post public.posts, places text[]) RETURNS TABLE(pointer text, finding text, detail text)
    LANGUAGE sql STABLE
    AS $$
    SELECT b.pointer, b.finding, b.detail
    FROM (
        SELECT '/pay_ranges', 'pay_range_required', format('A post for %s must state the pay: %s.', r.place, r.law)
        FROM laws_at(broken_law.organization_id, places) AS r
        WHERE r.kind = 'in_post' AND post.pay_ranges = '[]'
        UNION ALL
        SELECT '/questions/' || (q.number - 1) || '/topic', 'salary_history_refused',
               format('A post for %s must not ask what applicants earned: %s.', r.place, r.law)
        FROM laws_at(broken_law.organization_id, places) AS r
        CROSS JOIN jsonb_array_elements(post.questions) WITH ORDINALITY AS q (question, number)
        WHERE r.is_salary_history_refused AND q.question ->> 'topic' = 'salary_history'
    ) AS b (pointer, finding, detail)
    ORDER BY b.pointer, b.detail
    LIMIT 1
$$;

CREATE TABLE public.bulk_operations (
    organization_id uuid NOT NULL,
    id uuid NOT NULL,
    action text NOT NULL,
    arguments jsonb NOT NULL,
    is_dry_run boolean NOT NULL,
    requested_by jsonb NOT NULL,
    status text DEFAULT 'pending'::text NOT NULL,
    due_event_id uuid NOT NULL,
    total_count integer NOT NULL,
    done_to_id uuid DEFAULT '00000000-0000-0000-0000-000000000000'::uuid NOT NULL,
    done_count integer DEFAULT 0 NOT NULL,
    succeeded_count integer DEFAULT 0 NOT NULL,
    unchanged_count integer DEFAULT 0 NOT NULL,
    refused_count integer DEFAULT 0 NOT NULL,
    started_at timestamp with time zone,
    ended_at timestamp with time zone,
    version integer DEFAULT 1 NOT NULL,
    created_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    updated_at timestamp with time zone DEFAULT public.written_at() NOT NULL,
    is_automatic boolean DEFAULT false NOT NULL,
    CONSTRAINT bulk_operations_action_known CHECK ((action = ANY (ARRAY['assign'::text, 'message'::text, 'move'::text, 'reject'::text, 'set_fields'::text, 'tag'::text, 'untag'::text]))),
    CONSTRAINT bulk_operations_completed_when_done CHECK (((done_count <= total_count) AND ((status <> 'completed'::text) OR (done_count = total_count)))),
    CONSTRAINT bulk_operations_counts_add_up CHECK ((done_count = ((succeeded_count + unchanged_count) + refused_count))),
    CONSTRAINT bulk_operations_ended_with_status CHECK (((status = ANY (ARRAY['pending'::text, 'running'::text])) = (ended_at IS NULL))),
    CONSTRAINT bulk_operations_status_known CHECK ((status = ANY (ARRAY['pending'::text, 'running'::text, 'completed'::text, 'cancelled'::text, 'failed'::text])))
)
WITH (fillfactor='50', autovacuum_vacuum_scale_factor='0', autovacuum_vacuum_threshold='1000');
ALTER TABLE ONLY public.bulk_operations ALTER COLUMN organization_id SET (n_distinct=2);

COMMENT ON TABLE public.bulk_operations IS 'One command for many applications. Its row is updated with each item that is done.';

COMMENT ON COLUMN public.bulk_operations.id IS 'Also that of the event which requested it, and the causation_id of the events of its items.';

COMMENT ON COLUMN public.bulk_operations.arguments IS 'What the command takes besides the application; null where nothing was given.';

COMMENT ON COLUMN public.bulk_operations.requested_by IS 'The actor who requested it; what they may do counts when an item is done.';

COMMENT ON COLUMN public.bulk_operations.due_event_id IS 'The event that lets a worker go on: an older one that comes again does nothing.';

COMMENT ON COLUMN public.bulk_operations.done_to_id IS 'Items up to this one are done: they are done in the order of their ids.';

COMMENT ON COLUMN public.bulk_operations.is_automatic IS 'Whether a closing or jobs.on_filled requested it: then permissions do not count, those of the person who closed the job or made the setting did.';

CREATE FUNCTION public.bulk_operation_body(operation public.bulk_operations) RETURNS json
    LANGUAGE sql STABLE
    AS $$
    SELECT json_build_object(
        'id', operation.id, 'action', operation.action, 'arguments', operation.arguments,
        'is_dry_run', operation.is_dry_run, 'is_automatic', operation.is_automatic, 'status', operation.status,
        'requested_by', operation.requested_by,
        'total_count', operation.total_count, 'done_count', operation.done_count,
        'succeeded_count', operation.succeeded_count, 'unchanged_count', operation.unchanged_count,
        'refused_count', operation.refused_count, 'started_at', as_utc(operation.started_at),
        'ended_at', as_utc(operation.ended_at), 'version', operation.version,
        'created_at', as_utc(operation.created_at), 'updated_at', as_utc(operation.updated_at)
    )
$$;

CREATE FUNCTION public.bulk_operation_summary(operation public.bulk_operations) RETURNS jsonb
    LANGUAGE sql STABLE
    AS $$
    SELECT jsonb_build_object(
        'action', operation.action, 'is_dry_run', operation.is_dry_run, 'status', operation.status,
        'total_count', operation.total_count, 'succeeded_count', operation.succeeded_count,
        'unchanged_count', operation.unchanged_count, 'refused_count', operation.refused_count
    )
$$;

CREATE FUNCTION public.bulk_operations_turn(organization_id uuid) RETURNS bigint
    LANGUAGE sql IMMUTABLE
    AS $$
    SELECT hashtextextended('bulk ' || organization_id::text, 0)
$$;

CREATE TABLE public.candidates (
    organization_id uuid NOT NULL,
    id uuid NOT NULL,
    external_id text,
    status text DEFAULT 'active'::text NOT NULL,
    first_name text,
    middle_name text,
    last_name text,
    name text,
    emails jsonb DEFAULT '[]'::jsonb NOT NULL,
    phones jsonb DEFAULT '[]'::jsonb NOT NULL,
    links jsonb DEFAULT '[]'::jsonb NOT NULL,
    location text,
    time_zone text,
    language text,
    current_title text,
    current_company text,
    tags text[] DEFAULT '{}'::text[] NOT NULL,
    source_id uuid,
    custom_fields jsonb DEFAULT '{}'::jsonb NOT NULL,
    user_id uuid,
    is_possible_duplicate boolean DEFAULT false NOT NULL,
    proposed_update jsonb,
    has_legal_hold boolean DEFAULT false NOT NULL,
    retain_until date,
    merged_into uuid,
    version integer DEFAULT 1 NOT NULL,
    created_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    updated_at timestamp with time zone DEFAULT public.written_at() NOT NULL,
    tag_ids uuid[] DEFAULT '{}'::uuid[] NOT NULL,
    CONSTRAINT candidates_active_have_name CHECK (((status <> 'active'::text) OR (name IS NOT NULL))),
    CONSTRAINT candidates_merged_have_survivor CHECK ((((status = 'merged'::text) = (merged_into IS NOT NULL)) AND (merged_into IS DISTINCT FROM id))),
    CONSTRAINT candidates_status_known CHECK ((status = ANY (ARRAY['active'::text, 'merged'::text, 'anonymized'::text])))
);
ALTER TABLE ONLY public.candidates ALTER COLUMN organization_id SET (n_distinct=2);

COMMENT ON TABLE public.candidates IS 'A person. Nothing but the name is required; a person''s pursuit of one job is an application.';

COMMENT ON COLUMN public.candidates.emails IS '[{"value", "kind"}]; values lower case. Not unique: families share addresses.';

COMMENT ON COLUMN public.candidates.tags IS 'Tags as texts, as the release before wrote them; tag_ids has them. A later release drops the column with its triggers.';

COMMENT ON COLUMN public.candidates.custom_fields IS 'Values by the keys of custom_fields; triggers keep custom_values like it.';

COMMENT ON COLUMN public.candidates.user_id IS 'Set when the candidate is a user of the organization: an internal candidate, hidden from that user.';

COMMENT ON COLUMN public.candidates.is_possible_duplicate IS 'The board found several candidates with the same e-mail address, and made one more.';

COMMENT ON COLUMN public.candidates.proposed_update IS 'What a later application through the board would change in the profile; waits for a recruiter.';

COMMENT ON COLUMN public.candidates.tag_ids IS 'The tags that the candidate has, each once, in no order; triggers keep candidate_tags like it.';

CREATE FUNCTION public.candidate_body(candidate public.candidates) RETURNS json
    LANGUAGE sql STABLE
    RETURN json_build_object('id', (candidate).id, 'external_id', (candidate).external_id, 'status', (candidate).status, 'first_name', (candidate).first_name, 'middle_name', (candidate).middle_name, 'last_name', (candidate).last_name, 'name', (candidate).name, 'emails', (candidate).emails, 'phones', (candidate).phones, 'links', (candidate).links, 'location', (candidate).location, 'time_zone', (candidate).time_zone, 'language', (candidate).language, 'current_title', (candidate).current_title, 'current_company', (candidate).current_company, 'tags', (candidate).tags, 'source_id', (candidate).source_id, 'custom_fields', (candidate).custom_fields, 'user_id', (candidate).user_id, 'is_possible_duplicate', (candidate).is_possible_duplicate, 'proposed_update', (candidate).proposed_update, 'has_legal_hold', (candidate).has_legal_hold, 'retain_until', (candidate).retain_until, 'merged_into', (candidate).merged_into, 'version', (candidate).version, 'created_at', (candidate).created_at, 'updated_at', (candidate).updated_at);

CREATE FUNCTION public.candidate_body(candidate public.candidates, tags json) RETURNS json
    LANGUAGE sql STABLE
    AS $$
    SELECT json_build_object(
        'id', candidate.id, 'external_id', candidate.external_id, 'status', candidate.status,
        'first_name', candidate.first_name, 'middle_name', candidate.middle_name, 'last_name', candidate.last_name,
        'name', candidate.name, 'emails', candidate.emails, 'phones', candidate.phones, 'links', candidate.links,
        'location', candidate.location, 'time_zone', candidate.time_zone, 'language', candidate.language,
        'current_title', candidate.current_title, 'current_company', candidate.current_company, 'tags', tags,
        'source_id', candidate.source_id, 'custom_fields', candidate.custom_fields, 'user_id', candidate.user_id,
        'is_possible_duplicate', candidate.is_possible_duplicate, 'proposed_update', CASE
            WHEN candidate.proposed_update IS NOT NULL
            THEN jsonb_build_object('id', proposed_update_id(candidate.proposed_update)) || candidate.proposed_update
        END,
        'has_legal_hold', candidate.has_legal_hold, 'retain_until', candidate.retain_until,
        'merged_into', candidate.merged_into, 'version', candidate.version, 'created_at', as_utc(candidate.created_at),
        'updated_at', as_utc(candidate.updated_at)
    )
$$;

CREATE FUNCTION public.candidate_merged(survivor_id uuid) RETURNS json
    LANGUAGE sql STABLE
    AS $$
    SELECT json_build_object(
        'code', 'candidate_merged', 'current', json_build_object('status', 'merged'), 'merged_into', survivor_id
    )
$$;

CREATE FUNCTION public.candidates_by_custom_value(organization_id uuid, viewer_id uuid, sees_all_jobs boolean, sees_confidential_jobs boolean, sees_internal boolean, field_id uuid, value text, before_id uuid, row_limit integer) RETURNS TABLE(id uuid)
    LANGUAGE sql STABLE
    AS $$
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

CREATE FUNCTION public.claim_idempotency_key(claimed_principal text, claimed_key text, claimed_fingerprint text) RETURNS void
    LANGUAGE plpgsql
    AS $$
DECLARE
    answered_fingerprint text;
BEGIN
    IF NOT pg_try_advisory_xact_lock(
        hashtextextended(format('key %s %s', length(claimed_principal), claimed_principal || claimed_key), 0)
    ) THEN
        RAISE EXCEPTION 'the key is running' USING ERRCODE = 'IK001';
    END IF;
    SELECT k.fingerprint INTO answered_fingerprint
    FROM idempotency_keys AS k
    WHERE k.principal = claimed_principal AND k.key = claimed_key AND k.created_at > now() - interval '48 hours';
    IF answered_fingerprint = claimed_fingerprint THEN
        RAISE EXCEPTION 'the key is answered' USING ERRCODE = 'IK002';
    ELSIF answered_fingerprint IS NOT NULL THEN
        RAISE EXCEPTION 'the key was used for another request' USING ERRCODE = 'IK003';
    END IF;
END
$$;

COMMENT ON FUNCTION public.claim_idempotency_key(claimed_principal text, claimed_key text, claimed_fingerprint text) IS 'Claims a key until the transaction ends. Raises IK001 (running), IK002 (answered), IK003 (another request). Never waits.';

CREATE FUNCTION public.claim_message(claimed_consumer text, claimed_message_id uuid) RETURNS void
    LANGUAGE plpgsql
    AS $$
BEGIN
    IF NOT pg_try_advisory_xact_lock(
        hashtextextended(format('message %s %s', claimed_message_id, claimed_consumer), 0)
    ) THEN
        RAISE EXCEPTION 'the message is running' USING ERRCODE = 'IN001';
    END IF;
    IF EXISTS (
        SELECT FROM inbox AS i WHERE i.consumer = claimed_consumer AND i.message_id = claimed_message_id
    ) THEN
        RAISE EXCEPTION 'the message is done' USING ERRCODE = 'IN002';
    END IF;
END
$$;

COMMENT ON FUNCTION public.claim_message(claimed_consumer text, claimed_message_id uuid) IS 'Claims a message for a consumer until the transaction ends. Raises IN001 (running), IN002 (done). Never waits.';

CREATE TABLE public.consents (
    organization_id uuid NOT NULL,
    id uuid NOT NULL,
    candidate_id uuid NOT NULL,
    consent_text_id uuid NOT NULL,
    consent_text_version integer NOT NULL,
    is_granted boolean NOT NULL,
    source text NOT NULL,
    actor jsonb NOT NULL,
    version integer DEFAULT 1 NOT NULL,
    created_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    updated_at timestamp with time zone DEFAULT public.written_at() NOT NULL,
    CONSTRAINT consents_source_known CHECK ((source = ANY (ARRAY['application'::text, 'email'::text, 'phone'::text, 'in_person'::text, 'paper'::text, 'other'::text, 'merge'::text])))
);
ALTER TABLE ONLY public.consents ALTER COLUMN organization_id SET (n_distinct=2);

COMMENT ON TABLE public.consents IS 'What candidates said to consent texts. Rows are only added; of those of a candidate to a text the one with the greatest id holds.';

COMMENT ON COLUMN public.consents.id IS 'Made by the database, behind the lock of the candidate: the order of ids is that in which the consents came.';

COMMENT ON COLUMN public.consents.is_granted IS 'False for a refusal and for a consent that is taken back.';

COMMENT ON COLUMN public.consents.source IS 'How the candidate said so; merge where a refusal was carried over from a candidate who was merged.';

COMMENT ON COLUMN public.consents.actor IS 'The actor who recorded it.';

COMMENT ON COLUMN public.consents.updated_at IS 'When it came to the candidate: recorded, or with a candidate who was merged.';

CREATE FUNCTION public.consent_body(consent public.consents) RETURNS json
    LANGUAGE sql STABLE
    AS $$
    SELECT json_build_object(
        'id', consent.id, 'candidate_id', consent.candidate_id, 'consent_text_id', consent.consent_text_id,
        'consent_text_version', consent.consent_text_version, 'is_granted', consent.is_granted,
        'source', consent.source, 'actor', consent.actor, 'version', consent.version,
        'created_at', as_utc(consent.created_at), 'updated_at', as_utc(consent.updated_at)
    )
$$;

CREATE FUNCTION public.consent_facts(consent public.consents) RETURNS jsonb
    LANGUAGE sql STABLE
    AS $$
    SELECT jsonb_build_object(
        'candidate_id', consent.candidate_id, 'consent_text_id', consent.consent_text_id,
        'consent_text_version', consent.consent_text_version, 'is_granted', consent.is_granted,
        'source', consent.source
    )
$$;

CREATE FUNCTION public.consent_text_body(consent_text public.consent_texts) RETURNS json
    LANGUAGE sql STABLE
    AS $$
    SELECT json_build_object(
        'id', consent_text.id, 'purpose', consent_text.purpose, 'language', consent_text.language,
        'text', consent_text.text, 'is_required', consent_text.is_required, 'status', consent_text.status,
        'version', consent_text.version, 'created_at', as_utc(consent_text.created_at),
        'updated_at', as_utc(consent_text.updated_at)
    )
$$;

CREATE FUNCTION public.copy_user_of_candidate() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    SELECT c.user_id INTO NEW.candidate_user_id
    FROM candidates AS c
    WHERE c.organization_id = NEW.organization_id AND c.id = NEW.candidate_id
    FOR NO KEY UPDATE;
    RETURN NEW;
END
$$;

COMMENT ON FUNCTION public.copy_user_of_candidate() IS 'Gives an application the user of its candidate. The lock waits for a change of that user, and makes one wait.';

CREATE FUNCTION public.counted_applications(organization_id uuid, viewer_id uuid, sees_applications boolean, sees_all_applications boolean, sees_confidential_jobs boolean, sees_internal boolean, job_id uuid) RETURNS SETOF public.applications
    LANGUAGE sql STABLE
    AS $$
    SELECT a.*
    FROM unhidden_applications(counted_applications.organization_id, viewer_id, sees_internal) AS a
    WHERE a.job_id = (
        SELECT r.id
        FROM recruited_jobs(
            counted_applications.organization_id, viewer_id, sees_all_applications, sees_confidential_jobs
        ) AS r
        WHERE r.id = counted_applications.job_id AND sees_applications
    )
$$;

CREATE TABLE public.custom_fields (
    organization_id uuid NOT NULL,
    id uuid NOT NULL,
    key text NOT NULL,
    name text NOT NULL,
    applies_to text NOT NULL,
    type text NOT NULL,
    options jsonb DEFAULT '[]'::jsonb NOT NULL,
    status text DEFAULT 'active'::text NOT NULL,
    version integer DEFAULT 1 NOT NULL,
    created_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    updated_at timestamp with time zone DEFAULT public.written_at() NOT NULL,
    CONSTRAINT custom_fields_applies_to_known CHECK ((applies_to = ANY (ARRAY['candidate'::text, 'application'::text, 'job'::text]))),
    CONSTRAINT custom_fields_status_known CHECK ((status = ANY (ARRAY['active'::text, 'archived'::text]))),
    CONSTRAINT custom_fields_type_known CHECK ((type = ANY (ARRAY['short_text'::text, 'long_text'::text, 'boolean'::text, 'number'::text, 'date'::text, 'single_select'::text, 'multi_select'::text, 'url'::text])))
);
ALTER TABLE ONLY public.custom_fields ALTER COLUMN organization_id SET (n_distinct=2);

COMMENT ON TABLE public.custom_fields IS 'Which values of its own an organization keeps with candidates, applications and jobs, by key.';

COMMENT ON COLUMN public.custom_fields.options IS 'What a select offers, in order: [{"id", "label", "is_archived"}]; values are ids. None is taken away.';

CREATE FUNCTION public.custom_field_body(custom_field public.custom_fields) RETURNS json
    LANGUAGE sql STABLE
    AS $$
    SELECT json_build_object(
        'id', custom_field.id, 'key', custom_field.key, 'name', custom_field.name,
        'applies_to', custom_field.applies_to, 'type', custom_field.type, 'options', custom_field.options,
        'status', custom_field.status, 'version', custom_field.version,
        'created_at', as_utc(custom_field.created_at), 'updated_at', as_utc(custom_field.updated_at)
    )
$$;

CREATE FUNCTION public.custom_values_of(organization_id uuid, applies_to text, given jsonb) RETURNS TABLE(field_id uuid, value text)
    LANGUAGE sql STABLE
    AS $$
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

COMMENT ON FUNCTION public.custom_values_of(organization_id uuid, applies_to text, given jsonb) IS 'The rows of custom_values that custom fields of a resource make.';

CREATE TABLE public.departments (
    organization_id uuid NOT NULL,
    id uuid NOT NULL,
    external_id text,
    name text NOT NULL,
    parent_id uuid,
    status text DEFAULT 'active'::text NOT NULL,
    version integer DEFAULT 1 NOT NULL,
    created_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    updated_at timestamp with time zone DEFAULT public.written_at() NOT NULL,
    CONSTRAINT departments_not_own_parent CHECK ((parent_id <> id)),
    CONSTRAINT departments_status_known CHECK ((status = ANY (ARRAY['active'::text, 'archived'::text])))
);
ALTER TABLE ONLY public.departments ALTER COLUMN organization_id SET (n_distinct=2);

COMMENT ON TABLE public.departments IS 'The tree of departments of an organization.';

CREATE FUNCTION public.department_body(department public.departments) RETURNS json
    LANGUAGE sql STABLE
    AS $$
    SELECT json_build_object(
        'id', department.id, 'external_id', department.external_id, 'name', department.name,
        'parent_id', department.parent_id, 'status', department.status, 'version', department.version,
        'created_at', as_utc(department.created_at), 'updated_at', as_utc(department.updated_at)
    )
$$;

CREATE TABLE public.notes (
    organization_id uuid NOT NULL,
    id uuid NOT NULL,
    candidate_id uuid NOT NULL,
    application_id uuid,
    author jsonb NOT NULL,
    body text NOT NULL,
    mentions uuid[] NOT NULL,
    ever_mentioned uuid[] NOT NULL,
    visibility text NOT NULL,
    version integer DEFAULT 1 NOT NULL,
    created_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    updated_at timestamp with time zone DEFAULT public.written_at() NOT NULL,
    CONSTRAINT notes_visibility_known CHECK ((visibility = ANY (ARRAY['team'::text, 'private'::text])))
);
ALTER TABLE ONLY public.notes ALTER COLUMN organization_id SET (n_distinct=2);

COMMENT ON TABLE public.notes IS 'What users write about a candidate. A deleted note leaves no row.';

COMMENT ON COLUMN public.notes.application_id IS 'The application of the candidate that it is about; NULL for one about the candidate as such.';

COMMENT ON COLUMN public.notes.author IS 'The actor who wrote it; the note is that of its user_id.';

COMMENT ON COLUMN public.notes.mentions IS 'Users whom the author points to, each once, in the order given.';

COMMENT ON COLUMN public.notes.ever_mentioned IS 'All who are mentioned or were: they get no second mail about it.';

CREATE FUNCTION public.editable_notes(organization_id uuid, viewer_id uuid, is_user boolean) RETURNS SETOF public.notes
    LANGUAGE sql STABLE
    AS $$
    SELECT n.*
    FROM notes AS n
    WHERE n.organization_id = editable_notes.organization_id
      AND ((n.author ->> 'user_id')::uuid = editable_notes.viewer_id OR (is_user AND EXISTS (
          SELECT FROM administrators(editable_notes.organization_id) AS a WHERE a.user_id = editable_notes.viewer_id
      )))
$$;

CREATE FUNCTION public.eligible_candidates(organization_id uuid, viewer_id uuid, sees_all_jobs boolean, sees_confidential_jobs boolean, sees_internal boolean) RETURNS SETOF public.candidates
    LANGUAGE sql STABLE
    AS $$
    SELECT c.*
    FROM candidates AS c
    WHERE c.organization_id = eligible_candidates.organization_id
      AND c.user_id IS DISTINCT FROM eligible_candidates.viewer_id AND (sees_internal OR c.user_id IS NULL)
      AND c.status <> 'merged'
      AND ((sees_all_jobs AND sees_confidential_jobs) OR coalesce((
          SELECT bool_or(j.id IS NOT NULL)
          FROM applications AS a
          LEFT JOIN recruited_jobs(
              eligible_candidates.organization_id, viewer_id, sees_all_jobs, sees_confidential_jobs
          ) AS j ON j.id = a.job_id
          WHERE a.organization_id = eligible_candidates.organization_id AND a.candidate_id = c.id
      ), true))
$$;

CREATE TABLE public.email_templates (
    organization_id uuid NOT NULL,
    id uuid NOT NULL,
    name text NOT NULL,
    language text NOT NULL,
    subject text NOT NULL,
    body text NOT NULL,
    status text DEFAULT 'active'::text NOT NULL,
    version integer DEFAULT 1 NOT NULL,
    created_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    updated_at timestamp with time zone DEFAULT public.written_at() NOT NULL,
    sender_identity_id uuid,
    CONSTRAINT email_templates_status_known CHECK ((status = ANY (ARRAY['active'::text, 'archived'::text])))
);
ALTER TABLE ONLY public.email_templates ALTER COLUMN organization_id SET (n_distinct=2);

COMMENT ON TABLE public.email_templates IS 'What an organization writes to candidates, with placeholders such as {{job_title}}.';

COMMENT ON COLUMN public.email_templates.language IS 'Language of the text (BCP 47).';

COMMENT ON COLUMN public.email_templates.body IS 'Plain text. Here and in subject, hiring/domain/email_templates.py has the placeholders.';

COMMENT ON COLUMN public.email_templates.sender_identity_id IS 'The sender of mails from the template; NULL for that of the board.';

CREATE FUNCTION public.email_template_body(email_template public.email_templates) RETURNS json
    LANGUAGE sql STABLE
    AS $$
    SELECT json_build_object(
        'id', email_template.id, 'name', email_template.name, 'language', email_template.language,
        'subject', email_template.subject, 'body', email_template.body,
        'sender_identity_id', email_template.sender_identity_id, 'status', email_template.status,
        'version', email_template.version, 'created_at', as_utc(email_template.created_at),
        'updated_at', as_utc(email_template.updated_at)
    )
$$;

CREATE FUNCTION public.entry_of_application(organization_id uuid, application_id uuid) RETURNS text
    LANGUAGE sql STABLE
    AS $$
    SELECT as_utc(a.applied_at)
    FROM applications AS a
    WHERE a.organization_id = entry_of_application.organization_id AND a.id = entry_of_application.application_id
$$;

CREATE TABLE public.events (
    organization_id uuid NOT NULL,
    id uuid NOT NULL,
    type text NOT NULL,
    schema_version integer DEFAULT 1 NOT NULL,
    aggregate_type text NOT NULL,
    aggregate_id uuid NOT NULL,
    aggregate_version integer NOT NULL,
    occurred_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    actor jsonb NOT NULL,
    correlation_id uuid NOT NULL,
    causation_id uuid,
    is_imported boolean DEFAULT false NOT NULL,
    data jsonb DEFAULT '{}'::jsonb NOT NULL,
    previous jsonb DEFAULT '{}'::jsonb NOT NULL
);
ALTER TABLE ONLY public.events ALTER COLUMN organization_id SET (n_distinct=2);

COMMENT ON TABLE public.events IS 'The facts: append only, never updated. A row exists exactly when the change that it tells does.';

COMMENT ON COLUMN public.events.id IS 'UUIDv7; also the consistency token, the AMQP message id and, for mails, the Message-ID.';

COMMENT ON COLUMN public.events.type IS 'What happened, such as application.hired; also the AMQP routing key.';

COMMENT ON COLUMN public.events.schema_version IS 'Version of the shape of data.';

COMMENT ON COLUMN public.events.aggregate_type IS 'Kind of resource that it happened to, such as application.';

COMMENT ON COLUMN public.events.aggregate_version IS 'The resource''s version after it; consumers compare it, since only first publication is in order.';

COMMENT ON COLUMN public.events.actor IS '{"type", "id", "user_id", "on_behalf_of"}.';

COMMENT ON COLUMN public.events.correlation_id IS 'The request that it all began with.';

COMMENT ON COLUMN public.events.causation_id IS 'The event that a consumer was handling; NULL when a request caused it.';

COMMENT ON COLUMN public.events.is_imported IS 'Whether it tells of something that happened elsewhere, earlier.';

COMMENT ON COLUMN public.events.data IS 'Ids, enumerations, numbers and dates; no names, addresses or free text.';

COMMENT ON COLUMN public.events.previous IS 'What changed values were before; of a personal field the name only.';

CREATE FUNCTION public.event_body(event public.events) RETURNS json
    LANGUAGE sql STABLE
    AS $$
    SELECT json_build_object(
        'id', event.id, 'type', event.type, 'schema_version', event.schema_version,
        'organization_id', event.organization_id,
        'aggregate', json_build_object(
            'type', event.aggregate_type, 'id', event.aggregate_id, 'version', event.aggregate_version
        ),
        'occurred_at', as_utc(event.occurred_at), 'actor', event.actor - 'on_behalf_of',
        'on_behalf_of', event.actor -> 'on_behalf_of', 'correlation_id', event.correlation_id,
        'causation_id', event.causation_id, 'imported', event.is_imported,
        'data', event.data, 'previous', event.previous
    )
$$;

COMMENT ON FUNCTION public.event_body(event public.events) IS 'An event''s envelope: what the broker, /events and webhooks carry.';

CREATE FUNCTION public.fact_body("position" bigint, event public.events) RETURNS json
    LANGUAGE sql STABLE
    AS $$
    SELECT json_build_object(
        'organization_id', event.organization_id, 'event_id', event.id, 'position', fact_body.position,
        'type', event.type, 'aggregate_type', event.aggregate_type, 'aggregate_id', event.aggregate_id,
        'aggregate_version', event.aggregate_version, 'occurred_at', as_utc(event.occurred_at),
        'actor_type', event.actor ->> 'type', 'user_id', event.actor ->> 'user_id',
        'job_id', CASE event.aggregate_type WHEN 'job' THEN event.aggregate_id::text ELSE event.data ->> 'job_id' END,
        'application_id', CASE event.aggregate_type WHEN 'application' THEN event.aggregate_id::text
                               ELSE event.data ->> 'application_id' END,
        'opening_id', CASE event.aggregate_type WHEN 'opening' THEN event.aggregate_id::text
                           ELSE event.data ->> 'opening_id' END,
        'stage_id', event.data ->> 'stage_id',
        'stage_kind', coalesce(
            event.data ->> 'stage_kind', kind_of_stage(event.organization_id, (event.data ->> 'stage_id')::uuid)
        ),
        'source_id', CASE WHEN event.type = 'application.submitted' AND NOT event.data ? 'source_id'
                          THEN source_of_application(event.organization_id, event.aggregate_id)
                          ELSE event.data ->> 'source_id' END,
        'post_id', event.data ->> 'post_id', 'reason_id', event.data ->> 'reason_id',
        'status', CASE WHEN event.data ? 'kept_application_id' THEN 'merged' ELSE event.data ->> 'status' END,
        'applied_at', CASE WHEN event.type = 'application.submitted' THEN coalesce(
            event.data ->> 'applied_at', entry_of_application(event.organization_id, event.aggregate_id)
        ) END
    )
$$;

CREATE FUNCTION public.fields_of(changes jsonb) RETURNS jsonb
    LANGUAGE sql STABLE
    AS $$
    SELECT jsonb_agg(k) FROM jsonb_object_keys(changes) AS k
$$;

CREATE FUNCTION public.found_posts(organization_id uuid, job_board_id uuid, language text, title_pattern text, words text, department_id uuid, employment_type text, workplace text, country text, region text, city text) RETURNS TABLE(id uuid, published_at timestamp with time zone, language text, department_id uuid, department text, employment_type text, workplace text, locations jsonb, summary json)
    LANGUAGE sql STABLE
    AS $$
    SELECT p.id, p.published_at, p.language, p.department_id, p.department, p.employment_type, p.workplace, p.locations,
           p.summary
    FROM public_posts(found_posts.organization_id, found_posts.job_board_id) AS p
    WHERE (found_posts.language IS NULL OR p.language = found_posts.language)
      AND (title_pattern IS NULL OR p.title ILIKE title_pattern)
      AND (found_posts.words IS NULL OR p.words @@ (SELECT w.query FROM query_of_words(found_posts.words) AS w))
      AND (found_posts.department_id IS NULL OR p.department_id = found_posts.department_id)
      AND (found_posts.employment_type IS NULL OR p.employment_type = found_posts.employment_type)
      AND (found_posts.workplace IS NULL OR p.workplace = found_posts.workplace)
      AND (
          coalesce(country, region, city) IS NULL
          OR EXISTS (
              SELECT FROM jsonb_array_elements(p.locations) AS l (location)
              WHERE (country IS NULL OR location_country(l.location) = country)
                AND (region IS NULL OR l.location ->> 'region' = region)
                AND (city IS NULL OR lower(l.location ->> 'city') = lower(city))
          )
      )
$$;

CREATE TABLE public.interview_kits (
    organization_id uuid NOT NULL,
    id uuid NOT NULL,
    name text NOT NULL,
    attributes jsonb NOT NULL,
    questions jsonb NOT NULL,
    status text DEFAULT 'active'::text NOT NULL,
    version integer DEFAULT 1 NOT NULL,
    created_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    updated_at timestamp with time zone DEFAULT public.written_at() NOT NULL,
    CONSTRAINT interview_kits_status_known CHECK ((status = ANY (ARRAY['active'::text, 'archived'::text])))
);
ALTER TABLE ONLY public.interview_kits ALTER COLUMN organization_id SET (n_distinct=2);

COMMENT ON TABLE public.interview_kits IS 'What interviewers look for and ask in interviews of a kind.';

COMMENT ON COLUMN public.interview_kits.attributes IS 'In order: [{"id", "name", "description"}]. Scorecards will name the ids.';

COMMENT ON COLUMN public.interview_kits.questions IS 'In order: texts.';

CREATE FUNCTION public.interview_kit_body(interview_kit public.interview_kits) RETURNS json
    LANGUAGE sql STABLE
    AS $$
    SELECT json_build_object(
        'id', interview_kit.id, 'name', interview_kit.name, 'attributes', interview_kit.attributes,
        'questions', interview_kit.questions, 'status', interview_kit.status, 'version', interview_kit.version,
        'created_at', as_utc(interview_kit.created_at), 'updated_at', as_utc(interview_kit.updated_at)
    )
$$;

CREATE FUNCTION public.is_accepting(post public.posts, job public.jobs) RETURNS boolean
    LANGUAGE sql STABLE
    AS $$
    SELECT job.status = 'open' AND coalesce(post.closes_at, 'infinity') > now()
$$;

CREATE FUNCTION public.job_access(organization_id uuid, user_id uuid, sees_all_jobs boolean, sees_confidential_jobs boolean) RETURNS TABLE(job_id uuid, is_confidential boolean, team_roles text[], is_seen boolean, is_recruited boolean)
    LANGUAGE sql STABLE
    AS $$
    SELECT j.id, j.is_confidential, ARRAY(
               SELECT t.role
               FROM hiring_team_members AS t
               WHERE t.organization_id = job_access.organization_id AND t.job_id = j.id
                 AND t.user_id = job_access.user_id
               ORDER BY t.role
           ), EXISTS (
               SELECT FROM seen_jobs(
                   job_access.organization_id, job_access.user_id, sees_all_jobs, sees_confidential_jobs
               ) AS s
               WHERE s.id = j.id
           ), EXISTS (
               SELECT FROM recruited_jobs(
                   job_access.organization_id, job_access.user_id, sees_all_jobs, sees_confidential_jobs
               ) AS r
               WHERE r.id = j.id
           )
    FROM jobs AS j
    WHERE j.organization_id = job_access.organization_id
$$;

CREATE FUNCTION public.job_applications_by_custom_value(organization_id uuid, viewer_id uuid, sees_internal boolean, job_id uuid, field_id uuid, value text, before_id uuid, row_limit integer) RETURNS TABLE(id uuid)
    LANGUAGE sql STABLE
    AS $$
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

CREATE TABLE public.job_boards (
    organization_id uuid NOT NULL,
    id uuid NOT NULL,
    slug text NOT NULL,
    name text NOT NULL,
    language text DEFAULT 'en'::text NOT NULL,
    is_default boolean DEFAULT false NOT NULL,
    allowed_origins text[] DEFAULT '{}'::text[] NOT NULL,
    post_url_template text,
    portal_url_template text,
    required_fields text[] DEFAULT '{first_name,email}'::text[] NOT NULL,
    version integer DEFAULT 1 NOT NULL,
    created_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    updated_at timestamp with time zone DEFAULT public.written_at() NOT NULL,
    sender_identity_id uuid
);
ALTER TABLE ONLY public.job_boards ALTER COLUMN organization_id SET (n_distinct=2);

COMMENT ON TABLE public.job_boards IS 'A public list of job posts; every organization has a default one.';

COMMENT ON COLUMN public.job_boards.post_url_template IS 'Address of a post on the company''s own site, with {post_id}; NULL where there are no such pages.';

COMMENT ON COLUMN public.job_boards.portal_url_template IS 'Address where candidates look at their applications; nothing uses it yet.';

COMMENT ON COLUMN public.job_boards.required_fields IS 'Standard fields of the application form that must be filled.';

COMMENT ON COLUMN public.job_boards.sender_identity_id IS 'The sender of mails about applications through the board; NULL for the sender of the deployment.';

CREATE FUNCTION public.job_board_body(job_board public.job_boards) RETURNS json
    LANGUAGE sql STABLE
    AS $$
    SELECT json_build_object(
        'id', job_board.id, 'slug', job_board.slug, 'name', job_board.name, 'language', job_board.language,
        'is_default', job_board.is_default, 'allowed_origins', job_board.allowed_origins,
        'post_url_template', job_board.post_url_template, 'portal_url_template', job_board.portal_url_template,
        'required_fields', job_board.required_fields, 'sender_identity_id', job_board.sender_identity_id,
        'version', job_board.version,
        'created_at', as_utc(job_board.created_at), 'updated_at', as_utc(job_board.updated_at)
    )
$$;

CREATE FUNCTION public.job_body(job public.jobs, office_ids json, sees_pay boolean) RETURNS json
    LANGUAGE sql STABLE
    AS $$
    SELECT json_build_object(
        'id', job.id, 'external_id', job.external_id, 'kind', job.kind, 'title', job.title,
        'description', job.description, 'department_id', job.department_id, 'office_ids', office_ids,
        'employment_type', job.employment_type, 'workplace', job.workplace,
        'pay_range', CASE WHEN sees_pay THEN job.pay_range END, 'requisition_code', job.requisition_code,
        'is_confidential', job.is_confidential, 'on_filled', job.on_filled, 'custom_fields', job.custom_fields,
        'status', job.status, 'close_reason_id', job.close_reason_id, 'opened_at', as_utc(job.opened_at),
        'closed_at', as_utc(job.closed_at), 'pipeline_version', job.pipeline_version, 'version', job.version,
        'created_at', as_utc(job.created_at), 'updated_at', as_utc(job.updated_at)
    )
$$;

CREATE FUNCTION public.jobs_by_custom_value(organization_id uuid, viewer_id uuid, sees_all_jobs boolean, sees_confidential_jobs boolean, field_id uuid, value text, kind text, department_id uuid, status text, before_id uuid, row_limit integer) RETURNS TABLE(id uuid)
    LANGUAGE sql STABLE
    AS $$
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

CREATE FUNCTION public.joined_contacts(own jsonb, others jsonb) RETURNS jsonb
    LANGUAGE sql STABLE
    AS $$
    SELECT own || coalesce(jsonb_agg(n.contact ORDER BY n.place), '[]')
    FROM jsonb_array_elements(others) WITH ORDINALITY AS n (contact, place)
    WHERE NOT own @> jsonb_build_array(jsonb_build_object('value', n.contact -> 'value'))
$$;

CREATE FUNCTION public.joined_fields(own public.candidates, other public.candidates) RETURNS jsonb
    LANGUAGE sql STABLE
    AS $$
    SELECT jsonb_build_object(
        'external_id', coalesce(own.external_id, other.external_id),
        'middle_name', coalesce(own.middle_name, other.middle_name),
        'last_name', coalesce(own.last_name, other.last_name),
        'name', concat_ws(' ', own.first_name, coalesce(own.middle_name, other.middle_name),
                          coalesce(own.last_name, other.last_name)),
        'emails', joined_contacts(own.emails, other.emails), 'phones', joined_contacts(own.phones, other.phones),
        'links', joined_contacts(own.links, other.links), 'location', coalesce(own.location, other.location),
        'time_zone', coalesce(own.time_zone, other.time_zone), 'language', coalesce(own.language, other.language),
        'current_title', coalesce(own.current_title, other.current_title),
        'current_company', coalesce(own.current_company, other.current_company),
        'tag_ids', own.tag_ids || array(
            SELECT t.id FROM unnest(other.tag_ids) AS t (id) WHERE t.id <> ALL (own.tag_ids)
        ),
        'source_id', coalesce(own.source_id, other.source_id), 'custom_fields', other.custom_fields || own.custom_fields,
        'user_id', coalesce(own.user_id, other.user_id), 'is_possible_duplicate', false,
        'proposed_update', coalesce(own.proposed_update, other.proposed_update),
        'has_legal_hold', own.has_legal_hold OR other.has_legal_hold,
        'retain_until', least(own.retain_until, other.retain_until)
    )
$$;

CREATE FUNCTION public.keep_consent_text_version() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    INSERT INTO consent_text_versions (organization_id, consent_text_id, version, text, is_required, status, updated_at)
    VALUES (NEW.organization_id, NEW.id, NEW.version, NEW.text, NEW.is_required, NEW.status, NEW.updated_at);
    RETURN NULL;
END
$$;

COMMENT ON FUNCTION public.keep_consent_text_version() IS 'Keeps what a consent text is in its new version; a change without a new version is refused by the key.';

CREATE FUNCTION public.kind_of_stage(organization_id uuid, stage_id uuid) RETURNS text
    LANGUAGE sql STABLE
    AS $$
    SELECT s.kind
    FROM stages AS s
    WHERE s.organization_id = kind_of_stage.organization_id AND s.id = kind_of_stage.stage_id
$$;

CREATE FUNCTION public.last_administrator(organization_id uuid, user_id uuid) RETURNS TABLE(administrator_id uuid)
    LANGUAGE sql STABLE
    AS $$
    SELECT a.user_id
    FROM administrators(last_administrator.organization_id) AS a
    WHERE a.user_id = last_administrator.user_id AND NOT EXISTS (
        SELECT FROM administrators(last_administrator.organization_id) AS o
        WHERE o.user_id <> last_administrator.user_id
    )
$$;

CREATE FUNCTION public.law_before_interview(organization_id uuid, post public.posts) RETURNS TABLE(law text)
    LANGUAGE sql STABLE
    AS $$
    SELECT format('%s: %s', r.place, r.law)
    FROM places_of_post(law_before_interview.organization_id, post) AS n
    CROSS JOIN laws_at(law_before_interview.organization_id, n.places) AS r
    WHERE r.kind = 'before_interview' AND post.pay_ranges = '[]'
    ORDER BY r.place, r.begins_on
    LIMIT 1
$$;

CREATE TABLE public.pay_disclosure_rules (
    place text NOT NULL,
    begins_on date NOT NULL,
    kind text NOT NULL,
    is_salary_history_refused boolean NOT NULL,
    law text NOT NULL,
    sources text[] NOT NULL,
    read_on date NOT NULL,
    CONSTRAINT pay_disclosure_rules_kind_known CHECK ((kind = ANY (ARRAY['in_post'::text, 'before_interview'::text]))),
    CONSTRAINT pay_disclosure_rules_place_formed CHECK ((place ~ '^[A-Z]{2}(-[A-Z0-9]{1,3})?$'::text)),
    CONSTRAINT pay_disclosure_rules_sources_given CHECK ((cardinality(sources) > 0))
);

COMMENT ON TABLE public.pay_disclosure_rules IS 'Laws on pay in hiring, the same for every tenant; migrations alone write it, and each row adds to earlier ones.';

COMMENT ON COLUMN public.pay_disclosure_rules.place IS 'A country (ISO 3166-1) or a part of one (ISO 3166-2).';

COMMENT ON COLUMN public.pay_disclosure_rules.begins_on IS 'The first day on which it holds.';

COMMENT ON COLUMN public.pay_disclosure_rules.kind IS 'Whether applicants are told the pay in the post, or at the latest before the interview.';

COMMENT ON COLUMN public.pay_disclosure_rules.is_salary_history_refused IS 'Whether applicants may not be asked what they earned before.';

COMMENT ON COLUMN public.pay_disclosure_rules.sources IS 'Public addresses that say so.';

COMMENT ON COLUMN public.pay_disclosure_rules.read_on IS 'The day on which the sources were read.';

CREATE FUNCTION public.laws_at(organization_id uuid, places text[]) RETURNS SETOF public.pay_disclosure_rules
    LANGUAGE sql STABLE
    AS $$
    SELECT r.*
    FROM pay_disclosure_rules AS r
    WHERE r.place LIKE ANY (places) AND r.begins_on <= (
        SELECT (now() AT TIME ZONE o.time_zone)::date
        FROM organizations AS o
        WHERE o.organization_id = laws_at.organization_id
    )
$$;

CREATE FUNCTION public.link_custom_values() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
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

COMMENT ON FUNCTION public.link_custom_values() IS 'Makes custom_values say what the custom_fields of a candidate, an application or a job say.';

CREATE FUNCTION public.link_tags_of_candidate() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    IF TG_OP = 'UPDATE' THEN
        DELETE FROM candidate_tags AS k
        WHERE k.organization_id = NEW.organization_id AND k.candidate_id = NEW.id
          AND k.tag_id = ANY (OLD.tag_ids) AND k.tag_id <> ALL (NEW.tag_ids);
    END IF;
    INSERT INTO candidate_tags (organization_id, tag_id, candidate_id)
    SELECT NEW.organization_id, n.id, NEW.id
    FROM unnest(NEW.tag_ids) AS n (id)
    ON CONFLICT (organization_id, tag_id, candidate_id) DO NOTHING;
    RETURN NULL;
END
$$;

COMMENT ON FUNCTION public.link_tags_of_candidate() IS 'Makes candidate_tags say what candidates.tag_ids says.';

CREATE FUNCTION public.link_user_to_applications() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    UPDATE applications AS a
    SET candidate_user_id = NEW.user_id
    WHERE a.organization_id = NEW.organization_id AND a.candidate_id = NEW.id;
    RETURN NULL;
END
$$;

COMMENT ON FUNCTION public.link_user_to_applications() IS 'Gives the applications of a candidate the user that it has now.';

CREATE FUNCTION public.location_country(location jsonb) RETURNS text
    LANGUAGE sql STABLE
    AS $$
    SELECT coalesce(location ->> 'country', left(location ->> 'region', 2))
$$;

CREATE FUNCTION public.members_without_region(organization_id uuid, post public.posts) RETURNS TABLE(pointers text[])
    LANGUAGE sql STABLE
    AS $$
    SELECT array_agg(DISTINCT u.pointer)
    FROM (
        SELECT '/locations/' || (l.number - 1), l.location ->> 'country', l.location ->> 'region'
        FROM jsonb_array_elements(post.locations) WITH ORDINALITY AS l (location, number)
        UNION ALL
        SELECT '/job_id', o.country, o.region
        FROM job_offices AS f
        JOIN offices AS o ON o.organization_id = members_without_region.organization_id AND o.id = f.office_id
        WHERE f.organization_id = members_without_region.organization_id AND f.job_id = post.job_id
    ) AS u (pointer, country, region)
    WHERE post.pay_ranges = '[]' AND u.region IS NULL
      AND EXISTS (SELECT FROM laws_at(members_without_region.organization_id, ARRAY[u.country || '-%']))
$$;

CREATE FUNCTION public.mention_mails(organization_id uuid, author_id uuid, note_id uuid, mentions uuid[], message_ids uuid[], ever_mentioned uuid[]) RETURNS TABLE(message_id uuid, user_id uuid, email text, language text, facts jsonb)
    LANGUAGE sql STABLE
    AS $$
    SELECT i.message_id, u.id, u.email, u.language, jsonb_build_object(
        'note_id', mention_mails.note_id, 'author_name', a.name, 'first_name', u.first_name, 'organization_name', o.name
    )
    FROM unnest(mentions, message_ids) AS i (user_id, message_id)
    JOIN users AS u
        ON u.organization_id = mention_mails.organization_id AND u.id = i.user_id AND u.type = 'member'
    JOIN users AS a ON a.organization_id = mention_mails.organization_id AND a.id = mention_mails.author_id
    JOIN organizations AS o ON o.organization_id = mention_mails.organization_id
    WHERE i.user_id <> a.id AND i.user_id <> ALL (mention_mails.ever_mentioned)
$$;

CREATE FUNCTION public.merge_patch(target jsonb, patch jsonb) RETURNS jsonb
    LANGUAGE sql IMMUTABLE
    AS $$
    SELECT CASE WHEN jsonb_typeof(patch) <> 'object' THEN patch ELSE (
        SELECT coalesce(jsonb_object_agg(m.key, m.value), '{}')
        FROM (
            SELECT t.key, t.value
            FROM jsonb_each(CASE WHEN jsonb_typeof(target) = 'object' THEN target ELSE '{}' END) AS t
            WHERE NOT patch ? t.key
            UNION ALL
            SELECT p.key, merge_patch(target -> p.key, p.value)
            FROM jsonb_each(patch) AS p
            WHERE jsonb_typeof(p.value) <> 'null'
        ) AS m
    ) END
$$;

COMMENT ON FUNCTION public.merge_patch(target jsonb, patch jsonb) IS 'JSON Merge Patch (RFC 7396, section 2): null removes, an object is merged, all else replaces.';

CREATE FUNCTION public.merged_candidates(organization_id uuid, candidate_id uuid) RETURNS TABLE(id uuid)
    LANGUAGE sql STABLE
    AS $$
    SELECT m.id
    FROM (
        WITH RECURSIVE way AS (
            SELECT c.id
            FROM candidates AS c
            WHERE c.organization_id = merged_candidates.organization_id
              AND c.merged_into = merged_candidates.candidate_id
            UNION ALL
            SELECT c.id
            FROM way AS w
            JOIN candidates AS c ON c.merged_into = w.id
            WHERE c.organization_id = merged_candidates.organization_id
        )
        SELECT w.id FROM way AS w
    ) AS m
$$;

CREATE TABLE public.messages (
    organization_id uuid NOT NULL,
    id uuid NOT NULL,
    kind text NOT NULL,
    status text NOT NULL,
    recipient text NOT NULL,
    language text NOT NULL,
    facts jsonb DEFAULT '{}'::jsonb NOT NULL,
    candidate_id uuid,
    application_id uuid,
    user_id uuid,
    mailed_link_id uuid,
    send_at timestamp with time zone DEFAULT now() NOT NULL,
    subject text,
    body text,
    sent_at timestamp with time zone,
    failure text,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    sender_name text,
    domain text,
    begun_at timestamp with time zone,
    try_count integer DEFAULT 0 NOT NULL,
    next_try_at timestamp with time zone,
    sender_id uuid,
    last_tried_at timestamp with time zone,
    last_answer text,
    template_id uuid,
    author jsonb,
    sender_address text,
    CONSTRAINT messages_facts_are_object CHECK ((jsonb_typeof(facts) = 'object'::text)),
    CONSTRAINT messages_failure_when_failed CHECK (((status = 'failed'::text) = (failure IS NOT NULL))),
    CONSTRAINT messages_kind_known CHECK ((kind = ANY (ARRAY['application_received'::text, 'application_rejected'::text, 'already_applied'::text, 'invitation'::text, 'note_mention'::text, 'password_reset'::text, 'sender_verification'::text, 'written'::text]))),
    CONSTRAINT messages_recipient_is_address CHECK ((recipient ~~ '%_@_%'::text)),
    CONSTRAINT messages_rendered_before_sent CHECK (((status = ANY (ARRAY['scheduled'::text, 'cancelled'::text])) OR ((subject IS NOT NULL) AND (body IS NOT NULL)))),
    CONSTRAINT messages_sent_at_when_sent CHECK (((status = 'sent'::text) = (sent_at IS NOT NULL))),
    CONSTRAINT messages_status_known CHECK ((status = ANY (ARRAY['scheduled'::text, 'sending'::text, 'sent'::text, 'failed'::text, 'cancelled'::text, 'withheld'::text])))
);
ALTER TABLE ONLY public.messages ALTER COLUMN organization_id SET (n_distinct=2);

COMMENT ON TABLE public.messages IS 'Mails, each with an event message.due that waits in the outbox until send_at.';

COMMENT ON COLUMN public.messages.id IS 'Also the id of the event message.due and the mail''s Message-ID: a repeated mail can be told by it.';

COMMENT ON COLUMN public.messages.status IS 'scheduled → sending → sent or failed; scheduled, sending → cancelled; cancelled → sent when it had been handed over already; scheduled → withheld (not on the allow-list).';

COMMENT ON COLUMN public.messages.recipient IS 'E-mail address as it was when the mail was scheduled.';

COMMENT ON COLUMN public.messages.facts IS 'What a text of the service needs: first_name, job_title, organization_name, …';

COMMENT ON COLUMN public.messages.mailed_link_id IS 'The one-time link that the mail carries; its token is derived when the mail is sent.';

COMMENT ON COLUMN public.messages.subject IS 'Rendered when sending began, or written before by the author or from a template; and kept: every try sends the same.';

COMMENT ON COLUMN public.messages.body IS 'As subject; a placeholder stands for the token of a one-time link, which is stored nowhere.';

COMMENT ON COLUMN public.messages.failure IS 'What the mail server answered when it refused for good.';

COMMENT ON COLUMN public.messages.sender_name IS 'As subject: the name in From.';

COMMENT ON COLUMN public.messages.domain IS 'The recipient''s domain in lower case: only so many mails at once are handed over for one. NULL until sending began.';

COMMENT ON COLUMN public.messages.begun_at IS 'When sending began; a mail is tried for days from then on, and fails at the end.';

COMMENT ON COLUMN public.messages.try_count IS 'How often a worker has begun to hand it to the mail server.';

COMMENT ON COLUMN public.messages.next_try_at IS 'When it is handed over next; -infinity: at once. While a worker hands it over: when another one may take it over. Only rows that are sending are looked for.';

COMMENT ON COLUMN public.messages.sender_id IS 'The worker process that hands it over now, outside any transaction; NULL between tries.';

COMMENT ON COLUMN public.messages.last_tried_at IS 'When the last try failed.';

COMMENT ON COLUMN public.messages.last_answer IS 'What the mail server answered to the last try that failed, or what happened instead of an answer.';

COMMENT ON COLUMN public.messages.template_id IS 'The e-mail template that the text was made from; NULL for a text of the service, or of the author.';

COMMENT ON COLUMN public.messages.author IS 'The actor who let it be sent; NULL for mails to users, and for older ones.';

COMMENT ON COLUMN public.messages.sender_address IS 'As subject: the address in From; NULL for that of the deployment.';

CREATE FUNCTION public.message_body(message public.messages) RETURNS json
    LANGUAGE sql STABLE
    AS $$
    SELECT json_build_object(
        'id', message.id, 'candidate_id', message.candidate_id, 'application_id', message.application_id,
        'kind', message.kind, 'template_id', message.template_id, 'status', message.status, 'author', message.author,
        'recipient', message.recipient, 'language', message.language, 'subject', message.subject,
        'body', message.body, 'send_at', as_utc(message.send_at), 'sent_at', as_utc(message.sent_at),
        'failure', message.failure, 'created_at', as_utc(message.created_at)
    )
$$;

CREATE FUNCTION public.message_facts(message public.messages) RETURNS jsonb
    LANGUAGE sql STABLE
    AS $$
    SELECT jsonb_build_object(
        'kind', message.kind, 'candidate_id', message.candidate_id, 'application_id', message.application_id,
        'user_id', message.user_id
    )
$$;

CREATE FUNCTION public.name_tags_of_candidate() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    INSERT INTO tags (organization_id, id, name)
    SELECT NEW.organization_id, uuid_v7(), n.name
    FROM unnest(NEW.tags) AS n (name)
    ON CONFLICT (organization_id, name) DO NOTHING;
    NEW.tag_ids := array(
        SELECT t.id
        FROM tags AS t
        WHERE t.organization_id = NEW.organization_id AND t.name = ANY (NEW.tags)
    );
    RETURN NEW;
END
$$;

COMMENT ON FUNCTION public.name_tags_of_candidate() IS 'Gives a candidate the tags whose names candidates.tags has, and makes those that there are not yet.';

CREATE FUNCTION public.names_of_tags(organization_id uuid, tag_ids uuid[]) RETURNS TABLE(names json)
    LANGUAGE sql STABLE
    AS $$
    SELECT coalesce(json_agg(t.name ORDER BY t.name), '[]')
    FROM tags AS t
    WHERE t.organization_id = names_of_tags.organization_id AND t.id = ANY (names_of_tags.tag_ids)
$$;

CREATE FUNCTION public.newest_bulk_operations(organization_id uuid, viewer_id uuid, is_user boolean, before_id uuid, row_limit integer) RETURNS TABLE(id uuid)
    LANGUAGE sql STABLE
    AS $$
    SELECT q.id
    FROM (
        (
            SELECT b.id
            FROM bulk_operations AS b
            WHERE b.organization_id = newest_bulk_operations.organization_id
              AND b.requested_by ->> 'user_id' = newest_bulk_operations.viewer_id::text
              AND b.id < newest_bulk_operations.before_id
            ORDER BY b.id DESC
            LIMIT row_limit
        )
        UNION
        (
            SELECT b.id
            FROM bulk_operations AS b
            WHERE b.organization_id = newest_bulk_operations.organization_id
              AND b.id < newest_bulk_operations.before_id AND is_user AND EXISTS (
                  SELECT FROM administrators(newest_bulk_operations.organization_id) AS a
                  WHERE a.user_id = newest_bulk_operations.viewer_id
              )
            ORDER BY b.id DESC
            LIMIT row_limit
        )
    ) AS q
    ORDER BY q.id DESC
    LIMIT row_limit
$$;

CREATE FUNCTION public.note_body(note public.notes) RETURNS json
    LANGUAGE sql STABLE
    AS $$
    SELECT json_build_object(
        'id', note.id, 'candidate_id', note.candidate_id, 'application_id', note.application_id,
        'author', note.author, 'body', note.body, 'mentions', note.mentions, 'visibility', note.visibility,
        'version', note.version, 'created_at', as_utc(note.created_at), 'updated_at', as_utc(note.updated_at)
    )
$$;

CREATE TABLE public.offices (
    organization_id uuid NOT NULL,
    id uuid NOT NULL,
    external_id text,
    name text NOT NULL,
    country text,
    region text,
    city text,
    time_zone text,
    status text DEFAULT 'active'::text NOT NULL,
    version integer DEFAULT 1 NOT NULL,
    created_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    updated_at timestamp with time zone DEFAULT public.written_at() NOT NULL,
    CONSTRAINT offices_status_known CHECK ((status = ANY (ARRAY['active'::text, 'archived'::text])))
);
ALTER TABLE ONLY public.offices ALTER COLUMN organization_id SET (n_distinct=2);

COMMENT ON TABLE public.offices IS 'Places of work.';

COMMENT ON COLUMN public.offices.country IS 'ISO 3166-1 alpha-2.';

COMMENT ON COLUMN public.offices.region IS 'ISO 3166-2.';

CREATE FUNCTION public.office_body(office public.offices) RETURNS json
    LANGUAGE sql STABLE
    AS $$
    SELECT json_build_object(
        'id', office.id, 'external_id', office.external_id, 'name', office.name, 'country', office.country,
        'region', office.region, 'city', office.city, 'time_zone', office.time_zone, 'status', office.status,
        'version', office.version, 'created_at', as_utc(office.created_at), 'updated_at', as_utc(office.updated_at)
    )
$$;

CREATE FUNCTION public.offices_of_job(organization_id uuid, job_id uuid) RETURNS TABLE(office_ids json)
    LANGUAGE sql STABLE
    AS $$
    SELECT coalesce(json_agg(o.office_id ORDER BY o.position), '[]')
    FROM job_offices AS o
    WHERE o.organization_id = offices_of_job.organization_id AND o.job_id = offices_of_job.job_id
$$;

CREATE TABLE public.openings (
    organization_id uuid NOT NULL,
    id uuid NOT NULL,
    external_id text,
    job_id uuid NOT NULL,
    status text DEFAULT 'open'::text NOT NULL,
    opened_on date DEFAULT CURRENT_DATE NOT NULL,
    target_start_on date,
    close_reason_id uuid,
    application_id uuid,
    version integer DEFAULT 1 NOT NULL,
    created_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    updated_at timestamp with time zone DEFAULT public.written_at() NOT NULL,
    CONSTRAINT openings_filled_by_application CHECK (((status = 'filled'::text) = (application_id IS NOT NULL))),
    CONSTRAINT openings_status_known CHECK ((status = ANY (ARRAY['open'::text, 'reserved'::text, 'filled'::text, 'closed'::text])))
);
ALTER TABLE ONLY public.openings ALTER COLUMN organization_id SET (n_distinct=2);

COMMENT ON TABLE public.openings IS 'The seats of a job; each is filled by one application.';

CREATE FUNCTION public.opening_body(opening public.openings) RETURNS json
    LANGUAGE sql STABLE
    RETURN json_build_object('id', (opening).id, 'external_id', (opening).external_id, 'job_id', (opening).job_id, 'status', (opening).status, 'opened_on', (opening).opened_on, 'target_start_on', (opening).target_start_on, 'close_reason_id', (opening).close_reason_id, 'application_id', (opening).application_id, 'version', (opening).version, 'created_at', (opening).created_at, 'updated_at', (opening).updated_at);

CREATE FUNCTION public.opening_body(opening public.openings, application_id uuid) RETURNS json
    LANGUAGE sql STABLE
    AS $$
    SELECT json_build_object(
        'id', opening.id, 'external_id', opening.external_id, 'job_id', opening.job_id, 'status', opening.status,
        'opened_on', opening.opened_on, 'target_start_on', opening.target_start_on,
        'close_reason_id', opening.close_reason_id, 'application_id', opening_body.application_id,
        'version', opening.version, 'created_at', as_utc(opening.created_at), 'updated_at', as_utc(opening.updated_at)
    )
$$;

CREATE TABLE public.organizations (
    organization_id uuid NOT NULL,
    name text NOT NULL,
    slug text NOT NULL,
    time_zone text DEFAULT 'UTC'::text NOT NULL,
    language text DEFAULT 'en'::text NOT NULL,
    currency text DEFAULT 'EUR'::text NOT NULL,
    reapply_window_days integer DEFAULT 0 NOT NULL,
    mail_sender_name text,
    mail_allow_list text[],
    version integer DEFAULT 1 NOT NULL,
    created_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    updated_at timestamp with time zone DEFAULT public.written_at() NOT NULL,
    website_url text,
    logo_url text,
    confirmed_at timestamp with time zone DEFAULT now(),
    CONSTRAINT organizations_reapply_window_bounded CHECK (((reapply_window_days >= 0) AND (reapply_window_days <= 3650)))
);

COMMENT ON TABLE public.organizations IS 'The tenant. Its key is organization_id, so that the tenant rule reads alike everywhere.';

COMMENT ON COLUMN public.organizations.reapply_window_days IS 'Days after an application during which the same candidate may not apply to the same job again; 0 allows at once.';

COMMENT ON COLUMN public.organizations.mail_sender_name IS 'Name shown as the sender of mails; NULL shows the organization''s name.';

COMMENT ON COLUMN public.organizations.mail_allow_list IS 'For trials: only these addresses get mail, all other mail is withheld; NULL means everyone.';

COMMENT ON COLUMN public.organizations.website_url IS 'Where people read about the organization; search engines are told with each post.';

COMMENT ON COLUMN public.organizations.logo_url IS 'An https address of a picture; as website_url.';

COMMENT ON COLUMN public.organizations.confirmed_at IS 'When whoever registered it proved that the address is theirs, by a new password set with a mailed link. NULL until then: it sends no other mail, and none in its own name.';

CREATE FUNCTION public.organization_body(organization public.organizations) RETURNS json
    LANGUAGE sql STABLE
    AS $$
    SELECT json_build_object(
        'id', organization.organization_id, 'name', organization.name, 'slug', organization.slug,
        'time_zone', organization.time_zone, 'language', organization.language, 'currency', organization.currency,
        'website_url', organization.website_url, 'logo_url', organization.logo_url,
        'reapply_window_days', organization.reapply_window_days, 'mail_sender_name', organization.mail_sender_name,
        'mail_allow_list', organization.mail_allow_list, 'version', organization.version,
        'created_at', as_utc(organization.created_at), 'updated_at', as_utc(organization.updated_at)
    )
$$;

CREATE FUNCTION public.outcome_of(status text) RETURNS text
    LANGUAGE sql STABLE
    AS $$
    SELECT CASE status WHEN 'active' THEN 'open' WHEN 'hired' THEN 'hired' WHEN 'rejected' THEN 'declined'
                       WHEN 'withdrawn' THEN 'declined' END
$$;

CREATE FUNCTION public.patched_custom_fields(kept jsonb, changes jsonb) RETURNS jsonb
    LANGUAGE sql STABLE
    AS $$
    SELECT CASE jsonb_typeof(changes -> 'custom_fields')
        WHEN 'object' THEN merge_patch(kept, changes -> 'custom_fields') WHEN 'null' THEN '{}' ELSE kept
    END
$$;

CREATE FUNCTION public.pay_disclosure_rule_body(rule public.pay_disclosure_rules) RETURNS json
    LANGUAGE sql STABLE
    AS $$
    SELECT json_build_object(
        'country', left(rule.place, 2), 'region', CASE WHEN length(rule.place) > 2 THEN rule.place END,
        'kind', rule.kind, 'begins_on', rule.begins_on, 'is_salary_history_refused', rule.is_salary_history_refused,
        'law', rule.law, 'sources', rule.sources, 'read_on', rule.read_on
    )
$$;

CREATE TABLE public.permission_groups (
    organization_id uuid NOT NULL,
    id uuid NOT NULL,
    key text,
    name text NOT NULL,
    permissions text[] DEFAULT '{}'::text[] NOT NULL,
    version integer DEFAULT 1 NOT NULL,
    created_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    updated_at timestamp with time zone DEFAULT public.written_at() NOT NULL
);
ALTER TABLE ONLY public.permission_groups ALTER COLUMN organization_id SET (n_distinct=2);

COMMENT ON TABLE public.permission_groups IS 'Named sets of permissions. Built-in groups have a key, and their permissions are those of the running release.';

COMMENT ON COLUMN public.permission_groups.key IS 'administrator, recruiter, hiring_manager, interviewer or read_only; NULL for a group of the organization''s own.';

CREATE FUNCTION public.permission_group_body(permission_group public.permission_groups, built_in jsonb) RETURNS json
    LANGUAGE sql STABLE
    AS $$
    SELECT json_build_object(
        'id', permission_group.id, 'key', permission_group.key, 'name', permission_group.name,
        'permissions', coalesce(built_in -> permission_group.key, to_jsonb(permission_group.permissions)),
        'is_built_in', permission_group.key IS NOT NULL,
        'version', permission_group.version, 'created_at', as_utc(permission_group.created_at),
        'updated_at', as_utc(permission_group.updated_at)
    )
$$;

CREATE TABLE public.pipeline_templates (
    organization_id uuid NOT NULL,
    id uuid NOT NULL,
    name text NOT NULL,
    stages jsonb NOT NULL,
    is_default boolean DEFAULT false NOT NULL,
    status text DEFAULT 'active'::text NOT NULL,
    version integer DEFAULT 1 NOT NULL,
    created_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    updated_at timestamp with time zone DEFAULT public.written_at() NOT NULL,
    CONSTRAINT pipeline_templates_status_known CHECK ((status = ANY (ARRAY['active'::text, 'archived'::text])))
);
ALTER TABLE ONLY public.pipeline_templates ALTER COLUMN organization_id SET (n_distinct=2);

COMMENT ON TABLE public.pipeline_templates IS 'Stages that a new job starts with; a job copies them, later edits of the template do not reach it.';

COMMENT ON COLUMN public.pipeline_templates.stages IS 'In order: [{"name", "kind"}].';

CREATE FUNCTION public.pipeline_template_body(pipeline_template public.pipeline_templates) RETURNS json
    LANGUAGE sql STABLE
    AS $$
    SELECT json_build_object(
        'id', pipeline_template.id, 'name', pipeline_template.name, 'stages', pipeline_template.stages,
        'is_default', pipeline_template.is_default, 'status', pipeline_template.status,
        'version', pipeline_template.version, 'created_at', as_utc(pipeline_template.created_at),
        'updated_at', as_utc(pipeline_template.updated_at)
    )
$$;

CREATE FUNCTION public.places_of_office(office public.offices) RETURNS text[]
    LANGUAGE sql STABLE
    AS $$
    SELECT ARRAY[office.region, coalesce(office.country, left(office.region, 2))]
$$;

CREATE FUNCTION public.places_of_post(organization_id uuid, post public.posts) RETURNS TABLE(places text[])
    LANGUAGE sql STABLE
    AS $$
    SELECT array_agg(u.place)
    FROM (
        SELECT unnest(ARRAY[l.location ->> 'region', location_country(l.location)])
        FROM jsonb_array_elements(post.locations) AS l (location)
        UNION ALL
        SELECT unnest(ARRAY[m.region, left(m.region, 2), m.region || '-%'])
        FROM unnest(post.remote_regions) AS m (region)
        UNION ALL
        SELECT unnest(places_of_office(o))
        FROM job_offices AS f
        JOIN offices AS o ON o.organization_id = places_of_post.organization_id AND o.id = f.office_id
        WHERE f.organization_id = places_of_post.organization_id AND f.job_id = post.job_id
    ) AS u (place)
$$;

CREATE FUNCTION public.post_body(post public.posts, sees_pay boolean) RETURNS json
    LANGUAGE sql STABLE
    AS $$
    SELECT json_build_object(
        'id', post.id, 'external_id', post.external_id, 'job_id', post.job_id, 'job_board_id', post.job_board_id,
        'translation_of', post.translation_of, 'language', post.language, 'title', post.title, 'body', post.body,
        'body_format', post.body_format, 'body_html', post.body_html, 'locations', post.locations,
        'remote_regions', post.remote_regions,
        'pay_ranges', CASE
            WHEN sees_pay OR (post.status = 'published' AND NOT post.is_internal) THEN post.pay_ranges
        END,
        'questions', post.questions, 'status', post.status, 'is_internal', post.is_internal,
        'published_at', as_utc(post.published_at), 'closes_at', as_utc(post.closes_at), 'version', post.version,
        'created_at', as_utc(post.created_at), 'updated_at', as_utc(post.updated_at)
    )
$$;

CREATE FUNCTION public.previewed_posts(organization_id uuid) RETURNS TABLE(id uuid, job_board_id uuid, language text, questions jsonb, body json)
    LANGUAGE sql STABLE
    AS $$
    SELECT p.id, p.job_board_id, p.language, p.questions, (
               SELECT b.body FROM public_post_body(previewed_posts.organization_id, p, j, d.name) AS b
           )
    FROM posts AS p
    JOIN jobs AS j ON j.organization_id = previewed_posts.organization_id AND j.id = p.job_id AND j.status <> 'archived'
    LEFT JOIN departments AS d ON d.organization_id = previewed_posts.organization_id AND d.id = j.department_id
    WHERE p.organization_id = previewed_posts.organization_id AND NOT p.is_internal
$$;

CREATE FUNCTION public.proposed_fields(candidate public.candidates) RETURNS jsonb
    LANGUAGE sql STABLE
    AS $$
    SELECT jsonb_build_object(
        'first_name', coalesce(p.first_name, candidate.first_name),
        'last_name', coalesce(p.last_name, candidate.last_name),
        'name', concat_ws(' ', coalesce(p.first_name, candidate.first_name), candidate.middle_name,
                          coalesce(p.last_name, candidate.last_name)),
        'phones', joined_contacts(candidate.phones, p.phones), 'links', joined_contacts(candidate.links, p.links),
        'location', coalesce(p.location, candidate.location), 'language', coalesce(p.language, candidate.language),
        'proposed_update', NULL
    )
    FROM jsonb_to_record(candidate.proposed_update) AS p (
        first_name text, last_name text, phones jsonb, links jsonb, location text, language text
    )
$$;

CREATE FUNCTION public.proposed_update_id(proposed_update jsonb) RETURNS uuid
    LANGUAGE sql STABLE
    AS $$
    SELECT encode(substring(sha256(convert_to(proposed_update::text, 'UTF8')) FOR 16), 'hex')::uuid
$$;

CREATE FUNCTION public.public_post_body(organization_id uuid, post public.posts, job public.jobs, department text) RETURNS TABLE(body json)
    LANGUAGE sql STABLE
    AS $$
    SELECT json_build_object(
        'id', post.id, 'title', post.title, 'language', post.language, 'translations', (
            SELECT t.translations FROM board_translations(public_post_body.organization_id, post, job) AS t
        ),
        'body', post.body, 'body_format', post.body_format, 'body_html', post.body_html, 'locations', post.locations,
        'remote_regions', post.remote_regions, 'pay_ranges', post.pay_ranges, 'employment_type', job.employment_type,
        'workplace', job.workplace, 'department', department,
        'published_at', as_utc(coalesce(post.published_at, now())), 'closes_at', as_utc(post.closes_at),
        'organization_name', (
            SELECT o.name FROM organizations AS o WHERE o.organization_id = public_post_body.organization_id
        )
    )
$$;

CREATE FUNCTION public.public_posts(organization_id uuid, job_board_id uuid) RETURNS TABLE(id uuid, language text, title text, words tsvector, locations jsonb, department_id uuid, department text, employment_type text, workplace text, is_confidential boolean, published_at timestamp with time zone, questions jsonb, body_bytes integer, summary json, body json, advertisement json)
    LANGUAGE sql STABLE
    AS $$
    SELECT p.id, p.language, p.title, p.words, (SELECT w.locations FROM working_places(p, j) AS w), j.department_id,
           d.name, j.employment_type, j.workplace, j.is_confidential, p.published_at, p.questions,
           octet_length(p.body_html),
           json_build_object(
               'id', p.id, 'title', p.title, 'language', p.language, 'translations', (
                   SELECT t.translations FROM board_translations(public_posts.organization_id, p, j) AS t
               ),
               'locations', p.locations, 'remote_regions', p.remote_regions, 'pay_ranges', p.pay_ranges,
               'employment_type', j.employment_type, 'workplace', j.workplace, 'department', d.name,
               'published_at', as_utc(p.published_at), 'closes_at', as_utc(p.closes_at)
           ),
           (SELECT b.body FROM public_post_body(public_posts.organization_id, p, j, d.name) AS b),
           json_build_object(
               'id', p.id, 'original_id', p.original_id, 'title', p.title, 'language', p.language,
               'body_html', p.body_html, 'locations', p.locations, 'remote_regions', p.remote_regions,
               'pay_ranges', p.pay_ranges, 'employment_type', j.employment_type, 'workplace', j.workplace,
               'department', d.name, 'published_at', as_utc(p.published_at), 'closes_at', as_utc(p.closes_at),
               'updated_at', as_utc(p.updated_at)
           )
    FROM published_posts(public_posts.organization_id) AS p
    JOIN jobs AS j ON j.organization_id = public_posts.organization_id AND j.id = p.job_id AND is_accepting(p, j)
    LEFT JOIN departments AS d ON d.organization_id = public_posts.organization_id AND d.id = j.department_id
    WHERE p.job_board_id = public_posts.job_board_id
$$;

CREATE FUNCTION public.published_posts(organization_id uuid) RETURNS SETOF public.posts
    LANGUAGE sql STABLE
    AS $$
    SELECT p.*
    FROM posts AS p
    WHERE p.organization_id = published_posts.organization_id AND p.status = 'published' AND NOT p.is_internal
$$;

CREATE FUNCTION public.query_of_words(words text) RETURNS TABLE(query tsquery)
    LANGUAGE sql STABLE
    AS $$
    SELECT string_agg('''' || replace(replace(w.word, '\', '\\'), '''', '''''') || ''':*', ' & ')::tsquery
    FROM unnest(tsvector_to_array(to_tsvector('pg_catalog.simple', words))) AS w (word)
$$;

CREATE TABLE public.reasons (
    organization_id uuid NOT NULL,
    id uuid NOT NULL,
    kind text NOT NULL,
    key text,
    name text NOT NULL,
    status text DEFAULT 'active'::text NOT NULL,
    version integer DEFAULT 1 NOT NULL,
    created_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    updated_at timestamp with time zone DEFAULT public.written_at() NOT NULL,
    CONSTRAINT reasons_kind_known CHECK ((kind = ANY (ARRAY['rejection'::text, 'withdrawal'::text, 'job_close'::text, 'opening_close'::text, 'unhire'::text]))),
    CONSTRAINT reasons_status_known CHECK ((status = ANY (ARRAY['active'::text, 'archived'::text])))
);
ALTER TABLE ONLY public.reasons ALTER COLUMN organization_id SET (n_distinct=2);

COMMENT ON TABLE public.reasons IS 'Why something ended: the organization''s own words, by kind.';

COMMENT ON COLUMN public.reasons.key IS 'What the system itself refers to (job_close/filled); NULL for the organization''s own.';

CREATE FUNCTION public.reason_body(reason public.reasons) RETURNS json
    LANGUAGE sql STABLE
    AS $$
    SELECT json_build_object(
        'id', reason.id, 'kind', reason.kind, 'key', reason.key, 'name', reason.name, 'status', reason.status,
        'version', reason.version, 'created_at', as_utc(reason.created_at), 'updated_at', as_utc(reason.updated_at)
    )
$$;

CREATE FUNCTION public.record_event(organization_id uuid, event_id uuid, actor jsonb, correlation_id uuid, type text, aggregate_type text, aggregate_id uuid, aggregate_version integer, data jsonb, previous jsonb DEFAULT '{}'::jsonb, causation_id uuid DEFAULT NULL::uuid, due_at timestamp with time zone DEFAULT now()) RETURNS uuid
    LANGUAGE plpgsql
    AS $$
BEGIN
    INSERT INTO events (organization_id, id, actor, correlation_id, causation_id, type, aggregate_type, aggregate_id,
                        aggregate_version, data, previous)
    VALUES (record_event.organization_id, record_event.event_id, record_event.actor, record_event.correlation_id,
            record_event.causation_id, record_event.type, record_event.aggregate_type, record_event.aggregate_id,
            record_event.aggregate_version, record_event.data, record_event.previous);
    INSERT INTO outbox (organization_id, event_id, due_at)
    VALUES (record_event.organization_id, record_event.event_id, record_event.due_at);
    RETURN record_event.event_id;
END
$$;

CREATE FUNCTION public.record_principal_change() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    INSERT INTO principal_changes (subject_id)
    SELECT (r.old_or_new ->> TG_ARGV[0])::uuid
    FROM (VALUES (to_jsonb(OLD)), (to_jsonb(NEW))) AS r (old_or_new)
    WHERE r.old_or_new IS NOT NULL
    ON CONFLICT (transaction_id, subject_id) DO NOTHING;
    RETURN NULL;
END
$$;

COMMENT ON FUNCTION public.record_principal_change() IS 'Records that the rights of a subject changed; the argument names the column of the row that has its id.';

CREATE FUNCTION public.record_stage_change(organization_id uuid, event_id uuid, actor jsonb, application_id uuid, change text, from_stage_id uuid, to_stage_id uuid, reason_id uuid DEFAULT NULL::uuid, note text DEFAULT NULL::text, occurred_at timestamp with time zone DEFAULT clock_timestamp()) RETURNS uuid
    LANGUAGE plpgsql
    AS $$
BEGIN
    INSERT INTO stage_changes (organization_id, id, application_id, change, from_stage_id, to_stage_id, reason_id, note,
                               actor, occurred_at)
    VALUES (record_stage_change.organization_id, event_id, record_stage_change.application_id,
            record_stage_change.change, record_stage_change.from_stage_id, record_stage_change.to_stage_id,
            record_stage_change.reason_id, record_stage_change.note, record_stage_change.actor,
            record_stage_change.occurred_at);
    RETURN event_id;
END
$$;

CREATE FUNCTION public.recruited_jobs(organization_id uuid, viewer_id uuid, sees_all_jobs boolean, sees_confidential_jobs boolean) RETURNS SETOF public.jobs
    LANGUAGE sql STABLE
    AS $$
    SELECT j.*
    FROM jobs AS j
    WHERE j.organization_id = recruited_jobs.organization_id
      AND ((sees_all_jobs AND (sees_confidential_jobs OR NOT j.is_confidential)) OR EXISTS (
          SELECT FROM hiring_team_members AS t
          WHERE t.organization_id = recruited_jobs.organization_id AND t.job_id = j.id
            AND t.user_id = recruited_jobs.viewer_id AND t.role <> 'interviewer'
      ))
$$;

CREATE FUNCTION public.recruiting_team_candidates(organization_id uuid, viewer_id uuid) RETURNS TABLE(id uuid)
    LANGUAGE sql STABLE
    AS $$
    SELECT DISTINCT x.candidate_id AS id
    FROM recruiting_team_jobs(recruiting_team_candidates.organization_id, viewer_id) AS m
    CROSS JOIN LATERAL (
        SELECT DISTINCT a.candidate_id
        FROM applications AS a
        WHERE a.organization_id = recruiting_team_candidates.organization_id AND a.job_id = m.job_id
    ) AS x
$$;

CREATE FUNCTION public.recruiting_team_jobs(organization_id uuid, viewer_id uuid) RETURNS TABLE(job_id uuid)
    LANGUAGE sql STABLE
    AS $$
    SELECT DISTINCT t.job_id
    FROM hiring_team_members AS t
    WHERE t.organization_id = recruiting_team_jobs.organization_id AND t.user_id = recruiting_team_jobs.viewer_id
      AND t.role <> 'interviewer'
$$;

CREATE FUNCTION public.refusal(code text, current json) RETURNS json
    LANGUAGE sql STABLE
    AS $$
    SELECT json_build_object('code', code, 'current', current)
$$;

CREATE FUNCTION public.refusal(code text, current json, detail text) RETURNS json
    LANGUAGE sql STABLE
    AS $$
    SELECT json_build_object('code', code, 'current', current, 'detail', detail)
$$;

CREATE FUNCTION public.rejection_reason(on_filled jsonb) RETURNS uuid
    LANGUAGE sql STABLE
    AS $$
    SELECT (on_filled #>> '{active_applications,reject,reason_id}')::uuid
$$;

CREATE FUNCTION public.renew_board_version() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    INSERT INTO board_versions AS v (organization_id, version)
    VALUES (coalesce(NEW.organization_id, OLD.organization_id), gen_random_uuid())
    ON CONFLICT (organization_id) DO UPDATE SET version = excluded.version;
    RETURN NULL;
END
$$;

COMMENT ON FUNCTION public.renew_board_version() IS 'Gives what the boards of an organization show another version. At the end of the transaction, so that an open one holds nobody up; who commits waits for who commits before.';

CREATE FUNCTION public.renew_vocabulary_version() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    INSERT INTO vocabulary_versions AS v (organization_id, version)
    VALUES (coalesce(NEW.organization_id, OLD.organization_id), gen_random_uuid())
    ON CONFLICT (organization_id) DO UPDATE SET version = excluded.version;
    RETURN NULL;
END
$$;

COMMENT ON FUNCTION public.renew_vocabulary_version() IS 'Gives the vocabularies of an organization another version. At the end of the transaction, so that an open one holds nobody up; who commits waits for who commits before.';

CREATE FUNCTION public.require_claimed(is_claimed boolean) RETURNS void
    LANGUAGE plpgsql IMMUTABLE
    AS $$
BEGIN
    IF NOT is_claimed THEN
        RAISE EXCEPTION 'the work is done, or is not to be done' USING ERRCODE = 'IN002';
    END IF;
END
$$;

COMMENT ON FUNCTION public.require_claimed(is_claimed boolean) IS 'Ends a message whose claim found nothing to be done: raises IN002.';

CREATE FUNCTION public.require_fresh(is_fresh boolean) RETURNS void
    LANGUAGE plpgsql STABLE
    AS $$
BEGIN
    IF is_fresh IS NOT TRUE THEN
        RAISE EXCEPTION 'not visible on this node yet' USING ERRCODE = 'RV001';
    END IF;
END
$$;

COMMENT ON FUNCTION public.require_fresh(is_fresh boolean) IS 'Raises RV001 unless the condition holds on this node. The next statement of the message has a younger snapshot.';

CREATE FUNCTION public.require_visible(event_ids uuid[]) RETURNS void
    LANGUAGE plpgsql STABLE
    AS $$
DECLARE
    wanted_id uuid;
BEGIN
    FOREACH wanted_id IN ARRAY event_ids LOOP
        PERFORM FROM events AS e WHERE e.id = wanted_id;
        IF NOT FOUND THEN
            RAISE EXCEPTION 'not visible on this node yet' USING ERRCODE = 'RV001';
        END IF;
    END LOOP;
END
$$;

COMMENT ON FUNCTION public.require_visible(event_ids uuid[]) IS 'Raises RV001 while one of the events has not arrived on this node. The next statement of the message has a younger snapshot.';

CREATE TABLE public.result_links (
    organization_id uuid NOT NULL,
    id uuid NOT NULL,
    candidate_id uuid NOT NULL,
    label text NOT NULL,
    url text NOT NULL,
    score text,
    added_by jsonb NOT NULL,
    created_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    CONSTRAINT result_links_url_is_https CHECK ((url ~* '^https://'::text))
);
ALTER TABLE ONLY public.result_links ALTER COLUMN organization_id SET (n_distinct=2);

COMMENT ON TABLE public.result_links IS 'What a vendor found about a candidate, and where to read it. Nothing changes one; a deleted one leaves no row.';

COMMENT ON COLUMN public.result_links.score IS 'The result in the words of the vendor, such as 87 of 100; NULL where there is none.';

COMMENT ON COLUMN public.result_links.added_by IS 'The actor who added it, usually the API key of the vendor.';

CREATE FUNCTION public.result_link_body(result_link public.result_links) RETURNS json
    LANGUAGE sql STABLE
    AS $$
    SELECT json_build_object(
        'id', result_link.id, 'candidate_id', result_link.candidate_id, 'label', result_link.label,
        'url', result_link.url, 'score', result_link.score, 'added_by', result_link.added_by,
        'created_at', as_utc(result_link.created_at)
    )
$$;

CREATE FUNCTION public.seen_bulk_operations(organization_id uuid, viewer_id uuid, is_user boolean) RETURNS SETOF public.bulk_operations
    LANGUAGE sql STABLE
    AS $$
    SELECT b.*
    FROM bulk_operations AS b
    WHERE b.organization_id = seen_bulk_operations.organization_id
      AND (b.requested_by ->> 'user_id' = seen_bulk_operations.viewer_id::text OR (is_user AND EXISTS (
          SELECT FROM administrators(seen_bulk_operations.organization_id) AS a
          WHERE a.user_id = seen_bulk_operations.viewer_id
      )))
$$;

CREATE FUNCTION public.seen_candidates(organization_id uuid, viewer_id uuid, sees_all_jobs boolean, sees_confidential_jobs boolean, sees_internal boolean) RETURNS SETOF public.candidates
    LANGUAGE sql STABLE
    AS $$
    SELECT c.*
    FROM candidates AS c
    WHERE c.organization_id = seen_candidates.organization_id
      AND c.user_id IS DISTINCT FROM seen_candidates.viewer_id AND (sees_internal OR c.user_id IS NULL)
      AND c.status <> 'merged'
      AND ((sees_all_jobs AND sees_confidential_jobs) OR coalesce((
          SELECT bool_or(j.id IS NOT NULL)
          FROM applications AS a
          LEFT JOIN recruited_jobs(
              seen_candidates.organization_id, viewer_id, sees_all_jobs, sees_confidential_jobs
          ) AS j ON j.id = a.job_id
          WHERE a.organization_id = seen_candidates.organization_id AND a.candidate_id = c.id
      ), sees_all_jobs))
$$;

CREATE FUNCTION public.seen_consents(organization_id uuid, viewer_id uuid, sees_all_jobs boolean, sees_confidential_jobs boolean, sees_internal boolean) RETURNS SETOF public.consents
    LANGUAGE sql STABLE
    AS $$
    SELECT s.*
    FROM consents AS s
    JOIN seen_candidates(
        seen_consents.organization_id, viewer_id, sees_all_jobs, sees_confidential_jobs, sees_internal
    ) AS c ON c.id = s.candidate_id
    WHERE s.organization_id = seen_consents.organization_id
$$;

CREATE FUNCTION public.seen_jobs(organization_id uuid, viewer_id uuid, sees_all_jobs boolean, sees_confidential_jobs boolean) RETURNS SETOF public.jobs
    LANGUAGE sql STABLE
    AS $$
    SELECT j.*
    FROM jobs AS j
    WHERE j.organization_id = seen_jobs.organization_id
      AND ((sees_all_jobs AND (sees_confidential_jobs OR NOT j.is_confidential)) OR EXISTS (
          SELECT FROM hiring_team_members AS t
          WHERE t.organization_id = seen_jobs.organization_id AND t.job_id = j.id AND t.user_id = seen_jobs.viewer_id
      ))
$$;

CREATE FUNCTION public.seen_messages(organization_id uuid, viewer_id uuid, sees_all_jobs boolean, sees_confidential_jobs boolean, sees_internal boolean) RETURNS SETOF public.messages
    LANGUAGE sql STABLE
    AS $$
    SELECT m.*
    FROM unhidden_messages(seen_messages.organization_id, viewer_id, sees_all_jobs, sees_confidential_jobs) AS m
    JOIN seen_candidates(
        seen_messages.organization_id, viewer_id, sees_all_jobs, sees_confidential_jobs, sees_internal
    ) AS c ON c.id = m.candidate_id
$$;

CREATE FUNCTION public.seen_notes(organization_id uuid, viewer_id uuid, sees_all_jobs boolean, sees_confidential_jobs boolean, sees_internal boolean, sees_private boolean) RETURNS SETOF public.notes
    LANGUAGE sql STABLE
    AS $$
    SELECT n.*
    FROM unhidden_notes(
        seen_notes.organization_id, viewer_id, sees_all_jobs, sees_confidential_jobs, sees_private
    ) AS n
    JOIN seen_candidates(
        seen_notes.organization_id, viewer_id, sees_all_jobs, sees_confidential_jobs, sees_internal
    ) AS c ON c.id = n.candidate_id
$$;

CREATE TABLE public.stage_changes (
    organization_id uuid NOT NULL,
    id uuid NOT NULL,
    application_id uuid NOT NULL,
    change text NOT NULL,
    from_stage_id uuid,
    to_stage_id uuid NOT NULL,
    reason_id uuid,
    note text,
    actor jsonb NOT NULL,
    occurred_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    CONSTRAINT stage_changes_change_known CHECK ((change = ANY (ARRAY['submitted'::text, 'moved'::text, 'rejected'::text, 'withdrawn'::text, 'reopened'::text, 'hired'::text, 'unhired'::text, 'transferred'::text])))
);
ALTER TABLE ONLY public.stage_changes ALTER COLUMN organization_id SET (n_distinct=2);

COMMENT ON TABLE public.stage_changes IS 'The history of applications, append only; the id is the event''s.';

COMMENT ON COLUMN public.stage_changes.note IS 'Why, in the actor''s words.';

CREATE FUNCTION public.seen_stage_changes(organization_id uuid, viewer_id uuid, sees_all_jobs boolean, sees_confidential_jobs boolean, sees_internal boolean) RETURNS SETOF public.stage_changes
    LANGUAGE sql STABLE
    AS $$
    SELECT h.*
    FROM stage_changes AS h
    JOIN unhidden_applications(seen_stage_changes.organization_id, viewer_id, sees_internal) AS a
        ON a.id = h.application_id
    JOIN recruited_jobs(seen_stage_changes.organization_id, viewer_id, sees_all_jobs, sees_confidential_jobs) AS j
        ON j.id = a.job_id
    WHERE h.organization_id = seen_stage_changes.organization_id
$$;

CREATE TABLE public.sender_identities (
    organization_id uuid NOT NULL,
    id uuid NOT NULL,
    name text NOT NULL,
    email text NOT NULL,
    verified_at timestamp with time zone,
    status text DEFAULT 'active'::text NOT NULL,
    version integer DEFAULT 1 NOT NULL,
    created_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    updated_at timestamp with time zone DEFAULT public.written_at() NOT NULL,
    CONSTRAINT sender_identities_email_is_address CHECK ((email ~~ '%_@_%'::text)),
    CONSTRAINT sender_identities_status_known CHECK ((status = ANY (ARRAY['active'::text, 'archived'::text])))
);
ALTER TABLE ONLY public.sender_identities ALTER COLUMN organization_id SET (n_distinct=2);

COMMENT ON TABLE public.sender_identities IS 'Names and addresses that an organization writes to candidates from.';

COMMENT ON COLUMN public.sender_identities.email IS 'E-mail address in lower case; it never changes.';

COMMENT ON COLUMN public.sender_identities.verified_at IS 'When a link that was mailed to the address was used; NULL before, and no mail is sent from it then.';

CREATE FUNCTION public.sender_identity_body(sender_identity public.sender_identities) RETURNS json
    LANGUAGE sql STABLE
    AS $$
    SELECT json_build_object(
        'id', sender_identity.id, 'name', sender_identity.name, 'email', sender_identity.email,
        'verified_at', as_utc(sender_identity.verified_at), 'status', sender_identity.status,
        'version', sender_identity.version, 'created_at', as_utc(sender_identity.created_at),
        'updated_at', as_utc(sender_identity.updated_at)
    )
$$;

CREATE FUNCTION public.sender_of(organization_id uuid, template_id uuid, application_id uuid) RETURNS TABLE(name text, email text)
    LANGUAGE sql STABLE
    AS $$
    SELECT s.name, s.email
    FROM (
        SELECT t.sender_identity_id, 1 AS place
        FROM email_templates AS t
        WHERE t.organization_id = sender_of.organization_id AND t.id = sender_of.template_id
        UNION ALL
        SELECT b.sender_identity_id, 2
        FROM applications AS a
        JOIN posts AS p ON p.organization_id = sender_of.organization_id AND p.id = a.post_id
        JOIN job_boards AS b ON b.organization_id = sender_of.organization_id AND b.id = p.job_board_id
        WHERE a.organization_id = sender_of.organization_id AND a.id = sender_of.application_id
    ) AS named
    JOIN sender_identities AS s ON s.organization_id = sender_of.organization_id AND s.id = named.sender_identity_id
    WHERE s.status = 'active' AND s.verified_at IS NOT NULL
    ORDER BY named.place
    LIMIT 1
$$;

CREATE TABLE public.sessions (
    organization_id uuid NOT NULL,
    id uuid NOT NULL,
    user_id uuid NOT NULL,
    generation integer DEFAULT 1 NOT NULL,
    rotated_at timestamp with time zone DEFAULT now() NOT NULL,
    user_agent text,
    remote_address text,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    expires_at timestamp with time zone NOT NULL,
    revoked_at timestamp with time zone,
    revoke_reason text,
    CONSTRAINT sessions_revoke_reason_known CHECK ((revoke_reason = ANY (ARRAY['logout'::text, 'revoked'::text, 'refresh_reused'::text, 'password_changed'::text, 'user_disabled'::text])))
);
ALTER TABLE ONLY public.sessions ALTER COLUMN organization_id SET (n_distinct=2);

COMMENT ON TABLE public.sessions IS 'One login on one device: the family of its refresh tokens. Redis holds a copy for speed.';

COMMENT ON COLUMN public.sessions.generation IS 'Number of the one refresh token that is valid; an older one outside the grace ends the session.';

CREATE FUNCTION public.session_body(session public.sessions) RETURNS json
    LANGUAGE sql STABLE
    AS $$
    SELECT json_build_object(
        'id', session.id, 'user_agent', session.user_agent, 'remote_address', session.remote_address,
        'created_at', as_utc(session.created_at), 'last_used_at', as_utc(session.rotated_at),
        'expires_at', as_utc(session.expires_at)
    )
$$;

CREATE FUNCTION public.settled_until() RETURNS timestamp with time zone
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog', 'pg_temp'
    AS $$
DECLARE
    looked_at constant timestamptz := clock_timestamp();
BEGIN
    IF NOT pg_has_role('pg_read_all_stats', 'USAGE') THEN
        RETURN '-infinity';
    END IF;
    RETURN least(looked_at, (
        SELECT min(a.xact_start)
        FROM pg_stat_activity AS a
        WHERE a.usename = 'hiring_command' AND a.datname = current_database() AND a.pid <> pg_backend_pid()
          AND (a.backend_xid IS NOT NULL OR a.state NOT LIKE 'idle%')
    ));
END
$$;

COMMENT ON FUNCTION public.settled_until() IS 'The moment before which nobody writes any more: the beginning of the oldest transaction of hiring_command, which alone writes what lists show, or now. Who is idle in a transaction and has written nothing will write later than now.';

CREATE FUNCTION public.shareable_jobs(organization_id uuid, viewer_id uuid, is_user boolean) RETURNS SETOF public.jobs
    LANGUAGE sql STABLE
    AS $$
    SELECT j.*
    FROM jobs AS j
    WHERE j.organization_id = shareable_jobs.organization_id
      AND (NOT j.is_confidential OR EXISTS (
          SELECT FROM hiring_team_members AS t
          WHERE t.organization_id = shareable_jobs.organization_id AND t.job_id = j.id
            AND t.user_id = shareable_jobs.viewer_id AND t.role <> 'interviewer'
      ) OR (is_user AND EXISTS (
          SELECT FROM administrators(shareable_jobs.organization_id) AS a WHERE a.user_id = shareable_jobs.viewer_id
      )))
$$;

CREATE FUNCTION public.sharing_candidates(organization_id uuid, viewer_id uuid, sees_all_jobs boolean, sees_confidential_jobs boolean, sees_internal boolean, candidate_id uuid, before_id uuid, row_limit integer) RETURNS TABLE(id uuid)
    LANGUAGE sql STABLE
    AS $$
    SELECT DISTINCT p.id
    FROM candidate_emails AS o
    CROSS JOIN LATERAL (
        SELECT s.id
        FROM candidate_emails AS m
        CROSS JOIN LATERAL (
            SELECT c.id
            FROM seen_candidates(
                sharing_candidates.organization_id, viewer_id, sees_all_jobs, sees_confidential_jobs, sees_internal
            ) AS c
            WHERE c.id = m.candidate_id AND c.status = 'active'
            LIMIT 1
        ) AS s
        WHERE m.organization_id = sharing_candidates.organization_id AND m.email = o.email
          AND m.candidate_id < sharing_candidates.before_id AND m.candidate_id <> sharing_candidates.candidate_id
        ORDER BY m.candidate_id DESC
        LIMIT row_limit
    ) AS p
    WHERE o.organization_id = sharing_candidates.organization_id
      AND o.candidate_id = sharing_candidates.candidate_id
    ORDER BY p.id DESC
    LIMIT row_limit
$$;

CREATE FUNCTION public.shown_applications(organization_id uuid, viewer_id uuid, sees_all_jobs boolean, sees_confidential_jobs boolean, sees_internal boolean, sees_pay boolean, expand text[]) RETURNS TABLE(id uuid, updated_at timestamp with time zone, version integer, external_id text, candidate_id uuid, job_id uuid, stage_id uuid, status text, body json, candidate json, job json)
    LANGUAGE sql STABLE
    AS $$
    SELECT a.id, a.updated_at, a.version, a.external_id, a.candidate_id, a.job_id, a.stage_id, a.status,
           application_body(a, s),
           CASE WHEN 'candidate' = ANY (expand) THEN (
               SELECT candidate_body(c, (
                   SELECT n.names FROM names_of_tags(shown_applications.organization_id, c.tag_ids) AS n
               ))
               FROM candidates AS c
               WHERE c.organization_id = shown_applications.organization_id AND c.id = a.candidate_id
           ) END,
           CASE WHEN 'job' = ANY (expand) THEN job_body(j, (
               SELECT f.office_ids FROM offices_of_job(shown_applications.organization_id, j.id) AS f
           ), sees_pay) END
    FROM unhidden_applications(shown_applications.organization_id, viewer_id, sees_internal) AS a
    JOIN stages AS s ON s.organization_id = shown_applications.organization_id AND s.id = a.stage_id
    JOIN recruited_jobs(shown_applications.organization_id, viewer_id, sees_all_jobs, sees_confidential_jobs) AS j
        ON j.id = a.job_id
$$;

CREATE FUNCTION public.shown_attachments(organization_id uuid, viewer_id uuid, sees_all_jobs boolean, sees_confidential_jobs boolean, sees_internal boolean, sees_private boolean) RETURNS TABLE(id uuid, updated_at timestamp with time zone, version integer, candidate_id uuid, kind text, file_name text, media_type text, size bigint, storage_name text, body json)
    LANGUAGE sql STABLE
    AS $$
    SELECT t.id, t.updated_at, t.version, t.candidate_id, t.kind, t.file_name, t.media_type, t.size, t.storage_name,
           attachment_body(t)
    FROM unhidden_attachments(
        shown_attachments.organization_id, viewer_id, sees_all_jobs, sees_confidential_jobs, sees_private
    ) AS t
    JOIN seen_candidates(
        shown_attachments.organization_id, viewer_id, sees_all_jobs, sees_confidential_jobs, sees_internal
    ) AS c ON c.id = t.candidate_id
$$;

CREATE FUNCTION public.shown_consent_texts(organization_id uuid, language text) RETURNS TABLE(consent_texts json)
    LANGUAGE sql STABLE
    AS $$
    SELECT coalesce(json_agg(json_build_object(
        'id', t.id, 'purpose', t.purpose, 'version', t.version, 'text', t.text, 'is_required', t.is_required
    ) ORDER BY t.purpose), '[]')
    FROM asked_consent_texts(shown_consent_texts.organization_id, shown_consent_texts.language) AS t
$$;

CREATE FUNCTION public.shown_jobs(organization_id uuid, viewer_id uuid, sees_all_jobs boolean, sees_confidential_jobs boolean, sees_pay boolean, expand text[], kind text) RETURNS TABLE(id uuid, updated_at timestamp with time zone, version integer, external_id text, status text, department_id uuid, body json, department json, offices json)
    LANGUAGE sql STABLE
    AS $$
    SELECT j.id, j.updated_at, j.version, j.external_id, j.status, j.department_id,
           job_body(j, (SELECT f.office_ids FROM offices_of_job(shown_jobs.organization_id, j.id) AS f), sees_pay),
           CASE WHEN 'department' = ANY (expand) THEN coalesce((
               SELECT department_body(d)
               FROM departments AS d
               WHERE d.organization_id = shown_jobs.organization_id AND d.id = j.department_id
           ), 'null') END,
           CASE WHEN 'offices' = ANY (expand) THEN (
               SELECT coalesce(json_agg(office_body(f) ORDER BY o.position), '[]')
               FROM job_offices AS o
               JOIN offices AS f ON f.organization_id = shown_jobs.organization_id AND f.id = o.office_id
               WHERE o.organization_id = shown_jobs.organization_id AND o.job_id = j.id
           ) END
    FROM seen_jobs(shown_jobs.organization_id, viewer_id, sees_all_jobs, sees_confidential_jobs) AS j
    WHERE shown_jobs.kind IS NULL OR j.kind = shown_jobs.kind
$$;

CREATE FUNCTION public.shown_messages(organization_id uuid, viewer_id uuid, sees_all_jobs boolean, sees_confidential_jobs boolean, sees_internal boolean) RETURNS TABLE(id uuid, candidate_id uuid, application_id uuid, body json)
    LANGUAGE sql STABLE
    AS $$
    SELECT m.id, m.candidate_id, m.application_id, message_body(m)
    FROM seen_messages(
        shown_messages.organization_id, viewer_id, sees_all_jobs, sees_confidential_jobs, sees_internal
    ) AS m
$$;

CREATE FUNCTION public.shown_notes(organization_id uuid, viewer_id uuid, sees_all_jobs boolean, sees_confidential_jobs boolean, sees_internal boolean, sees_private boolean) RETURNS TABLE(id uuid, updated_at timestamp with time zone, version integer, candidate_id uuid, application_id uuid, body json)
    LANGUAGE sql STABLE
    AS $$
    SELECT n.id, n.updated_at, n.version, n.candidate_id, n.application_id, note_body(n)
    FROM seen_notes(
        shown_notes.organization_id, viewer_id, sees_all_jobs, sees_confidential_jobs, sees_internal, sees_private
    ) AS n
$$;

CREATE FUNCTION public.shown_opening(organization_id uuid, viewer_id uuid, sees_applications boolean, sees_all_applications boolean, sees_confidential_jobs boolean, sees_internal boolean, opening public.openings) RETURNS TABLE(body json)
    LANGUAGE sql STABLE
    AS $$
    SELECT opening_body(opening, (
        SELECT c.id
        FROM counted_applications(shown_opening.organization_id, viewer_id, sees_applications, sees_all_applications,
                                  sees_confidential_jobs, sees_internal, opening.job_id) AS c
        WHERE c.id = opening.application_id
    ))
$$;

CREATE FUNCTION public.shown_openings(organization_id uuid, viewer_id uuid, sees_all_jobs boolean, sees_confidential_jobs boolean, sees_pay boolean, sees_applications boolean, sees_all_applications boolean, sees_internal boolean, expand text[]) RETURNS TABLE(id uuid, updated_at timestamp with time zone, version integer, external_id text, job_id uuid, status text, body json, job json)
    LANGUAGE sql STABLE
    AS $$
    SELECT o.id, o.updated_at, o.version, o.external_id, o.job_id, o.status, (
               SELECT b.body
               FROM shown_opening(shown_openings.organization_id, viewer_id, sees_applications, sees_all_applications,
                                  sees_confidential_jobs, sees_internal, o) AS b
           ),
           CASE WHEN 'job' = ANY (expand) THEN job_body(j, (
               SELECT f.office_ids FROM offices_of_job(shown_openings.organization_id, j.id) AS f
           ), sees_pay) END
    FROM openings AS o
    JOIN seen_jobs(shown_openings.organization_id, viewer_id, sees_all_jobs, sees_confidential_jobs) AS j
        ON j.id = o.job_id
    WHERE o.organization_id = shown_openings.organization_id
$$;

CREATE FUNCTION public.shown_posts(organization_id uuid, viewer_id uuid, sees_all_jobs boolean, sees_confidential_jobs boolean, sees_pay boolean, expand text[]) RETURNS TABLE(id uuid, updated_at timestamp with time zone, version integer, external_id text, job_id uuid, original_id uuid, language text, status text, body json, job json)
    LANGUAGE sql STABLE
    AS $$
    SELECT p.id, p.updated_at, p.version, p.external_id, p.job_id, p.original_id, p.language, p.status,
           post_body(p, sees_pay),
           CASE WHEN 'job' = ANY (expand) THEN job_body(j, (
               SELECT f.office_ids FROM offices_of_job(shown_posts.organization_id, j.id) AS f
           ), sees_pay) END
    FROM posts AS p
    JOIN seen_jobs(shown_posts.organization_id, viewer_id, sees_all_jobs, sees_confidential_jobs) AS j
        ON j.id = p.job_id
    WHERE p.organization_id = shown_posts.organization_id
$$;

CREATE TABLE public.sources (
    organization_id uuid NOT NULL,
    id uuid NOT NULL,
    kind text NOT NULL,
    key text,
    name text NOT NULL,
    status text DEFAULT 'active'::text NOT NULL,
    version integer DEFAULT 1 NOT NULL,
    created_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    updated_at timestamp with time zone DEFAULT public.written_at() NOT NULL,
    CONSTRAINT sources_kind_known CHECK ((kind = ANY (ARRAY['board'::text, 'referral'::text, 'agency'::text, 'sourced'::text, 'campaign'::text, 'other'::text]))),
    CONSTRAINT sources_status_known CHECK ((status = ANY (ARRAY['active'::text, 'archived'::text])))
);
ALTER TABLE ONLY public.sources ALTER COLUMN organization_id SET (n_distinct=2);

COMMENT ON TABLE public.sources IS 'Where candidates come from.';

COMMENT ON COLUMN public.sources.key IS 'What the system itself refers to (board: the public job board); NULL for the organization''s own.';

CREATE FUNCTION public.source_body(source public.sources) RETURNS json
    LANGUAGE sql STABLE
    AS $$
    SELECT json_build_object(
        'id', source.id, 'kind', source.kind, 'key', source.key, 'name', source.name, 'status', source.status,
        'version', source.version, 'created_at', as_utc(source.created_at), 'updated_at', as_utc(source.updated_at)
    )
$$;

CREATE FUNCTION public.source_of_application(organization_id uuid, application_id uuid) RETURNS text
    LANGUAGE sql STABLE
    AS $$
    SELECT a.source_id::text
    FROM applications AS a
    WHERE a.organization_id = source_of_application.organization_id AND a.id = source_of_application.application_id
$$;

CREATE FUNCTION public.stage_applications(organization_id uuid, viewer_id uuid, sees_internal boolean, stage_id uuid, status text, before_id uuid, row_limit integer) RETURNS TABLE(id uuid)
    LANGUAGE sql STABLE
    AS $$
    SELECT p.id
    FROM unnest('{active,rejected,withdrawn,hired,transferred}'::text[]) AS w (status)
    CROSS JOIN LATERAL (
        SELECT a.id
        FROM unhidden_applications(stage_applications.organization_id, viewer_id, sees_internal) AS a
        WHERE a.stage_id = stage_applications.stage_id AND a.status = w.status AND a.id < stage_applications.before_id
        ORDER BY a.id DESC
        LIMIT row_limit
    ) AS p
    WHERE stage_applications.status IS NULL OR w.status = stage_applications.status
    ORDER BY p.id DESC
    LIMIT row_limit
$$;

CREATE FUNCTION public.stage_body(stage public.stages) RETURNS json
    LANGUAGE sql STABLE
    AS $$
    SELECT json_build_object('id', stage.id, 'name', stage.name, 'kind', stage.kind, 'position', stage.position)
$$;

CREATE FUNCTION public.stage_change_body(stage_change public.stage_changes) RETURNS json
    LANGUAGE sql STABLE
    AS $$
    SELECT json_build_object(
        'id', stage_change.id, 'application_id', stage_change.application_id, 'change', stage_change.change,
        'from_stage_id', stage_change.from_stage_id, 'to_stage_id', stage_change.to_stage_id,
        'reason_id', stage_change.reason_id, 'note', stage_change.note, 'actor', stage_change.actor,
        'occurred_at', as_utc(stage_change.occurred_at)
    )
$$;

CREATE FUNCTION public.standing_candidate(organization_id uuid, candidate_id uuid) RETURNS TABLE(id uuid)
    LANGUAGE sql STABLE
    AS $$
    SELECT c.id
    FROM candidates AS c
    WHERE c.organization_id = standing_candidate.organization_id AND c.merged_into IS NULL
      AND c.id = ANY (standing_candidate.candidate_id || ARRAY(
          SELECT s.id FROM survivors(standing_candidate.organization_id, standing_candidate.candidate_id) AS s
      ))
$$;

CREATE FUNCTION public.state_of(status text, version integer) RETURNS json
    LANGUAGE sql STABLE
    AS $$
    SELECT json_build_object('status', status, 'version', version)
$$;

CREATE FUNCTION public.state_of_other(application_id uuid, status text, version integer) RETURNS json
    LANGUAGE sql STABLE
    AS $$
    SELECT json_build_object('application_id', application_id, 'status', status, 'version', version)
$$;

CREATE FUNCTION public.survivors(organization_id uuid, candidate_id uuid) RETURNS TABLE(id uuid)
    LANGUAGE sql STABLE
    AS $$
    SELECT s.id
    FROM (
        WITH RECURSIVE way AS (
            SELECT c.merged_into AS id
            FROM candidates AS c
            WHERE c.organization_id = survivors.organization_id AND c.id = survivors.candidate_id
              AND c.status = 'merged'
            UNION ALL
            SELECT c.merged_into
            FROM way AS w
            JOIN candidates AS c ON c.id = w.id
            WHERE c.organization_id = survivors.organization_id AND c.status = 'merged'
        )
        SELECT w.id FROM way AS w
    ) AS s
$$;

CREATE TABLE public.tags (
    organization_id uuid NOT NULL,
    id uuid NOT NULL,
    name text NOT NULL,
    status text DEFAULT 'active'::text NOT NULL,
    version integer DEFAULT 1 NOT NULL,
    created_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    updated_at timestamp with time zone DEFAULT public.written_at() NOT NULL,
    CONSTRAINT tags_status_known CHECK ((status = ANY (ARRAY['active'::text, 'archived'::text])))
);
ALTER TABLE ONLY public.tags ALTER COLUMN organization_id SET (n_distinct=2);

COMMENT ON TABLE public.tags IS 'The organization''s own words to group candidates by.';

CREATE FUNCTION public.tag_body(tag public.tags) RETURNS json
    LANGUAGE sql STABLE
    AS $$
    SELECT json_build_object(
        'id', tag.id, 'name', tag.name, 'status', tag.status, 'version', tag.version, 'created_at', as_utc(tag.created_at),
        'updated_at', as_utc(tag.updated_at)
    )
$$;

CREATE FUNCTION public.tagged_candidates(organization_id uuid, viewer_id uuid, sees_all_jobs boolean, sees_confidential_jobs boolean, sees_internal boolean, tag_id uuid, before_id uuid, row_limit integer) RETURNS TABLE(id uuid)
    LANGUAGE sql STABLE
    AS $$
    SELECT p.id
    FROM candidate_tags AS k
    CROSS JOIN LATERAL (
        SELECT c.id
        FROM seen_candidates(
            tagged_candidates.organization_id, viewer_id, sees_all_jobs, sees_confidential_jobs, sees_internal
        ) AS c
        WHERE c.id = k.candidate_id AND c.status = 'active'
        LIMIT 1
    ) AS p
    WHERE k.organization_id = tagged_candidates.organization_id AND k.tag_id = tagged_candidates.tag_id
      AND k.candidate_id < tagged_candidates.before_id
    ORDER BY k.candidate_id DESC
    LIMIT row_limit
$$;

CREATE FUNCTION public.tagged_team_candidates(organization_id uuid, viewer_id uuid, sees_internal boolean, tag_id uuid, before_id uuid, row_limit integer) RETURNS TABLE(id uuid)
    LANGUAGE sql STABLE
    AS $$
    SELECT p.id
    FROM recruiting_team_candidates(tagged_team_candidates.organization_id, viewer_id) AS m
    CROSS JOIN LATERAL (
        SELECT c.id
        FROM unhidden_candidates(tagged_team_candidates.organization_id, viewer_id, sees_internal) AS c
        WHERE c.id = m.id AND c.status = 'active' AND tagged_team_candidates.tag_id = ANY (c.tag_ids)
        LIMIT 1
    ) AS p
    WHERE m.id < tagged_team_candidates.before_id
    ORDER BY p.id DESC
    LIMIT row_limit
$$;

CREATE FUNCTION public.team_applications(organization_id uuid, viewer_id uuid, sees_internal boolean, status text, before_id uuid, row_limit integer) RETURNS TABLE(id uuid)
    LANGUAGE sql STABLE
    AS $$
    SELECT p.id
    FROM recruiting_team_jobs(team_applications.organization_id, viewer_id) AS m
    CROSS JOIN LATERAL (
        SELECT a.id
        FROM unhidden_applications(team_applications.organization_id, viewer_id, sees_internal) AS a
        WHERE a.job_id = m.job_id AND a.id < team_applications.before_id
          AND (team_applications.status IS NULL OR a.status = team_applications.status)
        ORDER BY a.id DESC
        LIMIT row_limit
    ) AS p
    ORDER BY p.id DESC
    LIMIT row_limit
$$;

CREATE FUNCTION public.team_applications_applied(organization_id uuid, viewer_id uuid, sees_internal boolean, source_id uuid, from_at timestamp with time zone, before_at timestamp with time zone, before_id uuid, row_limit integer) RETURNS TABLE(id uuid, applied_at timestamp with time zone)
    LANGUAGE sql STABLE
    AS $$
    SELECT p.id, p.applied_at
    FROM recruiting_team_jobs(team_applications_applied.organization_id, viewer_id) AS m
    CROSS JOIN LATERAL (
        SELECT a.id, a.applied_at
        FROM unhidden_applications(team_applications_applied.organization_id, viewer_id, sees_internal) AS a
        WHERE a.job_id = m.job_id AND (a.applied_at, a.id) < (before_at, before_id)
          AND (from_at IS NULL OR a.applied_at >= from_at)
          AND (team_applications_applied.source_id IS NULL OR a.source_id = team_applications_applied.source_id)
        ORDER BY a.applied_at DESC, a.id DESC
        LIMIT row_limit
    ) AS p
    ORDER BY p.applied_at DESC, p.id DESC
    LIMIT row_limit
$$;

CREATE FUNCTION public.team_applications_by_custom_value(organization_id uuid, viewer_id uuid, sees_internal boolean, field_id uuid, value text, before_id uuid, row_limit integer) RETURNS TABLE(id uuid)
    LANGUAGE sql STABLE
    AS $$
    SELECT p.id
    FROM recruiting_team_jobs(team_applications_by_custom_value.organization_id, viewer_id) AS m
    CROSS JOIN LATERAL job_applications_by_custom_value(
        team_applications_by_custom_value.organization_id, viewer_id, sees_internal, m.job_id, field_id, value, before_id,
        row_limit
    ) AS p
    ORDER BY p.id DESC
    LIMIT row_limit
$$;

CREATE FUNCTION public.team_applications_updated_since(organization_id uuid, viewer_id uuid, sees_internal boolean, status text, after_at timestamp with time zone, after_id uuid, row_limit integer) RETURNS TABLE(id uuid)
    LANGUAGE sql STABLE
    AS $$
    SELECT p.id
    FROM recruiting_team_jobs(team_applications_updated_since.organization_id, viewer_id) AS m
    CROSS JOIN LATERAL (
        SELECT a.updated_at, a.id
        FROM unhidden_applications(team_applications_updated_since.organization_id, viewer_id, sees_internal) AS a
        WHERE a.job_id = m.job_id AND (a.updated_at, a.id) > (after_at, after_id)
          AND a.updated_at < (SELECT h.settled_at FROM heartbeats AS h WHERE h.name = 'primary')
          AND (team_applications_updated_since.status IS NULL OR a.status = team_applications_updated_since.status)
        ORDER BY a.updated_at, a.id
        LIMIT row_limit
    ) AS p
    ORDER BY p.updated_at, p.id
    LIMIT row_limit
$$;

CREATE FUNCTION public.team_attachments(organization_id uuid, viewer_id uuid, sees_internal boolean, sees_private boolean, kind text, before_id uuid, row_limit integer) RETURNS TABLE(id uuid)
    LANGUAGE sql STABLE
    AS $$
    SELECT p.id
    FROM recruiting_team_candidates(team_attachments.organization_id, viewer_id) AS m
    CROSS JOIN LATERAL (
        SELECT t.id
        FROM unhidden_attachments(team_attachments.organization_id, viewer_id, false, false, sees_private) AS t
        JOIN unhidden_candidates(team_attachments.organization_id, viewer_id, sees_internal) AS c
            ON c.id = t.candidate_id
        WHERE t.candidate_id = m.id AND t.id < team_attachments.before_id
          AND (team_attachments.kind IS NULL OR t.kind = team_attachments.kind)
        ORDER BY t.id DESC
        LIMIT row_limit
    ) AS p
    ORDER BY p.id DESC
    LIMIT row_limit
$$;

CREATE FUNCTION public.team_attachments_updated_since(organization_id uuid, viewer_id uuid, sees_internal boolean, sees_private boolean, kind text, after_at timestamp with time zone, after_id uuid, row_limit integer) RETURNS TABLE(id uuid)
    LANGUAGE sql STABLE
    AS $$
    SELECT p.id
    FROM recruiting_team_candidates(team_attachments_updated_since.organization_id, viewer_id) AS m
    CROSS JOIN LATERAL (
        SELECT t.updated_at, t.id
        FROM unhidden_attachments(
            team_attachments_updated_since.organization_id, viewer_id, false, false, sees_private
        ) AS t
        JOIN unhidden_candidates(team_attachments_updated_since.organization_id, viewer_id, sees_internal) AS c
            ON c.id = t.candidate_id
        WHERE t.candidate_id = m.id AND (t.updated_at, t.id) > (after_at, after_id)
          AND t.updated_at < (SELECT h.settled_at FROM heartbeats AS h WHERE h.name = 'primary')
          AND (team_attachments_updated_since.kind IS NULL OR t.kind = team_attachments_updated_since.kind)
        ORDER BY t.updated_at, t.id
        LIMIT row_limit
    ) AS p
    ORDER BY p.updated_at, p.id
    LIMIT row_limit
$$;

CREATE FUNCTION public.team_candidates(organization_id uuid, viewer_id uuid, sees_internal boolean, before_id uuid, row_limit integer) RETURNS TABLE(id uuid)
    LANGUAGE sql STABLE
    AS $$
    SELECT DISTINCT p.id
    FROM recruiting_team_jobs(team_candidates.organization_id, viewer_id) AS m
    CROSS JOIN LATERAL (
        SELECT DISTINCT a.candidate_id AS id
        FROM applications AS a
        JOIN unhidden_candidates(team_candidates.organization_id, viewer_id, sees_internal) AS c
            ON c.id = a.candidate_id
        WHERE a.organization_id = team_candidates.organization_id AND a.job_id = m.job_id
          AND a.candidate_id < team_candidates.before_id AND c.status = 'active'
        ORDER BY a.candidate_id DESC
        LIMIT row_limit
    ) AS p
    ORDER BY p.id DESC
    LIMIT row_limit
$$;

CREATE FUNCTION public.team_candidates_by_custom_value(organization_id uuid, viewer_id uuid, sees_internal boolean, field_id uuid, value text, before_id uuid, row_limit integer) RETURNS TABLE(id uuid)
    LANGUAGE sql STABLE
    AS $$
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

CREATE FUNCTION public.team_candidates_updated_since(organization_id uuid, viewer_id uuid, sees_internal boolean, after_at timestamp with time zone, after_id uuid, row_limit integer) RETURNS TABLE(id uuid)
    LANGUAGE sql STABLE
    AS $$
    SELECT p.id
    FROM recruiting_team_candidates(team_candidates_updated_since.organization_id, viewer_id) AS m
    CROSS JOIN LATERAL (
        SELECT c.updated_at, c.id
        FROM unhidden_candidates(team_candidates_updated_since.organization_id, viewer_id, sees_internal) AS c
        WHERE c.id = m.id AND c.status = 'active' AND (c.updated_at, c.id) > (after_at, after_id)
          AND c.updated_at < (SELECT h.settled_at FROM heartbeats AS h WHERE h.name = 'primary')
        ORDER BY c.updated_at, c.id
        LIMIT 1
    ) AS p
    ORDER BY p.updated_at, p.id
    LIMIT row_limit
$$;

CREATE FUNCTION public.team_consents(organization_id uuid, viewer_id uuid, sees_internal boolean, before_id uuid, row_limit integer) RETURNS TABLE(id uuid)
    LANGUAGE sql STABLE
    AS $$
    SELECT p.id
    FROM recruiting_team_candidates(team_consents.organization_id, viewer_id) AS m
    CROSS JOIN LATERAL (
        SELECT s.id
        FROM consents AS s
        JOIN unhidden_candidates(team_consents.organization_id, viewer_id, sees_internal) AS c
            ON c.id = s.candidate_id
        WHERE s.organization_id = team_consents.organization_id AND s.candidate_id = m.id
          AND s.id < team_consents.before_id
        ORDER BY s.id DESC
        LIMIT row_limit
    ) AS p
    ORDER BY p.id DESC
    LIMIT row_limit
$$;

CREATE FUNCTION public.team_consents_updated_since(organization_id uuid, viewer_id uuid, sees_internal boolean, after_at timestamp with time zone, after_id uuid, row_limit integer) RETURNS TABLE(id uuid)
    LANGUAGE sql STABLE
    AS $$
    SELECT p.id
    FROM recruiting_team_candidates(team_consents_updated_since.organization_id, viewer_id) AS m
    CROSS JOIN LATERAL (
        SELECT s.updated_at, s.id
        FROM consents AS s
        JOIN unhidden_candidates(team_consents_updated_since.organization_id, viewer_id, sees_internal) AS c
            ON c.id = s.candidate_id
        WHERE s.organization_id = team_consents_updated_since.organization_id AND s.candidate_id = m.id
          AND (s.updated_at, s.id) > (after_at, after_id)
          AND s.updated_at < (SELECT h.settled_at FROM heartbeats AS h WHERE h.name = 'primary')
        ORDER BY s.updated_at, s.id
        LIMIT row_limit
    ) AS p
    ORDER BY p.updated_at, p.id
    LIMIT row_limit
$$;

CREATE FUNCTION public.team_jobs(organization_id uuid, viewer_id uuid) RETURNS TABLE(job_id uuid)
    LANGUAGE sql STABLE
    AS $$
    SELECT DISTINCT t.job_id
    FROM hiring_team_members AS t
    WHERE t.organization_id = team_jobs.organization_id AND t.user_id = team_jobs.viewer_id
$$;

CREATE FUNCTION public.team_jobs_by_custom_value(organization_id uuid, viewer_id uuid, field_id uuid, value text) RETURNS TABLE(id uuid)
    LANGUAGE sql STABLE
    AS $$
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

CREATE FUNCTION public.team_messages(organization_id uuid, viewer_id uuid, sees_internal boolean, before_id uuid, row_limit integer) RETURNS TABLE(id uuid)
    LANGUAGE sql STABLE
    AS $$
    SELECT p.id
    FROM recruiting_team_candidates(team_messages.organization_id, viewer_id) AS t
    CROSS JOIN LATERAL (
        SELECT m.id
        FROM unhidden_messages(team_messages.organization_id, viewer_id, false, false) AS m
        JOIN unhidden_candidates(team_messages.organization_id, viewer_id, sees_internal) AS c ON c.id = m.candidate_id
        WHERE m.candidate_id = t.id AND m.id < team_messages.before_id
        ORDER BY m.id DESC
        LIMIT row_limit
    ) AS p
    ORDER BY p.id DESC
    LIMIT row_limit
$$;

CREATE FUNCTION public.team_notes(organization_id uuid, viewer_id uuid, sees_internal boolean, sees_private boolean, before_id uuid, row_limit integer) RETURNS TABLE(id uuid)
    LANGUAGE sql STABLE
    AS $$
    SELECT p.id
    FROM recruiting_team_candidates(team_notes.organization_id, viewer_id) AS m
    CROSS JOIN LATERAL (
        SELECT n.id
        FROM unhidden_notes(team_notes.organization_id, viewer_id, false, false, sees_private) AS n
        JOIN unhidden_candidates(team_notes.organization_id, viewer_id, sees_internal) AS c ON c.id = n.candidate_id
        WHERE n.candidate_id = m.id AND n.id < team_notes.before_id
        ORDER BY n.id DESC
        LIMIT row_limit
    ) AS p
    ORDER BY p.id DESC
    LIMIT row_limit
$$;

CREATE FUNCTION public.team_notes_updated_since(organization_id uuid, viewer_id uuid, sees_internal boolean, sees_private boolean, after_at timestamp with time zone, after_id uuid, row_limit integer) RETURNS TABLE(id uuid)
    LANGUAGE sql STABLE
    AS $$
    SELECT p.id
    FROM recruiting_team_candidates(team_notes_updated_since.organization_id, viewer_id) AS m
    CROSS JOIN LATERAL (
        SELECT n.updated_at, n.id
        FROM unhidden_notes(
            team_notes_updated_since.organization_id, viewer_id, false, false, sees_private
        ) AS n
        JOIN unhidden_candidates(team_notes_updated_since.organization_id, viewer_id, sees_internal) AS c
            ON c.id = n.candidate_id
        WHERE n.candidate_id = m.id AND (n.updated_at, n.id) > (after_at, after_id)
          AND n.updated_at < (SELECT h.settled_at FROM heartbeats AS h WHERE h.name = 'primary')
        ORDER BY n.updated_at, n.id
        LIMIT row_limit
    ) AS p
    ORDER BY p.updated_at, p.id
    LIMIT row_limit
$$;

CREATE FUNCTION public.team_openings(organization_id uuid, viewer_id uuid, status text, before_id uuid, row_limit integer) RETURNS TABLE(id uuid)
    LANGUAGE sql STABLE
    AS $$
    SELECT p.id
    FROM team_jobs(team_openings.organization_id, viewer_id) AS m
    CROSS JOIN LATERAL (
        SELECT o.id
        FROM openings AS o
        WHERE o.organization_id = team_openings.organization_id AND o.job_id = m.job_id
          AND o.id < team_openings.before_id
          AND (team_openings.status IS NULL OR o.status = team_openings.status)
        ORDER BY o.id DESC
        LIMIT row_limit
    ) AS p
    ORDER BY p.id DESC
    LIMIT row_limit
$$;

CREATE FUNCTION public.team_openings_updated_since(organization_id uuid, viewer_id uuid, status text, after_at timestamp with time zone, after_id uuid, row_limit integer) RETURNS TABLE(id uuid)
    LANGUAGE sql STABLE
    AS $$
    SELECT p.id
    FROM team_jobs(team_openings_updated_since.organization_id, viewer_id) AS m
    CROSS JOIN LATERAL (
        SELECT o.updated_at, o.id
        FROM openings AS o
        WHERE o.organization_id = team_openings_updated_since.organization_id AND o.job_id = m.job_id
          AND (o.updated_at, o.id) > (after_at, after_id)
          AND o.updated_at < (SELECT h.settled_at FROM heartbeats AS h WHERE h.name = 'primary')
          AND (team_openings_updated_since.status IS NULL OR o.status = team_openings_updated_since.status)
        ORDER BY o.updated_at, o.id
        LIMIT row_limit
    ) AS p
    ORDER BY p.updated_at, p.id
    LIMIT row_limit
$$;

CREATE FUNCTION public.team_posts(organization_id uuid, viewer_id uuid, status text, before_id uuid, row_limit integer) RETURNS TABLE(id uuid)
    LANGUAGE sql STABLE
    AS $$
    SELECT q.id
    FROM team_jobs(team_posts.organization_id, viewer_id) AS m
    CROSS JOIN LATERAL (
        SELECT p.id
        FROM posts AS p
        WHERE p.organization_id = team_posts.organization_id AND p.job_id = m.job_id AND p.id < team_posts.before_id
          AND (team_posts.status IS NULL OR p.status = team_posts.status)
        ORDER BY p.id DESC
        LIMIT row_limit
    ) AS q
    ORDER BY q.id DESC
    LIMIT row_limit
$$;

CREATE FUNCTION public.team_posts_updated_since(organization_id uuid, viewer_id uuid, status text, after_at timestamp with time zone, after_id uuid, row_limit integer) RETURNS TABLE(id uuid)
    LANGUAGE sql STABLE
    AS $$
    SELECT q.id
    FROM team_jobs(team_posts_updated_since.organization_id, viewer_id) AS m
    CROSS JOIN LATERAL (
        SELECT p.updated_at, p.id
        FROM posts AS p
        WHERE p.organization_id = team_posts_updated_since.organization_id AND p.job_id = m.job_id
          AND (p.updated_at, p.id) > (after_at, after_id)
          AND p.updated_at < (SELECT h.settled_at FROM heartbeats AS h WHERE h.name = 'primary')
          AND (team_posts_updated_since.status IS NULL OR p.status = team_posts_updated_since.status)
        ORDER BY p.updated_at, p.id
        LIMIT row_limit
    ) AS q
    ORDER BY q.updated_at, q.id
    LIMIT row_limit
$$;

CREATE FUNCTION public.team_stage_changes(organization_id uuid, viewer_id uuid, sees_internal boolean, before_id uuid, row_limit integer) RETURNS TABLE(id uuid)
    LANGUAGE sql STABLE
    AS $$
    SELECT p.id
    FROM recruiting_team_jobs(team_stage_changes.organization_id, viewer_id) AS m
    JOIN unhidden_applications(team_stage_changes.organization_id, viewer_id, sees_internal) AS a ON a.job_id = m.job_id
    CROSS JOIN LATERAL (
        SELECT h.id
        FROM stage_changes AS h
        WHERE h.organization_id = team_stage_changes.organization_id AND h.application_id = a.id
          AND h.id < team_stage_changes.before_id
        ORDER BY h.id DESC
        LIMIT row_limit
    ) AS p
    ORDER BY p.id DESC
    LIMIT row_limit
$$;

CREATE FUNCTION public.timeline_resources(organization_id uuid, viewer_id uuid, sees_all_jobs boolean, sees_confidential_jobs boolean, sees_internal boolean, sees_private boolean, candidate_id uuid, types text[]) RETURNS TABLE(type text, id uuid)
    LANGUAGE sql STABLE
    AS $$
    SELECT r.type, r.id
    FROM (
        SELECT 'candidate' AS type, timeline_resources.candidate_id AS id
        UNION ALL
        SELECT 'candidate', m.id
        FROM merged_candidates(timeline_resources.organization_id, timeline_resources.candidate_id) AS m
        UNION ALL
        SELECT 'result_link', l.id
        FROM result_links AS l
        WHERE l.organization_id = timeline_resources.organization_id AND l.candidate_id = timeline_resources.candidate_id
        UNION ALL
        SELECT 'consent', s.id
        FROM consents AS s
        WHERE s.organization_id = timeline_resources.organization_id AND s.candidate_id = timeline_resources.candidate_id
        UNION ALL
        SELECT 'attachment', t.id
        FROM shown_attachments(
            timeline_resources.organization_id, viewer_id, sees_all_jobs, sees_confidential_jobs, sees_internal,
            sees_private
        ) AS t
        WHERE t.candidate_id = timeline_resources.candidate_id
        UNION ALL
        SELECT 'note', n.id
        FROM unhidden_notes(
            timeline_resources.organization_id, viewer_id, sees_all_jobs, sees_confidential_jobs, sees_private
        ) AS n
        WHERE n.candidate_id = timeline_resources.candidate_id
        UNION ALL
        SELECT 'message', m.id
        FROM unhidden_messages(
            timeline_resources.organization_id, viewer_id, sees_all_jobs, sees_confidential_jobs
        ) AS m
        WHERE m.candidate_id = timeline_resources.candidate_id
        UNION ALL
        SELECT 'application', a.id
        FROM unhidden_applications(timeline_resources.organization_id, viewer_id, sees_internal) AS a
        JOIN recruited_jobs(
            timeline_resources.organization_id, viewer_id, sees_all_jobs, sees_confidential_jobs
        ) AS j ON j.id = a.job_id
        WHERE a.candidate_id = timeline_resources.candidate_id
    ) AS r
    WHERE r.type = ANY (timeline_resources.types)
$$;

CREATE FUNCTION public.touch_candidate(organization_id uuid, candidate_id uuid) RETURNS uuid
    LANGUAGE plpgsql
    AS $$
BEGIN
    UPDATE candidates AS c
    SET updated_at = written_at()
    WHERE c.organization_id = touch_candidate.organization_id AND c.id = touch_candidate.candidate_id;
    RETURN touch_candidate.candidate_id;
END
$$;

CREATE FUNCTION public.unended_bulk_operations(organization_id uuid) RETURNS TABLE(unended_count bigint)
    LANGUAGE sql STABLE
    AS $$
    SELECT count(*)
    FROM bulk_operations AS b
    WHERE b.organization_id = unended_bulk_operations.organization_id AND b.ended_at IS NULL
$$;

CREATE FUNCTION public.unfit(pointer text, finding text) RETURNS json
    LANGUAGE sql STABLE
    AS $$
    SELECT json_build_object('code', finding, 'findings', json_build_object(pointer, finding))
$$;

CREATE FUNCTION public.unfit(pointer text, finding text, detail text) RETURNS json
    LANGUAGE sql STABLE
    AS $$
    SELECT json_build_object('code', 'invalid', 'detail', detail, 'findings', json_build_object(pointer, finding))
$$;

CREATE FUNCTION public.unfit_custom_fields(organization_id uuid, applies_to text, given jsonb, kept jsonb) RETURNS TABLE(pointer text, finding text)
    LANGUAGE sql STABLE
    AS $$
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

CREATE FUNCTION public.unfit_custom_value(type text, options jsonb, given jsonb, kept jsonb) RETURNS text
    LANGUAGE sql STABLE
    AS $_$
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
$_$;

CREATE FUNCTION public.unfit_fields(findings json) RETURNS json
    LANGUAGE sql STABLE
    AS $$
    SELECT json_build_object('code', 'invalid', 'findings', findings)
$$;

CREATE FUNCTION public.unfit_fields(findings json, detail text) RETURNS json
    LANGUAGE sql STABLE
    AS $$
    SELECT json_build_object('code', 'invalid', 'detail', detail, 'findings', findings)
$$;

CREATE FUNCTION public.unfit_fields(findings json, question_ids json, detail text) RETURNS json
    LANGUAGE sql STABLE
    AS $$
    SELECT json_build_object('code', 'invalid', 'detail', detail, 'findings', findings, 'question_ids', question_ids)
$$;

CREATE FUNCTION public.unhidden_applications(organization_id uuid, viewer_id uuid, sees_internal boolean) RETURNS SETOF public.applications
    LANGUAGE sql STABLE
    AS $$
    SELECT a.*
    FROM applications AS a
    WHERE a.organization_id = unhidden_applications.organization_id
      AND a.candidate_user_id IS DISTINCT FROM unhidden_applications.viewer_id
      AND (sees_internal OR a.candidate_user_id IS NULL)
$$;

CREATE FUNCTION public.unhidden_attachments(organization_id uuid, viewer_id uuid, sees_all_jobs boolean, sees_confidential_jobs boolean, sees_private boolean) RETURNS SETOF public.attachments
    LANGUAGE sql STABLE
    AS $$
    SELECT t.*
    FROM attachments AS t
    WHERE t.organization_id = unhidden_attachments.organization_id AND t.status <> 'deleted'
      AND (sees_private OR t.visibility = 'team')
      AND (t.application_id IS NULL OR (
          SELECT j.id
          FROM applications AS a
          JOIN recruited_jobs(
              unhidden_attachments.organization_id, viewer_id, sees_all_jobs, sees_confidential_jobs
          ) AS j ON j.id = a.job_id
          WHERE a.organization_id = unhidden_attachments.organization_id AND a.id = t.application_id
      ) IS NOT NULL)
$$;

CREATE FUNCTION public.unhidden_candidates(organization_id uuid, viewer_id uuid, sees_internal boolean) RETURNS SETOF public.candidates
    LANGUAGE sql STABLE
    AS $$
    SELECT c.*
    FROM candidates AS c
    WHERE c.organization_id = unhidden_candidates.organization_id
      AND c.user_id IS DISTINCT FROM unhidden_candidates.viewer_id AND (sees_internal OR c.user_id IS NULL)
      AND c.status <> 'merged'
$$;

CREATE FUNCTION public.unhidden_messages(organization_id uuid, viewer_id uuid, sees_all_jobs boolean, sees_confidential_jobs boolean) RETURNS SETOF public.messages
    LANGUAGE sql STABLE
    AS $$
    SELECT m.*
    FROM messages AS m
    WHERE m.organization_id = unhidden_messages.organization_id AND m.user_id IS NULL
      AND (m.application_id IS NULL OR (
          SELECT j.id
          FROM applications AS a
          JOIN recruited_jobs(
              unhidden_messages.organization_id, viewer_id, sees_all_jobs, sees_confidential_jobs
          ) AS j ON j.id = a.job_id
          WHERE a.organization_id = unhidden_messages.organization_id AND a.id = m.application_id
      ) IS NOT NULL)
$$;

CREATE FUNCTION public.unhidden_notes(organization_id uuid, viewer_id uuid, sees_all_jobs boolean, sees_confidential_jobs boolean, sees_private boolean) RETURNS SETOF public.notes
    LANGUAGE sql STABLE
    AS $$
    SELECT n.*
    FROM notes AS n
    WHERE n.organization_id = unhidden_notes.organization_id
      AND (sees_private OR n.visibility = 'team' OR (n.author ->> 'user_id')::uuid = unhidden_notes.viewer_id)
      AND (n.application_id IS NULL OR (
          SELECT j.id
          FROM applications AS a
          JOIN recruited_jobs(
              unhidden_notes.organization_id, viewer_id, sees_all_jobs, sees_confidential_jobs
          ) AS j ON j.id = a.job_id
          WHERE a.organization_id = unhidden_notes.organization_id AND a.id = n.application_id
      ) IS NOT NULL)
$$;

CREATE FUNCTION public.unknown_mentions(organization_id uuid, mentions uuid[], former_mentions uuid[]) RETURNS TABLE(pointer text, place bigint)
    LANGUAGE sql STABLE
    AS $$
    SELECT format('/mentions/%s', m.place - 1), m.place
    FROM unnest(mentions) WITH ORDINALITY AS m (user_id, place)
    LEFT JOIN users AS u
        ON u.organization_id = unknown_mentions.organization_id AND u.id = m.user_id AND u.status = 'active'
    WHERE u.id IS NULL AND m.user_id <> ALL (former_mentions)
$$;

CREATE TABLE public.uploads (
    organization_id uuid NOT NULL,
    id uuid NOT NULL,
    job_board_id uuid,
    file_name text NOT NULL,
    media_type text NOT NULL,
    size bigint NOT NULL,
    sha256 text NOT NULL,
    storage_name text NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    expires_at timestamp with time zone NOT NULL,
    used_at timestamp with time zone
);
ALTER TABLE ONLY public.uploads ALTER COLUMN organization_id SET (n_distinct=2);

COMMENT ON TABLE public.uploads IS 'Files that were sent and wait to be attached: single use, swept when they expire.';

COMMENT ON COLUMN public.uploads.job_board_id IS 'Set for an anonymous upload: only an application through this board may use it.';

COMMENT ON COLUMN public.uploads.file_name IS 'Empty when the attachment that was made of it has been deleted.';

COMMENT ON COLUMN public.uploads.sha256 IS 'As file_name.';

COMMENT ON COLUMN public.uploads.storage_name IS 'Random name in the file store.';

COMMENT ON COLUMN public.uploads.used_at IS 'When it was attached, used up by an application that changed nothing, or given up by the sweep: nobody can use it any more.';

CREATE FUNCTION public.upload_body(upload public.uploads) RETURNS json
    LANGUAGE sql STABLE
    AS $$
    SELECT json_build_object(
        'id', upload.id, 'file_name', upload.file_name, 'size', upload.size, 'sha256', upload.sha256,
        'media_type', upload.media_type, 'expires_at', as_utc(upload.expires_at)
    )
$$;

CREATE TABLE public.users (
    organization_id uuid NOT NULL,
    id uuid NOT NULL,
    external_id text,
    type text NOT NULL,
    status text NOT NULL,
    first_name text NOT NULL,
    middle_name text,
    last_name text,
    name text NOT NULL,
    email text,
    language text DEFAULT 'en'::text NOT NULL,
    time_zone text DEFAULT 'UTC'::text NOT NULL,
    version integer DEFAULT 1 NOT NULL,
    created_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
    updated_at timestamp with time zone DEFAULT public.written_at() NOT NULL,
    CONSTRAINT users_email_lower_case CHECK ((email = lower(email))),
    CONSTRAINT users_members_have_email CHECK (((type = 'service'::text) OR (email IS NOT NULL))),
    CONSTRAINT users_status_known CHECK ((status = ANY (ARRAY['invited'::text, 'active'::text, 'disabled'::text]))),
    CONSTRAINT users_type_known CHECK ((type = ANY (ARRAY['member'::text, 'service'::text])))
);
ALTER TABLE ONLY public.users ALTER COLUMN organization_id SET (n_distinct=2);

COMMENT ON TABLE public.users IS 'People who work in the system (members) and integrations (service users, who hold API keys and cannot log in).';

COMMENT ON COLUMN public.users.email IS 'Lower case; unique in its organization only: people work for several.';

CREATE FUNCTION public.user_body(account public.users) RETURNS json
    LANGUAGE sql STABLE
    AS $$
    SELECT json_build_object(
        'id', account.id, 'external_id', account.external_id, 'type', account.type, 'status', account.status,
        'first_name', account.first_name, 'middle_name', account.middle_name, 'last_name', account.last_name,
        'name', account.name, 'email', account.email, 'language', account.language, 'time_zone', account.time_zone,
        'version', account.version, 'created_at', as_utc(account.created_at), 'updated_at', as_utc(account.updated_at)
    )
$$;

CREATE FUNCTION public.uuid_v7() RETURNS uuid
    LANGUAGE sql
    AS $$
    SELECT (
        overlay(lpad(to_hex((extract(epoch FROM clock_timestamp()) * 4096000)::bigint), 15, '0') PLACING '7' FROM 13 FOR 0)
        || substr(gen_random_uuid()::text, 20)
    )::uuid
$$;

COMMENT ON FUNCTION public.uuid_v7() IS 'A UUIDv7 (RFC 9562), as the service makes them, where one statement writes as many events as it finds rows. The 12 bits behind the version are 4096ths of a millisecond, so ids that are made one behind the other are in that order.';

CREATE FUNCTION public.version_mismatch(version integer) RETURNS json
    LANGUAGE sql STABLE
    AS $$
    SELECT json_build_object('code', 'version_mismatch', 'current', json_build_object('version', version))
$$;

CREATE FUNCTION public.vocabulary_state(organization_id uuid) RETURNS TABLE(state text)
    LANGUAGE sql STABLE
    AS $$
    SELECT coalesce(
        (
            SELECT v.version::text
            FROM vocabulary_versions AS v
            WHERE v.organization_id = vocabulary_state.organization_id
        ),
        'none'
    )
$$;

CREATE FUNCTION public.web_address_pattern() RETURNS text
    LANGUAGE sql IMMUTABLE
    AS $_$
    SELECT '^[Hh][Tt][Tt][Pp][Ss]?://([^/?#' || c.others || ']*@)?(\[[0-9A-Fa-f:.]+\]|[^]/?#@:[' || c.others || ']+)'
        || '(:([1-9][0-9]{0,3}|[1-5][0-9]{4}|6[0-4][0-9]{3}|65[0-4][0-9]{2}|655[0-2][0-9]|6553[0-5])?)?'
        || '([/?#][^' || c.others || ']*)?$'
    FROM (SELECT '[:cntrl:][:space:]<>"\\^`{|}') AS c (others)
$_$;

CREATE FUNCTION public.working_places(post public.posts, job public.jobs) RETURNS TABLE(locations jsonb)
    LANGUAGE sql STABLE
    AS $$
    SELECT post.locations || coalesce(
        jsonb_agg(jsonb_build_object(CASE WHEN length(m.place) > 2 THEN 'region' ELSE 'country' END, m.place)), '[]'
    )
    FROM unnest(post.remote_regions) AS m (place)
    WHERE job.workplace = 'remote'
$$;

CREATE TABLE public.api_key_directory (
    key_hash bytea NOT NULL,
    organization_id uuid NOT NULL,
    api_key_id uuid NOT NULL
);

COMMENT ON TABLE public.api_key_directory IS 'Finds an API key by the SHA-256 of its secret before a tenant is known.';

CREATE TABLE public.board_directory (
    slug text NOT NULL,
    organization_id uuid NOT NULL,
    job_board_id uuid NOT NULL
);

COMMENT ON TABLE public.board_directory IS 'Finds a public board by its slug before a tenant is known.';

CREATE TABLE public.board_versions (
    organization_id uuid NOT NULL,
    version uuid NOT NULL
)
WITH (fillfactor='50');

COMMENT ON TABLE public.board_versions IS 'The version of what the public boards of an organization show. It is another after every change; without a row nothing has changed since there are versions.';

COMMENT ON COLUMN public.board_versions.version IS 'Random, so that a version that a failover lost never comes back.';

CREATE TABLE public.bulk_operation_items (
    organization_id uuid NOT NULL,
    bulk_operation_id uuid NOT NULL,
    id uuid NOT NULL,
    outcome text DEFAULT 'pending'::text NOT NULL,
    error jsonb,
    CONSTRAINT bulk_operation_items_error_when_refused CHECK (((outcome = 'refused'::text) = (error IS NOT NULL))),
    CONSTRAINT bulk_operation_items_outcome_known CHECK ((outcome = ANY (ARRAY['pending'::text, 'succeeded'::text, 'unchanged'::text, 'refused'::text])))
)
WITH (fillfactor='80');
ALTER TABLE ONLY public.bulk_operation_items ALTER COLUMN organization_id SET (n_distinct=2);

COMMENT ON TABLE public.bulk_operation_items IS 'The applications of a bulk operation, as they were chosen at its request, and what became of each.';

COMMENT ON COLUMN public.bulk_operation_items.bulk_operation_id IS 'The operation, whose request writes both. No foreign key on purpose: one request would check 50,000.';

COMMENT ON COLUMN public.bulk_operation_items.id IS 'The application. No foreign key on purpose: one request would check 50,000, and lock their rows.';

COMMENT ON COLUMN public.bulk_operation_items.error IS 'Why it was refused: {"code", "detail", "errors", "current"}, as the single command answers.';

CREATE TABLE public.candidate_emails (
    organization_id uuid NOT NULL,
    email text NOT NULL,
    candidate_id uuid NOT NULL,
    CONSTRAINT candidate_emails_lower_case CHECK ((email = lower(email)))
);
ALTER TABLE ONLY public.candidate_emails ALTER COLUMN organization_id SET (n_distinct=2);

COMMENT ON TABLE public.candidate_emails IS 'The addresses of candidates.emails, to find a person by.';

CREATE TABLE public.candidate_tags (
    organization_id uuid NOT NULL,
    tag_id uuid NOT NULL,
    candidate_id uuid NOT NULL
);
ALTER TABLE ONLY public.candidate_tags ALTER COLUMN organization_id SET (n_distinct=2);

COMMENT ON TABLE public.candidate_tags IS 'Who has a tag: what candidates.tag_ids says, to find candidates by. Triggers write it, and nothing else does.';

CREATE TABLE public.consent_text_versions (
    organization_id uuid NOT NULL,
    consent_text_id uuid NOT NULL,
    version integer NOT NULL,
    text text NOT NULL,
    is_required boolean NOT NULL,
    status text NOT NULL,
    updated_at timestamp with time zone DEFAULT public.written_at() NOT NULL
);
ALTER TABLE ONLY public.consent_text_versions ALTER COLUMN organization_id SET (n_distinct=2);

COMMENT ON TABLE public.consent_text_versions IS 'What a consent text was in each version, the current one included: consents name them. A trigger adds rows, and nothing changes them.';

CREATE TABLE public.credentials (
    organization_id uuid NOT NULL,
    user_id uuid NOT NULL,
    password_hash text NOT NULL,
    changed_at timestamp with time zone DEFAULT now() NOT NULL
);
ALTER TABLE ONLY public.credentials ALTER COLUMN organization_id SET (n_distinct=2);

COMMENT ON TABLE public.credentials IS 'argon2id hashes of passwords, kept apart so that no body of a user can carry one.';

CREATE TABLE public.custom_values (
    organization_id uuid NOT NULL,
    field_id uuid NOT NULL,
    value text NOT NULL,
    resource_id uuid NOT NULL,
    job_id uuid
);
ALTER TABLE ONLY public.custom_values ALTER COLUMN organization_id SET (n_distinct=2);

COMMENT ON TABLE public.custom_values IS 'Which candidates, applications or jobs have a value in a custom field, to find them by. Triggers write it, and nothing else does.';

COMMENT ON COLUMN public.custom_values.value IS 'The value as a text: of a number without needless zeros, of a select the id of an option.';

COMMENT ON COLUMN public.custom_values.job_id IS 'Of an application its job, which never changes: a page of each job, merged, is what teams read.';

CREATE TABLE public.feed (
    "position" bigint NOT NULL,
    organization_id uuid NOT NULL,
    event_id uuid NOT NULL
);

COMMENT ON TABLE public.feed IS 'The total order of events; whoever reads events in order reads this.';

COMMENT ON COLUMN public.feed."position" IS 'Given by the one sequencer from feed_positions, in commit order; has gaps.';

CREATE SEQUENCE public.feed_positions
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;

ALTER SEQUENCE public.feed_positions OWNED BY public.feed."position";

CREATE TABLE public.feed_watermarks (
    name text NOT NULL,
    "position" bigint DEFAULT 0 NOT NULL,
    epoch integer DEFAULT 1 NOT NULL,
    updated_at timestamp with time zone DEFAULT now() NOT NULL
)
WITH (fillfactor='50', autovacuum_vacuum_scale_factor='0', autovacuum_vacuum_threshold='500');

COMMENT ON TABLE public.feed_watermarks IS 'How far the relay has published the feed: one row, "relay", there from the start.';

COMMENT ON COLUMN public.feed_watermarks."position" IS 'Everything up to here is published; moved by compare-and-set.';

COMMENT ON COLUMN public.feed_watermarks.epoch IS 'Raised at restore or promotion: cursors of another epoch must start over.';

CREATE TABLE public.heartbeats (
    name text NOT NULL,
    beaten_at timestamp with time zone NOT NULL,
    settled_at timestamp with time zone DEFAULT '-infinity'::timestamp with time zone NOT NULL
)
WITH (fillfactor='50', autovacuum_vacuum_scale_factor='0', autovacuum_vacuum_threshold='500');

COMMENT ON TABLE public.heartbeats IS 'Instants that processes renew. "primary": every second by whoever uses the primary, its age on a replica is the lag of the replica. "sweep", "sweep of files": when a worker began the last round.';

COMMENT ON COLUMN public.heartbeats.settled_at IS 'Whoever sees this row sees every write whose updated_at is before this moment, and no such write will come. It never goes back.';

CREATE TABLE public.hiring_team_members (
    organization_id uuid NOT NULL,
    job_id uuid NOT NULL,
    user_id uuid NOT NULL,
    role text NOT NULL,
    added_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT hiring_team_members_role_known CHECK ((role = ANY (ARRAY['recruiter'::text, 'coordinator'::text, 'hiring_manager'::text, 'interviewer'::text])))
);
ALTER TABLE ONLY public.hiring_team_members ALTER COLUMN organization_id SET (n_distinct=2);

COMMENT ON TABLE public.hiring_team_members IS 'Who works on a job; permissions say what, scope and team say which.';

CREATE TABLE public.idempotency_keys (
    principal text NOT NULL,
    key text NOT NULL,
    organization_id uuid,
    fingerprint text NOT NULL,
    answer text NOT NULL,
    event_id uuid,
    created_at timestamp with time zone DEFAULT now() NOT NULL
)
WITH (autovacuum_vacuum_scale_factor='0', autovacuum_vacuum_threshold='1000');

COMMENT ON TABLE public.idempotency_keys IS 'Answers to requests that carried an Idempotency-Key, written in the transaction of the effect; good for 48 hours.';

COMMENT ON COLUMN public.idempotency_keys.principal IS 'Whose key it is: a user, an API key, or a public endpoint and an address.';

COMMENT ON COLUMN public.idempotency_keys.organization_id IS 'The tenant that the answer is about; NULL where none was known.';

COMMENT ON COLUMN public.idempotency_keys.fingerprint IS 'Hash of method, path and body: the same key with another request is refused.';

COMMENT ON COLUMN public.idempotency_keys.answer IS 'The whole reply, without secrets.';

COMMENT ON COLUMN public.idempotency_keys.event_id IS 'The event that the command was given an id for; there is none where nothing had to change.';

CREATE TABLE public.inbox (
    consumer text NOT NULL,
    message_id uuid NOT NULL,
    organization_id uuid NOT NULL,
    handled_at timestamp with time zone DEFAULT now() NOT NULL
)
WITH (autovacuum_vacuum_scale_factor='0', autovacuum_vacuum_threshold='1000');

COMMENT ON TABLE public.inbox IS 'Messages that a consumer has handled, written in the transaction of the effect.';

CREATE TABLE public.job_offices (
    organization_id uuid NOT NULL,
    job_id uuid NOT NULL,
    "position" smallint NOT NULL,
    office_id uuid NOT NULL
);
ALTER TABLE ONLY public.job_offices ALTER COLUMN organization_id SET (n_distinct=2);

COMMENT ON TABLE public.job_offices IS 'The offices of a job, the primary one at position 0.';

CREATE TABLE public.link_directory (
    token_hash bytea NOT NULL,
    organization_id uuid NOT NULL,
    mailed_link_id uuid NOT NULL,
    email_hash bytea,
    created_at timestamp with time zone
);

COMMENT ON TABLE public.link_directory IS 'Finds a mailed link by the SHA-256 of its token before a tenant is known.';

COMMENT ON COLUMN public.link_directory.email_hash IS 'SHA-256 of the address it was mailed to, as in login_directory; NULL when the first address of the organization was confirmed by then: its links are not counted with those of others. Of a link that verifies a sender, SHA-256 of "sender " and the address: these are counted by themselves.';

COMMENT ON COLUMN public.link_directory.created_at IS 'When the link was made; NULL for those that are older than the count.';

CREATE TABLE public.login_directory (
    email_hash bytea NOT NULL,
    organization_id uuid NOT NULL,
    user_id uuid NOT NULL
);

COMMENT ON TABLE public.login_directory IS 'Finds the accounts of an e-mail address before a tenant is known: SHA-256 of the lower-cased address.';

CREATE TABLE public.mailed_links (
    organization_id uuid NOT NULL,
    id uuid NOT NULL,
    kind text NOT NULL,
    user_id uuid NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    expires_at timestamp with time zone NOT NULL,
    spent_at timestamp with time zone,
    sender_identity_id uuid,
    CONSTRAINT mailed_links_kind_known CHECK ((kind = ANY (ARRAY['invitation'::text, 'password_reset'::text, 'sender_verification'::text])))
);
ALTER TABLE ONLY public.mailed_links ALTER COLUMN organization_id SET (n_distinct=2);

COMMENT ON TABLE public.mailed_links IS 'One-time links in mails. Their token is derived from the id and a secret of the service and stored nowhere.';

COMMENT ON COLUMN public.mailed_links.user_id IS 'Whom the link is for; of a link that verifies a sender, who let it be mailed.';

COMMENT ON COLUMN public.mailed_links.sender_identity_id IS 'The sender whose address the link verifies.';

CREATE TABLE public.organization_directory (
    slug text NOT NULL,
    organization_id uuid NOT NULL
);

COMMENT ON TABLE public.organization_directory IS 'Finds an organization by its slug before any tenant is known.';

CREATE TABLE public.outbox (
    sequence bigint NOT NULL,
    organization_id uuid NOT NULL,
    event_id uuid NOT NULL,
    due_at timestamp with time zone DEFAULT now() NOT NULL,
    queued_at timestamp with time zone DEFAULT now() NOT NULL
)
WITH (autovacuum_vacuum_scale_factor='0', autovacuum_vacuum_threshold='500', autovacuum_analyze_scale_factor='0', autovacuum_analyze_threshold='1000');

COMMENT ON TABLE public.outbox IS 'Events that wait for their place in the feed: written with the event, deleted by the sequencer.';

COMMENT ON COLUMN public.outbox.sequence IS 'Order of writing, not of committing: never a cursor.';

COMMENT ON COLUMN public.outbox.due_at IS 'Not sequenced before this: a mail to be sent later waits here.';

COMMENT ON COLUMN public.outbox.queued_at IS 'When it was written. A row that was due then is due for ever: a clock that steps back must not reorder.';

CREATE TABLE public.outbox_mark (
    is_only boolean DEFAULT true NOT NULL,
    settled_sequence bigint DEFAULT 0 NOT NULL,
    settled_due_at timestamp with time zone DEFAULT '-infinity'::timestamp with time zone NOT NULL,
    reached_sequence bigint DEFAULT 0 NOT NULL,
    reached_xid xid8 DEFAULT '0'::xid8 NOT NULL,
    CONSTRAINT outbox_mark_is_only CHECK (is_only)
)
WITH (fillfactor='50', autovacuum_vacuum_scale_factor='0', autovacuum_vacuum_threshold='500');

COMMENT ON TABLE public.outbox_mark IS 'Where the sequencer begins to look: one row. It lives here and not in a process, so that a restore or a failover takes it back with the rows.';

COMMENT ON COLUMN public.outbox_mark.settled_sequence IS 'Of the rows up to here only those for later are left, and no transaction can add one.';

COMMENT ON COLUMN public.outbox_mark.settled_due_at IS 'Of the rows up to settled_sequence those due up to here are gone.';

COMMENT ON COLUMN public.outbox_mark.reached_sequence IS 'Highest sequence taken; becomes settled_sequence when every transaction before reached_xid has ended.';

COMMENT ON COLUMN public.outbox_mark.reached_xid IS 'Who may still hold a sequence up to reached_sequence has a lower transaction id.';

ALTER TABLE public.outbox ALTER COLUMN sequence ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.outbox_sequence_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.permission_assignments (
    organization_id uuid NOT NULL,
    id uuid NOT NULL,
    user_id uuid NOT NULL,
    permission text NOT NULL,
    scope text NOT NULL,
    granted_by jsonb NOT NULL,
    granted_at timestamp with time zone DEFAULT now() NOT NULL,
    revoked_by jsonb,
    revoked_at timestamp with time zone,
    CONSTRAINT permission_assignments_scope_known CHECK ((scope = ANY (ARRAY['all'::text, 'team'::text])))
);
ALTER TABLE ONLY public.permission_assignments ALTER COLUMN organization_id SET (n_distinct=2);

COMMENT ON TABLE public.permission_assignments IS 'Permissions given to a user directly, with who granted and revoked them and when.';

CREATE TABLE public.permission_group_assignments (
    organization_id uuid NOT NULL,
    id uuid NOT NULL,
    user_id uuid NOT NULL,
    permission_group_id uuid NOT NULL,
    scope text NOT NULL,
    granted_by jsonb NOT NULL,
    granted_at timestamp with time zone DEFAULT now() NOT NULL,
    revoked_by jsonb,
    revoked_at timestamp with time zone,
    CONSTRAINT permission_group_assignments_scope_known CHECK ((scope = ANY (ARRAY['all'::text, 'team'::text])))
);
ALTER TABLE ONLY public.permission_group_assignments ALTER COLUMN organization_id SET (n_distinct=2);

COMMENT ON TABLE public.permission_group_assignments IS 'Who was in which group, granted and revoked by whom and when; nothing is deleted.';

CREATE TABLE public.pipelines (
    organization_id uuid NOT NULL,
    job_id uuid NOT NULL,
    version integer NOT NULL,
    stages jsonb NOT NULL,
    actor jsonb NOT NULL,
    created_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL
);
ALTER TABLE ONLY public.pipelines ALTER COLUMN organization_id SET (n_distinct=2);

COMMENT ON TABLE public.pipelines IS 'Every version of a job''s pipeline; only the newest is in force, older ones answer as_of.';

COMMENT ON COLUMN public.pipelines.stages IS 'In order: [{"id", "name", "kind", "position"}].';

CREATE TABLE public.principal_changes (
    transaction_id xid8 DEFAULT pg_current_xact_id() NOT NULL,
    subject_id uuid NOT NULL,
    changed_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL
);

COMMENT ON TABLE public.principal_changes IS 'Sessions, API keys, users and permission groups whose rights changed lately. Every API process reads the new rows several times a second; after an hour nobody needs a row.';

COMMENT ON COLUMN public.principal_changes.transaction_id IS 'The transaction that changed them: what a snapshot cannot see yet is at or above its xmin, whatever the clocks say.';

COMMENT ON COLUMN public.principal_changes.subject_id IS 'A session, an API key, a user or a permission group.';

CREATE TABLE public.refresh_tokens (
    token_hash bytea NOT NULL,
    organization_id uuid NOT NULL,
    session_id uuid NOT NULL,
    generation integer NOT NULL
);

COMMENT ON TABLE public.refresh_tokens IS 'Finds the session of a refresh token by its SHA-256, spent ones included, so that reuse is seen.';

CREATE TABLE public.schema_functions (
    signature text NOT NULL,
    definition_before text,
    checksum text NOT NULL,
    applied_at timestamp with time zone DEFAULT now() NOT NULL
);

COMMENT ON TABLE public.schema_functions IS 'The functions that sql/functions made; `hiring migrate` writes it, with the functions themselves.';

COMMENT ON COLUMN public.schema_functions.definition_before IS 'For the way back: what makes the function that stood in its place before; NULL where none did.';

COMMENT ON COLUMN public.schema_functions.checksum IS 'SHA-256 of all files of sql/functions that were applied last, hexadecimal: other files are applied again.';

CREATE TABLE public.schema_migrations (
    version text NOT NULL,
    name text NOT NULL,
    checksum text NOT NULL,
    applied_by text DEFAULT SESSION_USER NOT NULL,
    applied_at timestamp with time zone DEFAULT now() NOT NULL,
    duration_ms integer NOT NULL
);

COMMENT ON TABLE public.schema_migrations IS 'Which migrations this database has; `hiring migrate` writes it, with the change itself.';

COMMENT ON COLUMN public.schema_migrations.version IS 'The four digits that the file''s name starts with.';

COMMENT ON COLUMN public.schema_migrations.checksum IS 'SHA-256 of the applied file''s bytes, hexadecimal: an edited one is refused.';

COMMENT ON COLUMN public.schema_migrations.duration_ms IS 'How long it took, waits for locks included.';

CREATE TABLE public.vocabulary_versions (
    organization_id uuid NOT NULL,
    version uuid NOT NULL
)
WITH (fillfactor='50');

COMMENT ON TABLE public.vocabulary_versions IS 'The version of the vocabularies of an organization. It is another after every change; without a row nothing has changed since there are versions.';

COMMENT ON COLUMN public.vocabulary_versions.version IS 'Random, so that a version that a failover lost never comes back.';

ALTER TABLE ONLY public.api_key_directory
    ADD CONSTRAINT api_key_directory_pkey PRIMARY KEY (key_hash);

ALTER TABLE ONLY public.api_keys
    ADD CONSTRAINT api_keys_pkey PRIMARY KEY (organization_id, id);

ALTER TABLE ONLY public.applications
    ADD CONSTRAINT applications_external_id_taken UNIQUE (organization_id, external_id);

ALTER TABLE ONLY public.applications
    ADD CONSTRAINT applications_pkey PRIMARY KEY (organization_id, id);

ALTER TABLE ONLY public.attachments
    ADD CONSTRAINT attachments_pkey PRIMARY KEY (organization_id, id);

ALTER TABLE ONLY public.board_directory
    ADD CONSTRAINT board_directory_slug_taken PRIMARY KEY (slug);

ALTER TABLE ONLY public.board_keys
    ADD CONSTRAINT board_keys_pkey PRIMARY KEY (organization_id, id);

ALTER TABLE ONLY public.board_versions
    ADD CONSTRAINT board_versions_pkey PRIMARY KEY (organization_id);

ALTER TABLE ONLY public.bulk_operation_items
    ADD CONSTRAINT bulk_operation_items_pkey PRIMARY KEY (organization_id, bulk_operation_id, id);

ALTER TABLE ONLY public.bulk_operations
    ADD CONSTRAINT bulk_operations_pkey PRIMARY KEY (organization_id, id);

ALTER TABLE ONLY public.candidate_emails
    ADD CONSTRAINT candidate_emails_pkey PRIMARY KEY (organization_id, email, candidate_id);

ALTER TABLE ONLY public.candidate_tags
    ADD CONSTRAINT candidate_tags_pkey PRIMARY KEY (organization_id, tag_id, candidate_id);

ALTER TABLE ONLY public.candidates
    ADD CONSTRAINT candidates_external_id_taken UNIQUE (organization_id, external_id);

ALTER TABLE ONLY public.candidates
    ADD CONSTRAINT candidates_pkey PRIMARY KEY (organization_id, id);

ALTER TABLE ONLY public.consent_text_versions
    ADD CONSTRAINT consent_text_versions_pkey PRIMARY KEY (organization_id, consent_text_id, version);

ALTER TABLE ONLY public.consent_texts
    ADD CONSTRAINT consent_texts_pkey PRIMARY KEY (organization_id, id);

ALTER TABLE ONLY public.consents
    ADD CONSTRAINT consents_pkey PRIMARY KEY (organization_id, id);

ALTER TABLE ONLY public.credentials
    ADD CONSTRAINT credentials_pkey PRIMARY KEY (organization_id, user_id);

ALTER TABLE ONLY public.custom_fields
    ADD CONSTRAINT custom_fields_key_taken UNIQUE (organization_id, applies_to, key);

ALTER TABLE ONLY public.custom_fields
    ADD CONSTRAINT custom_fields_pkey PRIMARY KEY (organization_id, id);

ALTER TABLE ONLY public.custom_values
    ADD CONSTRAINT custom_values_pkey PRIMARY KEY (organization_id, field_id, value, resource_id);

ALTER TABLE ONLY public.departments
    ADD CONSTRAINT departments_external_id_taken UNIQUE (organization_id, external_id);

ALTER TABLE ONLY public.departments
    ADD CONSTRAINT departments_pkey PRIMARY KEY (organization_id, id);

ALTER TABLE ONLY public.email_templates
    ADD CONSTRAINT email_templates_name_taken UNIQUE (organization_id, name);

ALTER TABLE ONLY public.email_templates
    ADD CONSTRAINT email_templates_pkey PRIMARY KEY (organization_id, id);

ALTER TABLE ONLY public.events
    ADD CONSTRAINT events_id_taken UNIQUE (id);

ALTER TABLE ONLY public.events
    ADD CONSTRAINT events_pkey PRIMARY KEY (organization_id, id);

ALTER TABLE ONLY public.feed
    ADD CONSTRAINT feed_pkey PRIMARY KEY ("position");

ALTER TABLE ONLY public.feed_watermarks
    ADD CONSTRAINT feed_watermarks_pkey PRIMARY KEY (name);

ALTER TABLE ONLY public.heartbeats
    ADD CONSTRAINT heartbeats_pkey PRIMARY KEY (name);

ALTER TABLE ONLY public.hiring_team_members
    ADD CONSTRAINT hiring_team_members_pkey PRIMARY KEY (organization_id, job_id, user_id, role);

ALTER TABLE ONLY public.idempotency_keys
    ADD CONSTRAINT idempotency_keys_pkey PRIMARY KEY (principal, key);

ALTER TABLE ONLY public.inbox
    ADD CONSTRAINT inbox_pkey PRIMARY KEY (consumer, message_id);

ALTER TABLE ONLY public.interview_kits
    ADD CONSTRAINT interview_kits_name_taken UNIQUE (organization_id, name);

ALTER TABLE ONLY public.interview_kits
    ADD CONSTRAINT interview_kits_pkey PRIMARY KEY (organization_id, id);

ALTER TABLE ONLY public.job_boards
    ADD CONSTRAINT job_boards_pkey PRIMARY KEY (organization_id, id);

ALTER TABLE ONLY public.job_offices
    ADD CONSTRAINT job_offices_pkey PRIMARY KEY (organization_id, job_id, "position");

ALTER TABLE ONLY public.jobs
    ADD CONSTRAINT jobs_external_id_taken UNIQUE (organization_id, external_id);

ALTER TABLE ONLY public.jobs
    ADD CONSTRAINT jobs_pkey PRIMARY KEY (organization_id, id);

ALTER TABLE ONLY public.link_directory
    ADD CONSTRAINT link_directory_pkey PRIMARY KEY (token_hash);

ALTER TABLE ONLY public.login_directory
    ADD CONSTRAINT login_directory_pkey PRIMARY KEY (email_hash, organization_id);

ALTER TABLE ONLY public.mailed_links
    ADD CONSTRAINT mailed_links_pkey PRIMARY KEY (organization_id, id);

ALTER TABLE ONLY public.messages
    ADD CONSTRAINT messages_pkey PRIMARY KEY (organization_id, id);

ALTER TABLE ONLY public.notes
    ADD CONSTRAINT notes_pkey PRIMARY KEY (organization_id, id);

ALTER TABLE ONLY public.offices
    ADD CONSTRAINT offices_external_id_taken UNIQUE (organization_id, external_id);

ALTER TABLE ONLY public.offices
    ADD CONSTRAINT offices_pkey PRIMARY KEY (organization_id, id);

ALTER TABLE ONLY public.openings
    ADD CONSTRAINT openings_external_id_taken UNIQUE (organization_id, external_id);

ALTER TABLE ONLY public.openings
    ADD CONSTRAINT openings_one_per_application UNIQUE (organization_id, application_id);

ALTER TABLE ONLY public.openings
    ADD CONSTRAINT openings_pkey PRIMARY KEY (organization_id, id);

ALTER TABLE ONLY public.organization_directory
    ADD CONSTRAINT organization_directory_organization_taken UNIQUE (organization_id);

ALTER TABLE ONLY public.organization_directory
    ADD CONSTRAINT organization_directory_slug_taken PRIMARY KEY (slug);

ALTER TABLE ONLY public.organizations
    ADD CONSTRAINT organizations_pkey PRIMARY KEY (organization_id);

ALTER TABLE ONLY public.outbox_mark
    ADD CONSTRAINT outbox_mark_pkey PRIMARY KEY (is_only);

ALTER TABLE ONLY public.outbox
    ADD CONSTRAINT outbox_pkey PRIMARY KEY (sequence);

ALTER TABLE ONLY public.pay_disclosure_rules
    ADD CONSTRAINT pay_disclosure_rules_pkey PRIMARY KEY (place, begins_on);

ALTER TABLE ONLY public.permission_assignments
    ADD CONSTRAINT permission_assignments_pkey PRIMARY KEY (organization_id, id);

ALTER TABLE ONLY public.permission_group_assignments
    ADD CONSTRAINT permission_group_assignments_pkey PRIMARY KEY (organization_id, id);

ALTER TABLE ONLY public.permission_groups
    ADD CONSTRAINT permission_groups_key_taken UNIQUE (organization_id, key);

ALTER TABLE ONLY public.permission_groups
    ADD CONSTRAINT permission_groups_name_taken UNIQUE (organization_id, name);

ALTER TABLE ONLY public.permission_groups
    ADD CONSTRAINT permission_groups_pkey PRIMARY KEY (organization_id, id);

ALTER TABLE ONLY public.pipeline_templates
    ADD CONSTRAINT pipeline_templates_name_taken UNIQUE (organization_id, name);

ALTER TABLE ONLY public.pipeline_templates
    ADD CONSTRAINT pipeline_templates_pkey PRIMARY KEY (organization_id, id);

ALTER TABLE ONLY public.pipelines
    ADD CONSTRAINT pipelines_pkey PRIMARY KEY (organization_id, job_id, version);

ALTER TABLE ONLY public.posts
    ADD CONSTRAINT posts_external_id_taken UNIQUE (organization_id, external_id);

ALTER TABLE ONLY public.posts
    ADD CONSTRAINT posts_language_taken UNIQUE (organization_id, original_id, language);

ALTER TABLE ONLY public.posts
    ADD CONSTRAINT posts_pkey PRIMARY KEY (organization_id, id);

ALTER TABLE ONLY public.principal_changes
    ADD CONSTRAINT principal_changes_pkey PRIMARY KEY (transaction_id, subject_id);

ALTER TABLE ONLY public.reasons
    ADD CONSTRAINT reasons_key_taken UNIQUE (organization_id, kind, key);

ALTER TABLE ONLY public.reasons
    ADD CONSTRAINT reasons_name_taken UNIQUE (organization_id, kind, name);

ALTER TABLE ONLY public.reasons
    ADD CONSTRAINT reasons_pkey PRIMARY KEY (organization_id, id);

ALTER TABLE ONLY public.refresh_tokens
    ADD CONSTRAINT refresh_tokens_pkey PRIMARY KEY (token_hash);

ALTER TABLE ONLY public.result_links
    ADD CONSTRAINT result_links_pkey PRIMARY KEY (organization_id, id);

ALTER TABLE ONLY public.schema_functions
    ADD CONSTRAINT schema_functions_signature_taken PRIMARY KEY (signature);

ALTER TABLE ONLY public.schema_migrations
    ADD CONSTRAINT schema_migrations_version_taken PRIMARY KEY (version);

ALTER TABLE ONLY public.sender_identities
    ADD CONSTRAINT sender_identities_pkey PRIMARY KEY (organization_id, id);

ALTER TABLE ONLY public.sessions
    ADD CONSTRAINT sessions_pkey PRIMARY KEY (organization_id, id);

ALTER TABLE ONLY public.sources
    ADD CONSTRAINT sources_key_taken UNIQUE (organization_id, key);

ALTER TABLE ONLY public.sources
    ADD CONSTRAINT sources_name_taken UNIQUE (organization_id, name);

ALTER TABLE ONLY public.sources
    ADD CONSTRAINT sources_pkey PRIMARY KEY (organization_id, id);

ALTER TABLE ONLY public.stage_changes
    ADD CONSTRAINT stage_changes_pkey PRIMARY KEY (organization_id, id);

ALTER TABLE ONLY public.stages
    ADD CONSTRAINT stages_pkey PRIMARY KEY (organization_id, id);

ALTER TABLE ONLY public.tags
    ADD CONSTRAINT tags_name_taken UNIQUE (organization_id, name);

ALTER TABLE ONLY public.tags
    ADD CONSTRAINT tags_pkey PRIMARY KEY (organization_id, id);

ALTER TABLE ONLY public.uploads
    ADD CONSTRAINT uploads_pkey PRIMARY KEY (organization_id, id);

ALTER TABLE ONLY public.users
    ADD CONSTRAINT users_email_taken UNIQUE (organization_id, email);

ALTER TABLE ONLY public.users
    ADD CONSTRAINT users_external_id_taken UNIQUE (organization_id, external_id);

ALTER TABLE ONLY public.users
    ADD CONSTRAINT users_pkey PRIMARY KEY (organization_id, id);

ALTER TABLE ONLY public.vocabulary_versions
    ADD CONSTRAINT vocabulary_versions_pkey PRIMARY KEY (organization_id);

CREATE INDEX api_key_directory_by_key ON public.api_key_directory USING btree (organization_id, api_key_id);

CREATE INDEX api_keys_by_updated_at ON public.api_keys USING btree (organization_id, updated_at, id);

CREATE INDEX api_keys_by_user ON public.api_keys USING btree (organization_id, user_id);

CREATE INDEX applications_by_applied_at ON public.applications USING btree (organization_id, applied_at DESC, id DESC);

CREATE INDEX applications_by_assignee_status ON public.applications USING btree (organization_id, assignee_id, status, id) WHERE (assignee_id IS NOT NULL);

CREATE INDEX applications_by_candidate ON public.applications USING btree (organization_id, candidate_id, id DESC);

CREATE INDEX applications_by_job ON public.applications USING btree (organization_id, job_id, id DESC);

CREATE INDEX applications_by_job_applied_at ON public.applications USING btree (organization_id, job_id, applied_at DESC, id DESC);

CREATE INDEX applications_by_job_assignee ON public.applications USING btree (organization_id, job_id, assignee_id, id) WHERE (assignee_id IS NOT NULL);

CREATE INDEX applications_by_job_candidate ON public.applications USING btree (organization_id, job_id, candidate_id DESC);

CREATE INDEX applications_by_job_status ON public.applications USING btree (organization_id, job_id, status, id DESC);

CREATE INDEX applications_by_job_updated_at ON public.applications USING btree (organization_id, job_id, updated_at, id);

CREATE INDEX applications_by_post_applied_at ON public.applications USING btree (organization_id, post_id, applied_at DESC, id DESC) WHERE (post_id IS NOT NULL);

CREATE INDEX applications_by_source_applied_at ON public.applications USING btree (organization_id, source_id, applied_at DESC, id DESC) WHERE (source_id IS NOT NULL);

CREATE INDEX applications_by_stage_status ON public.applications USING btree (organization_id, stage_id, status, id DESC);

CREATE INDEX applications_by_status ON public.applications USING btree (organization_id, status, id DESC);

CREATE INDEX applications_by_status_updated_at ON public.applications USING btree (organization_id, status, updated_at, id);

CREATE INDEX applications_by_updated_at ON public.applications USING btree (organization_id, updated_at, id);

CREATE UNIQUE INDEX applications_one_active_per_job ON public.applications USING btree (organization_id, candidate_id, job_id) WHERE (status = ANY (ARRAY['active'::text, 'hired'::text]));

CREATE INDEX attachments_by_candidate ON public.attachments USING btree (organization_id, candidate_id, id DESC);

CREATE INDEX attachments_by_kind ON public.attachments USING btree (organization_id, kind, id DESC);

CREATE INDEX attachments_by_kind_updated_at ON public.attachments USING btree (organization_id, kind, updated_at, id);

CREATE INDEX attachments_by_storage_name ON public.attachments USING btree (organization_id, storage_name);

CREATE INDEX attachments_by_updated_at ON public.attachments USING btree (organization_id, updated_at, id);

CREATE INDEX board_keys_by_board ON public.board_keys USING btree (organization_id, job_board_id, id);

CREATE INDEX board_keys_by_hash ON public.board_keys USING btree (organization_id, key_hash);

CREATE INDEX bulk_operation_items_by_outcome ON public.bulk_operation_items USING btree (organization_id, bulk_operation_id, outcome, id);

CREATE INDEX bulk_operations_by_end ON public.bulk_operations USING btree (ended_at) WHERE (ended_at IS NOT NULL);

CREATE INDEX bulk_operations_by_requester ON public.bulk_operations USING btree (organization_id, ((requested_by ->> 'user_id'::text)), id DESC);

CREATE INDEX bulk_operations_unended ON public.bulk_operations USING btree (organization_id) WHERE (ended_at IS NULL);

CREATE INDEX candidate_emails_by_candidate ON public.candidate_emails USING btree (organization_id, candidate_id);

CREATE INDEX candidates_by_survivor ON public.candidates USING btree (organization_id, merged_into) WHERE (merged_into IS NOT NULL);

CREATE INDEX candidates_by_updated_at ON public.candidates USING btree (organization_id, updated_at, id);

CREATE INDEX candidates_by_user ON public.candidates USING btree (organization_id, user_id) WHERE (user_id IS NOT NULL);

CREATE INDEX consent_texts_by_updated_at ON public.consent_texts USING btree (organization_id, updated_at, id);

CREATE UNIQUE INDEX consent_texts_language_taken ON public.consent_texts USING btree (organization_id, purpose, language) WHERE (status = 'active'::text);

CREATE INDEX consents_by_candidate ON public.consents USING btree (organization_id, candidate_id, id DESC);

CREATE INDEX consents_by_updated_at ON public.consents USING btree (organization_id, updated_at, id);

CREATE INDEX custom_fields_by_updated_at ON public.custom_fields USING btree (organization_id, updated_at, id);

CREATE INDEX custom_values_by_job ON public.custom_values USING btree (organization_id, field_id, value, job_id, resource_id) WHERE (job_id IS NOT NULL);

CREATE INDEX departments_by_parent ON public.departments USING btree (organization_id, parent_id);

CREATE INDEX departments_by_updated_at ON public.departments USING btree (organization_id, updated_at, id);

CREATE INDEX email_templates_by_updated_at ON public.email_templates USING btree (organization_id, updated_at, id);

CREATE INDEX events_by_aggregate ON public.events USING btree (organization_id, aggregate_id, id DESC);

CREATE INDEX hiring_team_members_by_user ON public.hiring_team_members USING btree (organization_id, user_id, job_id);

CREATE INDEX idempotency_keys_by_created_at ON public.idempotency_keys USING btree (created_at);

CREATE INDEX inbox_by_handled_at ON public.inbox USING btree (handled_at);

CREATE INDEX interview_kits_by_updated_at ON public.interview_kits USING btree (organization_id, updated_at, id);

CREATE UNIQUE INDEX job_boards_one_default ON public.job_boards USING btree (organization_id) WHERE is_default;

CREATE INDEX job_offices_by_office ON public.job_offices USING btree (organization_id, office_id);

CREATE INDEX jobs_by_department ON public.jobs USING btree (organization_id, department_id, id DESC);

CREATE INDEX jobs_by_status ON public.jobs USING btree (organization_id, status, id DESC);

CREATE INDEX jobs_by_updated_at ON public.jobs USING btree (organization_id, updated_at, id);

CREATE INDEX link_directory_by_address ON public.link_directory USING btree (email_hash, created_at);

CREATE INDEX link_directory_by_link ON public.link_directory USING btree (mailed_link_id);

CREATE INDEX mailed_links_by_expiry ON public.mailed_links USING btree (expires_at);

CREATE INDEX mailed_links_by_user ON public.mailed_links USING btree (organization_id, user_id, kind) WHERE (spent_at IS NULL);

CREATE INDEX messages_by_application ON public.messages USING btree (organization_id, application_id, id DESC) WHERE (application_id IS NOT NULL);

CREATE INDEX messages_by_candidate ON public.messages USING btree (organization_id, candidate_id, id DESC) WHERE (candidate_id IS NOT NULL);

CREATE INDEX messages_by_recipient ON public.messages USING btree (organization_id, recipient, created_at);

CREATE INDEX messages_by_sender ON public.messages USING btree (domain, next_try_at) WHERE (sender_id IS NOT NULL);

CREATE INDEX messages_by_user ON public.messages USING btree (organization_id, user_id, id DESC) WHERE (user_id IS NOT NULL);

CREATE INDEX messages_to_candidates ON public.messages USING btree (organization_id, id DESC) WHERE (user_id IS NULL);

CREATE INDEX messages_to_send ON public.messages USING btree (domain, next_try_at, id) WHERE (status = 'sending'::text);

CREATE INDEX notes_by_application ON public.notes USING btree (organization_id, application_id, id DESC) WHERE (application_id IS NOT NULL);

CREATE INDEX notes_by_candidate ON public.notes USING btree (organization_id, candidate_id, id DESC);

CREATE INDEX notes_by_updated_at ON public.notes USING btree (organization_id, updated_at, id);

CREATE INDEX offices_by_updated_at ON public.offices USING btree (organization_id, updated_at, id);

CREATE INDEX openings_by_job ON public.openings USING btree (organization_id, job_id, id);

CREATE INDEX openings_by_status ON public.openings USING btree (organization_id, status, id);

CREATE INDEX openings_by_updated_at ON public.openings USING btree (organization_id, updated_at, id);

CREATE INDEX outbox_scheduled ON public.outbox USING btree (due_at, sequence) WHERE (due_at > queued_at);

CREATE INDEX permission_assignments_by_user ON public.permission_assignments USING btree (organization_id, user_id, id);

CREATE UNIQUE INDEX permission_assignments_current ON public.permission_assignments USING btree (organization_id, user_id, permission) WHERE (revoked_at IS NULL);

CREATE INDEX permission_group_assignments_by_member ON public.permission_group_assignments USING btree (organization_id, permission_group_id, user_id) WHERE (revoked_at IS NULL);

CREATE INDEX permission_group_assignments_by_user ON public.permission_group_assignments USING btree (organization_id, user_id, id);

CREATE UNIQUE INDEX permission_group_assignments_current ON public.permission_group_assignments USING btree (organization_id, user_id, permission_group_id) WHERE (revoked_at IS NULL);

CREATE INDEX pipeline_templates_by_updated_at ON public.pipeline_templates USING btree (organization_id, updated_at, id);

CREATE UNIQUE INDEX pipeline_templates_one_default ON public.pipeline_templates USING btree (organization_id) WHERE is_default;

CREATE INDEX posts_by_job ON public.posts USING btree (organization_id, job_id, id DESC);

CREATE INDEX posts_by_status ON public.posts USING btree (organization_id, status, id);

CREATE INDEX posts_by_updated_at ON public.posts USING btree (organization_id, updated_at, id);

CREATE INDEX posts_closing ON public.posts USING btree (organization_id, closes_at) WHERE ((status = 'published'::text) AND (NOT is_internal) AND (closes_at IS NOT NULL));

CREATE UNIQUE INDEX posts_original_id_exists ON public.posts USING btree (organization_id, original_id, id);

CREATE INDEX posts_published ON public.posts USING btree (organization_id, job_board_id, published_at DESC, id DESC) WHERE ((status = 'published'::text) AND (NOT is_internal));

CREATE INDEX principal_changes_by_changed_at ON public.principal_changes USING btree (changed_at);

CREATE INDEX reasons_by_updated_at ON public.reasons USING btree (organization_id, updated_at, id);

CREATE INDEX refresh_tokens_by_session ON public.refresh_tokens USING btree (session_id);

CREATE INDEX result_links_by_candidate ON public.result_links USING btree (organization_id, candidate_id, id DESC);

CREATE INDEX sender_identities_by_updated_at ON public.sender_identities USING btree (organization_id, updated_at, id);

CREATE UNIQUE INDEX sender_identities_email_taken ON public.sender_identities USING btree (organization_id, email) WHERE (status = 'active'::text);

CREATE INDEX sessions_by_end ON public.sessions USING btree (LEAST(expires_at, revoked_at));

CREATE INDEX sessions_by_user ON public.sessions USING btree (organization_id, user_id, id DESC);

CREATE INDEX sources_by_updated_at ON public.sources USING btree (organization_id, updated_at, id);

CREATE INDEX stage_changes_by_application ON public.stage_changes USING btree (organization_id, application_id, id DESC);

CREATE INDEX stages_by_job ON public.stages USING btree (organization_id, job_id, "position");

CREATE INDEX tags_by_updated_at ON public.tags USING btree (organization_id, updated_at, id);

CREATE INDEX uploads_by_expiry ON public.uploads USING btree (expires_at) WHERE (used_at IS NULL);

CREATE INDEX uploads_by_storage_name ON public.uploads USING btree (organization_id, storage_name);

CREATE INDEX uploads_by_use ON public.uploads USING btree (used_at, id) WHERE (used_at IS NOT NULL);

CREATE INDEX users_by_updated_at ON public.users USING btree (organization_id, updated_at, id);

CREATE INDEX users_not_active ON public.users USING btree (organization_id, status, id) WHERE (status <> 'active'::text);

CREATE TRIGGER api_keys_change_principal AFTER DELETE OR UPDATE OF user_id, permissions, expires_at, revoked_at ON public.api_keys FOR EACH ROW EXECUTE FUNCTION public.record_principal_change('id');

CREATE TRIGGER applications_copy_user_of_candidate BEFORE INSERT OR UPDATE OF candidate_id ON public.applications FOR EACH ROW EXECUTE FUNCTION public.copy_user_of_candidate();

CREATE TRIGGER applications_link_changed_custom_values AFTER UPDATE ON public.applications FOR EACH ROW WHEN ((old.custom_fields <> new.custom_fields)) EXECUTE FUNCTION public.link_custom_values('application');

CREATE TRIGGER applications_link_new_custom_values AFTER INSERT ON public.applications FOR EACH ROW WHEN ((new.custom_fields <> '{}'::jsonb)) EXECUTE FUNCTION public.link_custom_values('application');

CREATE TRIGGER board_keys_change_principal AFTER DELETE OR UPDATE OF job_board_id, expires_at, revoked_at ON public.board_keys FOR EACH ROW EXECUTE FUNCTION public.record_principal_change('id');

CREATE TRIGGER candidates_link_changed_custom_values AFTER UPDATE ON public.candidates FOR EACH ROW WHEN ((old.custom_fields <> new.custom_fields)) EXECUTE FUNCTION public.link_custom_values('candidate');

CREATE TRIGGER candidates_link_changed_tags AFTER UPDATE ON public.candidates FOR EACH ROW WHEN ((old.tag_ids <> new.tag_ids)) EXECUTE FUNCTION public.link_tags_of_candidate();

CREATE TRIGGER candidates_link_new_custom_values AFTER INSERT ON public.candidates FOR EACH ROW WHEN ((new.custom_fields <> '{}'::jsonb)) EXECUTE FUNCTION public.link_custom_values('candidate');

CREATE TRIGGER candidates_link_new_tags AFTER INSERT ON public.candidates FOR EACH ROW WHEN ((new.tag_ids <> '{}'::uuid[])) EXECUTE FUNCTION public.link_tags_of_candidate();

CREATE TRIGGER candidates_link_user_to_applications AFTER UPDATE OF user_id ON public.candidates FOR EACH ROW WHEN ((old.user_id IS DISTINCT FROM new.user_id)) EXECUTE FUNCTION public.link_user_to_applications();

CREATE TRIGGER candidates_name_changed_tags BEFORE UPDATE OF tags ON public.candidates FOR EACH ROW WHEN ((old.tags <> new.tags)) EXECUTE FUNCTION public.name_tags_of_candidate();

CREATE TRIGGER candidates_name_new_tags BEFORE INSERT ON public.candidates FOR EACH ROW WHEN ((new.tags <> '{}'::text[])) EXECUTE FUNCTION public.name_tags_of_candidate();

CREATE TRIGGER consent_texts_keep_versions AFTER INSERT OR UPDATE ON public.consent_texts FOR EACH ROW EXECUTE FUNCTION public.keep_consent_text_version();

CREATE CONSTRAINT TRIGGER consent_texts_renew_boards AFTER INSERT OR DELETE OR UPDATE ON public.consent_texts DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION public.renew_board_version();

CREATE CONSTRAINT TRIGGER consent_texts_renew_vocabulary AFTER INSERT OR DELETE OR UPDATE ON public.consent_texts DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION public.renew_vocabulary_version();

CREATE CONSTRAINT TRIGGER custom_fields_renew_vocabulary AFTER INSERT OR DELETE OR UPDATE ON public.custom_fields DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION public.renew_vocabulary_version();

CREATE CONSTRAINT TRIGGER departments_change_renews_boards AFTER UPDATE OF name ON public.departments DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN ((old.name IS DISTINCT FROM new.name)) EXECUTE FUNCTION public.renew_board_version();

CREATE CONSTRAINT TRIGGER departments_renew_vocabulary AFTER INSERT OR DELETE OR UPDATE ON public.departments DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION public.renew_vocabulary_version();

CREATE CONSTRAINT TRIGGER email_templates_renew_vocabulary AFTER INSERT OR DELETE OR UPDATE ON public.email_templates DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION public.renew_vocabulary_version();

CREATE CONSTRAINT TRIGGER interview_kits_renew_vocabulary AFTER INSERT OR DELETE OR UPDATE ON public.interview_kits DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION public.renew_vocabulary_version();

CREATE CONSTRAINT TRIGGER job_boards_change_renews_boards AFTER DELETE OR UPDATE ON public.job_boards DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION public.renew_board_version();

CREATE CONSTRAINT TRIGGER job_boards_renew_vocabulary AFTER INSERT OR DELETE OR UPDATE ON public.job_boards DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION public.renew_vocabulary_version();

CREATE CONSTRAINT TRIGGER jobs_change_renews_boards AFTER UPDATE OF status, employment_type, workplace, department_id ON public.jobs DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (((((old.status IS DISTINCT FROM new.status) OR (old.employment_type IS DISTINCT FROM new.employment_type)) OR (old.workplace IS DISTINCT FROM new.workplace)) OR (old.department_id IS DISTINCT FROM new.department_id))) EXECUTE FUNCTION public.renew_board_version();

CREATE CONSTRAINT TRIGGER jobs_confidentiality_renews_boards AFTER UPDATE OF is_confidential ON public.jobs DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN ((old.is_confidential IS DISTINCT FROM new.is_confidential)) EXECUTE FUNCTION public.renew_board_version();

CREATE TRIGGER jobs_link_changed_custom_values AFTER UPDATE ON public.jobs FOR EACH ROW WHEN ((old.custom_fields <> new.custom_fields)) EXECUTE FUNCTION public.link_custom_values('job');

CREATE TRIGGER jobs_link_new_custom_values AFTER INSERT ON public.jobs FOR EACH ROW WHEN ((new.custom_fields <> '{}'::jsonb)) EXECUTE FUNCTION public.link_custom_values('job');

CREATE CONSTRAINT TRIGGER offices_renew_vocabulary AFTER INSERT OR DELETE OR UPDATE ON public.offices DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION public.renew_vocabulary_version();

CREATE CONSTRAINT TRIGGER organizations_change_renews_boards AFTER UPDATE OF name, website_url, logo_url ON public.organizations DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN ((((old.name IS DISTINCT FROM new.name) OR (old.website_url IS DISTINCT FROM new.website_url)) OR (old.logo_url IS DISTINCT FROM new.logo_url))) EXECUTE FUNCTION public.renew_board_version();

CREATE CONSTRAINT TRIGGER organizations_language_renews_boards AFTER UPDATE OF language ON public.organizations DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN ((old.language IS DISTINCT FROM new.language)) EXECUTE FUNCTION public.renew_board_version();

CREATE TRIGGER permission_assignments_change_principal AFTER INSERT OR DELETE OR UPDATE ON public.permission_assignments FOR EACH ROW EXECUTE FUNCTION public.record_principal_change('user_id');

CREATE TRIGGER permission_group_assignments_change_principal AFTER INSERT OR DELETE OR UPDATE ON public.permission_group_assignments FOR EACH ROW EXECUTE FUNCTION public.record_principal_change('user_id');

CREATE TRIGGER permission_groups_change_principal AFTER DELETE OR UPDATE OF key, permissions ON public.permission_groups FOR EACH ROW EXECUTE FUNCTION public.record_principal_change('id');

CREATE CONSTRAINT TRIGGER permission_groups_renew_vocabulary AFTER INSERT OR DELETE OR UPDATE ON public.permission_groups DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION public.renew_vocabulary_version();

CREATE CONSTRAINT TRIGGER pipeline_templates_renew_vocabulary AFTER INSERT OR DELETE OR UPDATE ON public.pipeline_templates DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION public.renew_vocabulary_version();

CREATE CONSTRAINT TRIGGER posts_change_renews_boards AFTER UPDATE ON public.posts DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (((old.status = 'published'::text) OR (new.status = 'published'::text))) EXECUTE FUNCTION public.renew_board_version();

CREATE CONSTRAINT TRIGGER posts_deletion_renews_boards AFTER DELETE ON public.posts DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN ((old.status = 'published'::text)) EXECUTE FUNCTION public.renew_board_version();

CREATE CONSTRAINT TRIGGER posts_insertion_renews_boards AFTER INSERT ON public.posts DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN ((new.status = 'published'::text)) EXECUTE FUNCTION public.renew_board_version();

CREATE TRIGGER posts_words BEFORE INSERT OR UPDATE ON public.posts FOR EACH ROW EXECUTE FUNCTION tsvector_update_trigger('words', 'pg_catalog.simple', 'title', 'body_html');

CREATE CONSTRAINT TRIGGER reasons_renew_vocabulary AFTER INSERT OR DELETE OR UPDATE ON public.reasons DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION public.renew_vocabulary_version();

CREATE CONSTRAINT TRIGGER sender_identities_renew_vocabulary AFTER INSERT OR DELETE OR UPDATE ON public.sender_identities DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION public.renew_vocabulary_version();

CREATE TRIGGER sessions_change_principal AFTER UPDATE OF user_id, expires_at, revoked_at ON public.sessions FOR EACH ROW EXECUTE FUNCTION public.record_principal_change('id');

CREATE TRIGGER sessions_deletion_changes_principal AFTER DELETE ON public.sessions FOR EACH ROW WHEN (((old.revoked_at IS NULL) AND (old.expires_at > now()))) EXECUTE FUNCTION public.record_principal_change('id');

CREATE CONSTRAINT TRIGGER sources_renew_vocabulary AFTER INSERT OR DELETE OR UPDATE ON public.sources DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION public.renew_vocabulary_version();

CREATE CONSTRAINT TRIGGER tags_renew_vocabulary AFTER INSERT OR DELETE OR UPDATE ON public.tags DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION public.renew_vocabulary_version();

CREATE TRIGGER users_change_principal AFTER DELETE OR UPDATE OF status, type ON public.users FOR EACH ROW EXECUTE FUNCTION public.record_principal_change('id');

ALTER TABLE ONLY public.api_keys
    ADD CONSTRAINT api_keys_user_id_exists FOREIGN KEY (organization_id, user_id) REFERENCES public.users(organization_id, id);

ALTER TABLE ONLY public.applications
    ADD CONSTRAINT applications_assignee_id_exists FOREIGN KEY (organization_id, assignee_id) REFERENCES public.users(organization_id, id);

ALTER TABLE ONLY public.applications
    ADD CONSTRAINT applications_candidate_id_exists FOREIGN KEY (organization_id, candidate_id) REFERENCES public.candidates(organization_id, id);

ALTER TABLE ONLY public.applications
    ADD CONSTRAINT applications_end_reason_id_exists FOREIGN KEY (organization_id, end_reason_id) REFERENCES public.reasons(organization_id, id);

ALTER TABLE ONLY public.applications
    ADD CONSTRAINT applications_job_id_exists FOREIGN KEY (organization_id, job_id) REFERENCES public.jobs(organization_id, id);

ALTER TABLE ONLY public.applications
    ADD CONSTRAINT applications_post_id_exists FOREIGN KEY (organization_id, post_id) REFERENCES public.posts(organization_id, id);

ALTER TABLE ONLY public.applications
    ADD CONSTRAINT applications_referrer_id_exists FOREIGN KEY (organization_id, referrer_id) REFERENCES public.users(organization_id, id);

ALTER TABLE ONLY public.applications
    ADD CONSTRAINT applications_source_id_exists FOREIGN KEY (organization_id, source_id) REFERENCES public.sources(organization_id, id);

ALTER TABLE ONLY public.applications
    ADD CONSTRAINT applications_stage_id_exists FOREIGN KEY (organization_id, stage_id) REFERENCES public.stages(organization_id, id);

ALTER TABLE ONLY public.applications
    ADD CONSTRAINT applications_transferred_from_exists FOREIGN KEY (organization_id, transferred_from) REFERENCES public.applications(organization_id, id);

ALTER TABLE ONLY public.applications
    ADD CONSTRAINT applications_transferred_to_exists FOREIGN KEY (organization_id, transferred_to) REFERENCES public.applications(organization_id, id);

ALTER TABLE ONLY public.attachments
    ADD CONSTRAINT attachments_application_id_exists FOREIGN KEY (organization_id, application_id) REFERENCES public.applications(organization_id, id);

ALTER TABLE ONLY public.attachments
    ADD CONSTRAINT attachments_candidate_id_exists FOREIGN KEY (organization_id, candidate_id) REFERENCES public.candidates(organization_id, id);

ALTER TABLE ONLY public.board_keys
    ADD CONSTRAINT board_keys_job_board_id_exists FOREIGN KEY (organization_id, job_board_id) REFERENCES public.job_boards(organization_id, id);

ALTER TABLE ONLY public.board_versions
    ADD CONSTRAINT board_versions_organization_id_exists FOREIGN KEY (organization_id) REFERENCES public.organizations(organization_id);

ALTER TABLE ONLY public.bulk_operations
    ADD CONSTRAINT bulk_operations_organization_id_exists FOREIGN KEY (organization_id) REFERENCES public.organizations(organization_id);

ALTER TABLE ONLY public.candidate_emails
    ADD CONSTRAINT candidate_emails_candidate_id_exists FOREIGN KEY (organization_id, candidate_id) REFERENCES public.candidates(organization_id, id);

ALTER TABLE ONLY public.candidate_tags
    ADD CONSTRAINT candidate_tags_candidate_id_exists FOREIGN KEY (organization_id, candidate_id) REFERENCES public.candidates(organization_id, id);

ALTER TABLE ONLY public.candidate_tags
    ADD CONSTRAINT candidate_tags_tag_id_exists FOREIGN KEY (organization_id, tag_id) REFERENCES public.tags(organization_id, id);

ALTER TABLE ONLY public.candidates
    ADD CONSTRAINT candidates_merged_into_exists FOREIGN KEY (organization_id, merged_into) REFERENCES public.candidates(organization_id, id);

ALTER TABLE ONLY public.candidates
    ADD CONSTRAINT candidates_organization_id_exists FOREIGN KEY (organization_id) REFERENCES public.organizations(organization_id);

ALTER TABLE ONLY public.candidates
    ADD CONSTRAINT candidates_source_id_exists FOREIGN KEY (organization_id, source_id) REFERENCES public.sources(organization_id, id);

ALTER TABLE ONLY public.candidates
    ADD CONSTRAINT candidates_user_id_exists FOREIGN KEY (organization_id, user_id) REFERENCES public.users(organization_id, id);

ALTER TABLE ONLY public.consent_text_versions
    ADD CONSTRAINT consent_text_versions_consent_text_id_exists FOREIGN KEY (organization_id, consent_text_id) REFERENCES public.consent_texts(organization_id, id);

ALTER TABLE ONLY public.consent_texts
    ADD CONSTRAINT consent_texts_organization_id_exists FOREIGN KEY (organization_id) REFERENCES public.organizations(organization_id);

ALTER TABLE ONLY public.consents
    ADD CONSTRAINT consents_candidate_id_exists FOREIGN KEY (organization_id, candidate_id) REFERENCES public.candidates(organization_id, id);

ALTER TABLE ONLY public.consents
    ADD CONSTRAINT consents_consent_text_version_exists FOREIGN KEY (organization_id, consent_text_id, consent_text_version) REFERENCES public.consent_text_versions(organization_id, consent_text_id, version);

ALTER TABLE ONLY public.credentials
    ADD CONSTRAINT credentials_user_id_exists FOREIGN KEY (organization_id, user_id) REFERENCES public.users(organization_id, id);

ALTER TABLE ONLY public.custom_fields
    ADD CONSTRAINT custom_fields_organization_id_exists FOREIGN KEY (organization_id) REFERENCES public.organizations(organization_id);

ALTER TABLE ONLY public.custom_values
    ADD CONSTRAINT custom_values_field_id_exists FOREIGN KEY (organization_id, field_id) REFERENCES public.custom_fields(organization_id, id);

ALTER TABLE ONLY public.departments
    ADD CONSTRAINT departments_organization_id_exists FOREIGN KEY (organization_id) REFERENCES public.organizations(organization_id);

ALTER TABLE ONLY public.departments
    ADD CONSTRAINT departments_parent_id_exists FOREIGN KEY (organization_id, parent_id) REFERENCES public.departments(organization_id, id);

ALTER TABLE ONLY public.email_templates
    ADD CONSTRAINT email_templates_organization_id_exists FOREIGN KEY (organization_id) REFERENCES public.organizations(organization_id);

ALTER TABLE ONLY public.email_templates
    ADD CONSTRAINT email_templates_sender_identity_id_exists FOREIGN KEY (organization_id, sender_identity_id) REFERENCES public.sender_identities(organization_id, id);

ALTER TABLE ONLY public.hiring_team_members
    ADD CONSTRAINT hiring_team_members_job_id_exists FOREIGN KEY (organization_id, job_id) REFERENCES public.jobs(organization_id, id);

ALTER TABLE ONLY public.hiring_team_members
    ADD CONSTRAINT hiring_team_members_user_id_exists FOREIGN KEY (organization_id, user_id) REFERENCES public.users(organization_id, id);

ALTER TABLE ONLY public.interview_kits
    ADD CONSTRAINT interview_kits_organization_id_exists FOREIGN KEY (organization_id) REFERENCES public.organizations(organization_id);

ALTER TABLE ONLY public.job_boards
    ADD CONSTRAINT job_boards_organization_id_exists FOREIGN KEY (organization_id) REFERENCES public.organizations(organization_id);

ALTER TABLE ONLY public.job_boards
    ADD CONSTRAINT job_boards_sender_identity_id_exists FOREIGN KEY (organization_id, sender_identity_id) REFERENCES public.sender_identities(organization_id, id);

ALTER TABLE ONLY public.job_offices
    ADD CONSTRAINT job_offices_job_id_exists FOREIGN KEY (organization_id, job_id) REFERENCES public.jobs(organization_id, id);

ALTER TABLE ONLY public.job_offices
    ADD CONSTRAINT job_offices_office_ids_exists FOREIGN KEY (organization_id, office_id) REFERENCES public.offices(organization_id, id);

ALTER TABLE ONLY public.jobs
    ADD CONSTRAINT jobs_close_reason_id_exists FOREIGN KEY (organization_id, close_reason_id) REFERENCES public.reasons(organization_id, id);

ALTER TABLE ONLY public.jobs
    ADD CONSTRAINT jobs_department_id_exists FOREIGN KEY (organization_id, department_id) REFERENCES public.departments(organization_id, id);

ALTER TABLE ONLY public.jobs
    ADD CONSTRAINT jobs_organization_id_exists FOREIGN KEY (organization_id) REFERENCES public.organizations(organization_id);

ALTER TABLE ONLY public.mailed_links
    ADD CONSTRAINT mailed_links_sender_identity_id_exists FOREIGN KEY (organization_id, sender_identity_id) REFERENCES public.sender_identities(organization_id, id);

ALTER TABLE ONLY public.mailed_links
    ADD CONSTRAINT mailed_links_user_id_exists FOREIGN KEY (organization_id, user_id) REFERENCES public.users(organization_id, id);

ALTER TABLE ONLY public.messages
    ADD CONSTRAINT messages_template_id_exists FOREIGN KEY (organization_id, template_id) REFERENCES public.email_templates(organization_id, id);

ALTER TABLE ONLY public.notes
    ADD CONSTRAINT notes_application_id_exists FOREIGN KEY (organization_id, application_id) REFERENCES public.applications(organization_id, id);

ALTER TABLE ONLY public.notes
    ADD CONSTRAINT notes_candidate_id_exists FOREIGN KEY (organization_id, candidate_id) REFERENCES public.candidates(organization_id, id);

ALTER TABLE ONLY public.offices
    ADD CONSTRAINT offices_organization_id_exists FOREIGN KEY (organization_id) REFERENCES public.organizations(organization_id);

ALTER TABLE ONLY public.openings
    ADD CONSTRAINT openings_application_id_exists FOREIGN KEY (organization_id, application_id) REFERENCES public.applications(organization_id, id);

ALTER TABLE ONLY public.openings
    ADD CONSTRAINT openings_close_reason_id_exists FOREIGN KEY (organization_id, close_reason_id) REFERENCES public.reasons(organization_id, id);

ALTER TABLE ONLY public.openings
    ADD CONSTRAINT openings_job_id_exists FOREIGN KEY (organization_id, job_id) REFERENCES public.jobs(organization_id, id);

ALTER TABLE ONLY public.permission_assignments
    ADD CONSTRAINT permission_assignments_user_id_exists FOREIGN KEY (organization_id, user_id) REFERENCES public.users(organization_id, id);

ALTER TABLE ONLY public.permission_group_assignments
    ADD CONSTRAINT permission_group_assignments_permission_group_id_exists FOREIGN KEY (organization_id, permission_group_id) REFERENCES public.permission_groups(organization_id, id);

ALTER TABLE ONLY public.permission_group_assignments
    ADD CONSTRAINT permission_group_assignments_user_id_exists FOREIGN KEY (organization_id, user_id) REFERENCES public.users(organization_id, id);

ALTER TABLE ONLY public.permission_groups
    ADD CONSTRAINT permission_groups_organization_id_exists FOREIGN KEY (organization_id) REFERENCES public.organizations(organization_id);

ALTER TABLE ONLY public.pipeline_templates
    ADD CONSTRAINT pipeline_templates_organization_id_exists FOREIGN KEY (organization_id) REFERENCES public.organizations(organization_id);

ALTER TABLE ONLY public.pipelines
    ADD CONSTRAINT pipelines_job_id_exists FOREIGN KEY (organization_id, job_id) REFERENCES public.jobs(organization_id, id);

ALTER TABLE ONLY public.posts
    ADD CONSTRAINT posts_job_board_id_exists FOREIGN KEY (organization_id, job_board_id) REFERENCES public.job_boards(organization_id, id);

ALTER TABLE ONLY public.posts
    ADD CONSTRAINT posts_job_id_exists FOREIGN KEY (organization_id, job_id) REFERENCES public.jobs(organization_id, id);

ALTER TABLE ONLY public.posts
    ADD CONSTRAINT posts_translation_of_exists FOREIGN KEY (organization_id, original_id, translation_of) REFERENCES public.posts(organization_id, original_id, id);

ALTER TABLE ONLY public.reasons
    ADD CONSTRAINT reasons_organization_id_exists FOREIGN KEY (organization_id) REFERENCES public.organizations(organization_id);

ALTER TABLE ONLY public.result_links
    ADD CONSTRAINT result_links_candidate_id_exists FOREIGN KEY (organization_id, candidate_id) REFERENCES public.candidates(organization_id, id);

ALTER TABLE ONLY public.sender_identities
    ADD CONSTRAINT sender_identities_organization_id_exists FOREIGN KEY (organization_id) REFERENCES public.organizations(organization_id);

ALTER TABLE ONLY public.sessions
    ADD CONSTRAINT sessions_user_id_exists FOREIGN KEY (organization_id, user_id) REFERENCES public.users(organization_id, id);

ALTER TABLE ONLY public.sources
    ADD CONSTRAINT sources_organization_id_exists FOREIGN KEY (organization_id) REFERENCES public.organizations(organization_id);

ALTER TABLE ONLY public.stage_changes
    ADD CONSTRAINT stage_changes_application_id_exists FOREIGN KEY (organization_id, application_id) REFERENCES public.applications(organization_id, id);

ALTER TABLE ONLY public.stage_changes
    ADD CONSTRAINT stage_changes_from_stage_id_exists FOREIGN KEY (organization_id, from_stage_id) REFERENCES public.stages(organization_id, id);

ALTER TABLE ONLY public.stage_changes
    ADD CONSTRAINT stage_changes_reason_id_exists FOREIGN KEY (organization_id, reason_id) REFERENCES public.reasons(organization_id, id);

ALTER TABLE ONLY public.stage_changes
    ADD CONSTRAINT stage_changes_to_stage_id_exists FOREIGN KEY (organization_id, to_stage_id) REFERENCES public.stages(organization_id, id);

ALTER TABLE ONLY public.stages
    ADD CONSTRAINT stages_job_id_exists FOREIGN KEY (organization_id, job_id) REFERENCES public.jobs(organization_id, id);

ALTER TABLE ONLY public.stages
    ADD CONSTRAINT stages_replaced_by_exists FOREIGN KEY (organization_id, replaced_by) REFERENCES public.stages(organization_id, id);

ALTER TABLE ONLY public.tags
    ADD CONSTRAINT tags_organization_id_exists FOREIGN KEY (organization_id) REFERENCES public.organizations(organization_id);

ALTER TABLE ONLY public.uploads
    ADD CONSTRAINT uploads_organization_id_exists FOREIGN KEY (organization_id) REFERENCES public.organizations(organization_id);

ALTER TABLE ONLY public.users
    ADD CONSTRAINT users_organization_id_exists FOREIGN KEY (organization_id) REFERENCES public.organizations(organization_id);

ALTER TABLE ONLY public.vocabulary_versions
    ADD CONSTRAINT vocabulary_versions_organization_id_exists FOREIGN KEY (organization_id) REFERENCES public.organizations(organization_id);

REVOKE USAGE ON SCHEMA public FROM PUBLIC;
GRANT USAGE ON SCHEMA public TO hiring_command;
GRANT USAGE ON SCHEMA public TO hiring_query;
GRANT USAGE ON SCHEMA public TO hiring_worker;
GRANT USAGE ON SCHEMA public TO hiring_relay;

GRANT SELECT,INSERT,UPDATE ON TABLE public.api_keys TO hiring_command;
GRANT SELECT ON TABLE public.api_keys TO hiring_query;

GRANT SELECT,INSERT,UPDATE ON TABLE public.applications TO hiring_command;
GRANT SELECT ON TABLE public.applications TO hiring_query;

GRANT SELECT(organization_id) ON TABLE public.applications TO hiring_worker;

GRANT SELECT(id) ON TABLE public.applications TO hiring_worker;

GRANT SELECT(post_id) ON TABLE public.applications TO hiring_worker;

GRANT SELECT,INSERT,UPDATE ON TABLE public.stages TO hiring_command;
GRANT SELECT ON TABLE public.stages TO hiring_query;

GRANT SELECT,INSERT,UPDATE ON TABLE public.consent_texts TO hiring_command;
GRANT SELECT ON TABLE public.consent_texts TO hiring_query;

GRANT SELECT,INSERT,UPDATE ON TABLE public.attachments TO hiring_command;
GRANT SELECT ON TABLE public.attachments TO hiring_query;
GRANT SELECT ON TABLE public.attachments TO hiring_worker;

GRANT SELECT,INSERT,UPDATE ON TABLE public.board_keys TO hiring_command;
GRANT SELECT ON TABLE public.board_keys TO hiring_query;

GRANT SELECT,INSERT,UPDATE ON TABLE public.jobs TO hiring_command;
GRANT SELECT ON TABLE public.jobs TO hiring_query;

GRANT SELECT,INSERT,UPDATE ON TABLE public.posts TO hiring_command;
GRANT SELECT ON TABLE public.posts TO hiring_query;

GRANT SELECT(organization_id) ON TABLE public.posts TO hiring_worker;

GRANT SELECT(id) ON TABLE public.posts TO hiring_worker;

GRANT SELECT(job_board_id) ON TABLE public.posts TO hiring_worker;

GRANT SELECT,INSERT,UPDATE ON TABLE public.bulk_operations TO hiring_command;
GRANT SELECT ON TABLE public.bulk_operations TO hiring_query;
GRANT SELECT,DELETE ON TABLE public.bulk_operations TO hiring_worker;

GRANT UPDATE(id) ON TABLE public.bulk_operations TO hiring_worker;

GRANT SELECT,INSERT,UPDATE ON TABLE public.candidates TO hiring_command;
GRANT SELECT ON TABLE public.candidates TO hiring_query;

GRANT SELECT,INSERT,UPDATE ON TABLE public.consents TO hiring_command;
GRANT SELECT ON TABLE public.consents TO hiring_query;

GRANT SELECT,INSERT,UPDATE ON TABLE public.custom_fields TO hiring_command;
GRANT SELECT ON TABLE public.custom_fields TO hiring_query;

GRANT SELECT,INSERT,UPDATE ON TABLE public.departments TO hiring_command;
GRANT SELECT ON TABLE public.departments TO hiring_query;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.notes TO hiring_command;
GRANT SELECT ON TABLE public.notes TO hiring_query;

GRANT SELECT,INSERT,UPDATE ON TABLE public.email_templates TO hiring_command;
GRANT SELECT ON TABLE public.email_templates TO hiring_query;
GRANT SELECT ON TABLE public.email_templates TO hiring_worker;

GRANT SELECT,INSERT ON TABLE public.events TO hiring_command;
GRANT SELECT,INSERT ON TABLE public.events TO hiring_worker;
GRANT SELECT ON TABLE public.events TO hiring_relay;
GRANT SELECT ON TABLE public.events TO hiring_query;

GRANT SELECT,INSERT,UPDATE ON TABLE public.interview_kits TO hiring_command;
GRANT SELECT ON TABLE public.interview_kits TO hiring_query;

GRANT SELECT,INSERT,UPDATE ON TABLE public.job_boards TO hiring_command;
GRANT SELECT ON TABLE public.job_boards TO hiring_query;
GRANT SELECT ON TABLE public.job_boards TO hiring_worker;

GRANT SELECT ON TABLE public.pay_disclosure_rules TO hiring_command;
GRANT SELECT ON TABLE public.pay_disclosure_rules TO hiring_query;

GRANT SELECT,INSERT,UPDATE ON TABLE public.messages TO hiring_command;
GRANT SELECT,UPDATE ON TABLE public.messages TO hiring_worker;
GRANT SELECT ON TABLE public.messages TO hiring_query;

GRANT SELECT,INSERT,UPDATE ON TABLE public.offices TO hiring_command;
GRANT SELECT ON TABLE public.offices TO hiring_query;

GRANT SELECT,INSERT,UPDATE ON TABLE public.openings TO hiring_command;
GRANT SELECT ON TABLE public.openings TO hiring_query;

GRANT SELECT,INSERT,UPDATE ON TABLE public.organizations TO hiring_command;
GRANT SELECT ON TABLE public.organizations TO hiring_query;
GRANT SELECT ON TABLE public.organizations TO hiring_worker;

GRANT SELECT,INSERT,UPDATE ON TABLE public.permission_groups TO hiring_command;
GRANT SELECT ON TABLE public.permission_groups TO hiring_query;

GRANT SELECT,INSERT,UPDATE ON TABLE public.pipeline_templates TO hiring_command;
GRANT SELECT ON TABLE public.pipeline_templates TO hiring_query;

GRANT SELECT,INSERT,UPDATE ON TABLE public.reasons TO hiring_command;
GRANT SELECT ON TABLE public.reasons TO hiring_query;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.result_links TO hiring_command;
GRANT SELECT ON TABLE public.result_links TO hiring_query;

GRANT SELECT,INSERT ON TABLE public.stage_changes TO hiring_command;
GRANT SELECT ON TABLE public.stage_changes TO hiring_query;

GRANT SELECT,INSERT,UPDATE ON TABLE public.sender_identities TO hiring_command;
GRANT SELECT ON TABLE public.sender_identities TO hiring_query;
GRANT SELECT ON TABLE public.sender_identities TO hiring_worker;

GRANT SELECT,INSERT,UPDATE ON TABLE public.sessions TO hiring_command;
GRANT SELECT ON TABLE public.sessions TO hiring_query;
GRANT SELECT,DELETE,UPDATE ON TABLE public.sessions TO hiring_worker;

REVOKE ALL ON FUNCTION public.settled_until() FROM PUBLIC;
GRANT ALL ON FUNCTION public.settled_until() TO hiring_command;
GRANT ALL ON FUNCTION public.settled_until() TO hiring_worker;
GRANT ALL ON FUNCTION public.settled_until() TO hiring_relay;

GRANT SELECT,INSERT,UPDATE ON TABLE public.sources TO hiring_command;
GRANT SELECT ON TABLE public.sources TO hiring_query;

GRANT SELECT,INSERT,UPDATE ON TABLE public.tags TO hiring_command;
GRANT SELECT ON TABLE public.tags TO hiring_query;

GRANT SELECT,INSERT,UPDATE ON TABLE public.uploads TO hiring_command;
GRANT SELECT ON TABLE public.uploads TO hiring_query;
GRANT SELECT,DELETE,UPDATE ON TABLE public.uploads TO hiring_worker;

GRANT SELECT,INSERT,UPDATE ON TABLE public.users TO hiring_command;
GRANT SELECT ON TABLE public.users TO hiring_query;
GRANT SELECT ON TABLE public.users TO hiring_worker;

GRANT SELECT,INSERT,UPDATE ON TABLE public.api_key_directory TO hiring_command;
GRANT SELECT ON TABLE public.api_key_directory TO hiring_query;

GRANT SELECT,INSERT,UPDATE ON TABLE public.board_directory TO hiring_command;
GRANT SELECT ON TABLE public.board_directory TO hiring_query;

GRANT SELECT,INSERT,UPDATE ON TABLE public.board_versions TO hiring_command;
GRANT SELECT ON TABLE public.board_versions TO hiring_query;

GRANT SELECT,INSERT,UPDATE ON TABLE public.bulk_operation_items TO hiring_command;
GRANT SELECT ON TABLE public.bulk_operation_items TO hiring_query;
GRANT SELECT,DELETE ON TABLE public.bulk_operation_items TO hiring_worker;

GRANT UPDATE(id) ON TABLE public.bulk_operation_items TO hiring_worker;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.candidate_emails TO hiring_command;
GRANT SELECT ON TABLE public.candidate_emails TO hiring_query;

GRANT SELECT,INSERT,DELETE ON TABLE public.candidate_tags TO hiring_command;
GRANT SELECT ON TABLE public.candidate_tags TO hiring_query;

GRANT SELECT,INSERT ON TABLE public.consent_text_versions TO hiring_command;
GRANT SELECT ON TABLE public.consent_text_versions TO hiring_query;

GRANT SELECT,INSERT,UPDATE ON TABLE public.credentials TO hiring_command;
GRANT SELECT ON TABLE public.credentials TO hiring_query;

GRANT SELECT,INSERT,DELETE ON TABLE public.custom_values TO hiring_command;
GRANT SELECT ON TABLE public.custom_values TO hiring_query;

GRANT SELECT,INSERT ON TABLE public.feed TO hiring_relay;
GRANT SELECT ON TABLE public.feed TO hiring_query;

GRANT USAGE ON SEQUENCE public.feed_positions TO hiring_relay;

GRANT SELECT,UPDATE ON TABLE public.feed_watermarks TO hiring_relay;
GRANT SELECT ON TABLE public.feed_watermarks TO hiring_query;

GRANT SELECT,INSERT,UPDATE ON TABLE public.heartbeats TO hiring_command;
GRANT SELECT,INSERT,UPDATE ON TABLE public.heartbeats TO hiring_worker;
GRANT SELECT,INSERT,UPDATE ON TABLE public.heartbeats TO hiring_relay;
GRANT SELECT ON TABLE public.heartbeats TO hiring_query;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.hiring_team_members TO hiring_command;
GRANT SELECT ON TABLE public.hiring_team_members TO hiring_query;

GRANT SELECT,INSERT,UPDATE ON TABLE public.idempotency_keys TO hiring_command;
GRANT SELECT,DELETE,UPDATE ON TABLE public.idempotency_keys TO hiring_worker;
GRANT SELECT ON TABLE public.idempotency_keys TO hiring_query;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.inbox TO hiring_worker;
GRANT SELECT ON TABLE public.inbox TO hiring_query;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.job_offices TO hiring_command;
GRANT SELECT ON TABLE public.job_offices TO hiring_query;

GRANT SELECT,INSERT,UPDATE ON TABLE public.link_directory TO hiring_command;
GRANT SELECT ON TABLE public.link_directory TO hiring_query;
GRANT SELECT,DELETE,UPDATE ON TABLE public.link_directory TO hiring_worker;

GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.login_directory TO hiring_command;
GRANT SELECT ON TABLE public.login_directory TO hiring_query;

GRANT SELECT,INSERT,UPDATE ON TABLE public.mailed_links TO hiring_command;
GRANT SELECT ON TABLE public.mailed_links TO hiring_query;
GRANT SELECT,DELETE,UPDATE ON TABLE public.mailed_links TO hiring_worker;

GRANT SELECT,INSERT,UPDATE ON TABLE public.organization_directory TO hiring_command;
GRANT SELECT ON TABLE public.organization_directory TO hiring_query;

GRANT SELECT,INSERT ON TABLE public.outbox TO hiring_command;
GRANT SELECT,INSERT ON TABLE public.outbox TO hiring_worker;
GRANT SELECT,DELETE ON TABLE public.outbox TO hiring_relay;
GRANT SELECT ON TABLE public.outbox TO hiring_query;

GRANT SELECT,UPDATE ON TABLE public.outbox_mark TO hiring_relay;
GRANT SELECT ON TABLE public.outbox_mark TO hiring_query;

GRANT SELECT,INSERT,UPDATE ON TABLE public.permission_assignments TO hiring_command;
GRANT SELECT ON TABLE public.permission_assignments TO hiring_query;

GRANT SELECT,INSERT,UPDATE ON TABLE public.permission_group_assignments TO hiring_command;
GRANT SELECT ON TABLE public.permission_group_assignments TO hiring_query;

GRANT SELECT,INSERT,UPDATE ON TABLE public.pipelines TO hiring_command;
GRANT SELECT ON TABLE public.pipelines TO hiring_query;

GRANT SELECT,INSERT ON TABLE public.principal_changes TO hiring_command;
GRANT SELECT ON TABLE public.principal_changes TO hiring_query;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.principal_changes TO hiring_worker;

GRANT SELECT,INSERT,UPDATE ON TABLE public.refresh_tokens TO hiring_command;
GRANT SELECT ON TABLE public.refresh_tokens TO hiring_query;
GRANT SELECT,DELETE,UPDATE ON TABLE public.refresh_tokens TO hiring_worker;

GRANT SELECT,INSERT,UPDATE ON TABLE public.vocabulary_versions TO hiring_command;
GRANT SELECT ON TABLE public.vocabulary_versions TO hiring_query;
