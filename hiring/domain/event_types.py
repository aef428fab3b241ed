"""Every type of event that a command records: a class each, what it means and the shape of its `data`.

A type never changes its meaning; it may gain members. `data` holds ids, enums, numbers and dates, never personal data.
A test and the check of the SQL hold the classes to the statements: a member that is not always there may be UNSET.
"""

from types import MappingProxyType
from typing import Any, ClassVar, Literal
from uuid import UUID

from msgspec import UNSET, Struct, UnsetType, field

from hiring.domain.consents import ConsentSource
from hiring.domain.vocabulary import Instant

Scope = Literal["all", "team"]


class EventData(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What an event tells besides the resource that it is about, which is of one of the `aggregates`.

    `previous` is the shape of what was so before, where the event tells it.
    """

    type: ClassVar[str]
    aggregates: ClassVar[tuple[str, ...]]
    previous: ClassVar[Any] = None


class Fields(EventData, frozen=True):
    """The change of a resource's fields."""

    fields: list[str]
    """The names of the fields that the request named; some of them may have had this value before."""


class FormerStatus(EventData, frozen=True):
    """The status before the change."""

    status: str
    """The status that the resource had."""


class FormerPlace(FormerStatus, frozen=True):
    """Status and stage before the change."""

    stage_id: UUID
    """The stage that the application was in."""


class FormerStage(EventData, frozen=True):
    """The stage before the move."""

    stage_id: UUID


class TeamMember(Struct, frozen=True, forbid_unknown_fields=True):
    """A member of a hiring team."""

    user_id: UUID
    """The user whom the event is about."""
    role: str
    """What the member does for the job."""


class FormerTeam(EventData, frozen=True):
    """The hiring team before the change."""

    members: list[TeamMember]
    """Who was on the team."""


class OfApiKey(EventData, frozen=True, kw_only=True):
    """An event of an API key."""

    aggregates = ("api_key",)


class ApiKeyCreated(OfApiKey, frozen=True, kw_only=True):
    """An API key was made, or took the place of one that was rotated."""

    type = "api_key.created"
    user_id: UUID
    """The user whose key it is."""
    rotated_from: UUID | UnsetType = UNSET
    """The key whose place it took, where one was rotated."""


class ApiKeyRevoked(OfApiKey, frozen=True, kw_only=True):
    """An API key stopped working."""

    type = "api_key.revoked"


class OfApplication(EventData, frozen=True, kw_only=True):
    """An event of an application."""

    aggregates = ("application",)
    candidate_id: UUID
    """The candidate who applied, or was added to the job."""
    job_id: UUID
    """The job that the event belongs to."""


class InStage(OfApplication, frozen=True, kw_only=True):
    """An event after which an application is in a stage."""

    stage_id: UUID
    """The stage that the application is in now."""
    stage_kind: str
    """The kind that this stage had then, such as `interview`."""


class WithReason(OfApplication, frozen=True, kw_only=True):
    """An event that has a reason."""

    reason_id: UUID
    """The reason that was given."""


class ApplicationHired(InStage, frozen=True, kw_only=True):
    """An application ended with a hire."""

    type, previous = "application.hired", FormerPlace
    opening_id: UUID
    """The opening that the hire fills."""


class ApplicationRejected(WithReason, frozen=True, kw_only=True):
    """An application was rejected."""

    type, previous = "application.rejected", FormerStatus


class ApplicationReopened(InStage, frozen=True, kw_only=True):
    """An application that had ended is active again."""

    type, previous = "application.reopened", FormerPlace


class ApplicationStageChanged(InStage, frozen=True, kw_only=True):
    """An application moved to another stage of its job's pipeline."""

    type, previous = "application.stage_changed", FormerStage


class ApplicationSubmitted(InStage, frozen=True, kw_only=True):
    """Somebody applied, or was added to a job."""

    type = "application.submitted"
    post_id: UUID | None
    """The post that the candidate applied through; null for who was added by a user."""
    source_id: UUID | None
    """Where the application comes from; null where nobody said so."""
    applied_at: Instant
    """When the candidate applied, which may be before the event where it was added later."""
    transferred_from: UUID | UnsetType = UNSET
    """The application to another job whose place it took, where it began by a transfer."""


class ApplicationTransferred(OfApplication, frozen=True, kw_only=True):
    """An application ended, and another one took its place on another job."""

    type, previous = "application.transferred", FormerStatus
    transferred_to: UUID
    """The application that took its place."""


class ApplicationUnhired(InStage, frozen=True, kw_only=True):
    """A hire was taken back."""

    type, previous = "application.unhired", FormerPlace
    reason_id: UUID
    """The reason that was given."""


class ApplicationUpdated(OfApplication, frozen=True, kw_only=True):
    """Fields of an application changed."""

    type = "application.updated"
    fields: list[str]


class ApplicationWithdrawn(WithReason, frozen=True, kw_only=True):
    """A candidate withdrew an application, or a merge of candidates ended it."""

    type, previous = "application.withdrawn", FormerStatus
    kept_application_id: UUID | UnsetType = UNSET
    """The application to the same job that stays, where a merge ended this one: reports count the two once."""


class OfAttachment(EventData, frozen=True, kw_only=True):
    """An event of a candidate's file."""

    aggregates = ("attachment",)
    candidate_id: UUID
    """The candidate whose file it is."""
    kind: str
    """What the file is, such as `resume`."""


class AttachmentDeleted(OfAttachment, frozen=True, kw_only=True):
    """A file of a candidate was deleted."""

    type = "attachment.deleted"


class AttachmentUploaded(OfAttachment, frozen=True, kw_only=True):
    """A file was attached to a candidate."""

    type = "attachment.uploaded"


class OfBoardKey(EventData, frozen=True, kw_only=True):
    """An event of a board key."""

    aggregates = ("board_key",)
    job_board_id: UUID
    """The board that the key is for."""


class BoardKeyCreated(OfBoardKey, frozen=True, kw_only=True):
    """A board key was made."""

    type = "board_key.created"


class BoardKeyRevoked(OfBoardKey, frozen=True, kw_only=True):
    """A board key stopped working."""

    type = "board_key.revoked"


class BulkOperationDue(EventData, frozen=True, kw_only=True):
    """A bulk operation is to be carried out, or to go on."""

    type = "bulk_operation.due"
    aggregates = ("bulk_operation",)


class BulkOperationCompleted(EventData, frozen=True, kw_only=True):
    """A bulk operation has ended: all its items are done, or the others will not be."""

    type = "bulk_operation.completed"
    aggregates = ("bulk_operation",)
    action: str
    """The command that it gave, such as `move`."""
    is_dry_run: bool
    """Whether it changed nothing."""
    status: str
    """How it ended: `completed`, `cancelled` or `failed`."""
    total_count: int
    """The applications that it was for."""
    succeeded_count: int
    """The applications that it changed."""
    unchanged_count: int
    """The applications that were as they should be already."""
    refused_count: int
    """The applications whose command was refused."""


class CandidateCreated(EventData, frozen=True, kw_only=True):
    """A candidate was added."""

    type = "candidate.created"
    aggregates = ("candidate",)
    source_id: UUID | None
    """Where the candidate comes from; null where nobody said so."""


class CandidateMerged(EventData, frozen=True, kw_only=True):
    """A candidate became part of another one, who has all that was theirs."""

    type = "candidate.merged"
    aggregates = ("candidate",)
    merged_into: UUID
    """The candidate that it was merged into. That one may have been merged since."""


class CandidateUpdated(Fields, frozen=True, kw_only=True):
    """Fields of a candidate changed."""

    type = "candidate.updated"
    aggregates = ("candidate",)


class ConsentChanged(EventData, frozen=True, kw_only=True):
    """A candidate consented to a text, refused it or took a consent back."""

    type = "consent.changed"
    aggregates = ("consent",)
    candidate_id: UUID
    """The candidate who said so."""
    consent_text_id: UUID
    """The text that it is about."""
    consent_text_version: int
    """The version of the text that it is about."""
    is_granted: bool
    """Whether the candidate consented."""
    source: ConsentSource
    """How the candidate said so; `merge` where a refusal was carried over from a candidate who was merged."""


class OfJob(EventData, frozen=True, kw_only=True):
    """An event of a job."""

    aggregates = ("job",)


class JobCreated(OfJob, frozen=True, kw_only=True):
    """A job was drafted."""

    type = "job.created"
    department_id: UUID | None
    """The department of the job."""
    office_ids: list[UUID]
    """The offices of the job, the primary one first."""


class JobHiringTeamChanged(OfJob, frozen=True, kw_only=True):
    """People joined or left a job's hiring team."""

    type, previous = "job.hiring_team_changed", FormerTeam
    members: list[TeamMember]
    """Who is on the team now."""


class JobPipelineChanged(OfJob, frozen=True, kw_only=True):
    """The stages of a job's pipeline changed."""

    type = "job.pipeline_changed"
    pipeline_version: int
    """The version of the pipeline, which counts from 1 for each job."""
    mapping: dict[UUID, UUID]
    """Each stage that was removed, with the stage that its applications moved to."""


class JobStatusChanged(OfJob, frozen=True, kw_only=True):
    """A job was opened, held, closed or archived, or one of these was taken back."""

    type, previous = "job.status_changed", FormerStatus
    status: str
    """The status of the job now."""
    reason_id: UUID | None
    """Why the job was closed; null after any other change."""
    on_filled: dict[str, Any] | UnsetType = UNSET
    """What becomes of active applications, where the last hire closed the job."""


class JobUpdated(OfJob, frozen=True, kw_only=True):
    """Fields of a job changed."""

    type = "job.updated"
    fields: list[str]
    office_ids: list[UUID] | None
    """The offices of the job, the primary one first; null where the request did not name them."""


class OfMessage(EventData, frozen=True, kw_only=True):
    """An event of a mail."""

    aggregates = ("message",)


class MessageDue(OfMessage, frozen=True, kw_only=True):
    """The time has come to send a message."""

    type = "message.due"


class OfSentMessage(OfMessage, frozen=True, kw_only=True):
    """The end of a mail."""

    kind: str
    """What the mail is about, such as `application_received`."""
    candidate_id: UUID | None
    """The candidate whom the mail is for, or whom it tells a user of; null in other mails to users."""
    application_id: UUID | None
    """The application that the mail is about, if any."""
    user_id: UUID | None
    """The user whom the mail is for; null for mails to candidates."""


class MessageCancelled(OfSentMessage, frozen=True, kw_only=True):
    """A message was cancelled; it is sent all the same where the mail server had it already."""

    type = "message.cancelled"


class MessageFailed(OfSentMessage, frozen=True, kw_only=True):
    """A message could not be delivered."""

    type = "message.failed"


class MessageSent(OfSentMessage, frozen=True, kw_only=True):
    """A message was handed to the mail server."""

    type = "message.sent"


class OfNote(EventData, frozen=True, kw_only=True):
    """An event of a note about a candidate."""

    aggregates = ("note",)
    candidate_id: UUID
    """The candidate whom the note is about."""
    application_id: UUID | None
    """The application that the note is about; null for one about the candidate as such."""


class NoteCreated(OfNote, frozen=True, kw_only=True):
    """A note about a candidate was written."""

    type = "note.created"


class NoteDeleted(OfNote, frozen=True, kw_only=True):
    """A note about a candidate was deleted."""

    type = "note.deleted"


class NoteUpdated(OfNote, frozen=True, kw_only=True):
    """A note about a candidate was changed."""

    type = "note.updated"
    fields: list[str]


class OfOpening(EventData, frozen=True, kw_only=True):
    """An event of an opening."""

    aggregates = ("opening",)
    job_id: UUID


class OpeningClosed(OfOpening, frozen=True, kw_only=True):
    """An opening was closed unfilled."""

    type = "opening.closed"
    reason_id: UUID


class OpeningCreated(OfOpening, frozen=True, kw_only=True):
    """A place to fill was added to a job."""

    type = "opening.created"


class OpeningFilled(OfOpening, frozen=True, kw_only=True):
    """A hire took an opening."""

    type = "opening.filled"
    application_id: UUID
    """The application whose hire fills it."""


class OpeningReopened(OfOpening, frozen=True, kw_only=True):
    """An opening is to be filled again."""

    type = "opening.reopened"
    application_id: UUID | UnsetType = UNSET
    """The application whose hire was taken back, where that reopened it."""


class OpeningUpdated(OfOpening, frozen=True, kw_only=True):
    """Fields of an opening changed."""

    type = "opening.updated"
    fields: list[str]


class OrganizationCreated(EventData, frozen=True, kw_only=True):
    """An organization was founded with its first administrator."""

    type = "organization.created"
    aggregates = ("organization",)
    user_id: UUID
    """The first administrator."""


class OrganizationUpdated(Fields, frozen=True, kw_only=True):
    """The organization's settings changed."""

    type = "organization.updated"
    aggregates = ("organization",)


class OfPermission(EventData, frozen=True, kw_only=True):
    """An event of what a user may do: a permission, or a group of them."""

    aggregates = ("user",)
    permission: str | UnsetType = UNSET
    """The permission, where it is a single one."""
    permission_group_id: UUID | UnsetType = UNSET
    """The permission group, where it is one."""


class PermissionGranted(OfPermission, frozen=True, kw_only=True):
    """A user was given a permission or put into a permission group."""

    type = "permission.granted"
    scope: Scope
    """Whether it holds for all jobs or for those of the user's hiring teams."""


class PermissionRevoked(OfPermission, frozen=True, kw_only=True):
    """A permission, or membership in a permission group, was taken from a user."""

    type = "permission.revoked"


class OfPost(EventData, frozen=True, kw_only=True):
    """An event of a post."""

    aggregates = ("post",)
    job_id: UUID


class PostCreated(OfPost, frozen=True, kw_only=True):
    """A post of a job was drafted."""

    type = "post.created"


class PostPublished(OfPost, frozen=True, kw_only=True):
    """A post appeared on the job board."""

    type = "post.published"


class PostUnpublished(OfPost, frozen=True, kw_only=True):
    """A post left the job board."""

    type = "post.unpublished"


class PostUpdated(Fields, frozen=True, kw_only=True):
    """A post's text, form or settings changed."""

    type = "post.updated"
    aggregates = ("post",)


class OfResultLink(EventData, frozen=True, kw_only=True):
    """An event of a link to what a vendor found about a candidate."""

    aggregates = ("result_link",)
    candidate_id: UUID
    """The candidate whom the result is about."""


class ResultLinkCreated(OfResultLink, frozen=True, kw_only=True):
    """A link to what a vendor found about a candidate was added."""

    type = "result_link.created"


class ResultLinkDeleted(OfResultLink, frozen=True, kw_only=True):
    """A link to what a vendor found about a candidate was deleted."""

    type = "result_link.deleted"


class SessionEnded(EventData, frozen=True, kw_only=True):
    """A user logged out or ended another session; a new password or a disabled user ends sessions without it."""

    type = "session.ended"
    aggregates = ("session",)
    reason: str
    """Why it ended: `logout`, or `revoked` where the user ended it from another session."""


class SessionStarted(EventData, frozen=True, kw_only=True):
    """A user logged in."""

    type = "session.started"
    aggregates = ("session",)


class UploadStored(EventData, frozen=True, kw_only=True):
    """A file was uploaded and waits to be used."""

    type = "upload.stored"
    aggregates = ("upload",)


class OfUser(EventData, frozen=True, kw_only=True):
    """An event of a user."""

    aggregates = ("user",)


class OfNewUser(OfUser, frozen=True, kw_only=True):
    """A user who is new."""

    user_type: str = field(name="type")
    """`member` or `service`."""


class UserCreated(OfNewUser, frozen=True, kw_only=True):
    """A user was added who needs no invitation, or accepted one."""

    type = "user.created"


class UserDisabled(OfUser, frozen=True, kw_only=True):
    """A user may not log in any more."""

    type = "user.disabled"


class UserEnabled(OfUser, frozen=True, kw_only=True):
    """A disabled user may log in again."""

    type = "user.enabled"


class UserInvited(OfNewUser, frozen=True, kw_only=True):
    """A member was invited by mail."""

    type = "user.invited"


class UserUpdated(Fields, frozen=True, kw_only=True):
    """Fields of a user changed, the password among them."""

    type = "user.updated"
    aggregates = ("user",)


class VocabularyChanged(EventData, frozen=True, kw_only=True):
    """A word of the organization's vocabulary was added, changed or archived."""

    type = "vocabulary.changed"
    aggregates = (
        "consent_text", "custom_field", "department", "email_template", "interview_kit", "job_board", "office",
        "permission_group", "pipeline_template", "reason", "sender_identity", "source", "tag",
    )  # fmt: skip
    change: Literal["created", "updated", "archived"]
    """What happened to it; the aggregate of the event tells what it is, such as a `reason`."""
    fields: list[str] | UnsetType = UNSET
    """The names of the fields that the request named, where it was updated, or `verified_at`."""


EVENT_TYPES = MappingProxyType({
    kind.type: kind for kind in (
        ApiKeyCreated, ApiKeyRevoked, ApplicationHired, ApplicationRejected, ApplicationReopened,
        ApplicationStageChanged, ApplicationSubmitted, ApplicationTransferred, ApplicationUnhired, ApplicationUpdated,
        ApplicationWithdrawn, AttachmentDeleted, AttachmentUploaded, BoardKeyCreated, BoardKeyRevoked,
        BulkOperationCompleted, BulkOperationDue, CandidateCreated, CandidateMerged, CandidateUpdated, ConsentChanged,
        JobCreated, JobHiringTeamChanged, JobPipelineChanged, JobStatusChanged, JobUpdated, MessageCancelled,
        MessageDue, MessageFailed, MessageSent, NoteCreated, NoteDeleted, NoteUpdated, OpeningClosed, OpeningCreated,
        OpeningFilled, OpeningReopened, OpeningUpdated, OrganizationCreated, OrganizationUpdated, PermissionGranted,
        PermissionRevoked, PostCreated, PostPublished, PostUnpublished, PostUpdated, ResultLinkCreated,
        ResultLinkDeleted, SessionEnded, SessionStarted, UploadStored, UserCreated, UserDisabled, UserEnabled,
        UserInvited, UserUpdated, VocabularyChanged,
    )
})  # fmt: skip
"""Type → its class, by type."""
