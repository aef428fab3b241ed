"""The statements that the peers on asyncpg send to read: joins, as one writes them by hand."""

APPLICATION = """
    a.id, a.external_id, a.candidate_id, a.job_id, a.post_id, s.id AS stage_id, s.name AS stage_name,
    s.kind AS stage_kind, s.position AS stage_position, a.status,
    CASE a.status WHEN 'active' THEN 'open' WHEN 'hired' THEN 'hired' WHEN 'rejected' THEN 'declined'
                  WHEN 'withdrawn' THEN 'declined' END AS outcome,
    a.transferred_to, a.transferred_from, a.source_id, a.source_application_id, a.referrer, a.referrer_id,
    a.assignee_id, a.source_details, a.answers, a.custom_fields, a.end_reason_id, a.override_reason, a.start_on,
    a.applied_at, a.ended_at, a.version, a.created_at, a.updated_at
"""

VISIBLE_APPLICATIONS = """
FROM applications AS a
JOIN stages AS s ON s.organization_id = a.organization_id AND s.id = a.stage_id
JOIN jobs AS j ON j.organization_id = a.organization_id AND j.id = a.job_id
JOIN candidates AS c ON c.organization_id = a.organization_id AND c.id = a.candidate_id
WHERE a.organization_id = $1 AND c.user_id IS DISTINCT FROM $2
  AND (NOT j.is_confidential OR EXISTS (
      SELECT FROM hiring_team_members AS t
      WHERE t.organization_id = a.organization_id AND t.job_id = a.job_id AND t.user_id = $2
        AND t.role <> 'interviewer'
  ))
"""
"""For a viewer who sees all jobs and internal candidates: no confidential job whose team they are not on, and never
themselves."""

LIST_APPLICATIONS = f"""
SELECT {APPLICATION} {VISIBLE_APPLICATIONS} AND a.job_id = $3
ORDER BY a.id DESC
LIMIT $4
"""

CANDIDATE = (
    "id", "external_id", "status", "first_name", "middle_name", "last_name", "name", "emails", "phones", "links",
    "location", "time_zone", "language", "current_title", "current_company", "source_id", "custom_fields",
    "user_id", "is_possible_duplicate", "proposed_update", "has_legal_hold", "retain_until", "merged_into", "version",
    "created_at", "updated_at",
)  # fmt: skip
JOB = (
    "id", "external_id", "kind", "title", "description", "department_id", "employment_type", "workplace", "pay_range",
    "requisition_code", "is_confidential", "on_filled", "custom_fields", "status", "close_reason_id", "opened_at",
    "closed_at", "pipeline_version", "version", "created_at", "updated_at",
)  # fmt: skip

FIND_APPLICATION = f"""
SELECT {APPLICATION},
       {", ".join(f'c.{name} AS "candidate.{name}"' for name in CANDIDATE)},
       ARRAY(
           SELECT t.name
           FROM tags AS t
           WHERE t.organization_id = a.organization_id AND t.id = ANY (c.tag_ids)
           ORDER BY t.name
       ) AS "candidate.tags",
       {", ".join(f'j.{name} AS "job.{name}"' for name in JOB)},
       ARRAY(
           SELECT o.office_id
           FROM job_offices AS o
           WHERE o.organization_id = a.organization_id AND o.job_id = a.job_id
           ORDER BY o.position
       ) AS "job.office_ids"
{VISIBLE_APPLICATIONS} AND a.id = $3
"""

FIND_BOARD = "SELECT organization_id, job_board_id FROM board_directory WHERE slug = $1"

LIST_POSTS = """
SELECT p.id, p.title, p.language, p.locations, p.remote_regions, p.pay_ranges, j.employment_type, j.workplace,
       d.name AS department, p.published_at, p.closes_at, (
           SELECT coalesce(
               json_agg(json_build_object('post_id', t.id, 'language', t.language) ORDER BY t.language), '[]'
           )
           FROM posts AS t
           WHERE t.organization_id = p.organization_id AND t.original_id = p.original_id AND t.id <> p.id
             AND t.job_board_id = p.job_board_id AND t.status = 'published' AND NOT t.is_internal
             AND (t.closes_at IS NULL OR t.closes_at > now())
       ) AS translations
FROM posts AS p
JOIN jobs AS j ON j.organization_id = p.organization_id AND j.id = p.job_id
LEFT JOIN departments AS d ON d.organization_id = j.organization_id AND d.id = j.department_id
WHERE p.organization_id = $1 AND p.job_board_id = $2 AND p.status = 'published' AND NOT p.is_internal
  AND j.status = 'open' AND (p.closes_at IS NULL OR p.closes_at > now())
ORDER BY p.published_at DESC, p.id DESC
LIMIT $3
"""
