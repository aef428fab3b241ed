-- Candidates: what changes the people who may be hired.
-- Pool: primary.
-- Know first: candidate_emails repeats candidates.emails, to find a person by; lock_candidate goes before each change.

-- name: add^
-- Adds a candidate.
-- Takes: stamp, candidate_id, external_id, first_name, middle_name, last_name, name, emails, phones, links, location,
--     time_zone, language, current_title, current_company, tags, source_id, custom_fields
-- Returns: the refusal, the candidate, its event.
-- Rules: S1, S11, S12, C4, R6.
-- Budget: 25 rows, 50 buffers, 5 ms at 1,000,000 applications
WITH given_source AS (
    SELECT s.id
    FROM sources AS s
    WHERE s.organization_id = :organization_id AND s.id = :source_id AND s.status = 'active'
    FOR SHARE
),
given_tag AS (
    SELECT t.id, t.name
    FROM tags AS t
    WHERE t.organization_id = :organization_id AND t.name = ANY (:tags::text[]) AND t.status = 'active'
    ORDER BY t.id
    FOR SHARE
),
unfit_field AS (
    SELECT '/source_id' AS pointer, 'unknown_reference' AS finding, 0 AS place
    WHERE :source_id::uuid IS NOT NULL AND NOT EXISTS (SELECT FROM given_source)
    UNION ALL
    SELECT format('/tags/%s', n.place - 1), 'unknown_reference', n.place
    FROM unnest(:tags::text[]) WITH ORDINALITY AS n (name, place)
    WHERE n.name NOT IN (SELECT t.name FROM given_tag AS t)
    UNION ALL
    SELECT u.pointer, u.finding, 1000
    FROM unfit_custom_fields(:organization_id, 'candidate', :custom_fields, '{}') AS u
),
judged_candidate AS (
    SELECT CASE
        WHEN EXISTS (SELECT FROM unfit_field) THEN unfit_fields((
            SELECT json_object_agg(u.pointer, u.finding ORDER BY u.place, u.pointer) FROM unfit_field AS u
        ))
    END AS refusal
),
added_candidate AS (
    INSERT INTO candidates AS c (organization_id, id, external_id, first_name, middle_name, last_name, name, emails,
                                 phones, links, location, time_zone, language, current_title, current_company,
                                 tag_ids, source_id, custom_fields)
    SELECT :organization_id, :candidate_id, :external_id, :first_name, :middle_name, :last_name, :name, :emails,
           :phones, :links, :location, :time_zone, :language, :current_title, :current_company,
           array(SELECT t.id FROM given_tag AS t), :source_id, :custom_fields
    FROM judged_candidate AS g
    WHERE g.refusal IS NULL
    RETURNING c AS candidate, c.id, c.version, c.tag_ids, record_event(
        :organization_id, :event_id, :actor, :correlation_id, 'candidate.created', 'candidate', c.id, c.version,
        jsonb_build_object('source_id', c.source_id)
    ) AS event_id
),
listed_emails AS (
    INSERT INTO candidate_emails (organization_id, email, candidate_id)
    SELECT DISTINCT :organization_id::uuid, m.value, a.id
    FROM added_candidate AS a, jsonb_to_recordset(:emails) AS m (value text)
)
SELECT g.refusal::text AS refusal, x.id, x.version, candidate_body(x.candidate, n.names)::text AS body, x.event_id
FROM judged_candidate AS g
LEFT JOIN added_candidate AS x ON true
CROSS JOIN names_of_tags(:organization_id, x.tag_ids) AS n;

-- name: update^
-- Changes the fields that a merge patch names; the display name follows the parts it is made of.
-- Takes: stamp, candidate view, candidate_id, changes, tags, expected_versions
-- Locks first: lock_candidate
-- Returns: the refusal, the candidate as it is now, its event.
-- Rules: S1, S11, S12, C2, C4, C10, R6.
WITH seen_candidate AS (
    SELECT c AS candidate, c.id, c.version, c.status, c.tag_ids, c.source_id, c.custom_fields, c.user_id
    FROM seen_candidates(:organization_id, :viewer_id, :sees_all_jobs, :sees_confidential_jobs, :sees_internal) AS c
    WHERE c.id = :candidate_id
),
kept_source AS (
    SELECT s.id
    FROM sources AS s
    JOIN seen_candidate AS l ON s.status = 'active' OR s.id = l.source_id
    WHERE s.organization_id = :organization_id AND s.id = (:changes::jsonb ->> 'source_id')::uuid
    FOR SHARE OF s
),
kept_tag AS (
    SELECT t.id, t.name
    FROM tags AS t
    JOIN seen_candidate AS l ON t.status = 'active' OR t.id = ANY (l.tag_ids)
    WHERE t.organization_id = :organization_id AND t.name = ANY (:tags::text[])
    ORDER BY t.id
    FOR SHARE OF t
),
unfit_field AS (
    SELECT '/source_id' AS pointer, 'unknown_reference' AS finding, 0 AS place
    WHERE :changes::jsonb ->> 'source_id' IS NOT NULL AND NOT EXISTS (SELECT FROM kept_source)
    UNION ALL
    SELECT format('/tags/%s', n.place - 1), 'unknown_reference', n.place
    FROM unnest(:tags::text[]) WITH ORDINALITY AS n (name, place)
    WHERE n.name NOT IN (SELECT t.name FROM kept_tag AS t)
    UNION ALL
    SELECT '/user_id', 'unknown_reference', 0
    FROM seen_candidate AS l
    WHERE :changes::jsonb ->> 'user_id' IS NOT NULL AND NOT EXISTS (
        SELECT FROM users AS u
        WHERE u.organization_id = :organization_id AND u.id = (:changes::jsonb ->> 'user_id')::uuid
          AND u.type = 'member' AND (u.status IN ('invited', 'active') OR u.id = l.user_id)
    )
    UNION ALL
    SELECT u.pointer, u.finding, 1000
    FROM seen_candidate AS l
    CROSS JOIN unfit_custom_fields(
        :organization_id, 'candidate', :changes::jsonb -> 'custom_fields', l.custom_fields
    ) AS u
),
merged_fields AS (
    SELECT patched_custom_fields(l.custom_fields, :changes) AS custom_fields,
           CASE WHEN :tags::text[] IS NULL THEN l.tag_ids ELSE array(SELECT t.id FROM kept_tag AS t) END AS tag_ids
    FROM seen_candidate AS l
),
judged_candidate AS (
    SELECT CASE
        WHEN EXISTS (SELECT FROM unfit_field) THEN unfit_fields((
            SELECT json_object_agg(u.pointer, u.finding ORDER BY u.place, u.pointer) FROM unfit_field AS u
        ))
        WHEN (:changes::jsonb ->> 'user_id')::uuid = :viewer_id
            THEN unfit('/user_id', 'unknown_reference', 'Nobody can link a candidate to themselves.')
        WHEN l.version <> ALL (:expected_versions::integer[]) THEN version_mismatch(l.version)
        WHEN l.status <> 'active'
            THEN refusal('status_conflict', state_of(l.status, l.version), 'Only an active candidate can be changed.')
    END AS refusal
    FROM seen_candidate AS l
),
updated_candidate AS (
    UPDATE candidates AS c
    SET (external_id, first_name, middle_name, last_name, name, emails, phones, links, location, time_zone, language,
         current_title, current_company, tag_ids, source_id, custom_fields, user_id, is_possible_duplicate) = (
            SELECT n.external_id, n.first_name, n.middle_name, n.last_name,
                   concat_ws(' ', n.first_name, n.middle_name, n.last_name), n.emails, n.phones, n.links, n.location,
                   n.time_zone, n.language, n.current_title, n.current_company, f.tag_ids, n.source_id,
                   f.custom_fields, n.user_id, n.is_possible_duplicate
            FROM jsonb_populate_record(l.candidate, :changes) AS n
        ),
        version = l.version + 1, updated_at = written_at()
    FROM judged_candidate AS g, seen_candidate AS l, merged_fields AS f
    WHERE c.organization_id = :organization_id AND c.id = l.id AND g.refusal IS NULL
      AND (l.candidate IS DISTINCT FROM jsonb_populate_record(
               l.candidate, :changes::jsonb - '{custom_fields,tags}'::text[]
           )
           OR l.custom_fields <> f.custom_fields OR NOT (l.tag_ids @> f.tag_ids AND l.tag_ids <@ f.tag_ids))
    RETURNING c AS candidate, c.id, c.version, c.tag_ids, c.emails, record_event(
        :organization_id, :event_id, :actor, :correlation_id, 'candidate.updated', 'candidate', c.id, c.version,
        jsonb_build_object('fields', fields_of(:changes))
    ) AS event_id
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
)
SELECT g.refusal::text AS refusal, l.id, coalesce(x.version, l.version) AS version,
       candidate_body(coalesce(x.candidate, l.candidate), n.names)::text AS body, x.event_id
FROM seen_candidate AS l
CROSS JOIN judged_candidate AS g
LEFT JOIN updated_candidate AS x ON true
CROSS JOIN names_of_tags(:organization_id, coalesce(x.tag_ids, l.tag_ids)) AS n;

-- name: tag^
-- Gives a candidate a tag; a tag that they have already stays as it is, also an archived one.
-- Takes: stamp, causation_id, candidate view, candidate_id, tag_id, maximum_tag_count, expected_versions
-- Locks first: lock_candidate
-- Returns: the refusal, the candidate as it is now, its event.
-- Rules: C2, C5, C6.
-- Budget: 340 rows, 630 buffers, 5 ms at 1,000,000 applications
WITH seen_candidate AS (
    SELECT c AS candidate, c.id, c.version, c.status, c.tag_ids
    FROM seen_candidates(:organization_id, :viewer_id, :sees_all_jobs, :sees_confidential_jobs, :sees_internal) AS c
    WHERE c.id = :candidate_id
),
given_tag AS (
    SELECT t.id, t.status, t.version
    FROM tags AS t
    WHERE t.organization_id = :organization_id AND t.id = :tag_id
    FOR SHARE
),
judged_candidate AS (
    SELECT CASE
        WHEN t.id <> ALL (l.tag_ids) AND cardinality(l.tag_ids) >= :maximum_tag_count::integer
            THEN unfit('/tags', 'too_long', format('A candidate has at most %s tags.', :maximum_tag_count::integer))
        WHEN l.version <> ALL (:expected_versions::integer[]) THEN version_mismatch(l.version)
        WHEN l.status <> 'active'
            THEN refusal('status_conflict', state_of(l.status, l.version), 'Only an active candidate can be changed.')
        WHEN t.id <> ALL (l.tag_ids) AND t.status <> 'active'
            THEN refusal('status_conflict', state_of(t.status, t.version), 'An archived tag cannot be added.')
    END AS refusal
    FROM seen_candidate AS l
    CROSS JOIN given_tag AS t
),
updated_candidate AS (
    UPDATE candidates AS c
    SET tag_ids = l.tag_ids || :tag_id::uuid, version = l.version + 1, updated_at = written_at()
    FROM judged_candidate AS g, seen_candidate AS l
    WHERE c.organization_id = :organization_id AND c.id = l.id AND g.refusal IS NULL AND :tag_id <> ALL (l.tag_ids)
    RETURNING c AS candidate, c.id, c.version, c.tag_ids, record_event(
        :organization_id, :event_id, :actor, :correlation_id, 'candidate.updated', 'candidate', c.id, c.version,
        jsonb_build_object('fields', '{tags}'::text[]), causation_id => :causation_id
    ) AS event_id
)
SELECT g.refusal::text AS refusal, l.id, coalesce(x.version, l.version) AS version,
       candidate_body(coalesce(x.candidate, l.candidate), n.names)::text AS body, x.event_id
FROM seen_candidate AS l
CROSS JOIN judged_candidate AS g
LEFT JOIN updated_candidate AS x ON true
CROSS JOIN names_of_tags(:organization_id, coalesce(x.tag_ids, l.tag_ids)) AS n;

-- name: untag^
-- Takes a tag away from a candidate, also an archived one; a candidate without it stays as they are.
-- Takes: stamp, causation_id, candidate view, candidate_id, tag_id, expected_versions
-- Locks first: lock_candidate
-- Returns: the refusal, the candidate as it is now, its event.
-- Rules: C2, C5.
WITH seen_candidate AS (
    SELECT c AS candidate, c.id, c.version, c.status, c.tag_ids
    FROM seen_candidates(:organization_id, :viewer_id, :sees_all_jobs, :sees_confidential_jobs, :sees_internal) AS c
    JOIN tags AS t ON t.organization_id = :organization_id AND t.id = :tag_id
    WHERE c.id = :candidate_id
),
judged_candidate AS (
    SELECT CASE
        WHEN l.version <> ALL (:expected_versions::integer[]) THEN version_mismatch(l.version)
        WHEN l.status <> 'active'
            THEN refusal('status_conflict', state_of(l.status, l.version), 'Only an active candidate can be changed.')
    END AS refusal
    FROM seen_candidate AS l
),
updated_candidate AS (
    UPDATE candidates AS c
    SET tag_ids = array_remove(l.tag_ids, :tag_id), version = l.version + 1, updated_at = written_at()
    FROM judged_candidate AS g, seen_candidate AS l
    WHERE c.organization_id = :organization_id AND c.id = l.id AND g.refusal IS NULL AND :tag_id = ANY (l.tag_ids)
    RETURNING c AS candidate, c.id, c.version, c.tag_ids, record_event(
        :organization_id, :event_id, :actor, :correlation_id, 'candidate.updated', 'candidate', c.id, c.version,
        jsonb_build_object('fields', '{tags}'::text[]), causation_id => :causation_id
    ) AS event_id
)
SELECT g.refusal::text AS refusal, l.id, coalesce(x.version, l.version) AS version,
       candidate_body(coalesce(x.candidate, l.candidate), n.names)::text AS body, x.event_id
FROM seen_candidate AS l
CROSS JOIN judged_candidate AS g
LEFT JOIN updated_candidate AS x ON true
CROSS JOIN names_of_tags(:organization_id, coalesce(x.tag_ids, l.tag_ids)) AS n;
