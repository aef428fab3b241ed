-- Interview kits: what changes what interviewers look for and ask.
-- Pool: primary.
-- Know first: an attribute keeps its id while a patch names it; an archived kit keeps its name, which no other gets.

-- name: add^
-- Adds an interview kit.
-- Takes: stamp, interview_kit_id, name, attributes, questions
-- Returns: the interview kit and its event.
-- Rules: S8.
INSERT INTO interview_kits AS k (organization_id, id, name, attributes, questions)
VALUES (:organization_id, :interview_kit_id, :name, :attributes, :questions)
RETURNING k.id, k.version, interview_kit_body(k)::text AS body, record_event(
    :organization_id, :event_id, :actor, :correlation_id, 'vocabulary.changed', 'interview_kit', k.id, k.version,
    jsonb_build_object('change', 'created')
) AS event_id;

-- name: update^
-- Changes the fields that a merge patch names; what is the same already changes nothing.
-- Takes: stamp, interview_kit_id, changes, new_attribute_ids, expected_versions
-- Returns: the refusal, the interview kit as it is now, its event.
-- Rules: S8, S9.
-- Why: every attribute of the changes has an id; one that is neither new nor the kit's own was made up.
WITH locked_interview_kit AS (
    SELECT k AS interview_kit, k.id, k.version, k.attributes
    FROM interview_kits AS k
    WHERE k.organization_id = :organization_id AND k.id = :interview_kit_id
    FOR NO KEY UPDATE
),
unknown_attribute AS (
    SELECT min(n.place) - 1 AS place
    FROM locked_interview_kit AS l
    CROSS JOIN jsonb_array_elements(:changes::jsonb -> 'attributes') WITH ORDINALITY AS n (attribute, place)
    WHERE (n.attribute ->> 'id')::uuid <> ALL (:new_attribute_ids::uuid[])
      AND NOT l.attributes @> jsonb_build_array(jsonb_build_object('id', n.attribute -> 'id'))
),
judged_interview_kit AS (
    SELECT CASE
        WHEN u.place IS NOT NULL
            THEN unfit('/attributes/' || u.place || '/id', 'unknown_reference', 'The kit has no such attribute.')
        WHEN l.version <> ALL (:expected_versions::integer[]) THEN version_mismatch(l.version)
    END AS refusal
    FROM locked_interview_kit AS l
    CROSS JOIN unknown_attribute AS u
),
updated_interview_kit AS (
    UPDATE interview_kits AS k
    SET (name, attributes, questions) = (
            SELECT n.name, n.attributes, n.questions FROM jsonb_populate_record(l.interview_kit, :changes) AS n
        ),
        version = l.version + 1, updated_at = written_at()
    FROM judged_interview_kit AS g, locked_interview_kit AS l
    WHERE k.organization_id = :organization_id AND k.id = l.id AND g.refusal IS NULL
      AND l.interview_kit IS DISTINCT FROM jsonb_populate_record(l.interview_kit, :changes)
    RETURNING k AS interview_kit, k.version, record_event(
        :organization_id, :event_id, :actor, :correlation_id, 'vocabulary.changed', 'interview_kit', k.id, k.version,
        jsonb_build_object('change', 'updated', 'fields', fields_of(:changes))
    ) AS event_id
)
SELECT g.refusal::text AS refusal, l.id, coalesce(x.version, l.version) AS version,
       interview_kit_body(coalesce(x.interview_kit, l.interview_kit))::text AS body, x.event_id
FROM locked_interview_kit AS l
CROSS JOIN judged_interview_kit AS g
LEFT JOIN updated_interview_kit AS x ON true;

-- name: archive^
-- Archives an interview kit; an archived one stays as it is.
-- Takes: stamp, interview_kit_id, expected_versions
-- Returns: the refusal, the interview kit as it is now, its event.
-- Rules: S1.
WITH locked_interview_kit AS (
    SELECT k AS interview_kit, k.id, k.version, k.status
    FROM interview_kits AS k
    WHERE k.organization_id = :organization_id AND k.id = :interview_kit_id
    FOR NO KEY UPDATE
),
judged_interview_kit AS (
    SELECT CASE
        WHEN l.version <> ALL (:expected_versions::integer[]) THEN version_mismatch(l.version)
    END AS refusal
    FROM locked_interview_kit AS l
),
archived_interview_kit AS (
    UPDATE interview_kits AS k
    SET status = 'archived', version = l.version + 1, updated_at = written_at()
    FROM judged_interview_kit AS g, locked_interview_kit AS l
    WHERE k.organization_id = :organization_id AND k.id = l.id AND g.refusal IS NULL AND l.status = 'active'
    RETURNING k AS interview_kit, k.version, record_event(
        :organization_id, :event_id, :actor, :correlation_id, 'vocabulary.changed', 'interview_kit', k.id, k.version,
        jsonb_build_object('change', 'archived')
    ) AS event_id
)
SELECT g.refusal::text AS refusal, l.id, coalesce(x.version, l.version) AS version,
       interview_kit_body(coalesce(x.interview_kit, l.interview_kit))::text AS body, x.event_id
FROM locked_interview_kit AS l
CROSS JOIN judged_interview_kit AS g
LEFT JOIN archived_interview_kit AS x ON true;
