-- Candidates: what changes the people who may be hired.
-- Pool: primary.
-- Know first: candidate_emails repeats the addresses of candidates.emails, to find a person by.

-- name: add(organization_id, event_id, actor, correlation_id, candidate_id, external_id, first_name, middle_name, last_name, name, emails, phones, links, location, time_zone, language, current_title, current_company, tags, source_id, custom_fields)^
-- Adds a candidate.
-- Returns: whether the source was found, the candidate and the event.
-- Guards: the source is active.
-- Budget: 25 rows, 50 buffers, 5 ms at 1,000,000 applications
WITH given_source AS (
    SELECT s.id
    FROM sources AS s
    WHERE s.organization_id = :organization_id AND s.id = :source_id AND s.status = 'active'
    FOR SHARE
),
added_candidate AS (
    INSERT INTO candidates AS c (organization_id, id, external_id, first_name, middle_name, last_name, name, emails,
                                 phones, links, location, time_zone, language, current_title, current_company, tags,
                                 source_id, custom_fields)
    SELECT :organization_id, :candidate_id, :external_id, :first_name, :middle_name, :last_name, :name, :emails,
           :phones, :links, :location, :time_zone, :language, :current_title, :current_company, :tags,
           :source_id, :custom_fields
    FROM (SELECT) AS always
    WHERE :source_id::uuid IS NULL OR EXISTS (SELECT FROM given_source)
    RETURNING c AS candidate, c.id, c.version
),
listed_emails AS (
    INSERT INTO candidate_emails (organization_id, email, candidate_id)
    SELECT DISTINCT :organization_id::uuid, m.value, a.id
    FROM added_candidate AS a, jsonb_to_recordset(:emails) AS m (value text)
),
recorded_event AS (
    INSERT INTO events (organization_id, id, actor, correlation_id, type, aggregate_type, aggregate_id,
                        aggregate_version, data)
    SELECT :organization_id, :event_id, :actor, :correlation_id, 'candidate.created', 'candidate', a.id, a.version,
           jsonb_build_object('source_id', :source_id::uuid)
    FROM added_candidate AS a
    RETURNING id
),
queued_event AS (
    INSERT INTO outbox (organization_id, event_id)
    SELECT :organization_id, e.id FROM recorded_event AS e
)
SELECT :source_id::uuid IS NULL OR EXISTS (SELECT FROM given_source) AS is_source_found,
       a.id, a.version, candidate_body(a.candidate)::text AS body, e.id AS event_id
FROM (SELECT) AS always
LEFT JOIN added_candidate AS a ON true
LEFT JOIN recorded_event AS e ON true;

-- name: update(organization_id, event_id, actor, correlation_id, viewer_id, sees_all_jobs, sees_confidential_jobs, sees_internal, candidate_id, changes, expected_version)^
-- Changes the fields that a merge patch names; the display name follows the parts it is made of.
-- Returns: what was found of candidate and source, the candidate as it is now, its event.
-- Guards: something differs; version and status of the locked row; a source that is newly named is active.
WITH locked_candidate AS (
    SELECT c AS candidate, c.id, c.version, c.status, c.source_id, c.custom_fields
    FROM candidates AS c
    WHERE c.organization_id = :organization_id AND c.id = :candidate_id
      AND c.user_id IS DISTINCT FROM :viewer_id AND (:sees_internal OR c.user_id IS NULL)
      AND ((:sees_all_jobs AND (:sees_confidential_jobs OR NOT EXISTS (
          SELECT FROM applications AS a WHERE a.organization_id = :organization_id AND a.candidate_id = c.id
      ))) OR EXISTS (
          SELECT FROM applications AS a
          JOIN jobs AS j ON j.organization_id = :organization_id AND j.id = a.job_id
          WHERE a.organization_id = :organization_id AND a.candidate_id = c.id
            AND ((:sees_all_jobs AND NOT j.is_confidential) OR EXISTS (
                SELECT FROM hiring_team_members AS t
                WHERE t.organization_id = :organization_id AND t.job_id = j.id AND t.user_id = :viewer_id
                  AND t.role <> 'interviewer'
            ))
      ))
    FOR NO KEY UPDATE OF c
),
kept_source AS (
    SELECT s.id
    FROM sources AS s
    JOIN locked_candidate AS l ON s.status = 'active' OR s.id = l.source_id
    WHERE s.organization_id = :organization_id AND s.id = (:changes::jsonb ->> 'source_id')::uuid
    FOR SHARE OF s
),
merged_fields AS (
    SELECT CASE WHEN n.custom_fields IS NULL THEN '{}' ELSE
               merge_patch(l.custom_fields, coalesce(:changes::jsonb -> 'custom_fields', '{}'))
           END AS custom_fields
    FROM locked_candidate AS l
    CROSS JOIN jsonb_populate_record(l.candidate, :changes) AS n
),
updated_candidate AS (
    UPDATE candidates AS c
    SET (external_id, first_name, middle_name, last_name, name, emails, phones, links, location, time_zone, language,
         current_title, current_company, tags, source_id, custom_fields) = (
            SELECT n.external_id, n.first_name, n.middle_name, n.last_name,
                   concat_ws(' ', n.first_name, n.middle_name, n.last_name), n.emails, n.phones, n.links, n.location,
                   n.time_zone, n.language, n.current_title, n.current_company, n.tags, n.source_id,
                   f.custom_fields
            FROM jsonb_populate_record(l.candidate, :changes) AS n
        ),
        version = l.version + 1, updated_at = written_at()
    FROM locked_candidate AS l, merged_fields AS f
    WHERE c.organization_id = :organization_id AND c.id = l.id AND l.status = 'active'
      AND (l.candidate IS DISTINCT FROM jsonb_populate_record(l.candidate, :changes::jsonb - 'custom_fields')
           OR l.custom_fields <> f.custom_fields)
      AND (:changes::jsonb ->> 'source_id' IS NULL OR EXISTS (SELECT FROM kept_source))
      AND (:expected_version::integer IS NULL OR l.version = :expected_version)
    RETURNING c AS candidate, c.id, c.version, c.emails
),
unlisted_emails AS (
    DELETE FROM candidate_emails AS m
    USING updated_candidate AS u
    WHERE m.organization_id = :organization_id AND m.candidate_id = u.id
      AND NOT EXISTS (
          SELECT FROM jsonb_to_recordset(u.emails) AS n (value text) WHERE n.value = m.email
      )
    RETURNING m.email
),
listed_emails AS (
    INSERT INTO candidate_emails (organization_id, email, candidate_id)
    SELECT DISTINCT :organization_id::uuid, n.value, u.id
    FROM updated_candidate AS u, (SELECT count(*) FROM unlisted_emails) AS unlisted,
         jsonb_to_recordset(u.emails) AS n (value text)
    ON CONFLICT DO NOTHING
),
recorded_event AS (
    INSERT INTO events (organization_id, id, actor, correlation_id, type, aggregate_type, aggregate_id,
                        aggregate_version, data)
    SELECT :organization_id, :event_id, :actor, :correlation_id, 'candidate.updated', 'candidate', u.id, u.version,
           jsonb_build_object('fields', (SELECT jsonb_agg(k) FROM jsonb_object_keys(:changes::jsonb) AS k))
    FROM updated_candidate AS u
    RETURNING id
),
queued_event AS (
    INSERT INTO outbox (organization_id, event_id)
    SELECT :organization_id, e.id FROM recorded_event AS e
)
SELECT l.version AS found_version, l.status AS found_status,
       :changes::jsonb ->> 'source_id' IS NULL OR EXISTS (SELECT FROM kept_source) AS is_source_found,
       l.id, coalesce(u.version, l.version) AS version,
       candidate_body(coalesce(u.candidate, l.candidate))::text AS body, e.id AS event_id
FROM locked_candidate AS l
LEFT JOIN updated_candidate AS u ON true
LEFT JOIN recorded_event AS e ON true;
