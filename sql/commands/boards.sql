-- Boards: what the public may do.
-- Pool: primary.
-- Know first: an application through a board tells nobody what was there before; Python answers all of them alike.

-- name: share_job_of_post
-- Keeps the post and its job as they are until the application is in: no closing and no unpublishing in between.
-- Takes: organization_id, post_id
SELECT j.id
FROM posts AS p
JOIN jobs AS j ON j.organization_id = :organization_id AND j.id = p.job_id
WHERE p.organization_id = :organization_id AND p.id = :post_id
FOR SHARE OF j, p;

-- name: lock_email
-- Makes the applications of one e-mail address come one after another, before there is a candidate to lock.
-- Takes: organization_id, email
SELECT pg_advisory_xact_lock(hashtextextended('apply ' || :organization_id::text || ' ' || :email::text, 0));

-- name: lock_candidates_of_email
-- Locks the candidates with the e-mail address, ids ascending.
-- Takes: organization_id, email
SELECT c.id
FROM candidate_emails AS m
JOIN candidates AS c ON c.organization_id = :organization_id AND c.id = m.candidate_id
WHERE m.organization_id = :organization_id AND m.email = :email
ORDER BY c.id
FOR NO KEY UPDATE OF c;

-- name: lock_applications_of_email
-- Locks the applications to the post's job of the candidates with the e-mail address, ids ascending.
-- Takes: organization_id, post_id, email
SELECT a.id
FROM candidate_emails AS m
JOIN posts AS p ON p.organization_id = :organization_id AND p.id = :post_id
JOIN applications AS a ON a.organization_id = :organization_id AND a.candidate_id = m.candidate_id
    AND a.job_id = p.job_id
WHERE m.organization_id = :organization_id AND m.email = :email
ORDER BY a.id
FOR NO KEY UPDATE OF a;

-- name: lock_uploads
-- Locks the uploads that are about to be used, ids ascending.
-- Takes: organization_id, files
SELECT u.id
FROM uploads AS u
WHERE u.organization_id = :organization_id
  AND u.id IN (SELECT f.upload_id FROM jsonb_to_recordset(:files) AS f (upload_id uuid))
ORDER BY u.id
FOR NO KEY UPDATE;

-- name: apply^
-- Takes an application through a public post: finds or adds the candidate, attaches files, thanks by mail.
-- Takes: stamp, job_board_id, post_id, seen_post_version, application_id, candidate_id, candidate_event_id, message_id,
--     first_name, last_name, name, email, phones, links, location, language, referrer, source_details,
--     answers, files, seen_consents, consents, maximum_mail_count, is_robot
-- Locks first: share_job_of_post, lock_email, lock_candidates_of_email, lock_applications_of_email, lock_uploads
-- Returns: the refusal; no row when the board shows no such post.
-- Rules: B12, B16, B17, B18, B19, B20, B21, B22, B27, B39, G5, M4.
-- Why: a robot is judged as a person is and uses up its files, so that no answer tells it; nothing else comes of it.
-- Why: an application that stands is told by mail, and files are used up all the same (rule 14 of the domain).
-- Why: anybody may type any address: it gets each kind of mail once a day for a job, and so many for all jobs. What was
-- Why: mailed is counted behind lock_email, so that repeats at once make one mail.
-- Why: with LIMIT an upload is found by its id; without, PostgreSQL may read the unused uploads of all tenants instead.
-- Budget: 250 rows, 1,000 buffers, 23 ms at 1,000,000 applications
WITH found_post AS (
    SELECT p.id, p.job_id, p.title, p.language, json_build_object('status', p.status) AS state,
           is_accepting(p, j), p.version = :seen_post_version AND :seen_consents = (
               SELECT c.consents FROM asked_consents(:organization_id, p.language) AS c
           ) AS is_as_checked
    FROM published_posts(:organization_id) AS p
    JOIN jobs AS j ON j.organization_id = :organization_id AND j.id = p.job_id
    WHERE p.id = :post_id AND p.job_board_id = :job_board_id
),
given_file AS (
    SELECT f.attachment_id, f.event_id, f.kind, f.pointer, f.question_id, f.place, u.id, u.file_name, u.media_type,
           u.size, u.sha256, u.storage_name
    FROM ROWS FROM (
        jsonb_to_recordset(:files) AS (
            upload_id uuid, attachment_id uuid, event_id uuid, kind text, pointer text, question_id text
        )
    ) WITH ORDINALITY AS f (upload_id, attachment_id, event_id, kind, pointer, question_id, place)
    LEFT JOIN LATERAL (
        SELECT x.id, x.job_board_id, x.file_name, x.media_type, x.size, x.sha256, x.storage_name, x.expires_at,
               x.used_at
        FROM uploads AS x
        WHERE x.organization_id = :organization_id AND x.id = f.upload_id
        LIMIT 1
    ) AS u ON u.job_board_id = :job_board_id AND u.used_at IS NULL AND u.expires_at > now()
),
unusable_files AS (
    SELECT json_object_agg(f.pointer, 'unknown_upload'::text ORDER BY f.place) AS findings,
           json_object_agg(f.pointer, f.question_id ORDER BY f.place) AS question_ids
    FROM given_file AS f
    WHERE f.id IS NULL
),
judged_application AS (
    SELECT CASE
        WHEN NOT p.is_as_checked THEN refusal('being_changed', p.state)
        WHEN w.findings IS NOT NULL
            THEN unfit_fields(w.findings, w.question_ids, 'The upload is unknown, was used or has expired.')
        WHEN NOT p.is_accepting THEN refusal('post_not_accepting', p.state)
    END AS refusal
    FROM found_post AS p
    CROSS JOIN unusable_files AS w
),
known_candidate AS (
    SELECT c.id, c.version, c.first_name, c.last_name, c.phones, c.links, c.location, c.language, c.proposed_update
    FROM candidate_emails AS m
    JOIN candidates AS c ON c.organization_id = :organization_id AND c.id = m.candidate_id
    WHERE m.organization_id = :organization_id AND m.email = :email AND c.status = 'active'
),
matched_candidate AS (
    SELECT k.id, k.version, k.first_name, k.last_name, k.phones, k.links, k.location, k.language, k.proposed_update
    FROM known_candidate AS k
    WHERE (SELECT count(*) FROM known_candidate) = 1
),
former_application AS (
    SELECT a.id, a.candidate_id, a.stage_id, a.version, a.status = 'active' AND s.kind = 'lead' AS is_lead
    FROM applications AS a
    JOIN stages AS s ON s.organization_id = :organization_id AND s.id = a.stage_id
    JOIN found_post AS p ON a.job_id = p.job_id
    JOIN matched_candidate AS c ON a.candidate_id = c.id
    JOIN organizations AS o ON o.organization_id = :organization_id
    WHERE a.organization_id = :organization_id
      AND (a.status IN ('active', 'hired') OR a.applied_at > now() - make_interval(days => o.reapply_window_days))
),
standing_application AS (
    SELECT f.id, f.candidate_id FROM former_application AS f WHERE NOT f.is_lead LIMIT 1
),
fresh_post AS (
    SELECT p.id, p.job_id, p.title, p.language
    FROM found_post AS p
    WHERE NOT :is_robot AND NOT EXISTS (SELECT FROM standing_application)
),
added_candidate AS (
    INSERT INTO candidates AS c (organization_id, id, first_name, last_name, name, emails, phones, links, location,
                                 language, source_id, is_possible_duplicate)
    SELECT :organization_id, :candidate_id, :first_name, :last_name, :name,
           jsonb_build_array(jsonb_build_object('value', :email::text, 'kind', 'personal')), :phones, :links,
           :location, :language, s.id, (SELECT count(*) FROM known_candidate) > 1
    FROM judged_application AS g
    CROSS JOIN fresh_post AS p
    LEFT JOIN sources AS s ON s.organization_id = :organization_id AND s.key = 'board'
    WHERE g.refusal IS NULL AND NOT EXISTS (SELECT FROM matched_candidate)
    RETURNING c.id, record_event(
        :organization_id, :candidate_event_id, :actor, :correlation_id, 'candidate.created', 'candidate', c.id,
        c.version, jsonb_build_object('source_id', c.source_id)
    ) AS event_id
),
listed_email AS (
    INSERT INTO candidate_emails (organization_id, email, candidate_id)
    SELECT :organization_id, :email, c.id FROM added_candidate AS c
),
new_contact AS (
    SELECT FROM matched_candidate AS m, jsonb_array_elements(:phones) AS n
    WHERE NOT m.phones @> jsonb_build_array(jsonb_build_object('value', n -> 'value'))
    UNION ALL
    SELECT FROM matched_candidate AS m, jsonb_array_elements(:links) AS n
    WHERE NOT m.links @> jsonb_build_array(jsonb_build_object('value', n -> 'value'))
),
proposed_update AS (
    SELECT m.id, jsonb_build_object(
               'first_name', :first_name::text, 'last_name', :last_name::text, 'phones', :phones::jsonb,
               'links', :links::jsonb, 'location', :location::text, 'language', :language::text
           ) AS fields
    FROM matched_candidate AS m
    WHERE m.first_name IS DISTINCT FROM :first_name OR :last_name::text <> coalesce(m.last_name, '')
       OR :location::text <> coalesce(m.location, '') OR :language::text <> coalesce(m.language, '')
       OR EXISTS (SELECT FROM new_contact)
),
touched_candidate AS (
    UPDATE candidates AS c
    SET updated_at = written_at(), proposed_update = coalesce(u.fields, m.proposed_update),
        version = m.version + (u.fields IS DISTINCT FROM m.proposed_update AND u.id IS NOT NULL)::integer
    FROM judged_application AS g
    CROSS JOIN fresh_post AS p
    CROSS JOIN matched_candidate AS m
    LEFT JOIN proposed_update AS u ON u.id = m.id
    WHERE c.organization_id = :organization_id AND c.id = m.id AND g.refusal IS NULL
    RETURNING c.id, CASE WHEN c.version > m.version THEN record_event(
        :organization_id, :candidate_event_id, :actor, :correlation_id, 'candidate.updated', 'candidate', c.id,
        c.version, jsonb_build_object('fields', ARRAY['proposed_update'])
    ) END AS event_id
),
first_stage AS (
    SELECT s.id, s.kind
    FROM stages AS s
    JOIN fresh_post AS p ON s.job_id = p.job_id
    WHERE s.organization_id = :organization_id AND s.removed_at IS NULL AND s.kind <> 'lead'
    ORDER BY s.position
    LIMIT 1
),
submitted_application AS (
    INSERT INTO applications AS a (organization_id, id, candidate_id, job_id, post_id, stage_id, source_id, referrer,
                                   source_details, answers)
    SELECT :organization_id, :application_id, c.id, p.job_id, p.id, s.id, src.id, :referrer, :source_details, :answers
    FROM (
        SELECT c.id FROM added_candidate AS c
        UNION ALL
        SELECT c.id FROM touched_candidate AS c
    ) AS c
    CROSS JOIN fresh_post AS p
    CROSS JOIN first_stage AS s
    LEFT JOIN sources AS src ON src.organization_id = :organization_id AND src.key = 'board'
    WHERE NOT EXISTS (SELECT FROM former_application)
    RETURNING a.id, a.candidate_id, record_event(
        :organization_id, :event_id, :actor, :correlation_id, 'application.submitted', 'application', a.id, a.version,
        jsonb_build_object('candidate_id', a.candidate_id, 'job_id', a.job_id, 'stage_id', a.stage_id,
                           'stage_kind', (SELECT f.kind FROM first_stage AS f), 'post_id', a.post_id,
                           'source_id', a.source_id, 'applied_at', as_utc(a.applied_at))
    ) AS event_id, record_stage_change(
        :organization_id, :event_id, :actor, a.id, 'submitted', NULL, a.stage_id
    ) AS change_id
),
applied_lead AS (
    UPDATE applications AS a
    SET post_id = p.id, stage_id = s.id, referrer = coalesce(a.referrer, :referrer), source_details = :source_details,
        answers = :answers, version = f.version + 1, updated_at = written_at()
    FROM touched_candidate AS c, fresh_post AS p, first_stage AS s, former_application AS f
    WHERE a.organization_id = :organization_id AND a.id = f.id AND f.candidate_id = c.id
    RETURNING a.id, a.candidate_id, record_event(
        :organization_id, :event_id, :actor, :correlation_id, 'application.stage_changed', 'application', a.id,
        a.version, jsonb_build_object('candidate_id', a.candidate_id, 'job_id', a.job_id, 'stage_id', a.stage_id,
                                      'stage_kind', s.kind),
        previous => jsonb_build_object('stage_id', f.stage_id)
    ) AS event_id, record_stage_change(
        :organization_id, :event_id, :actor, a.id, 'moved', f.stage_id, a.stage_id
    ) AS change_id
),
taken_application AS (
    SELECT a.id, a.candidate_id FROM submitted_application AS a
    UNION ALL
    SELECT a.id, a.candidate_id FROM applied_lead AS a
),
used_upload AS (
    UPDATE uploads AS u
    SET used_at = clock_timestamp()
    FROM judged_application AS g, given_file AS f
    WHERE u.organization_id = :organization_id AND u.id = f.id AND g.refusal IS NULL
),
added_attachment AS (
    INSERT INTO attachments AS t (organization_id, id, candidate_id, application_id, kind, file_name, media_type, size,
                                  sha256, storage_name)
    SELECT :organization_id, f.attachment_id, a.candidate_id, a.id, f.kind, f.file_name, f.media_type, f.size,
           f.sha256, f.storage_name
    FROM given_file AS f, taken_application AS a
    ORDER BY f.place
    RETURNING record_event(
        :organization_id, (SELECT f.event_id FROM given_file AS f WHERE f.attachment_id = t.id), :actor,
        :correlation_id, 'attachment.uploaded', 'attachment', t.id, t.version,
        jsonb_build_object('candidate_id', t.candidate_id, 'kind', t.kind)
    ) AS event_id
),
recorded_consent AS (
    INSERT INTO consents AS s (organization_id, id, candidate_id, consent_text_id, consent_text_version, is_granted,
                               source, actor)
    SELECT :organization_id, uuid_v7(), a.candidate_id, n.id, n.version, n.is_granted, 'application', :actor
    FROM jsonb_to_recordset(:consents) AS n (id uuid, version integer, is_granted boolean), taken_application AS a
    RETURNING record_event(
        :organization_id, uuid_v7(), :actor, :correlation_id, 'consent.changed', 'consent', s.id, s.version,
        consent_facts(s)
    ) AS event_id
),
recent_message AS (
    SELECT m.kind, a.job_id
    FROM messages AS m
    LEFT JOIN applications AS a ON a.organization_id = :organization_id AND a.id = m.application_id
    WHERE m.organization_id = :organization_id AND m.recipient = :email
      AND m.kind IN ('application_received', 'already_applied') AND m.created_at > now() - interval '1 day'
),
due_mail AS (
    SELECT CASE WHEN a.id IS NULL THEN 'already_applied' ELSE 'application_received' END AS kind,
           coalesce(a.id, b.id) AS application_id, coalesce(a.candidate_id, b.candidate_id) AS candidate_id,
           p.job_id, p.title, p.language
    FROM judged_application AS g
    CROSS JOIN found_post AS p
    LEFT JOIN taken_application AS a ON true
    LEFT JOIN standing_application AS b ON true
    WHERE g.refusal IS NULL AND NOT :is_robot
),
scheduled_message AS (
    INSERT INTO messages AS m (organization_id, id, kind, status, recipient, language, facts, candidate_id,
                               application_id, author, send_at)
    SELECT :organization_id, :message_id, d.kind, 'scheduled', :email, coalesce(:language, d.language),
           jsonb_build_object('first_name', :first_name::text, 'job_title', d.title,
                              'organization_name', coalesce(o.mail_sender_name, o.name)),
           d.candidate_id, d.application_id, :actor, now()
    FROM due_mail AS d
    CROSS JOIN (SELECT count(*) FROM added_attachment) AS after_attaching
    JOIN organizations AS o ON o.organization_id = :organization_id
    WHERE (SELECT count(*) FROM recent_message) < :maximum_mail_count
      AND NOT EXISTS (SELECT FROM recent_message AS r WHERE r.kind = d.kind AND r.job_id = d.job_id)
    RETURNING record_event(
        :organization_id, m.id, :actor, :correlation_id, 'message.due', 'message', m.id, 1, '{}'
    ) AS event_id
)
SELECT g.refusal::text AS refusal
FROM judged_application AS g;
