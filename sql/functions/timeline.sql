-- The timeline of a candidate: which resources it is made of. What happened to each is told by their events.

-- The candidates who became a part of a candidate, by one merge after another: the way of survivors() back.
CREATE OR REPLACE FUNCTION merged_candidates(organization_id uuid, candidate_id uuid)
RETURNS TABLE (id uuid) LANGUAGE sql STABLE AS $$
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

-- The resources of these types that belong to a candidate whom the viewer sees, as far as they see them: so whatever is
-- hidden from them, or was deleted, tells them nothing. Mails to users are none of the candidate's.
-- Rules: V12.
CREATE OR REPLACE FUNCTION timeline_resources(
    organization_id uuid, viewer_id uuid, sees_all_jobs boolean, sees_confidential_jobs boolean, sees_internal boolean,
    sees_private boolean, candidate_id uuid, types text[]
) RETURNS TABLE (type text, id uuid) LANGUAGE sql STABLE AS $$
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
