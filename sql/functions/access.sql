-- Access: what decides whether a user sees something. The gates decide; this shows what they look at.

-- The jobs of an organization, each with the user's roles on its team and what the gates say of the user.
CREATE OR REPLACE FUNCTION job_access(
    organization_id uuid, user_id uuid, sees_all_jobs boolean, sees_confidential_jobs boolean
) RETURNS TABLE (
    job_id uuid, is_confidential boolean, team_roles text[], is_seen boolean, is_recruited boolean
) LANGUAGE sql STABLE AS $$
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
