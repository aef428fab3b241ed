"""Every error that the system can return, declared once: a class per code, its docstring is what a client reads.

The kind of an error maps once to an HTTP status and once to what becomes of a message that met it. A name of a
constraint in the schema maps to its error here too: `<table>_<column>_exists` is a foreign key,
`<table>_<column>_taken` a unique rule, and all others stand in `BY_CONSTRAINT`.
"""

from collections.abc import Iterator, Mapping, Sequence
from enum import Enum
from typing import Annotated, Any, ClassVar
from uuid import UUID

import msgspec


class Fate(Enum):
    """What a consumer does with a message whose handling raised."""

    ACKNOWLEDGE = "acknowledge"
    RETRY = "retry"
    DEAD_LETTER = "dead_letter"


class Kind(Enum):
    """The HTTP status of an error, and the fate of a message whose handling raised it."""

    UNAUTHENTICATED = (401, Fate.DEAD_LETTER)
    MOVED = (301, Fate.DEAD_LETTER)
    NOT_FOUND = (404, Fate.DEAD_LETTER)
    METHOD_NOT_ALLOWED = (405, Fate.DEAD_LETTER)
    TOO_LARGE = (413, Fate.DEAD_LETTER)
    HEAD_TOO_LARGE = (431, Fate.DEAD_LETTER)
    UNSUPPORTED_MEDIA_TYPE = (415, Fate.DEAD_LETTER)
    MALFORMED = (400, Fate.DEAD_LETTER)
    FORBIDDEN = (403, Fate.DEAD_LETTER)
    INVALID = (422, Fate.DEAD_LETTER)
    PRECONDITION_FAILED = (412, Fate.DEAD_LETTER)
    CONFLICT = (409, Fate.DEAD_LETTER)
    REPEATED = (409, Fate.ACKNOWLEDGE)
    RATE_LIMITED = (429, Fate.RETRY)
    UNAVAILABLE = (503, Fate.RETRY)
    INTERNAL = (500, Fate.RETRY)

    @property
    def status(self) -> int:
        return self.value[0]

    @property
    def fate(self) -> Fate:
        return self.value[1]


QuestionId = Annotated[str, msgspec.Meta(extra_json_schema={"format": "uuid"})]


class FieldError(msgspec.Struct, frozen=True):
    """One thing that is wrong with a request."""

    pointer: str
    """Where it is: a JSON pointer (RFC 6901) into the body, `?name` for a query parameter, such as `?ids/0` for the
    first of its values, or the name of a header."""
    code: str
    """What is wrong, for programs. `GET /errors` lists these codes in `findings`."""
    detail: str
    """What is wrong and, where it helps, what was expected, for people to read."""
    question_id: QuestionId | msgspec.UnsetType = msgspec.UNSET
    """The question of the application form that the error is about, also where its answer is missing. Absent from other
    errors."""


class ApiError(Exception):
    """The request could not be answered."""

    code: ClassVar[str]
    kind: ClassVar[Kind]
    merged_into: UUID | None = None
    location: str | None = None

    def __init__(
        self,
        detail: str | None = None,
        *,
        errors: Sequence[FieldError] = (),
        current: Mapping[str, Any] | None = None,
        retry_after_s: int | None = None,
    ) -> None:
        self.detail = detail or self.sentence()
        self.errors = tuple(errors)
        self.current = current
        self.retry_after_s = retry_after_s
        super().__init__(self.detail)

    @classmethod
    def sentence(cls) -> str:
        """The class's own sentence, the title of its problem document."""
        return " ".join((cls.__doc__ or "").split())


class Internal(ApiError):
    """Something went wrong on our side; it has been recorded."""

    code, kind = "internal", Kind.INTERNAL


# -- who asks ---------------------------------------------------------------------------------------------------------


class Unauthenticated(ApiError):
    """This request needs an access token or an API key."""

    code, kind = "unauthenticated", Kind.UNAUTHENTICATED


class TokenRefused(Unauthenticated):
    """What was sent as a token is refused, for a reason that a kind of this error names."""


class TokenExpired(TokenRefused):
    """The access token has expired; refresh it or log in again."""

    code = "token_expired"


class TokenInvalid(TokenRefused):
    """The token is not one that this service issued, or it was altered."""

    code = "token_invalid"


class SessionEnded(TokenRefused):
    """The session has ended; log in again."""

    code = "session_ended"


class CredentialsWrong(Unauthenticated):
    """E-mail address, password or organization is wrong."""

    code = "credentials_wrong"


class RefreshReused(Unauthenticated):
    """This refresh token was used before; for safety its session has been ended."""

    code = "refresh_reused"


class Forbidden(ApiError):
    """The permission for this is missing."""

    code, kind = "forbidden", Kind.FORBIDDEN

    def __init__(self, permission: str, scope: str | None = None) -> None:
        reach = f" with the scope {scope}" if scope else ""
        super().__init__(f"This needs the permission {permission}{reach}.")
        self.permission = permission


class SessionRequired(ApiError):
    """This is for a user who has logged in; an API key cannot do it, neither for itself nor on behalf of a user."""

    code, kind = "session_required", Kind.FORBIDDEN


class ApiKeyRequired(ApiError):
    """Only an API key can act on behalf of a user; a session acts for its own user."""

    code, kind = "api_key_required", Kind.FORBIDDEN


class BoardKeyRefused(ApiError):
    """A board key reads its own board, uploads and applies there, and may do nothing else."""

    code, kind = "board_key_refused", Kind.FORBIDDEN


class TeamRequired(ApiError):
    """Who sees a job is decided by administrators and by members of its hiring team who are more than interviewers."""

    code, kind = "team_required", Kind.FORBIDDEN


class AuthorRequired(ApiError):
    """Only the author of a note or an administrator may change or delete it."""

    code, kind = "author_required", Kind.FORBIDDEN


class RegistrationClosed(ApiError):
    """This deployment does not accept new organizations."""

    code, kind = "registration_closed", Kind.FORBIDDEN


# -- what was sent ----------------------------------------------------------------------------------------------------


class NotFound(ApiError):
    """There is no such resource, or you may not see it."""

    code, kind = "not_found", Kind.NOT_FOUND


class CandidateMoved(ApiError):
    """The candidate was merged into another one, which `merged_into` names; `Location` has the same of that one."""

    code, kind = "candidate_moved", Kind.MOVED

    def __init__(self, merged_into: UUID | None = None, location: str | None = None) -> None:
        super().__init__()
        self.merged_into, self.location = merged_into, location


class MethodNotAllowed(ApiError):
    """This resource does not support this method."""

    code, kind = "method_not_allowed", Kind.METHOD_NOT_ALLOWED


class BodyTooLarge(ApiError):
    """The body is larger than this endpoint accepts."""

    code, kind = "body_too_large", Kind.TOO_LARGE


class HeadTooLarge(ApiError):
    """The head of the request, its line and headers, is larger than the service accepts."""

    code, kind = "head_too_large", Kind.HEAD_TOO_LARGE


class UnsupportedMediaType(ApiError):
    """The body's media type is not one that this endpoint accepts."""

    code, kind = "unsupported_media_type", Kind.UNSUPPORTED_MEDIA_TYPE


class Malformed(ApiError):
    """The request could not be read."""

    code, kind = "malformed", Kind.MALFORMED


class Invalid(ApiError):
    """The request can be read, but something in it is invalid."""

    code, kind = "invalid", Kind.INVALID


class OrganizationRequired(Invalid):
    """This e-mail address belongs to several organizations; name one in `organization`."""

    code = "organization_required"


class LinkInvalid(Invalid):
    """The link is unknown, was used before or has expired."""

    code = "link_invalid"


class KeyReused(Invalid):
    """This Idempotency-Key was used for another request."""

    code = "idempotency_key_reused"


class VersionMismatch(ApiError):
    """The resource has changed since the version in If-Match."""

    code, kind = "version_mismatch", Kind.PRECONDITION_FAILED


# -- what the rules of hiring refuse ----------------------------------------------------------------------------------


class Conflict(ApiError):
    """The state of the resource does not allow this."""

    code, kind = "conflict", Kind.CONFLICT


class BeingChanged(Conflict):
    """Others are changing this resource at the same moment; try again."""

    code = "being_changed"

    def __init__(self, detail: str | None = None, *, current: Mapping[str, Any] | None = None) -> None:
        super().__init__(detail, current=current, retry_after_s=1)


class StatusConflict(Conflict):
    """The resource is not in a status that allows this."""

    code = "status_conflict"


class Taken(Conflict):
    """Another resource already has this value."""

    def __init__(self, *, constraint: str = "", key: Mapping[str, str] | None = None) -> None:
        super().__init__()
        self.constraint, self.key = constraint, key or {}


class EmailTaken(Taken):
    """Another user, or another sender identity, of the organization already has this e-mail address."""

    code = "email_taken"


class ExternalIdTaken(Taken):
    """Another resource of this kind already has this `external_id`."""

    code = "external_id_taken"


class KeyTaken(Taken):
    """Another resource of this kind already has this key."""

    code = "key_taken"


class LanguageTaken(Taken):
    """Another translation of the post, or another active text for this purpose, is already in this language."""

    code = "language_taken"


class NameTaken(Taken):
    """Another resource of this kind already has this name."""

    code = "name_taken"


class SlugTaken(Taken):
    """Another resource of this kind already has this slug, perhaps in another organization."""

    code = "slug_taken"


class InUse(Conflict):
    """Something still needs this resource; `detail` tells what."""

    code = "in_use"


class LastAdministrator(Conflict):
    """An organization needs at least one administrator."""

    code = "last_administrator"


class StageIsAnother(Conflict):
    """The application is not in the stage that you named."""

    code = "stage_is_another"


class StageNotInPipeline(Invalid):
    """The stage is not a current stage of this job."""

    code = "stage_not_in_pipeline"


class StageEnteredByCommand(Conflict):
    """An application enters the hired stage by being hired, not by being moved."""

    code = "stage_entered_by_command"


class ApplicationNotActive(Conflict):
    """The application is not active."""

    code = "application_not_active"


class ApplicationActive(Conflict):
    """The candidate already has an active application on this job."""

    code = "application_active"


class ApplicationHired(Conflict):
    """The candidate was hired on this job."""

    code = "application_hired"


class ReapplyTooSoon(Conflict):
    """The candidate applied to this job within the organization's re-apply window."""

    code = "reapply_too_soon"


class ApplicationsCollide(Conflict):
    """Both candidates have an active application to the same job; choose in `keep` which one stays."""

    code = "applications_collide"


class CandidateMerged(Conflict):
    """The candidate was merged into another one, which `merged_into` names."""

    code = "candidate_merged"

    def __init__(self, merged_into: UUID | None = None) -> None:
        super().__init__(current={"status": "merged"})
        self.merged_into = merged_into


class JobNotOpen(Conflict):
    """The job is not open."""

    code = "job_not_open"


class JobIsPool(Conflict):
    """The job is a talent pool, which has no openings and is never filled."""

    code = "job_is_pool"


class PostNotAccepting(Conflict):
    """The post does not accept applications."""

    code = "post_not_accepting"


class OfferRequired(Conflict):
    """Hiring needs an accepted offer, or an override with a reason."""

    code = "offer_required"


class NoOpening(Conflict):
    """The job has no open opening for this hire."""

    code = "no_opening"


class NoEmail(Conflict):
    """The candidate has no e-mail address to write to."""

    code = "no_email"


class TooManyBulkOperations(Conflict):
    """The organization already has 100 bulk operations that have not ended."""

    code = "too_many_bulk_operations"


# -- the same thing twice, and what is not there now ------------------------------------------------------------------


class KeyRunning(ApiError):
    """A request with this Idempotency-Key is still running; try again."""

    code, kind = "idempotency_key_running", Kind.CONFLICT

    def __init__(self) -> None:
        super().__init__(current={"status": "running"}, retry_after_s=1)


class Unseen(ApiError):
    """This is between parts of the service; no client sees it."""


class KeyAnswered(Unseen):
    """A request with this Idempotency-Key was answered."""

    code, kind = "idempotency_key_answered", Kind.REPEATED


class MessageRunning(Unseen):
    """Another consumer is handling this message."""

    code, kind = "message_running", Kind.UNAVAILABLE


class MessageDone(Unseen):
    """This message has been handled."""

    code, kind = "message_done", Kind.REPEATED


class RateLimited(ApiError):
    """Too many requests."""

    code, kind = "rate_limited", Kind.RATE_LIMITED


class Unavailable(ApiError):
    """The service cannot answer at this moment; try again."""

    code, kind = "unavailable", Kind.UNAVAILABLE

    def __init__(self, detail: str | None = None) -> None:
        super().__init__(detail, retry_after_s=1)


class ServiceBusy(Unavailable):
    """The service is at its limit; try again."""

    code = "service_busy"


class OrganizationBusy(ServiceBusy):
    """Your organization is using all the database connections that it may use at once; try again."""

    code = "organization_busy"


class DatabaseUnavailable(Unavailable):
    """The database cannot be reached at this moment; try again."""

    code = "database_unavailable"


class FilesUnavailable(Unavailable):
    """The file store cannot be reached at this moment; try again."""

    code = "files_unavailable"


class AnalyticsUnavailable(Unavailable):
    """Reports cannot be made at this moment; try again."""

    code = "analytics_unavailable"


class AnalyticsDisabled(ApiError):
    """This deployment makes no reports."""

    code, kind = "analytics_disabled", Kind.UNAVAILABLE


class StatementStopped(Unavailable):
    """The request took too long or met another one; nothing was changed."""

    code = "statement_stopped"


class NotVisibleYet(Unavailable):
    """Your latest change cannot be read yet; try again."""

    code = "not_visible_yet"


TAKEN = {each.code: each for each in Taken.__subclasses__()}
"""By its code, the error of a value that a client sets; no client sets the others."""
BY_CONSTRAINT: dict[str, type[Conflict]] = {
    "applications_one_active_per_job": ApplicationActive,
    "openings_one_per_application": ApplicationHired,
}
"""Constraints whose error their name does not tell."""


def from_constraint(constraint: str, table: str, key: Mapping[str, str]) -> ApiError:
    """The error that a constraint of the schema stands for; an unknown one is an internal error.

    `key`: the columns of a unique rule and the values that it met, as texts.
    """
    if error := BY_CONSTRAINT.get(constraint):
        return error()
    stem = constraint.removeprefix(f"{table}_")
    if stem.endswith("_exists"):
        column = stem.removesuffix("_exists")
        return Invalid(
            errors=[FieldError(f"/{column}", "unknown_reference", f"There is no such {column.removesuffix('_id')}.")]
        )
    if stem.endswith("_taken"):
        return TAKEN.get(stem, Taken)(constraint=constraint, key=key)
    return Internal(f"The constraint {constraint} of {table} refused.")


def declared(base: type[ApiError] = ApiError) -> Iterator[type[ApiError]]:
    """Yields every error class that has a code."""
    for error in base.__subclasses__():
        if "code" in error.__dict__:
            yield error
        yield from declared(error)
