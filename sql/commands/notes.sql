-- Notes: what changes the notes about candidates.
-- Pool: primary.
-- Know first: every change locks the candidate first, so that changes of one note come one after another.

-- name: add^
-- Adds a note about an active candidate, maybe about one of their applications.
-- Takes: stamp, candidate view, candidate_id, note_id, application_id, text, mentions,
--     message_ids, visibility
-- Locks first: lock_candidate
-- Returns: the refusal, the note, its event; no row when there is no such candidate to be seen.
-- Rules: N1, N2, N3, M8.
WITH seen_candidate AS (
    SELECT c.id
    FROM seen_candidates(:organization_id, :viewer_id, :sees_all_jobs, :sees_confidential_jobs, :sees_internal) AS c
    WHERE c.id = :candidate_id AND c.status = 'active'
),
given_application AS (
    SELECT a.id
    FROM seen_candidate AS l
    JOIN applications AS a ON a.candidate_id = l.id
    JOIN recruited_jobs(:organization_id, :viewer_id, :sees_all_jobs, :sees_confidential_jobs) AS j ON j.id = a.job_id
    WHERE a.organization_id = :organization_id AND a.id = :application_id
),
unknown_reference AS (
    SELECT '/application_id' AS pointer, 0 AS place
    WHERE :application_id::uuid IS NOT NULL AND NOT EXISTS (SELECT FROM given_application)
    UNION ALL
    SELECT u.pointer, u.place FROM unknown_mentions(:organization_id, :mentions, '{}') AS u
),
judged_note AS (
    SELECT CASE
        WHEN EXISTS (SELECT FROM unknown_reference) THEN unfit_fields((
            SELECT json_object_agg(u.pointer, 'unknown_reference'::text ORDER BY u.place) FROM unknown_reference AS u
        ))
    END AS refusal
    FROM seen_candidate AS l
),
added_note AS (
    INSERT INTO notes AS n (organization_id, id, candidate_id, application_id, author, body, mentions, ever_mentioned,
                            visibility)
    SELECT :organization_id, :note_id, l.id, :application_id, :actor, :text, :mentions, :mentions, :visibility
    FROM judged_note AS g, seen_candidate AS l
    WHERE g.refusal IS NULL
    RETURNING n AS note, n.id, n.version, n.candidate_id, record_event(
        :organization_id, :event_id, :actor, :correlation_id, 'note.created', 'note', n.id, n.version,
        jsonb_build_object('candidate_id', n.candidate_id, 'application_id', n.application_id)
    ) AS event_id, touch_candidate(:organization_id, n.candidate_id) AS touched_id
),
scheduled_message AS (
    INSERT INTO messages AS m (organization_id, id, kind, status, recipient, language, facts, candidate_id, user_id,
                               send_at)
    SELECT :organization_id, i.message_id, 'note_mention', 'scheduled', i.email, i.language, i.facts, x.candidate_id,
           i.user_id, now()
    FROM added_note AS x
    CROSS JOIN mention_mails(
        :organization_id, :viewer_id, :note_id, :mentions, :message_ids, '{}'
    ) AS i
    RETURNING record_event(
        :organization_id, m.id, :actor, :correlation_id, 'message.due', 'message', m.id, 1, '{}'
    ) AS event_id
)
SELECT g.refusal::text AS refusal, x.id, x.version, note_body(x.note)::text AS body, x.event_id
FROM judged_note AS g
LEFT JOIN added_note AS x ON true;

-- name: update^
-- Changes the fields that a merge patch names.
-- Takes: stamp, candidate view, sees_private, is_user, note_id, changes, mentions, message_ids, expected_versions
-- Locks first: lock_candidate_of_note
-- Returns: the refusal, the note as it is now, its event.
-- Rules: N3, N6, M8.
WITH locked_note AS (
    SELECT n AS note, n.id, n.version, n.mentions, n.ever_mentioned
    FROM notes AS n
    JOIN seen_notes(
        :organization_id, :viewer_id, :sees_all_jobs, :sees_confidential_jobs, :sees_internal, :sees_private
    ) AS v ON v.id = n.id
    WHERE n.organization_id = :organization_id AND n.id = :note_id
    FOR NO KEY UPDATE OF n
),
unknown_reference AS (
    SELECT u.pointer, u.place
    FROM locked_note AS l
    CROSS JOIN unknown_mentions(:organization_id, :mentions, l.mentions) AS u
),
judged_note AS (
    SELECT CASE
        WHEN NOT EXISTS (SELECT FROM editable_notes(:organization_id, :viewer_id, :is_user) AS e WHERE e.id = l.id)
            THEN refusal('author_required', NULL)
        WHEN EXISTS (SELECT FROM unknown_reference) THEN unfit_fields((
            SELECT json_object_agg(u.pointer, 'unknown_reference'::text ORDER BY u.place) FROM unknown_reference AS u
        ))
        WHEN l.version <> ALL (:expected_versions::integer[]) THEN version_mismatch(l.version)
    END AS refusal
    FROM locked_note AS l
),
updated_note AS (
    UPDATE notes AS n
    SET (body, mentions, visibility) = (
            SELECT m.body, m.mentions, m.visibility FROM jsonb_populate_record(l.note, :changes) AS m
        ),
        ever_mentioned = l.ever_mentioned || ARRAY(
            SELECT m.user_id FROM unnest(:mentions::uuid[]) AS m (user_id) WHERE m.user_id <> ALL (l.ever_mentioned)
        ),
        version = l.version + 1, updated_at = written_at()
    FROM judged_note AS g, locked_note AS l
    WHERE n.organization_id = :organization_id AND n.id = l.id AND g.refusal IS NULL
      AND l.note IS DISTINCT FROM jsonb_populate_record(l.note, :changes)
    RETURNING n AS note, n.version, n.candidate_id, record_event(
        :organization_id, :event_id, :actor, :correlation_id, 'note.updated', 'note', n.id, n.version,
        jsonb_build_object('candidate_id', n.candidate_id, 'application_id', n.application_id,
                           'fields', fields_of(:changes))
    ) AS event_id, touch_candidate(:organization_id, n.candidate_id) AS touched_id
),
scheduled_message AS (
    INSERT INTO messages AS m (organization_id, id, kind, status, recipient, language, facts, candidate_id, user_id,
                               send_at)
    SELECT :organization_id, i.message_id, 'note_mention', 'scheduled', i.email, i.language, i.facts, x.candidate_id,
           i.user_id, now()
    FROM locked_note AS l, updated_note AS x
    CROSS JOIN mention_mails(
        :organization_id, :viewer_id, :note_id, :mentions, :message_ids, l.ever_mentioned
    ) AS i
    RETURNING record_event(
        :organization_id, m.id, :actor, :correlation_id, 'message.due', 'message', m.id, 1, '{}'
    ) AS event_id
)
SELECT g.refusal::text AS refusal, l.id, coalesce(x.version, l.version) AS version,
       note_body(coalesce(x.note, l.note))::text AS body, x.event_id
FROM locked_note AS l
CROSS JOIN judged_note AS g
LEFT JOIN updated_note AS x ON true;

-- name: delete^
-- Deletes a note: nothing of it stays but the events.
-- Takes: stamp, candidate view, sees_private, is_user, note_id
-- Locks first: lock_candidate_of_note
-- Returns: the refusal and the event; no row when none is to be seen.
-- Rules: N6, N7.
WITH locked_note AS (
    SELECT n.id
    FROM notes AS n
    JOIN seen_notes(
        :organization_id, :viewer_id, :sees_all_jobs, :sees_confidential_jobs, :sees_internal, :sees_private
    ) AS v ON v.id = n.id
    WHERE n.organization_id = :organization_id AND n.id = :note_id
    FOR UPDATE OF n
),
judged_note AS (
    SELECT CASE
        WHEN NOT EXISTS (SELECT FROM editable_notes(:organization_id, :viewer_id, :is_user) AS e WHERE e.id = l.id)
            THEN refusal('author_required', NULL)
    END AS refusal
    FROM locked_note AS l
),
deleted_note AS (
    DELETE FROM notes AS n
    USING judged_note AS g, locked_note AS l
    WHERE n.organization_id = :organization_id AND n.id = l.id AND g.refusal IS NULL
    RETURNING record_event(
        :organization_id, :event_id, :actor, :correlation_id, 'note.deleted', 'note', n.id, n.version,
        jsonb_build_object('candidate_id', n.candidate_id, 'application_id', n.application_id)
    ) AS event_id, touch_candidate(:organization_id, n.candidate_id) AS touched_id
)
SELECT g.refusal::text AS refusal, x.event_id
FROM judged_note AS g
LEFT JOIN deleted_note AS x ON true;
