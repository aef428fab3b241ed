-- Duplicates: what makes one candidate of two.
-- Pool: primary.
-- Know first: the survivor gets all that hangs on the other one, whose row stays as it was, and which no gate shows.

-- name: lock_emails
-- Makes applications through a board by addresses of either candidate wait, as lock_email of commands/boards.sql does.
-- Takes: organization_id, candidate_id, other_candidate_id
SELECT pg_advisory_xact_lock(hashtextextended('apply ' || :organization_id::text || ' ' || m.email, 0))
FROM (
    SELECT DISTINCT x.email
    FROM candidate_emails AS x
    WHERE x.organization_id = :organization_id
      AND x.candidate_id = ANY (ARRAY[:candidate_id, :other_candidate_id]::uuid[])
    ORDER BY x.email
) AS m;

-- name: lock_candidates
-- Locks both candidates, ids ascending, so that no two merges wait for each other.
-- Takes: organization_id, candidate_id, other_candidate_id
SELECT c.id
FROM candidates AS c
WHERE c.organization_id = :organization_id
  AND c.id = ANY (ARRAY[:candidate_id, :other_candidate_id]::uuid[])
ORDER BY c.id
FOR NO KEY UPDATE;

-- name: lock_applications
-- Locks the applications of both candidates, ids ascending.
-- Takes: organization_id, candidate_id, other_candidate_id
SELECT a.id
FROM applications AS a
WHERE a.organization_id = :organization_id
  AND a.candidate_id = ANY (ARRAY[:candidate_id, :other_candidate_id]::uuid[])
ORDER BY a.id
FOR NO KEY UPDATE;

-- name: merge^
-- Merges another candidate into a candidate, the survivor, or tells what that would change.
-- Takes: stamp, candidate view, sees_private, candidate_id, other_candidate_id, survivor_event_id, kept_applications,
--     maximum_contact_count, maximum_tag_count, is_dry_run, expected_versions
-- Locks first: lock_emails, lock_candidates, lock_applications
-- Returns: the refusal, the merge with the survivor as it is now, its event; no row when there is none to be seen.
-- Rules: D2, D3, D4, D5, D6, D7, D9, G8.
-- Why: the other one changes before the survivor, which may get its external id, and what ends before what moves, which
-- Why: may have the place of what ends: each change reads the one before.
WITH seen_candidate AS (
    SELECT c AS candidate, c.id, c.version, c.status, c.external_id, c.user_id
    FROM seen_candidates(:organization_id, :viewer_id, :sees_all_jobs, :sees_confidential_jobs, :sees_internal) AS c
    WHERE c.id = :candidate_id
),
other_candidate AS (
    SELECT c AS candidate, c.id, c.version, c.status, c.user_id
    FROM seen_candidates(:organization_id, :viewer_id, :sees_all_jobs, :sees_confidential_jobs, :sees_internal) AS c
    WHERE c.id = :other_candidate_id AND c.id <> :candidate_id
),
former_survivor AS (
    SELECT c.id
    FROM seen_candidates(:organization_id, :viewer_id, :sees_all_jobs, :sees_confidential_jobs, :sees_internal) AS c
    WHERE c.id = ANY (ARRAY(SELECT s.id FROM survivors(:organization_id, :other_candidate_id) AS s))
),
given_choice AS (
    SELECT k.key::uuid AS job_id, k.value::uuid AS application_id
    FROM jsonb_each_text(:kept_applications) AS k
),
colliding_pair AS (
    SELECT a.job_id, a.id AS application_id, b.id AS other_application_id, j.id IS NOT NULL AS is_seen,
           a.status = 'hired' AND b.status = 'hired' AS is_hired_twice,
           state_of_other(b.id, b.status, b.version) AS state,
           CASE WHEN a.status = 'hired' THEN a.id
                WHEN b.status = 'hired' THEN b.id
                ELSE k.application_id END AS kept_id
    FROM applications AS a
    JOIN applications AS b ON b.organization_id = :organization_id AND b.candidate_id = :other_candidate_id
        AND b.job_id = a.job_id AND b.status IN ('active', 'hired') AND b.id <> a.id
    LEFT JOIN recruited_jobs(:organization_id, :viewer_id, :sees_all_jobs, :sees_confidential_jobs) AS j
        ON j.id = a.job_id
    LEFT JOIN given_choice AS k ON k.job_id = a.job_id
    WHERE a.organization_id = :organization_id AND a.candidate_id = :candidate_id AND a.status IN ('active', 'hired')
),
told_pairs AS (
    SELECT coalesce(json_agg(json_build_object(
        'job_id', p.job_id, 'application_id', p.application_id, 'other_application_id', p.other_application_id,
        'kept_application_id', p.kept_id
    ) ORDER BY p.job_id), '[]') AS pairs
    FROM colliding_pair AS p
    WHERE p.is_seen
),
wrong_choices AS (
    SELECT json_object_agg(
        format('/keep/%s', k.job_id),
        CASE WHEN p.job_id IS NULL THEN 'unexpected'::text ELSE 'unknown_reference'::text END ORDER BY k.job_id
    ) AS findings
    FROM given_choice AS k
    LEFT JOIN colliding_pair AS p ON p.job_id = k.job_id AND p.is_seen
    WHERE p.job_id IS NULL OR k.application_id <> p.kept_id
       OR k.application_id NOT IN (p.application_id, p.other_application_id)
),
joined_candidate AS (
    SELECT jsonb_populate_record(l.candidate, f.fields) AS candidate, ARRAY(
               SELECT CASE n.key WHEN 'tag_ids' THEN 'tags' ELSE n.key END
               FROM jsonb_each(f.fields) AS n
               WHERE n.value <> to_jsonb(l.candidate) -> n.key
               ORDER BY 1
           ) AS changed_fields,
           greatest(
               jsonb_array_length(f.fields -> 'emails'), jsonb_array_length(f.fields -> 'phones'),
               jsonb_array_length(f.fields -> 'links')
           ) AS contact_count, jsonb_array_length(f.fields -> 'tag_ids') AS tag_count
    FROM seen_candidate AS l
    CROSS JOIN other_candidate AS o
    CROSS JOIN LATERAL (SELECT joined_fields(l.candidate, o.candidate) AS fields) AS f
),
judged_merge AS (
    SELECT CASE
        WHEN :other_candidate_id = l.id
            THEN unfit('/candidate_id', 'circular', 'A candidate cannot be merged into itself.')
        WHEN o.id IS NULL AND s.id IS NULL THEN unfit('/candidate_id', 'unknown_reference')
        WHEN o.id IS NOT NULL AND w.findings IS NOT NULL THEN unfit_fields(w.findings)
        WHEN j.contact_count > :maximum_contact_count::integer OR j.tag_count > :maximum_tag_count::integer
            THEN unfit('/candidate_id', 'too_long', format(
                'Together they would have more than %s addresses of a kind, or %s tags.',
                :maximum_contact_count::integer, :maximum_tag_count::integer
            ))
        WHEN l.version <> ALL (:expected_versions::integer[]) THEN version_mismatch(l.version)
        WHEN s.id IS NOT NULL THEN candidate_merged(s.id)
        WHEN l.status <> 'active' OR o.status <> 'active' THEN refusal(
            'status_conflict',
            CASE WHEN l.status <> 'active' THEN state_of(l.status, l.version) ELSE state_of(o.status, o.version) END,
            'Only active candidates can be merged.'
        )
        WHEN l.user_id <> o.user_id
            THEN refusal('status_conflict', state_of(o.status, o.version), 'They are two different users.')
        WHEN EXISTS (SELECT FROM colliding_pair AS p WHERE NOT p.is_seen) THEN refusal(
            'applications_collide', json_build_object('pairs', '[]'::json),
            'Both have an application to a job that you do not see: ask somebody who sees it.'
        )
        WHEN EXISTS (SELECT FROM colliding_pair AS p WHERE p.is_hired_twice) THEN refusal(
            'application_hired',
            (SELECT p.state FROM colliding_pair AS p WHERE p.is_hired_twice ORDER BY p.job_id LIMIT 1),
            'Both were hired on the same job: take one of the hires back first.'
        )
        WHEN NOT :is_dry_run AND EXISTS (SELECT FROM colliding_pair AS p WHERE p.kept_id IS NULL)
            THEN refusal('applications_collide', json_build_object('pairs', t.pairs))
    END AS refusal
    FROM seen_candidate AS l
    CROSS JOIN wrong_choices AS w
    CROSS JOIN told_pairs AS t
    LEFT JOIN other_candidate AS o ON true
    LEFT JOIN former_survivor AS s ON true
    LEFT JOIN joined_candidate AS j ON true
),
moved_count AS (
    SELECT (
               SELECT count(*)
               FROM applications AS a
               JOIN recruited_jobs(
                   :organization_id, :viewer_id, :sees_all_jobs, :sees_confidential_jobs
               ) AS j ON j.id = a.job_id
               WHERE a.organization_id = :organization_id AND a.candidate_id = :other_candidate_id
           ) AS applications_count, (
               SELECT count(*)
               FROM unhidden_attachments(
                   :organization_id, :viewer_id, :sees_all_jobs, :sees_confidential_jobs, :sees_private
               ) AS t
               WHERE t.candidate_id = :other_candidate_id
           ) AS attachments_count, (
               SELECT count(*)
               FROM unhidden_notes(
                   :organization_id, :viewer_id, :sees_all_jobs, :sees_confidential_jobs, :sees_private
               ) AS n
               WHERE n.candidate_id = :other_candidate_id
           ) AS notes_count, (
               SELECT count(*)
               FROM result_links AS r
               WHERE r.organization_id = :organization_id AND r.candidate_id = :other_candidate_id
           ) AS result_links_count, (
               SELECT count(*)
               FROM consents AS s
               WHERE s.organization_id = :organization_id AND s.candidate_id = :other_candidate_id
           ) AS consents_count
),
held_consent AS (
    SELECT DISTINCT ON (s.candidate_id, s.consent_text_id) s.candidate_id, s.consent_text_id, s.consent_text_version,
           s.is_granted, s.id
    FROM consents AS s
    WHERE s.organization_id = :organization_id
      AND s.candidate_id = ANY (ARRAY[:candidate_id, :other_candidate_id]::uuid[])
    ORDER BY s.candidate_id, s.consent_text_id, s.id DESC
),
outlived_refusal AS (
    SELECT h.consent_text_id, h.consent_text_version
    FROM held_consent AS h
    JOIN held_consent AS n ON n.consent_text_id = h.consent_text_id AND n.id > h.id
    WHERE NOT h.is_granted AND n.is_granted
),
merged_candidate AS (
    UPDATE candidates AS c
    SET status = 'merged', merged_into = l.id, version = o.version + 1, updated_at = written_at(),
        external_id = CASE WHEN l.external_id IS NOT NULL THEN c.external_id END
    FROM judged_merge AS g, seen_candidate AS l, other_candidate AS o
    WHERE c.organization_id = :organization_id AND c.id = :other_candidate_id AND g.refusal IS NULL AND NOT :is_dry_run
    RETURNING c.id, c.merged_into, record_event(
        :organization_id, :event_id, :actor, :correlation_id, 'candidate.merged', 'candidate', c.id, c.version,
        jsonb_build_object('merged_into', c.merged_into)
    ) AS event_id
),
updated_survivor AS (
    UPDATE candidates AS c
    SET (external_id, middle_name, last_name, name, emails, phones, links, location, time_zone, language,
         current_title, current_company, tag_ids, source_id, custom_fields, user_id, is_possible_duplicate,
         proposed_update, has_legal_hold, retain_until) = (
            SELECT (j.candidate).external_id, (j.candidate).middle_name, (j.candidate).last_name, (j.candidate).name,
                   (j.candidate).emails, (j.candidate).phones, (j.candidate).links, (j.candidate).location,
                   (j.candidate).time_zone, (j.candidate).language, (j.candidate).current_title,
                   (j.candidate).current_company, (j.candidate).tag_ids, (j.candidate).source_id,
                   (j.candidate).custom_fields, (j.candidate).user_id, (j.candidate).is_possible_duplicate,
                   (j.candidate).proposed_update, (j.candidate).has_legal_hold, (j.candidate).retain_until
        ),
        version = c.version + 1, updated_at = written_at()
    FROM merged_candidate AS x, joined_candidate AS j
    WHERE c.organization_id = :organization_id AND c.id = x.merged_into AND c.id <> :other_candidate_id
    RETURNING c AS candidate, c.id, c.version, record_event(
        :organization_id, :survivor_event_id, :actor, :correlation_id, 'candidate.updated', 'candidate', c.id,
        c.version, jsonb_build_object('fields', j.changed_fields), causation_id => :event_id
    ) AS event_id
),
unlisted_emails AS (
    DELETE FROM candidate_emails AS m
    USING merged_candidate AS x
    WHERE m.organization_id = :organization_id AND m.candidate_id = x.id
    RETURNING m.email, x.merged_into
),
listed_emails AS (
    INSERT INTO candidate_emails (organization_id, email, candidate_id)
    SELECT :organization_id, u.email, u.merged_into
    FROM unlisted_emails AS u
    ON CONFLICT (organization_id, email, candidate_id) DO NOTHING
),
found_reason AS (
    SELECT r.id
    FROM reasons AS r
    WHERE r.organization_id = :organization_id AND r.kind = 'withdrawal' AND r.key = 'merged'
),
added_reason AS (
    INSERT INTO reasons AS r (organization_id, id, kind, key, name)
    SELECT :organization_id, uuid_v7(), 'withdrawal', 'merged', 'Merged with a duplicate'
    FROM updated_survivor AS u
    WHERE EXISTS (SELECT FROM colliding_pair) AND NOT EXISTS (SELECT FROM found_reason)
    ON CONFLICT (organization_id, kind, name) DO UPDATE SET key = excluded.key, status = 'active'
    RETURNING r.id, record_event(
        :organization_id, uuid_v7(), :actor, :correlation_id, 'vocabulary.changed', 'reason', r.id, r.version,
        jsonb_build_object('change', 'created'), causation_id => :event_id
    ) AS event_id
),
withdrawn_application AS (
    UPDATE applications AS a
    SET candidate_id = u.id, status = 'withdrawn', end_reason_id = r.id, ended_at = clock_timestamp(),
        version = a.version + 1, updated_at = written_at()
    FROM updated_survivor AS u, colliding_pair AS p,
         (SELECT f.id FROM found_reason AS f UNION ALL SELECT n.id FROM added_reason AS n) AS r
    WHERE a.organization_id = :organization_id
      AND a.id = CASE p.kept_id WHEN p.application_id THEN p.other_application_id ELSE p.application_id END
    RETURNING a.id, record_stage_change(
        :organization_id, record_event(
            :organization_id, uuid_v7(), :actor, :correlation_id, 'application.withdrawn', 'application', a.id,
            a.version, jsonb_build_object('candidate_id', a.candidate_id, 'job_id', a.job_id,
                                          'reason_id', a.end_reason_id,
                                          'kept_application_id', p.kept_id),
            previous => jsonb_build_object('status', 'active'), causation_id => :event_id
        ), :actor, a.id, 'withdrawn', a.stage_id, a.stage_id, a.end_reason_id
    ) AS change_id
),
moved_applications AS (
    UPDATE applications AS a
    SET candidate_id = x.merged_into, updated_at = written_at()
    FROM merged_candidate AS x
    WHERE a.organization_id = :organization_id AND a.candidate_id = x.id
      AND a.id NOT IN (SELECT w.id FROM withdrawn_application AS w)
),
moved_attachments AS (
    UPDATE attachments AS t
    SET candidate_id = x.merged_into, updated_at = written_at()
    FROM merged_candidate AS x
    WHERE t.organization_id = :organization_id AND t.candidate_id = x.id
),
moved_notes AS (
    UPDATE notes AS n
    SET candidate_id = x.merged_into, updated_at = written_at()
    FROM merged_candidate AS x
    WHERE n.organization_id = :organization_id AND n.candidate_id = x.id
),
moved_result_links AS (
    UPDATE result_links AS r
    SET candidate_id = x.merged_into
    FROM merged_candidate AS x
    WHERE r.organization_id = :organization_id AND r.candidate_id = x.id
),
moved_consents AS (
    UPDATE consents AS s
    SET candidate_id = x.merged_into, updated_at = written_at()
    FROM merged_candidate AS x
    WHERE s.organization_id = :organization_id AND s.candidate_id = x.id
),
kept_refusal AS (
    INSERT INTO consents AS s (organization_id, id, candidate_id, consent_text_id, consent_text_version, is_granted,
                               source, actor)
    SELECT :organization_id, uuid_v7(), x.merged_into, r.consent_text_id, r.consent_text_version, false, 'merge', :actor
    FROM merged_candidate AS x, outlived_refusal AS r
    RETURNING record_event(
        :organization_id, uuid_v7(), :actor, :correlation_id, 'consent.changed', 'consent', s.id, s.version,
        consent_facts(s), causation_id => :event_id
    ) AS event_id
),
moved_messages AS (
    UPDATE messages AS m
    SET candidate_id = x.merged_into
    FROM merged_candidate AS x
    WHERE m.organization_id = :organization_id AND m.candidate_id = x.id
)
SELECT g.refusal::text AS refusal, l.id, coalesce(u.version, l.version) AS version, json_build_object(
           'candidate', candidate_body(coalesce(u.candidate, j.candidate), n.names),
           'merged_candidate_id', :other_candidate_id::uuid, 'is_dry_run', :is_dry_run::boolean,
           'changed_fields', j.changed_fields, 'moved', to_json(m), 'pairs', t.pairs
       )::text AS body, x.event_id
FROM seen_candidate AS l
CROSS JOIN judged_merge AS g
CROSS JOIN told_pairs AS t
CROSS JOIN moved_count AS m
LEFT JOIN joined_candidate AS j ON true
LEFT JOIN merged_candidate AS x ON true
LEFT JOIN updated_survivor AS u ON true
CROSS JOIN names_of_tags(:organization_id, (coalesce(u.candidate, j.candidate)).tag_ids) AS n;
