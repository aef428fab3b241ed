"""The whole API on a page. A path's `{name}` is a parameter of the handler's methods."""

import re
from typing import Any

from tornado.routing import URLSpec

from hiring.handlers import (
    account,
    api_keys,
    applications,
    attachments,
    boards,
    candidates,
    departments,
    documentation,
    job_boards,
    jobs,
    offices,
    openings,
    organizations,
    passwords,
    permissions,
    pipeline_templates,
    pipelines,
    posts,
    reasons,
    service,
    sources,
    uploads,
    users,
)
from hiring.http.dependencies import Dependencies
from hiring.http.handler import Handler, UnknownRoute

SERVICE: tuple[tuple[str, type[Handler]], ...] = (
    ("/livez", service.Alive),
    ("/readyz", service.Ready),
    ("/.well-known/jwks.json", service.KeySet),
    ("/openapi.json", documentation.OpenApi),
    ("/docs", documentation.Page),
    ("/docs/start.js", documentation.Page),
    ("/docs/assets/{name}", documentation.Page),
    ("/docs/errors", documentation.Page),
    ("/docs/errors.css", documentation.Page),
    ("/docs/sql", documentation.SqlCatalogue),
)

API: tuple[tuple[str, type[Handler]], ...] = (
    ("", service.AboutTheService),
    ("/errors", documentation.Errors),
    ("/event-types", service.EventTypeList),
    # account
    ("/register", account.Register),
    ("/login", account.LogIn),
    ("/refresh", account.RefreshSession),
    ("/logout", account.LogOut),
    ("/me", users.Me),
    ("/me/password", passwords.MyPassword),
    ("/me/sessions", account.MySessions),
    ("/me/sessions/{session_id}", account.MySession),
    ("/password-resets", passwords.PasswordResets),
    ("/password-resets/confirm", passwords.PasswordResetConfirmation),
    ("/invitations/accept", passwords.InvitationAcceptance),
    # organization
    ("/organization", organizations.TheOrganization),
    ("/job-boards", job_boards.JobBoards),
    ("/job-boards/{job_board_id}", job_boards.OneJobBoard),
    # users and permissions
    ("/users", users.Users),
    ("/users/{user_id}", users.OneUser),
    ("/users/{user_id}/disable", users.UserDisabling),
    ("/users/{user_id}/enable", users.UserEnabling),
    ("/permissions", permissions.EveryPermission),
    ("/permission-groups", permissions.PermissionGroups),
    ("/permission-groups/{permission_group_id}", permissions.OnePermissionGroup),
    ("/users/{user_id}/permissions", permissions.UserPermissions),
    ("/users/{user_id}/permissions/{code}", permissions.OneUserPermission),
    ("/users/{user_id}/permission-groups", permissions.UserGroups),
    ("/users/{user_id}/permission-groups/{permission_group_id}", permissions.OneUserGroup),
    # API keys
    ("/api-keys", api_keys.ApiKeys),
    ("/api-keys/{api_key_id}", api_keys.OneApiKey),
    ("/api-keys/{api_key_id}/rotate", api_keys.ApiKeyRotation),
    # structure
    ("/departments", departments.Departments),
    ("/departments/{department_id}", departments.OneDepartment),
    ("/departments/{department_id}/archive", departments.DepartmentArchive),
    ("/offices", offices.Offices),
    ("/offices/{office_id}", offices.OneOffice),
    ("/offices/{office_id}/archive", offices.OfficeArchive),
    ("/reasons", reasons.Reasons),
    ("/reasons/{reason_id}", reasons.OneReason),
    ("/reasons/{reason_id}/archive", reasons.ReasonArchive),
    ("/sources", sources.Sources),
    ("/sources/{source_id}", sources.OneSource),
    ("/sources/{source_id}/archive", sources.SourceArchive),
    ("/pipeline-templates", pipeline_templates.PipelineTemplates),
    ("/pipeline-templates/{pipeline_template_id}", pipeline_templates.OnePipelineTemplate),
    ("/pipeline-templates/{pipeline_template_id}/archive", pipeline_templates.PipelineTemplateArchive),
    # jobs
    ("/jobs", jobs.Jobs),
    ("/jobs/{job_id}", jobs.OneJob),
    ("/jobs/{job_id}/open", jobs.JobOpening),
    ("/jobs/{job_id}/hold", jobs.JobHold),
    ("/jobs/{job_id}/close", jobs.JobClosing),
    ("/jobs/{job_id}/archive", jobs.JobArchive),
    ("/jobs/{job_id}/unarchive", jobs.JobUnarchive),
    ("/jobs/{job_id}/hiring-team", jobs.HiringTeam),
    ("/jobs/{job_id}/pipeline", pipelines.JobPipeline),
    ("/jobs/{job_id}/openings", openings.JobOpenings),
    ("/openings", openings.Openings),
    ("/openings/{opening_id}", openings.OneOpening),
    ("/openings/{opening_id}/close", openings.OpeningClosing),
    ("/openings/{opening_id}/reopen", openings.OpeningReopening),
    # posts
    ("/posts", posts.Posts),
    ("/posts/{post_id}", posts.OnePost),
    ("/posts/{post_id}/publish", posts.PostPublication),
    ("/posts/{post_id}/unpublish", posts.PostWithdrawal),
    ("/jobs/{job_id}/posts", posts.JobPosts),
    # uploads and the public board
    ("/uploads", uploads.Uploads),
    ("/boards/{board}", boards.OneBoard),
    ("/boards/{board}/posts", boards.BoardPosts),
    ("/boards/{board}/posts/{post_id}", boards.OneBoardPost),
    ("/boards/{board}/posts/{post_id}/applications", boards.BoardApplications),
    ("/boards/{board}/uploads", boards.BoardUploads),
    ("/boards/{board}/applications/{token}", boards.BoardApplicationStatus),
    # candidates
    ("/candidates", candidates.Candidates),
    ("/candidates/{candidate_id}", candidates.OneCandidate),
    ("/candidates/{candidate_id}/attachments", attachments.CandidateAttachments),
    ("/attachments", attachments.Attachments),
    ("/attachments/{attachment_id}", attachments.OneAttachment),
    ("/attachments/{attachment_id}/content", attachments.AttachmentContent),
    # applications
    ("/applications", applications.Applications),
    ("/applications/{application_id}", applications.OneApplication),
    ("/applications/{application_id}/history", applications.ApplicationHistory),
    ("/applications/{application_id}/move", applications.ApplicationMove),
    ("/applications/{application_id}/reject", applications.ApplicationRejection),
    ("/applications/{application_id}/withdraw", applications.ApplicationWithdrawal),
    ("/applications/{application_id}/reopen", applications.ApplicationReopening),
    ("/applications/{application_id}/hire", applications.ApplicationHire),
    ("/applications/{application_id}/unhire", applications.ApplicationUnhire),
    ("/jobs/{job_id}/applications", applications.JobApplications),
)

PREFIX = "/api/v1"
UNKNOWN = "unknown"
"""What stands for a path that leads nowhere, in logs and metrics."""


def routes(dependencies: Dependencies) -> list[Any]:
    """Tornado's rules for every route; what none matches is UnknownRoute's."""
    known = [
        URLSpec(pattern(path), handler, {"dependencies": dependencies, "route": path}) for path, handler in documented()
    ]
    return [*known, URLSpec(".*", UnknownRoute, {"dependencies": dependencies, "route": UNKNOWN})]


def documented() -> list[tuple[str, type[Handler]]]:
    """Every path template with its handler."""
    return [*SERVICE, *((PREFIX + path, handler) for path, handler in API)]


def pattern(path: str) -> str:
    """A path template as a regular expression."""
    return re.sub(r"\{(\w+)\}", r"(?P<\1>[^/]+)", path) + "$"
