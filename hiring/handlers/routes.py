"""The whole API on a page: method, path, function, and who may call it.

A permission must be held at least somewhere; PUBLIC, BOARD, ANYONE, THEMSELVES, SESSION are described in `operation.py`. A
path's `{name}` is a parameter of its function.
"""

from hiring.handlers import (
    access,
    account,
    api_keys,
    applications,
    attachments,
    board_feeds,
    board_keys,
    boards,
    candidates,
    departments,
    documentation,
    duplicates,
    facts,
    interview_kits,
    job_boards,
    jobs,
    notes,
    offices,
    openings,
    organizations,
    passwords,
    permissions,
    pipeline_templates,
    pipelines,
    posts,
    reasons,
    reports,
    service,
    sources,
    stage_changes,
    tags,
    uploads,
    users,
)
from hiring.http import PREFIX
from hiring.http.handler import UnknownRoute
from hiring.http.operation import ANYONE, BOARD, PUBLIC, SESSION, THEMSELVES, Operation
from hiring.http.routing import Route, Routes

Line = tuple[str, str, Operation, str]

# fmt: off
SERVICE: tuple[Line, ...] = (
    ("GET", "/livez", service.check_liveness, PUBLIC),
    ("GET", "/readyz", service.check_readiness, PUBLIC),
    ("GET", "/.well-known/jwks.json", service.read_public_keys, PUBLIC),
    ("GET", "/openapi.json", documentation.read_openapi_document, PUBLIC),
    ("GET", "/asyncapi.json", documentation.read_asyncapi_document, PUBLIC),
    ("GET", "/versions", service.list_versions, PUBLIC),
    ("GET", "/docs/sql", documentation.read_sql_catalogue, "system.read"),
)

PAGES = (
    "/", "/docs", "/docs/", "/docs/{name}", "/docs/assets/{name}", "/llms.txt", "/workflows.arazzo.yaml",
)
"""What people read in a browser, and the workflows; `/openapi.json` does not describe them."""

API: tuple[Line, ...] = (
    ("GET", "", service.read_service, PUBLIC),
    ("GET", "/errors", documentation.list_errors, PUBLIC),
    ("GET", "/event-types", service.list_event_types, PUBLIC),
    # account
    ("POST", "/register", account.register_organization, PUBLIC),
    ("POST", "/login", account.log_in, PUBLIC),
    ("POST", "/refresh", account.refresh_session, PUBLIC),
    ("POST", "/logout", account.log_out, SESSION),
    ("GET", "/me", users.read_me, THEMSELVES),
    ("PATCH", "/me", users.change_me, SESSION),
    ("POST", "/me/password", passwords.change_my_password, SESSION),
    ("GET", "/me/sessions", account.list_my_sessions, SESSION),
    ("DELETE", "/me/sessions/{session_id}", account.end_my_session, SESSION),
    ("POST", "/password-resets", passwords.request_password_reset, PUBLIC),
    ("POST", "/password-resets/confirm", passwords.reset_password, PUBLIC),
    ("POST", "/invitations/accept", passwords.accept_invitation, PUBLIC),
    # organization
    ("GET", "/organization", organizations.read_organization, ANYONE),
    ("PATCH", "/organization", organizations.change_organization, "organization.write"),
    ("GET", "/job-boards", job_boards.list_job_boards, "structure.read"),
    ("POST", "/job-boards", job_boards.add_job_board, "organization.write"),
    ("GET", "/job-boards/{job_board_id}", job_boards.read_job_board, "structure.read"),
    ("PATCH", "/job-boards/{job_board_id}", job_boards.change_job_board, "organization.write"),
    ("GET", "/job-boards/{job_board_id}/keys", board_keys.list_board_keys, "keys.read"),
    ("POST", "/job-boards/{job_board_id}/keys", board_keys.add_board_key, "keys.write"),
    ("DELETE", "/job-boards/{job_board_id}/keys/{board_key_id}", board_keys.revoke_board_key, "keys.write"),
    # users and permissions
    ("GET", "/users", users.list_users, "users.read"),
    ("POST", "/users", users.add_user, "users.write"),
    ("GET", "/users/{user_id}", users.read_user, "users.read"),
    ("PATCH", "/users/{user_id}", users.change_user, "users.write"),
    ("POST", "/users/{user_id}/disable", users.disable_user, "users.write"),
    ("POST", "/users/{user_id}/enable", users.enable_user, "users.write"),
    ("GET", "/permissions", permissions.list_permissions, ANYONE),
    ("GET", "/explain-access", access.explain_access, "permissions.write"),
    ("GET", "/permission-groups", permissions.list_permission_groups, "users.read"),
    ("POST", "/permission-groups", permissions.add_permission_group, "permissions.write"),
    ("GET", "/permission-groups/{permission_group_id}", permissions.read_permission_group, "users.read"),
    ("PATCH", "/permission-groups/{permission_group_id}", permissions.change_permission_group, "permissions.write"),
    ("GET", "/users/{user_id}/permissions", permissions.list_user_permissions, "users.read"),
    ("POST", "/users/{user_id}/permissions", permissions.grant_permission, "permissions.write"),
    ("DELETE", "/users/{user_id}/permissions/{code}", permissions.revoke_permission, "permissions.write"),
    ("GET", "/users/{user_id}/permission-groups", permissions.list_user_permission_groups, "users.read"),
    ("POST", "/users/{user_id}/permission-groups", permissions.grant_permission_group, "permissions.write"),
    ("DELETE", "/users/{user_id}/permission-groups/{permission_group_id}", permissions.revoke_permission_group, "permissions.write"),
    # API keys
    ("GET", "/api-keys", api_keys.list_api_keys, "keys.read"),
    ("POST", "/api-keys", api_keys.add_api_key, "keys.write"),
    ("DELETE", "/api-keys/{api_key_id}", api_keys.revoke_api_key, "keys.write"),
    ("POST", "/api-keys/{api_key_id}/rotate", api_keys.rotate_api_key, "keys.write"),
    # structure
    ("GET", "/departments", departments.list_departments, "structure.read"),
    ("POST", "/departments", departments.add_department, "structure.write"),
    ("GET", "/departments/{department_id}", departments.read_department, "structure.read"),
    ("PATCH", "/departments/{department_id}", departments.change_department, "structure.write"),
    ("POST", "/departments/{department_id}/archive", departments.archive_department, "structure.write"),
    ("GET", "/offices", offices.list_offices, "structure.read"),
    ("POST", "/offices", offices.add_office, "structure.write"),
    ("GET", "/offices/{office_id}", offices.read_office, "structure.read"),
    ("PATCH", "/offices/{office_id}", offices.change_office, "structure.write"),
    ("POST", "/offices/{office_id}/archive", offices.archive_office, "structure.write"),
    ("GET", "/reasons", reasons.list_reasons, "structure.read"),
    ("POST", "/reasons", reasons.add_reason, "structure.write"),
    ("GET", "/reasons/{reason_id}", reasons.read_reason, "structure.read"),
    ("PATCH", "/reasons/{reason_id}", reasons.change_reason, "structure.write"),
    ("POST", "/reasons/{reason_id}/archive", reasons.archive_reason, "structure.write"),
    ("GET", "/sources", sources.list_sources, "structure.read"),
    ("POST", "/sources", sources.add_source, "structure.write"),
    ("GET", "/sources/{source_id}", sources.read_source, "structure.read"),
    ("PATCH", "/sources/{source_id}", sources.change_source, "structure.write"),
    ("POST", "/sources/{source_id}/archive", sources.archive_source, "structure.write"),
    ("GET", "/tags", tags.list_tags, "structure.read"),
    ("POST", "/tags", tags.add_tag, "structure.write"),
    ("GET", "/tags/{tag_id}", tags.read_tag, "structure.read"),
    ("PATCH", "/tags/{tag_id}", tags.change_tag, "structure.write"),
    ("POST", "/tags/{tag_id}/archive", tags.archive_tag, "structure.write"),
    ("GET", "/interview-kits", interview_kits.list_interview_kits, "structure.read"),
    ("POST", "/interview-kits", interview_kits.add_interview_kit, "structure.write"),
    ("GET", "/interview-kits/{interview_kit_id}", interview_kits.read_interview_kit, "structure.read"),
    ("PATCH", "/interview-kits/{interview_kit_id}", interview_kits.change_interview_kit, "structure.write"),
    ("POST", "/interview-kits/{interview_kit_id}/archive", interview_kits.archive_interview_kit, "structure.write"),
    ("GET", "/pipeline-templates", pipeline_templates.list_pipeline_templates, "structure.read"),
    ("POST", "/pipeline-templates", pipeline_templates.add_pipeline_template, "structure.write"),
    ("GET", "/pipeline-templates/{pipeline_template_id}", pipeline_templates.read_pipeline_template, "structure.read"),
    ("PATCH", "/pipeline-templates/{pipeline_template_id}", pipeline_templates.change_pipeline_template, "structure.write"),
    ("POST", "/pipeline-templates/{pipeline_template_id}/archive", pipeline_templates.archive_pipeline_template, "structure.write"),
    # jobs
    ("GET", "/jobs", jobs.list_jobs, "jobs.read"),
    ("POST", "/jobs", jobs.add_job, "jobs.write"),
    ("GET", "/jobs/{job_id}", jobs.read_job, "jobs.read"),
    ("PATCH", "/jobs/{job_id}", jobs.change_job, "jobs.write"),
    ("POST", "/jobs/{job_id}/open", jobs.open_job, "jobs.write"),
    ("POST", "/jobs/{job_id}/hold", jobs.hold_job, "jobs.write"),
    ("POST", "/jobs/{job_id}/close", jobs.close_job, "jobs.write"),
    ("POST", "/jobs/{job_id}/archive", jobs.archive_job, "jobs.write"),
    ("POST", "/jobs/{job_id}/unarchive", jobs.unarchive_job, "jobs.write"),
    ("GET", "/jobs/{job_id}/hiring-team", jobs.read_hiring_team, "jobs.read"),
    ("PUT", "/jobs/{job_id}/hiring-team", jobs.replace_hiring_team, "jobs.write"),
    ("GET", "/jobs/{job_id}/pipeline", pipelines.read_pipeline, "jobs.read"),
    ("PUT", "/jobs/{job_id}/pipeline", pipelines.replace_pipeline, "jobs.write"),
    ("GET", "/jobs/{job_id}/openings", openings.list_job_openings, "jobs.read"),
    ("POST", "/jobs/{job_id}/openings", openings.add_openings, "jobs.write"),
    ("GET", "/openings", openings.list_openings, "jobs.read"),
    ("PATCH", "/openings/{opening_id}", openings.change_opening, "jobs.write"),
    ("POST", "/openings/{opening_id}/close", openings.close_opening, "jobs.write"),
    ("POST", "/openings/{opening_id}/reopen", openings.reopen_opening, "jobs.write"),
    # posts
    ("GET", "/posts", posts.list_posts, "posts.read"),
    ("GET", "/posts/{post_id}", posts.read_post, "posts.read"),
    ("PATCH", "/posts/{post_id}", posts.change_post, "posts.write"),
    ("POST", "/posts/{post_id}/publish", posts.publish_post, "posts.write"),
    ("POST", "/posts/{post_id}/unpublish", posts.unpublish_post, "posts.write"),
    ("GET", "/jobs/{job_id}/posts", posts.list_job_posts, "posts.read"),
    ("POST", "/jobs/{job_id}/posts", posts.add_post, "posts.write"),
    # uploads and the public board
    ("POST", "/uploads", uploads.upload_file, "attachments.write"),
    ("GET", "/boards/{board}", boards.read_board, BOARD),
    ("GET", "/boards/{board}/posts", boards.list_board_posts, BOARD),
    ("GET", "/boards/{board}/posts/{post_id}", boards.read_board_post, BOARD),
    ("GET", "/boards/{board}/feeds/rss", board_feeds.read_rss_feed, BOARD),
    ("GET", "/boards/{board}/feeds/json", board_feeds.read_json_feed, BOARD),
    ("GET", "/boards/{board}/feeds/indeed", board_feeds.read_indeed_feed, BOARD),
    ("POST", "/boards/{board}/posts/{post_id}/applications", boards.apply_to_post, BOARD),
    ("POST", "/boards/{board}/uploads", boards.upload_application_file, BOARD),
    ("GET", "/boards/{board}/applications/{token}", boards.read_application_status, BOARD),
    # candidates
    ("GET", "/candidates", candidates.list_candidates, "candidates.read"),
    ("POST", "/candidates", candidates.add_candidate, "candidates.write"),
    ("GET", "/candidates/{candidate_id}", candidates.read_candidate, "candidates.read"),
    ("PATCH", "/candidates/{candidate_id}", candidates.change_candidate, "candidates.write"),
    ("GET", "/candidates/{candidate_id}/duplicates", duplicates.list_duplicates, "candidates.read"),
    ("POST", "/candidates/{candidate_id}/merge", duplicates.merge_candidate, "candidates.merge"),
    ("PUT", "/candidates/{candidate_id}/tags/{tag_id}", tags.tag_candidate, "candidates.write"),
    ("DELETE", "/candidates/{candidate_id}/tags/{tag_id}", tags.untag_candidate, "candidates.write"),
    ("POST", "/candidates/{candidate_id}/attachments", attachments.attach_upload, "attachments.write"),
    ("GET", "/attachments", attachments.list_attachments, "attachments.read"),
    ("GET", "/attachments/{attachment_id}", attachments.read_attachment, "attachments.read"),
    ("DELETE", "/attachments/{attachment_id}", attachments.delete_attachment, "attachments.write"),
    ("GET", "/attachments/{attachment_id}/content", attachments.download_attachment, "attachments.read"),
    ("POST", "/candidates/{candidate_id}/notes", notes.add_note, "notes.write"),
    ("GET", "/notes", notes.list_notes, "notes.read"),
    ("GET", "/notes/{note_id}", notes.read_note, "notes.read"),
    ("PATCH", "/notes/{note_id}", notes.change_note, "notes.write"),
    ("DELETE", "/notes/{note_id}", notes.delete_note, "notes.write"),
    # applications
    ("GET", "/applications", applications.list_applications, "applications.read"),
    ("POST", "/applications", applications.add_application, "applications.write"),
    ("GET", "/applications/{application_id}", applications.read_application, "applications.read"),
    ("PATCH", "/applications/{application_id}", applications.change_application, "applications.write"),
    ("GET", "/applications/{application_id}/history", stage_changes.list_application_history, "applications.read"),
    ("POST", "/applications/{application_id}/move", applications.move_application, "applications.move"),
    ("POST", "/applications/{application_id}/reject", applications.reject_application, "applications.reject"),
    ("POST", "/applications/{application_id}/withdraw", applications.withdraw_application, "applications.reject"),
    ("POST", "/applications/{application_id}/transfer", applications.transfer_application, "applications.transfer"),
    ("POST", "/applications/{application_id}/reopen", applications.reopen_application, "applications.reopen"),
    ("POST", "/applications/{application_id}/hire", applications.hire_candidate, "applications.hire"),
    ("POST", "/applications/{application_id}/unhire", applications.unhire_candidate, "applications.unhire"),
    ("GET", "/jobs/{job_id}/applications", applications.list_job_applications, "applications.read"),
    # reports
    ("GET", "/reports/funnel", reports.read_funnel, "applications.read"),
    ("GET", "/reports/time-to-hire", reports.read_time_to_hire, "applications.read"),
    ("GET", "/reports/time-to-hire-distribution", reports.read_time_to_hire_distribution, "applications.read"),
    ("GET", "/reports/time-to-fill", reports.read_time_to_fill, "applications.read"),
    ("GET", "/reports/time-in-stage", reports.read_time_in_stage, "applications.read"),
    ("GET", "/reports/sources", reports.read_sources_report, "applications.read"),
    ("GET", "/reports/openings", reports.read_openings_report, "applications.read"),
    ("GET", "/reports/forecast", reports.read_forecast, "applications.read"),
    ("GET", "/reports/recruiters", reports.read_recruiters_report, "applications.read"),
    ("GET", "/reports/jobs", reports.read_jobs_report, "applications.read"),
    ("GET", "/reports/facts/stage_changes", facts.stream_stage_changes, "applications.read"),
    ("GET", "/reports/facts/applications", facts.stream_applications, "applications.read"),
    ("GET", "/reports/{name}/sql", reports.read_report_sql, "applications.read"),
)

# fmt: on
OPERATIONS = (
    *(operation.at(method, path, access) for method, path, operation, access in SERVICE),
    *(operation.at(method, PREFIX + path, access) for method, path, operation, access in API),
)
UNKNOWN = "unknown"
"""What stands for a path that leads nowhere, in logs and metrics."""


def routes() -> Routes:
    """Where every path leads; one that leads nowhere is UnknownRoute's."""
    by_path: dict[str, dict[str, Operation]] = {}
    for each in OPERATIONS:
        by_path.setdefault(each.path, {})[each.method] = each
    return Routes(
        [
            *(Route(path, next(iter(found.values())).handler, found) for path, found in by_path.items()),
            *(Route(path, documentation.Page, {}) for path in PAGES),
        ],
        Route(UNKNOWN, UnknownRoute, {}),
    )
