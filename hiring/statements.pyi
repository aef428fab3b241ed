"""The statements of sql/ as mypy sees them. Not edited by hand: `sqlproof stubs` writes this."""

# fmt: off
from collections.abc import AsyncGenerator
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Literal, TypeAlias, TypedDict, TypeVar
from uuid import UUID

from hiring.connectors.postgres_values import JsonText

T = TypeVar("T")
Array: TypeAlias = list[T] | tuple[T, ...]
Moment: TypeAlias = datetime | Literal["-infinity", "infinity"]
Rows: TypeAlias = list[T]
Document: TypeAlias = dict[str, Any] | JsonText

class CommandsApiKeysAddRow(TypedDict):
    refusal: str | None
    id: UUID | None
    version: int
    body: str
    event_id: UUID | None

class CommandsApiKeysRevokeRow(TypedDict):
    id: UUID
    event_id: UUID | None

class CommandsApiKeysLockKeyRow(TypedDict):
    id: UUID

class CommandsApiKeysRotateRow(TypedDict):
    refusal: str | None
    id: UUID | None
    version: int
    body: str
    event_id: UUID | None

class CommandsApiKeysTouchRow(TypedDict):
    id: UUID

class CommandsApiKeys:
    async def add(
        self, *, organization_id: UUID | None, event_id: UUID | None, actor: Document | None,
        correlation_id: UUID | None, api_key_id: UUID | None, user_id: UUID | None, name: str | None,
        prefix: str | None, key_hash: str | None, permissions: Document | None, expires_at: Moment | None,
    ) -> CommandsApiKeysAddRow: ...
    async def revoke(
        self, *, organization_id: UUID | None, event_id: UUID | None, actor: Document | None,
        correlation_id: UUID | None, api_key_id: UUID | None,
    ) -> CommandsApiKeysRevokeRow | None: ...
    async def lock_key(
        self, *, organization_id: UUID | None, api_key_id: UUID | None,
    ) -> Rows[CommandsApiKeysLockKeyRow]: ...
    async def rotate(
        self, *, organization_id: UUID | None, event_id: UUID | None, actor: Document | None,
        correlation_id: UUID | None, api_key_id: UUID | None, successor_id: UUID | None, prefix: str | None,
        key_hash: str | None, overlap_hours: int | None,
    ) -> CommandsApiKeysRotateRow | None: ...
    async def touch(
        self, *, organization_id: UUID | None, api_key_id: UUID | None,
    ) -> CommandsApiKeysTouchRow | None: ...

class CommandsApplicationsSubmitRow(TypedDict):
    refusal: str | None
    id: UUID | None
    version: int | None
    body: str
    event_id: UUID | None

class CommandsApplicationsUpdateRow(TypedDict):
    refusal: str | None
    id: UUID
    version: int
    body: str
    event_id: UUID | None

class CommandsApplicationsMoveRow(TypedDict):
    refusal: str | None
    id: UUID
    version: int
    body: str
    event_id: UUID | None

class CommandsApplicationsRejectRow(TypedDict):
    refusal: str | None
    id: UUID
    version: int
    body: str
    event_id: UUID | None

class CommandsApplicationsWithdrawRow(TypedDict):
    refusal: str | None
    id: UUID
    version: int
    body: str
    event_id: UUID | None

class CommandsApplicationsReopenRow(TypedDict):
    refusal: str | None
    id: UUID
    version: int
    body: str
    event_id: UUID | None

class CommandsApplications:
    async def submit(
        self, *, organization_id: UUID | None, event_id: UUID | None, actor: Document | None,
        correlation_id: UUID | None, viewer_id: UUID | None, sees_all_jobs: bool | None,
        sees_confidential_jobs: bool | None, sees_internal: bool | None, sees_private: bool | None,
        application_id: UUID | None, candidate_id: UUID | None, job_id: UUID | None, stage_id: UUID | None,
        source_id: UUID | None, source_application_id: str | None, post_id: UUID | None, seen_post_version: int | None,
        external_id: str | None, referrer: str | None, referrer_id: UUID | None, answers: Document | None,
        files: Document | None, custom_fields: Document | None, applied_at: Moment | None,
    ) -> CommandsApplicationsSubmitRow: ...
    async def update(
        self, *, organization_id: UUID | None, event_id: UUID | None, actor: Document | None,
        correlation_id: UUID | None, causation_id: UUID | None, viewer_id: UUID | None, sees_all_jobs: bool | None,
        sees_confidential_jobs: bool | None, sees_internal: bool | None, application_id: UUID | None,
        changes: Document | None, expected_versions: Array[int] | None,
    ) -> CommandsApplicationsUpdateRow | None: ...
    async def move(
        self, *, organization_id: UUID | None, event_id: UUID | None, actor: Document | None,
        correlation_id: UUID | None, causation_id: UUID | None, viewer_id: UUID | None, sees_all_jobs: bool | None,
        sees_confidential_jobs: bool | None, sees_internal: bool | None, application_id: UUID | None,
        to_stage_id: UUID | None, from_stage_id: UUID | None, note: str | None, expected_versions: Array[int] | None,
    ) -> CommandsApplicationsMoveRow | None: ...
    async def reject(
        self, *, organization_id: UUID | None, event_id: UUID | None, actor: Document | None,
        correlation_id: UUID | None, causation_id: UUID | None, viewer_id: UUID | None, sees_all_jobs: bool | None,
        sees_confidential_jobs: bool | None, sees_internal: bool | None, application_id: UUID | None,
        reason_id: UUID | None, note: str | None, message_id: UUID | None, template_id: UUID | None,
        seen_template_version: int | None, subject: str | None, text: str | None, send_at: Moment | None,
        expected_versions: Array[int] | None,
    ) -> CommandsApplicationsRejectRow | None: ...
    async def withdraw(
        self, *, organization_id: UUID | None, event_id: UUID | None, actor: Document | None,
        correlation_id: UUID | None, viewer_id: UUID | None, sees_all_jobs: bool | None,
        sees_confidential_jobs: bool | None, sees_internal: bool | None, application_id: UUID | None,
        reason_id: UUID | None, note: str | None, expected_versions: Array[int] | None,
    ) -> CommandsApplicationsWithdrawRow | None: ...
    async def reopen(
        self, *, organization_id: UUID | None, event_id: UUID | None, actor: Document | None,
        correlation_id: UUID | None, viewer_id: UUID | None, sees_all_jobs: bool | None,
        sees_confidential_jobs: bool | None, sees_internal: bool | None, application_id: UUID | None,
        stage_id: UUID | None, note: str | None, expected_versions: Array[int] | None,
    ) -> CommandsApplicationsReopenRow | None: ...

class CommandsAttachmentsLockUploadRow(TypedDict):
    id: UUID

class CommandsAttachmentsAddRow(TypedDict):
    refusal: str | None
    id: UUID | None
    version: int | None
    body: str
    event_id: UUID | None

class CommandsAttachmentsLockUploadsOfRow(TypedDict):
    id: UUID

class CommandsAttachmentsDeleteRow(TypedDict):
    storage_name: str | None
    event_id: UUID | None

class CommandsAttachments:
    async def lock_upload(
        self, *, organization_id: UUID | None, upload_id: UUID | None,
    ) -> Rows[CommandsAttachmentsLockUploadRow]: ...
    async def add(
        self, *, organization_id: UUID | None, event_id: UUID | None, actor: Document | None,
        correlation_id: UUID | None, viewer_id: UUID | None, sees_all_jobs: bool | None,
        sees_confidential_jobs: bool | None, sees_internal: bool | None, candidate_id: UUID | None,
        attachment_id: UUID | None, upload_id: UUID | None, kind: str | None, visibility: str | None,
    ) -> CommandsAttachmentsAddRow | None: ...
    async def lock_uploads_of(
        self, *, organization_id: UUID | None, attachment_id: UUID | None,
    ) -> Rows[CommandsAttachmentsLockUploadsOfRow]: ...
    async def delete(
        self, *, organization_id: UUID | None, event_id: UUID | None, actor: Document | None,
        correlation_id: UUID | None, viewer_id: UUID | None, sees_all_jobs: bool | None,
        sees_confidential_jobs: bool | None, sees_internal: bool | None, sees_private: bool | None,
        attachment_id: UUID | None,
    ) -> CommandsAttachmentsDeleteRow | None: ...

class CommandsBoardKeysAddRow(TypedDict):
    id: UUID
    version: int
    body: str
    event_id: UUID | None

class CommandsBoardKeysRevokeRow(TypedDict):
    id: UUID
    event_id: UUID | None

class CommandsBoardKeysTouchRow(TypedDict):
    id: UUID

class CommandsBoardKeys:
    async def add(
        self, *, organization_id: UUID | None, event_id: UUID | None, actor: Document | None,
        correlation_id: UUID | None, board_key_id: UUID | None, job_board_id: UUID | None, name: str | None,
        prefix: str | None, key_hash: str | None, expires_at: Moment | None,
    ) -> CommandsBoardKeysAddRow | None: ...
    async def revoke(
        self, *, organization_id: UUID | None, event_id: UUID | None, actor: Document | None,
        correlation_id: UUID | None, job_board_id: UUID | None, board_key_id: UUID | None,
    ) -> CommandsBoardKeysRevokeRow | None: ...
    async def touch(
        self, *, organization_id: UUID | None, board_key_id: UUID | None,
    ) -> CommandsBoardKeysTouchRow | None: ...

class CommandsBoardsShareJobOfPostRow(TypedDict):
    id: UUID

class CommandsBoardsLockEmailRow(TypedDict):
    pg_advisory_xact_lock: object

class CommandsBoardsLockCandidatesOfEmailRow(TypedDict):
    id: UUID

class CommandsBoardsLockApplicationsOfEmailRow(TypedDict):
    id: UUID

class CommandsBoardsLockUploadsRow(TypedDict):
    id: UUID

class CommandsBoardsApplyRow(TypedDict):
    refusal: str | None

class CommandsBoards:
    async def share_job_of_post(
        self, *, organization_id: UUID | None, post_id: UUID | None,
    ) -> Rows[CommandsBoardsShareJobOfPostRow]: ...
    async def lock_email(
        self, *, organization_id: str | None, email: str | None,
    ) -> Rows[CommandsBoardsLockEmailRow]: ...
    async def lock_candidates_of_email(
        self, *, organization_id: UUID | None, email: str | None,
    ) -> Rows[CommandsBoardsLockCandidatesOfEmailRow]: ...
    async def lock_applications_of_email(
        self, *, organization_id: UUID | None, post_id: UUID | None, email: str | None,
    ) -> Rows[CommandsBoardsLockApplicationsOfEmailRow]: ...
    async def lock_uploads(
        self, *, organization_id: UUID | None, files: Document | None,
    ) -> Rows[CommandsBoardsLockUploadsRow]: ...
    async def apply(
        self, *, organization_id: UUID | None, event_id: UUID | None, actor: Document | None,
        correlation_id: UUID | None, job_board_id: UUID | None, post_id: UUID | None, seen_post_version: int | None,
        application_id: UUID | None, candidate_id: UUID | None, candidate_event_id: UUID | None,
        message_id: UUID | None, first_name: str | None, last_name: str | None, name: str | None, email: str | None,
        phones: Document | None, links: Document | None, location: str | None, language: str | None,
        referrer: str | None, source_details: Document | None, answers: Document | None, files: Document | None,
        seen_consents: Document | None, consents: Document | None, maximum_mail_count: int | None,
        is_robot: bool | None,
    ) -> CommandsBoardsApplyRow | None: ...

class CommandsBulkOperationsTakeTurnRow(TypedDict):
    pg_advisory_xact_lock: object

class CommandsBulkOperationsRequestRow(TypedDict):
    refusal: str | None
    id: UUID | None
    version: int | None
    body: str
    event_id: UUID | None

class CommandsBulkOperationsCancelRow(TypedDict):
    refusal: str | None
    id: UUID
    version: int
    body: str
    event_id: UUID | None

class CommandsBulkOperationsClaimItemRow(TypedDict):
    require_claimed: object

class CommandsBulkOperationsRecordItemRow(TypedDict):
    done_count: int

class CommandsBulkOperations:
    async def take_turn(self, *, organization_id: UUID | None) -> Rows[CommandsBulkOperationsTakeTurnRow]: ...
    async def request(
        self, *, organization_id: UUID | None, event_id: UUID | None, actor: Document | None,
        correlation_id: UUID | None, viewer_id: UUID | None, sees_all_jobs: bool | None,
        sees_confidential_jobs: bool | None, sees_internal: bool | None, action: str | None, arguments: Document | None,
        is_dry_run: bool | None, application_ids: Array[UUID] | None, external_id: str | None,
        candidate_id: UUID | None, job_id: UUID | None, stage_id: UUID | None, status: str | None, post_id: UUID | None,
        source_id: UUID | None, assignee_id: UUID | None, applied_from_at: Moment | None,
        applied_before_at: Moment | None, maximum_item_count: int | None, maximum_unended_count: int | None,
    ) -> CommandsBulkOperationsRequestRow: ...
    async def cancel(
        self, *, organization_id: UUID | None, event_id: UUID | None, actor: Document | None,
        correlation_id: UUID | None, viewer_id: UUID | None, is_user: bool | None, bulk_operation_id: UUID | None,
        expected_versions: Array[int] | None,
    ) -> CommandsBulkOperationsCancelRow | None: ...
    async def start(self, *, organization_id: UUID | None, bulk_operation_id: UUID | None) -> UUID | None: ...
    async def claim_item(
        self, *, organization_id: UUID | None, bulk_operation_id: UUID | None, due_event_id: UUID | None,
        item_id: UUID | None,
    ) -> Rows[CommandsBulkOperationsClaimItemRow]: ...
    async def find_candidate(self, *, organization_id: UUID | None, application_id: UUID | None) -> UUID | None: ...
    async def record_item(
        self, *, organization_id: UUID | None, bulk_operation_id: UUID | None, item_id: UUID | None,
        outcome: str | None, error: Document | None,
    ) -> Rows[CommandsBulkOperationsRecordItemRow]: ...
    async def go_on(
        self, *, organization_id: UUID | None, event_id: UUID | None, actor: Document | None,
        correlation_id: UUID | None, bulk_operation_id: UUID | None, due_event_id: UUID | None,
    ) -> UUID | None: ...
    async def end(
        self, *, organization_id: UUID | None, event_id: UUID | None, actor: Document | None,
        correlation_id: UUID | None, bulk_operation_id: UUID | None, due_event_id: UUID | None, status: str | None,
    ) -> UUID | None: ...

class CommandsCandidatesAddRow(TypedDict):
    refusal: str | None
    id: UUID | None
    version: int | None
    body: str
    event_id: UUID | None

class CommandsCandidatesUpdateRow(TypedDict):
    refusal: str | None
    id: UUID
    version: int
    body: str
    event_id: UUID | None

class CommandsCandidatesTagRow(TypedDict):
    refusal: str | None
    id: UUID
    version: int
    body: str
    event_id: UUID | None

class CommandsCandidatesUntagRow(TypedDict):
    refusal: str | None
    id: UUID
    version: int
    body: str
    event_id: UUID | None

class CommandsCandidates:
    async def add(
        self, *, organization_id: UUID | None, event_id: UUID | None, actor: Document | None,
        correlation_id: UUID | None, candidate_id: UUID | None, external_id: str | None, first_name: str | None,
        middle_name: str | None, last_name: str | None, name: str | None, emails: Document | None,
        phones: Document | None, links: Document | None, location: str | None, time_zone: str | None,
        language: str | None, current_title: str | None, current_company: str | None, tags: Array[str] | None,
        source_id: UUID | None, custom_fields: Document | None,
    ) -> CommandsCandidatesAddRow: ...
    async def update(
        self, *, organization_id: UUID | None, event_id: UUID | None, actor: Document | None,
        correlation_id: UUID | None, viewer_id: UUID | None, sees_all_jobs: bool | None,
        sees_confidential_jobs: bool | None, sees_internal: bool | None, candidate_id: UUID | None,
        changes: Document | None, tags: Array[str] | None, expected_versions: Array[int] | None,
    ) -> CommandsCandidatesUpdateRow | None: ...
    async def tag(
        self, *, organization_id: UUID | None, event_id: UUID | None, actor: Document | None,
        correlation_id: UUID | None, causation_id: UUID | None, viewer_id: UUID | None, sees_all_jobs: bool | None,
        sees_confidential_jobs: bool | None, sees_internal: bool | None, candidate_id: UUID | None, tag_id: UUID | None,
        maximum_tag_count: int | None, expected_versions: Array[int] | None,
    ) -> CommandsCandidatesTagRow | None: ...
    async def untag(
        self, *, organization_id: UUID | None, event_id: UUID | None, actor: Document | None,
        correlation_id: UUID | None, causation_id: UUID | None, viewer_id: UUID | None, sees_all_jobs: bool | None,
        sees_confidential_jobs: bool | None, sees_internal: bool | None, candidate_id: UUID | None, tag_id: UUID | None,
        expected_versions: Array[int] | None,
    ) -> CommandsCandidatesUntagRow | None: ...

class CommandsConsentTextsAddRow(TypedDict):
    id: UUID
    version: int
    body: str
    event_id: UUID | None

class CommandsConsentTextsUpdateRow(TypedDict):
    refusal: str | None
    id: UUID
    version: int
    body: str
    event_id: UUID | None

class CommandsConsentTextsArchiveRow(TypedDict):
    refusal: str | None
    id: UUID
    version: int
    body: str
    event_id: UUID | None

class CommandsConsentTexts:
    async def add(
        self, *, organization_id: UUID | None, event_id: UUID | None, actor: Document | None,
        correlation_id: UUID | None, consent_text_id: UUID | None, purpose: str | None, language: str | None,
        text: str | None, is_required: bool | None,
    ) -> CommandsConsentTextsAddRow: ...
    async def update(
        self, *, organization_id: UUID | None, event_id: UUID | None, actor: Document | None,
        correlation_id: UUID | None, consent_text_id: UUID | None, changes: Document | None,
        expected_versions: Array[int] | None,
    ) -> CommandsConsentTextsUpdateRow | None: ...
    async def archive(
        self, *, organization_id: UUID | None, event_id: UUID | None, actor: Document | None,
        correlation_id: UUID | None, consent_text_id: UUID | None, expected_versions: Array[int] | None,
    ) -> CommandsConsentTextsArchiveRow | None: ...

class CommandsConsentsRecordRow(TypedDict):
    refusal: str | None
    id: UUID | None
    version: int | None
    body: str
    event_id: UUID | None

class CommandsConsents:
    async def record(
        self, *, organization_id: UUID | None, event_id: UUID | None, actor: Document | None,
        correlation_id: UUID | None, viewer_id: UUID | None, sees_all_jobs: bool | None,
        sees_confidential_jobs: bool | None, sees_internal: bool | None, candidate_id: UUID | None,
        consent_text_id: UUID | None, consent_text_version: int | None, is_granted: bool | None, source: str | None,
    ) -> CommandsConsentsRecordRow | None: ...

class CommandsCustomFieldsAddRow(TypedDict):
    id: UUID
    version: int
    body: str
    event_id: UUID | None

class CommandsCustomFieldsUpdateRow(TypedDict):
    refusal: str | None
    id: UUID
    version: int
    body: str
    event_id: UUID | None

class CommandsCustomFieldsArchiveRow(TypedDict):
    refusal: str | None
    id: UUID
    version: int
    body: str
    event_id: UUID | None

class CommandsCustomFields:
    async def add(
        self, *, organization_id: UUID | None, event_id: UUID | None, actor: Document | None,
        correlation_id: UUID | None, custom_field_id: UUID | None, key: str | None, name: str | None,
        applies_to: str | None, field_type: str | None, options: Document | None,
    ) -> CommandsCustomFieldsAddRow: ...
    async def update(
        self, *, organization_id: UUID | None, event_id: UUID | None, actor: Document | None,
        correlation_id: UUID | None, custom_field_id: UUID | None, changes: Document | None,
        new_option_ids: Array[UUID] | None, expected_versions: Array[int] | None,
    ) -> CommandsCustomFieldsUpdateRow | None: ...
    async def archive(
        self, *, organization_id: UUID | None, event_id: UUID | None, actor: Document | None,
        correlation_id: UUID | None, custom_field_id: UUID | None, expected_versions: Array[int] | None,
    ) -> CommandsCustomFieldsArchiveRow | None: ...

class CommandsDepartmentsAddRow(TypedDict):
    refusal: str | None
    id: UUID | None
    version: int | None
    body: str
    event_id: UUID | None

class CommandsDepartmentsLockTreeRow(TypedDict):
    organization_id: UUID

class CommandsDepartmentsUpdateRow(TypedDict):
    refusal: str | None
    id: UUID
    version: int
    body: str
    event_id: UUID | None

class CommandsDepartmentsArchiveRow(TypedDict):
    refusal: str | None
    id: UUID
    version: int
    body: str
    event_id: UUID | None

class CommandsDepartments:
    async def add(
        self, *, organization_id: UUID | None, event_id: UUID | None, actor: Document | None,
        correlation_id: UUID | None, department_id: UUID | None, name: str | None, parent_id: UUID | None,
        external_id: str | None,
    ) -> CommandsDepartmentsAddRow: ...
    async def lock_tree(self, *, organization_id: UUID | None) -> Rows[CommandsDepartmentsLockTreeRow]: ...
    async def update(
        self, *, organization_id: UUID | None, event_id: UUID | None, actor: Document | None,
        correlation_id: UUID | None, department_id: UUID | None, changes: Document | None,
        expected_versions: Array[int] | None,
    ) -> CommandsDepartmentsUpdateRow | None: ...
    async def archive(
        self, *, organization_id: UUID | None, event_id: UUID | None, actor: Document | None,
        correlation_id: UUID | None, department_id: UUID | None, expected_versions: Array[int] | None,
    ) -> CommandsDepartmentsArchiveRow | None: ...

class CommandsDuplicatesLockEmailsRow(TypedDict):
    pg_advisory_xact_lock: object

class CommandsDuplicatesLockCandidatesRow(TypedDict):
    id: UUID

class CommandsDuplicatesLockApplicationsRow(TypedDict):
    id: UUID

class CommandsDuplicatesMergeRow(TypedDict):
    refusal: str | None
    id: UUID
    version: int
    body: str
    event_id: UUID | None

class CommandsDuplicates:
    async def lock_emails(
        self, *, organization_id: UUID | None, candidate_id: UUID | None, other_candidate_id: UUID | None,
    ) -> Rows[CommandsDuplicatesLockEmailsRow]: ...
    async def lock_candidates(
        self, *, organization_id: UUID | None, candidate_id: UUID | None, other_candidate_id: UUID | None,
    ) -> Rows[CommandsDuplicatesLockCandidatesRow]: ...
    async def lock_applications(
        self, *, organization_id: UUID | None, candidate_id: UUID | None, other_candidate_id: UUID | None,
    ) -> Rows[CommandsDuplicatesLockApplicationsRow]: ...
    async def merge(
        self, *, organization_id: UUID | None, event_id: UUID | None, actor: Document | None,
        correlation_id: UUID | None, viewer_id: UUID | None, sees_all_jobs: bool | None,
        sees_confidential_jobs: bool | None, sees_internal: bool | None, sees_private: bool | None,
        candidate_id: UUID | None, other_candidate_id: UUID | None, survivor_event_id: UUID | None,
        kept_applications: Document | None, maximum_contact_count: int | None, maximum_tag_count: int | None,
        is_dry_run: bool | None, expected_versions: Array[int] | None,
    ) -> CommandsDuplicatesMergeRow | None: ...

class CommandsEmailTemplatesAddRow(TypedDict):
    refusal: str | None
    id: UUID | None
    version: int | None
    body: str
    event_id: UUID | None

class CommandsEmailTemplatesUpdateRow(TypedDict):
    refusal: str | None
    id: UUID
    version: int
    body: str
    event_id: UUID | None

class CommandsEmailTemplatesArchiveRow(TypedDict):
    refusal: str | None
    id: UUID
    version: int
    body: str
    event_id: UUID | None

class CommandsEmailTemplates:
    async def add(
        self, *, organization_id: UUID | None, event_id: UUID | None, actor: Document | None,
        correlation_id: UUID | None, email_template_id: UUID | None, name: str | None, language: str | None,
        subject: str | None, body: str | None, sender_identity_id: UUID | None,
    ) -> CommandsEmailTemplatesAddRow: ...
    async def update(
        self, *, organization_id: UUID | None, event_id: UUID | None, actor: Document | None,
        correlation_id: UUID | None, email_template_id: UUID | None, changes: Document | None,
        expected_versions: Array[int] | None,
    ) -> CommandsEmailTemplatesUpdateRow | None: ...
    async def archive(
        self, *, organization_id: UUID | None, event_id: UUID | None, actor: Document | None,
        correlation_id: UUID | None, email_template_id: UUID | None, expected_versions: Array[int] | None,
    ) -> CommandsEmailTemplatesArchiveRow | None: ...

class CommandsFeedLeadRow(TypedDict):
    position: int
    updated_at: datetime

class CommandsFeed:
    async def lead(
        self, *, name: str | None, seen_at: Moment | None, lease_ms: Decimal | int | None,
    ) -> CommandsFeedLeadRow | None: ...
    async def advance(
        self, *, name: str | None, from_position: int | None, to_position: int | None, seen_at: Moment | None,
    ) -> datetime | None: ...
    async def step_down(self, *, name: str | None, seen_at: Moment | None) -> int | None: ...
    async def rewind(self, *, name: str | None) -> int | None: ...

class CommandsHeartbeats:
    async def beat(self, *, minimum_age_ms: Decimal | int | None) -> datetime | None: ...

class CommandsHiresHireRow(TypedDict):
    refusal: str | None
    id: UUID
    version: int
    body: str
    event_id: UUID | None
    bulk_operation_id: UUID | None

class CommandsHiresUnhireRow(TypedDict):
    refusal: str | None
    id: UUID
    version: int
    body: str
    event_id: UUID | None

class CommandsHires:
    async def hire(
        self, *, organization_id: UUID | None, event_id: UUID | None, actor: Document | None,
        correlation_id: UUID | None, viewer_id: UUID | None, sees_all_jobs: bool | None,
        sees_confidential_jobs: bool | None, sees_internal: bool | None, application_id: UUID | None,
        opening_event_id: UUID | None, job_event_id: UUID | None, opening_id: UUID | None, start_on: date | None,
        override_reason: str | None, note: str | None, bulk_operation_id: UUID | None, arguments: Document | None,
        expected_versions: Array[int] | None,
    ) -> CommandsHiresHireRow | None: ...
    async def unhire(
        self, *, organization_id: UUID | None, event_id: UUID | None, actor: Document | None,
        correlation_id: UUID | None, viewer_id: UUID | None, sees_all_jobs: bool | None,
        sees_confidential_jobs: bool | None, sees_internal: bool | None, application_id: UUID | None,
        opening_event_id: UUID | None, reason_id: UUID | None, note: str | None, expected_versions: Array[int] | None,
    ) -> CommandsHiresUnhireRow | None: ...

class CommandsIdempotencyKeysClaimRow(TypedDict):
    claim_idempotency_key: object

class CommandsIdempotencyKeysRecordRow(TypedDict):
    created_at: datetime

class CommandsIdempotencyKeys:
    async def claim(
        self, *, principal: str | None, key: str | None, fingerprint: str | None,
    ) -> Rows[CommandsIdempotencyKeysClaimRow]: ...
    async def record(
        self, *, principal: str | None, key: str | None, organization_id: UUID | None, fingerprint: str | None,
        answer: str | None, event_id: UUID | None,
    ) -> Rows[CommandsIdempotencyKeysRecordRow]: ...

class CommandsInboxClaimRow(TypedDict):
    claim_message: object

class CommandsInboxRecordRow(TypedDict):
    handled_at: datetime

class CommandsInbox:
    async def claim(self, *, consumer: str | None, message_id: UUID | None) -> Rows[CommandsInboxClaimRow]: ...
    async def record(
        self, *, consumer: str | None, message_id: UUID | None, organization_id: UUID | None,
    ) -> Rows[CommandsInboxRecordRow]: ...

class CommandsInterviewKitsAddRow(TypedDict):
    id: UUID
    version: int
    body: str
    event_id: UUID | None

class CommandsInterviewKitsUpdateRow(TypedDict):
    refusal: str | None
    id: UUID
    version: int
    body: str
    event_id: UUID | None

class CommandsInterviewKitsArchiveRow(TypedDict):
    refusal: str | None
    id: UUID
    version: int
    body: str
    event_id: UUID | None

class CommandsInterviewKits:
    async def add(
        self, *, organization_id: UUID | None, event_id: UUID | None, actor: Document | None,
        correlation_id: UUID | None, interview_kit_id: UUID | None, name: str | None, attributes: Document | None,
        questions: Document | None,
    ) -> CommandsInterviewKitsAddRow: ...
    async def update(
        self, *, organization_id: UUID | None, event_id: UUID | None, actor: Document | None,
        correlation_id: UUID | None, interview_kit_id: UUID | None, changes: Document | None,
        new_attribute_ids: Array[UUID] | None, expected_versions: Array[int] | None,
    ) -> CommandsInterviewKitsUpdateRow | None: ...
    async def archive(
        self, *, organization_id: UUID | None, event_id: UUID | None, actor: Document | None,
        correlation_id: UUID | None, interview_kit_id: UUID | None, expected_versions: Array[int] | None,
    ) -> CommandsInterviewKitsArchiveRow | None: ...

class CommandsJobBoardsAddRow(TypedDict):
    refusal: str | None
    id: UUID | None
    version: int | None
    body: str
    event_id: UUID | None

class CommandsJobBoardsUpdateRow(TypedDict):
    refusal: str | None
    id: UUID
    version: int
    body: str
    event_id: UUID | None

class CommandsJobBoards:
    async def add(
        self, *, organization_id: UUID | None, event_id: UUID | None, actor: Document | None,
        correlation_id: UUID | None, job_board_id: UUID | None, slug: str | None, name: str | None,
        language: str | None, allowed_origins: Array[str] | None, post_url_template: str | None,
        portal_url_template: str | None, required_fields: Array[str] | None, sender_identity_id: UUID | None,
    ) -> CommandsJobBoardsAddRow: ...
    async def update(
        self, *, organization_id: UUID | None, event_id: UUID | None, actor: Document | None,
        correlation_id: UUID | None, job_board_id: UUID | None, changes: Document | None,
        expected_versions: Array[int] | None,
    ) -> CommandsJobBoardsUpdateRow | None: ...

class CommandsJobsAddRow(TypedDict):
    refusal: str | None
    id: UUID | None
    version: int | None
    body: str
    event_id: UUID | None

class CommandsJobsUpdateRow(TypedDict):
    refusal: str | None
    id: UUID
    version: int
    body: str
    event_id: UUID | None

class CommandsJobsChangeStatusRow(TypedDict):
    refusal: str | None
    id: UUID
    version: int
    body: str
    event_id: UUID | None

class CommandsJobsTakeTurnRow(TypedDict):
    pg_advisory_xact_lock: object

class CommandsJobsCloseRow(TypedDict):
    refusal: str | None
    id: UUID
    version: int
    body: str
    event_id: UUID | None
    bulk_operation_id: UUID | None

class CommandsJobsReplaceTeamRow(TypedDict):
    refusal: str | None
    id: UUID
    version: int
    body: str
    event_id: UUID | None

class CommandsJobsLockLeavingCandidatesRow(TypedDict):
    id: UUID

class CommandsJobsLockLeavingApplicationsRow(TypedDict):
    id: UUID

class CommandsJobsReplacePipelineRow(TypedDict):
    refusal: str | None
    id: UUID
    version: int
    body: str
    event_id: UUID | None

class CommandsJobs:
    async def add(
        self, *, organization_id: UUID | None, event_id: UUID | None, actor: Document | None,
        correlation_id: UUID | None, viewer_id: UUID | None, sees_pay: bool | None, job_id: UUID | None,
        kind: str | None, title: str | None, description: str | None, department_id: UUID | None,
        office_ids: Array[UUID] | None, employment_type: str | None, workplace: str | None, pay_range: Document | None,
        requisition_code: str | None, is_confidential: bool | None, on_filled: Document | None, external_id: str | None,
        custom_fields: Document | None, pipeline_template_id: UUID | None, stage_ids: Array[UUID] | None,
        opening_ids: Array[UUID] | None, opening_event_ids: Array[UUID] | None,
    ) -> CommandsJobsAddRow: ...
    async def update(
        self, *, organization_id: UUID | None, event_id: UUID | None, actor: Document | None,
        correlation_id: UUID | None, viewer_id: UUID | None, sees_all_jobs: bool | None,
        sees_confidential_jobs: bool | None, sees_pay: bool | None, is_user: bool | None, job_id: UUID | None,
        changes: Document | None, office_ids: Array[UUID] | None, expected_versions: Array[int] | None,
    ) -> CommandsJobsUpdateRow | None: ...
    async def change_status(
        self, *, organization_id: UUID | None, event_id: UUID | None, actor: Document | None,
        correlation_id: UUID | None, viewer_id: UUID | None, sees_all_jobs: bool | None,
        sees_confidential_jobs: bool | None, sees_pay: bool | None, job_id: UUID | None,
        from_statuses: Array[str] | None, to_status: str | None, expected_versions: Array[int] | None,
    ) -> CommandsJobsChangeStatusRow | None: ...
    async def take_turn(
        self, *, organization_id: UUID | None, rejection: Document | None,
    ) -> Rows[CommandsJobsTakeTurnRow]: ...
    async def close(
        self, *, organization_id: UUID | None, event_id: UUID | None, actor: Document | None,
        correlation_id: UUID | None, viewer_id: UUID | None, sees_all_jobs: bool | None,
        sees_confidential_jobs: bool | None, sees_pay: bool | None, job_id: UUID | None,
        from_statuses: Array[str] | None, reason_id: UUID | None, bulk_operation_id: UUID | None,
        rejection: Document | None, maximum_unended_count: int | None, expected_versions: Array[int] | None,
    ) -> CommandsJobsCloseRow | None: ...
    async def replace_team(
        self, *, organization_id: UUID | None, event_id: UUID | None, actor: Document | None,
        correlation_id: UUID | None, viewer_id: UUID | None, sees_all_jobs: bool | None,
        sees_confidential_jobs: bool | None, is_user: bool | None, job_id: UUID | None, members: Document | None,
        expected_versions: Array[int] | None,
    ) -> CommandsJobsReplaceTeamRow | None: ...
    async def lock_leaving_candidates(
        self, *, organization_id: UUID | None, job_id: UUID | None, stages: Document | None,
    ) -> Rows[CommandsJobsLockLeavingCandidatesRow]: ...
    async def lock_leaving_applications(
        self, *, organization_id: UUID | None, job_id: UUID | None, stages: Document | None,
    ) -> Rows[CommandsJobsLockLeavingApplicationsRow]: ...
    async def replace_pipeline(
        self, *, organization_id: UUID | None, event_id: UUID | None, actor: Document | None,
        correlation_id: UUID | None, viewer_id: UUID | None, sees_all_jobs: bool | None,
        sees_confidential_jobs: bool | None, sees_applications: bool | None, sees_all_applications: bool | None,
        sees_internal: bool | None, job_id: UUID | None, stages: Document | None, mapping: Document | None,
        seen_pipeline_version: int | None, expected_versions: Array[int] | None,
    ) -> CommandsJobsReplacePipelineRow | None: ...

class CommandsLocksLockAddressRow(TypedDict):
    pg_advisory_xact_lock: object

class CommandsLocksLockOrganizationRow(TypedDict):
    organization_id: UUID

class CommandsLocksLockUserRow(TypedDict):
    id: UUID

class CommandsLocksLockJobRow(TypedDict):
    id: UUID

class CommandsLocksLockJobOfOpeningRow(TypedDict):
    id: UUID

class CommandsLocksLockJobOfApplicationRow(TypedDict):
    id: UUID

class CommandsLocksShareJobRow(TypedDict):
    id: UUID

class CommandsLocksShareJobOfApplicationRow(TypedDict):
    id: UUID

class CommandsLocksSharePostRow(TypedDict):
    id: UUID

class CommandsLocksLockOpeningsOfApplicationRow(TypedDict):
    id: UUID

class CommandsLocksLockCandidateRow(TypedDict):
    id: UUID

class CommandsLocksLockCandidateOfApplicationRow(TypedDict):
    id: UUID

class CommandsLocksLockCandidateOfAttachmentRow(TypedDict):
    id: UUID

class CommandsLocksLockCandidateOfNoteRow(TypedDict):
    id: UUID

class CommandsLocks:
    async def lock_address(self, *, email_hash: str | None) -> Rows[CommandsLocksLockAddressRow]: ...
    async def lock_organization(self, *, organization_id: UUID | None) -> Rows[CommandsLocksLockOrganizationRow]: ...
    async def lock_user(
        self, *, organization_id: UUID | None, user_id: UUID | None,
    ) -> Rows[CommandsLocksLockUserRow]: ...
    async def lock_job(self, *, organization_id: UUID | None, job_id: UUID | None) -> Rows[CommandsLocksLockJobRow]: ...
    async def lock_job_of_opening(
        self, *, organization_id: UUID | None, opening_id: UUID | None,
    ) -> Rows[CommandsLocksLockJobOfOpeningRow]: ...
    async def lock_job_of_application(
        self, *, organization_id: UUID | None, application_id: UUID | None,
    ) -> Rows[CommandsLocksLockJobOfApplicationRow]: ...
    async def share_job(
        self, *, organization_id: UUID | None, job_id: UUID | None,
    ) -> Rows[CommandsLocksShareJobRow]: ...
    async def share_job_of_application(
        self, *, organization_id: UUID | None, application_id: UUID | None,
    ) -> Rows[CommandsLocksShareJobOfApplicationRow]: ...
    async def share_post(
        self, *, organization_id: UUID | None, post_id: UUID | None,
    ) -> Rows[CommandsLocksSharePostRow]: ...
    async def lock_openings_of_application(
        self, *, organization_id: UUID | None, application_id: UUID | None,
    ) -> Rows[CommandsLocksLockOpeningsOfApplicationRow]: ...
    async def lock_candidate(
        self, *, organization_id: UUID | None, candidate_id: UUID | None,
    ) -> Rows[CommandsLocksLockCandidateRow]: ...
    async def lock_candidate_of_application(
        self, *, organization_id: UUID | None, application_id: UUID | None,
    ) -> Rows[CommandsLocksLockCandidateOfApplicationRow]: ...
    async def lock_candidate_of_attachment(
        self, *, organization_id: UUID | None, attachment_id: UUID | None,
    ) -> Rows[CommandsLocksLockCandidateOfAttachmentRow]: ...
    async def lock_candidate_of_note(
        self, *, organization_id: UUID | None, note_id: UUID | None,
    ) -> Rows[CommandsLocksLockCandidateOfNoteRow]: ...

class CommandsMailsLockRecipientRow(TypedDict):
    pg_advisory_xact_lock: object

class CommandsMailsQueueRow(TypedDict):
    status: str

class CommandsMailsTakeTurnRow(TypedDict):
    pg_advisory_xact_lock: object

class CommandsMailsClaimRow(TypedDict):
    walked_to: str | None
    walked_count: int
    organization_id: UUID | None
    id: UUID | None
    recipient: str | None
    sender_name: str | None
    sender_address: str | None
    subject: str | None
    body: str | None
    mailed_link_id: UUID | None
    dated_at: datetime | None
    try_count: int | None
    waited_ms: int | None
    correlation_id: UUID | None

class CommandsMailsHoldRow(TypedDict):
    id: UUID

class CommandsMailsFinishRow(TypedDict):
    found_status: str
    event_id: UUID | None

class CommandsMailsFailRow(TypedDict):
    found_status: str
    event_id: UUID | None

class CommandsMails:
    async def lock_recipient(
        self, *, organization_id: UUID | None, message_id: UUID | None,
    ) -> Rows[CommandsMailsLockRecipientRow]: ...
    async def queue(
        self, *, organization_id: UUID | None, message_id: UUID | None, subject: str | None, body: str | None,
        maximum_mail_count: int | None, fixed_sender_name: str | None, is_confirmation_required: bool | None,
    ) -> CommandsMailsQueueRow | None: ...
    async def cancel(
        self, *, organization_id: UUID | None, event_id: UUID | None, actor: Document | None,
        correlation_id: UUID | None, causation_id: UUID | None, message_id: UUID | None,
    ) -> UUID | None: ...
    async def take_turn(self) -> Rows[CommandsMailsTakeTurnRow]: ...
    async def claim(
        self, *, sender_id: UUID | None, lease_ms: Decimal | int | None, held_ids: Array[UUID] | None,
        after_domain: str | None, domain_limit: int | None, domain_mail_limit: int | None, mail_limit: int | None,
    ) -> Rows[CommandsMailsClaimRow]: ...
    async def hold(
        self, *, sender_id: UUID | None, lease_ms: Decimal | int | None, organization_ids: Array[UUID] | None,
        held_ids: Array[UUID] | None,
    ) -> Rows[CommandsMailsHoldRow]: ...
    async def put_back(
        self, *, organization_id: UUID | None, message_id: UUID | None, sender_id: UUID | None,
    ) -> UUID | None: ...
    async def postpone(
        self, *, organization_id: UUID | None, message_id: UUID | None, sender_id: UUID | None, answer: str | None,
        delay_ms: Decimal | int | None,
    ) -> datetime | None: ...
    async def finish(
        self, *, organization_id: UUID | None, event_id: UUID | None, actor: Document | None,
        correlation_id: UUID | None, causation_id: UUID | None, message_id: UUID | None,
    ) -> CommandsMailsFinishRow | None: ...
    async def fail(
        self, *, organization_id: UUID | None, event_id: UUID | None, actor: Document | None,
        correlation_id: UUID | None, causation_id: UUID | None, message_id: UUID | None, sender_id: UUID | None,
        failure: str | None,
    ) -> CommandsMailsFailRow | None: ...

class CommandsMessagesAddRow(TypedDict):
    refusal: str | None
    id: UUID | None
    body: str
    event_id: UUID | None

class CommandsMessagesCancelRow(TypedDict):
    refusal: str | None
    id: UUID
    body: str
    event_id: UUID | None

class CommandsMessages:
    async def add(
        self, *, organization_id: UUID | None, event_id: UUID | None, actor: Document | None,
        correlation_id: UUID | None, causation_id: UUID | None, viewer_id: UUID | None, sees_all_jobs: bool | None,
        sees_confidential_jobs: bool | None, sees_internal: bool | None, candidate_id: UUID | None,
        application_id: UUID | None, template_id: UUID | None, seen_template_version: int | None, subject: str | None,
        text: str | None, send_at: Moment | None,
    ) -> CommandsMessagesAddRow | None: ...
    async def cancel(
        self, *, organization_id: UUID | None, event_id: UUID | None, actor: Document | None,
        correlation_id: UUID | None, viewer_id: UUID | None, sees_all_jobs: bool | None,
        sees_confidential_jobs: bool | None, sees_internal: bool | None, message_id: UUID | None,
    ) -> CommandsMessagesCancelRow | None: ...

class CommandsNotesAddRow(TypedDict):
    refusal: str | None
    id: UUID | None
    version: int | None
    body: str
    event_id: UUID | None

class CommandsNotesUpdateRow(TypedDict):
    refusal: str | None
    id: UUID
    version: int
    body: str
    event_id: UUID | None

class CommandsNotesDeleteRow(TypedDict):
    refusal: str | None
    event_id: UUID | None

class CommandsNotes:
    async def add(
        self, *, organization_id: UUID | None, event_id: UUID | None, actor: Document | None,
        correlation_id: UUID | None, viewer_id: UUID | None, sees_all_jobs: bool | None,
        sees_confidential_jobs: bool | None, sees_internal: bool | None, candidate_id: UUID | None,
        note_id: UUID | None, application_id: UUID | None, text: str | None, mentions: Array[UUID] | None,
        message_ids: Array[UUID] | None, visibility: str | None,
    ) -> CommandsNotesAddRow | None: ...
    async def update(
        self, *, organization_id: UUID | None, event_id: UUID | None, actor: Document | None,
        correlation_id: UUID | None, viewer_id: UUID | None, sees_all_jobs: bool | None,
        sees_confidential_jobs: bool | None, sees_internal: bool | None, sees_private: bool | None,
        is_user: bool | None, note_id: UUID | None, changes: Document | None, mentions: Array[UUID] | None,
        message_ids: Array[UUID] | None, expected_versions: Array[int] | None,
    ) -> CommandsNotesUpdateRow | None: ...
    async def delete(
        self, *, organization_id: UUID | None, event_id: UUID | None, actor: Document | None,
        correlation_id: UUID | None, viewer_id: UUID | None, sees_all_jobs: bool | None,
        sees_confidential_jobs: bool | None, sees_internal: bool | None, sees_private: bool | None,
        is_user: bool | None, note_id: UUID | None,
    ) -> CommandsNotesDeleteRow | None: ...

class CommandsOfficesAddRow(TypedDict):
    id: UUID
    version: int
    body: str
    event_id: UUID | None

class CommandsOfficesLockOfficeRow(TypedDict):
    id: UUID

class CommandsOfficesUpdateRow(TypedDict):
    refusal: str | None
    id: UUID
    version: int
    body: str
    event_id: UUID | None

class CommandsOfficesArchiveRow(TypedDict):
    refusal: str | None
    id: UUID
    version: int
    body: str
    event_id: UUID | None

class CommandsOffices:
    async def add(
        self, *, organization_id: UUID | None, event_id: UUID | None, actor: Document | None,
        correlation_id: UUID | None, office_id: UUID | None, name: str | None, country: str | None, region: str | None,
        city: str | None, time_zone: str | None, external_id: str | None,
    ) -> CommandsOfficesAddRow: ...
    async def lock_office(
        self, *, organization_id: UUID | None, office_id: UUID | None,
    ) -> Rows[CommandsOfficesLockOfficeRow]: ...
    async def update(
        self, *, organization_id: UUID | None, event_id: UUID | None, actor: Document | None,
        correlation_id: UUID | None, office_id: UUID | None, changes: Document | None,
        expected_versions: Array[int] | None,
    ) -> CommandsOfficesUpdateRow | None: ...
    async def archive(
        self, *, organization_id: UUID | None, event_id: UUID | None, actor: Document | None,
        correlation_id: UUID | None, office_id: UUID | None, expected_versions: Array[int] | None,
    ) -> CommandsOfficesArchiveRow | None: ...

class CommandsOpeningsAddRow(TypedDict):
    refusal: str | None
    body: str
    event_id: UUID | None

class CommandsOpeningsUpdateRow(TypedDict):
    refusal: str | None
    id: UUID
    version: int
    body: str
    event_id: UUID | None

class CommandsOpeningsCloseRow(TypedDict):
    refusal: str | None
    id: UUID
    version: int
    body: str
    event_id: UUID | None

class CommandsOpeningsReopenRow(TypedDict):
    refusal: str | None
    id: UUID
    version: int
    body: str
    event_id: UUID | None

class CommandsOpenings:
    async def add(
        self, *, organization_id: UUID | None, actor: Document | None, correlation_id: UUID | None,
        viewer_id: UUID | None, sees_all_jobs: bool | None, sees_confidential_jobs: bool | None, job_id: UUID | None,
        opening_ids: Array[UUID] | None, event_ids: Array[UUID] | None, target_start_on: date | None,
        external_id: str | None,
    ) -> CommandsOpeningsAddRow | None: ...
    async def update(
        self, *, organization_id: UUID | None, event_id: UUID | None, actor: Document | None,
        correlation_id: UUID | None, viewer_id: UUID | None, sees_all_jobs: bool | None,
        sees_confidential_jobs: bool | None, sees_applications: bool | None, sees_all_applications: bool | None,
        sees_internal: bool | None, opening_id: UUID | None, changes: Document | None,
        expected_versions: Array[int] | None,
    ) -> CommandsOpeningsUpdateRow | None: ...
    async def close(
        self, *, organization_id: UUID | None, event_id: UUID | None, actor: Document | None,
        correlation_id: UUID | None, viewer_id: UUID | None, sees_all_jobs: bool | None,
        sees_confidential_jobs: bool | None, opening_id: UUID | None, reason_id: UUID | None,
        expected_versions: Array[int] | None,
    ) -> CommandsOpeningsCloseRow | None: ...
    async def reopen(
        self, *, organization_id: UUID | None, event_id: UUID | None, actor: Document | None,
        correlation_id: UUID | None, viewer_id: UUID | None, sees_all_jobs: bool | None,
        sees_confidential_jobs: bool | None, opening_id: UUID | None, expected_versions: Array[int] | None,
    ) -> CommandsOpeningsReopenRow | None: ...

class CommandsOrganizationsRegisterRow(TypedDict):
    organization: str
    account: str
    event_id: UUID | None

class CommandsOrganizationsUpdateRow(TypedDict):
    refusal: str | None
    id: UUID
    version: int
    body: str
    event_id: UUID | None

class CommandsOrganizations:
    async def register(
        self, *, organization_id: UUID | None, event_id: UUID | None, actor: Document | None,
        correlation_id: UUID | None, organization_name: str | None, slug: str | None, user_id: UUID | None,
        email: str | None, email_hash: str | None, first_name: str | None, last_name: str | None, name: str | None,
        password_hash: str | None, session_id: UUID | None, refresh_hash: str | None, session_expires_at: Moment | None,
        user_agent: str | None, remote_address: str | None, job_board_id: UUID | None,
        permission_groups: Document | None, assignment_id: UUID | None, reasons: Document | None,
        sources: Document | None, pipeline_template_id: UUID | None, stages: Document | None, is_confirmed: bool | None,
    ) -> CommandsOrganizationsRegisterRow: ...
    async def update(
        self, *, organization_id: UUID | None, event_id: UUID | None, actor: Document | None,
        correlation_id: UUID | None, changes: Document | None, expected_versions: Array[int] | None,
    ) -> CommandsOrganizationsUpdateRow | None: ...

class CommandsOutboxTakeTurnRow(TypedDict):
    pg_advisory_xact_lock: object

class CommandsOutboxSequenceRow(TypedDict):
    moved_count: int
    is_more_due: bool | None

class CommandsOutbox:
    async def take_turn(self) -> Rows[CommandsOutboxTakeTurnRow]: ...
    async def sequence(self, *, row_limit: int | None) -> CommandsOutboxSequenceRow: ...

class CommandsPermissionsAddGroupRow(TypedDict):
    id: UUID
    version: int
    body: str
    event_id: UUID | None

class CommandsPermissionsUpdateGroupRow(TypedDict):
    refusal: str | None
    id: UUID
    version: int
    body: str
    event_id: UUID | None

class CommandsPermissionsGrantGroupRow(TypedDict):
    refusal: str | None
    event_id: UUID | None
    body: str

class CommandsPermissionsRevokeGroupRow(TypedDict):
    refusal: str | None
    event_id: UUID | None

class CommandsPermissionsGrantRow(TypedDict):
    id: UUID
    event_id: UUID | None
    body: str

class CommandsPermissionsRevokeRow(TypedDict):
    event_id: UUID | None

class CommandsPermissions:
    async def add_group(
        self, *, organization_id: UUID | None, event_id: UUID | None, actor: Document | None,
        correlation_id: UUID | None, permission_group_id: UUID | None, name: str | None, permissions: Array[str] | None,
        built_in: Document | None,
    ) -> CommandsPermissionsAddGroupRow: ...
    async def update_group(
        self, *, organization_id: UUID | None, event_id: UUID | None, actor: Document | None,
        correlation_id: UUID | None, permission_group_id: UUID | None, changes: Document | None,
        built_in: Document | None, expected_versions: Array[int] | None,
    ) -> CommandsPermissionsUpdateGroupRow | None: ...
    async def grant_group(
        self, *, organization_id: UUID | None, event_id: UUID | None, actor: Document | None,
        correlation_id: UUID | None, assignment_id: UUID | None, user_id: UUID | None, permission_group_id: UUID | None,
        seen_group_version: int | None, scope: str | None,
    ) -> CommandsPermissionsGrantGroupRow | None: ...
    async def revoke_group(
        self, *, organization_id: UUID | None, event_id: UUID | None, actor: Document | None,
        correlation_id: UUID | None, user_id: UUID | None, permission_group_id: UUID | None,
    ) -> CommandsPermissionsRevokeGroupRow | None: ...
    async def grant(
        self, *, organization_id: UUID | None, event_id: UUID | None, actor: Document | None,
        correlation_id: UUID | None, assignment_id: UUID | None, user_id: UUID | None, permission: str | None,
        scope: str | None,
    ) -> CommandsPermissionsGrantRow | None: ...
    async def revoke(
        self, *, organization_id: UUID | None, event_id: UUID | None, actor: Document | None,
        correlation_id: UUID | None, user_id: UUID | None, permission: str | None,
    ) -> CommandsPermissionsRevokeRow | None: ...

class CommandsPipelineTemplatesLockTemplatesRow(TypedDict):
    organization_id: UUID

class CommandsPipelineTemplatesAddRow(TypedDict):
    id: UUID
    version: int
    body: str
    event_id: UUID | None

class CommandsPipelineTemplatesUpdateRow(TypedDict):
    refusal: str | None
    id: UUID
    version: int
    body: str
    event_id: UUID | None

class CommandsPipelineTemplatesArchiveRow(TypedDict):
    refusal: str | None
    id: UUID
    version: int
    body: str
    event_id: UUID | None

class CommandsPipelineTemplates:
    async def lock_templates(
        self, *, organization_id: UUID | None,
    ) -> Rows[CommandsPipelineTemplatesLockTemplatesRow]: ...
    async def add(
        self, *, organization_id: UUID | None, event_id: UUID | None, actor: Document | None,
        correlation_id: UUID | None, former_event_id: UUID | None, pipeline_template_id: UUID | None, name: str | None,
        stages: Document | None, is_default: bool | None,
    ) -> CommandsPipelineTemplatesAddRow: ...
    async def update(
        self, *, organization_id: UUID | None, event_id: UUID | None, actor: Document | None,
        correlation_id: UUID | None, former_event_id: UUID | None, pipeline_template_id: UUID | None,
        changes: Document | None, expected_versions: Array[int] | None,
    ) -> CommandsPipelineTemplatesUpdateRow | None: ...
    async def archive(
        self, *, organization_id: UUID | None, event_id: UUID | None, actor: Document | None,
        correlation_id: UUID | None, pipeline_template_id: UUID | None, expected_versions: Array[int] | None,
    ) -> CommandsPipelineTemplatesArchiveRow | None: ...

class CommandsPostsShareJobOfPostRow(TypedDict):
    id: UUID

class CommandsPostsShareOfficesOfPostRow(TypedDict):
    id: UUID

class CommandsPostsLockOriginalRow(TypedDict):
    id: UUID

class CommandsPostsAddRow(TypedDict):
    refusal: str | None
    id: UUID | None
    version: int | None
    body: str
    event_id: UUID | None

class CommandsPostsUpdateRow(TypedDict):
    refusal: str | None
    workplace: str
    has_page: bool
    id: UUID
    version: int
    body: str
    event_id: UUID | None
    law_before_interview: str | None
    without_region: Rows[str] | None

class CommandsPostsPublishRow(TypedDict):
    refusal: str | None
    workplace: str
    has_page: bool
    id: UUID
    version: int
    body: str
    event_id: UUID | None
    law_before_interview: str | None
    without_region: Rows[str] | None

class CommandsPostsUnpublishRow(TypedDict):
    refusal: str | None
    id: UUID
    version: int
    body: str
    event_id: UUID | None

class CommandsPosts:
    async def share_job_of_post(
        self, *, organization_id: UUID | None, post_id: UUID | None,
    ) -> Rows[CommandsPostsShareJobOfPostRow]: ...
    async def share_offices_of_post(
        self, *, organization_id: UUID | None, post_id: UUID | None,
    ) -> Rows[CommandsPostsShareOfficesOfPostRow]: ...
    async def lock_original(
        self, *, organization_id: UUID | None, translation_of: UUID | None,
    ) -> Rows[CommandsPostsLockOriginalRow]: ...
    async def add(
        self, *, organization_id: UUID | None, event_id: UUID | None, actor: Document | None,
        correlation_id: UUID | None, viewer_id: UUID | None, sees_all_jobs: bool | None,
        sees_confidential_jobs: bool | None, sees_pay: bool | None, post_id: UUID | None, job_id: UUID | None,
        job_board_id: UUID | None, external_id: str | None, translation_of: UUID | None, language: str | None,
        title: str | None, body: str | None, body_format: str | None, body_html: str | None, locations: Document | None,
        remote_regions: Array[str] | None, pay_ranges: Document | None, questions: Document | None,
        is_internal: bool | None, closes_at: Moment | None,
    ) -> CommandsPostsAddRow | None: ...
    async def update(
        self, *, organization_id: UUID | None, event_id: UUID | None, actor: Document | None,
        correlation_id: UUID | None, viewer_id: UUID | None, sees_all_jobs: bool | None,
        sees_confidential_jobs: bool | None, sees_pay: bool | None, post_id: UUID | None, changes: Document | None,
        read_version: int | None, expected_versions: Array[int] | None,
    ) -> CommandsPostsUpdateRow | None: ...
    async def publish(
        self, *, organization_id: UUID | None, event_id: UUID | None, actor: Document | None,
        correlation_id: UUID | None, viewer_id: UUID | None, sees_all_jobs: bool | None,
        sees_confidential_jobs: bool | None, sees_pay: bool | None, post_id: UUID | None,
        expected_versions: Array[int] | None,
    ) -> CommandsPostsPublishRow | None: ...
    async def unpublish(
        self, *, organization_id: UUID | None, event_id: UUID | None, actor: Document | None,
        correlation_id: UUID | None, viewer_id: UUID | None, sees_all_jobs: bool | None,
        sees_confidential_jobs: bool | None, sees_pay: bool | None, post_id: UUID | None,
        expected_versions: Array[int] | None,
    ) -> CommandsPostsUnpublishRow | None: ...

class CommandsProposedUpdatesDecideRow(TypedDict):
    refusal: str | None
    id: UUID | None
    version: int | None
    body: str
    event_id: UUID | None

class CommandsProposedUpdates:
    async def decide(
        self, *, organization_id: UUID | None, event_id: UUID | None, actor: Document | None,
        correlation_id: UUID | None, viewer_id: UUID | None, sees_all_jobs: bool | None,
        sees_confidential_jobs: bool | None, sees_internal: bool | None, candidate_id: UUID | None,
        proposed_update_id: UUID | None, is_taken: bool | None, maximum_contact_count: int | None,
        expected_versions: Array[int] | None,
    ) -> CommandsProposedUpdatesDecideRow | None: ...

class CommandsReasonsAddRow(TypedDict):
    id: UUID
    version: int
    body: str
    event_id: UUID | None

class CommandsReasonsUpdateRow(TypedDict):
    refusal: str | None
    id: UUID
    version: int
    body: str
    event_id: UUID | None

class CommandsReasonsArchiveRow(TypedDict):
    refusal: str | None
    id: UUID
    version: int
    body: str
    event_id: UUID | None

class CommandsReasons:
    async def add(
        self, *, organization_id: UUID | None, event_id: UUID | None, actor: Document | None,
        correlation_id: UUID | None, reason_id: UUID | None, kind: str | None, name: str | None,
    ) -> CommandsReasonsAddRow: ...
    async def update(
        self, *, organization_id: UUID | None, event_id: UUID | None, actor: Document | None,
        correlation_id: UUID | None, reason_id: UUID | None, changes: Document | None,
        expected_versions: Array[int] | None,
    ) -> CommandsReasonsUpdateRow | None: ...
    async def archive(
        self, *, organization_id: UUID | None, event_id: UUID | None, actor: Document | None,
        correlation_id: UUID | None, reason_id: UUID | None, expected_versions: Array[int] | None,
    ) -> CommandsReasonsArchiveRow | None: ...

class CommandsResultLinksAddRow(TypedDict):
    id: UUID
    version: int
    body: str
    event_id: UUID | None

class CommandsResultLinksDeleteRow(TypedDict):
    event_id: UUID | None
    touched_id: UUID | None

class CommandsResultLinks:
    async def add(
        self, *, organization_id: UUID | None, event_id: UUID | None, actor: Document | None,
        correlation_id: UUID | None, viewer_id: UUID | None, sees_all_jobs: bool | None,
        sees_confidential_jobs: bool | None, sees_internal: bool | None, candidate_id: UUID | None,
        result_link_id: UUID | None, label: str | None, url: str | None, score: str | None,
    ) -> CommandsResultLinksAddRow | None: ...
    async def delete(
        self, *, organization_id: UUID | None, event_id: UUID | None, actor: Document | None,
        correlation_id: UUID | None, viewer_id: UUID | None, sees_all_jobs: bool | None,
        sees_confidential_jobs: bool | None, sees_internal: bool | None, candidate_id: UUID | None,
        result_link_id: UUID | None,
    ) -> CommandsResultLinksDeleteRow | None: ...

class CommandsSenderIdentitiesAddRow(TypedDict):
    id: UUID
    version: int
    body: str
    event_id: UUID | None

class CommandsSenderIdentitiesUpdateRow(TypedDict):
    refusal: str | None
    id: UUID
    version: int
    body: str
    event_id: UUID | None

class CommandsSenderIdentitiesArchiveRow(TypedDict):
    refusal: str | None
    id: UUID
    version: int
    body: str
    event_id: UUID | None

class CommandsSenderIdentitiesMailLinkRow(TypedDict):
    refusal: str | None
    id: UUID
    version: int
    body: str
    event_id: UUID | None

class CommandsSenderIdentitiesVerifyRow(TypedDict):
    refusal: str | None
    id: UUID | None
    version: int | None
    body: str
    event_id: UUID | None

class CommandsSenderIdentities:
    async def add(
        self, *, organization_id: UUID | None, event_id: UUID | None, actor: Document | None,
        correlation_id: UUID | None, sender_identity_id: UUID | None, name: str | None, email: str | None,
    ) -> CommandsSenderIdentitiesAddRow: ...
    async def update(
        self, *, organization_id: UUID | None, event_id: UUID | None, actor: Document | None,
        correlation_id: UUID | None, sender_identity_id: UUID | None, changes: Document | None,
        expected_versions: Array[int] | None,
    ) -> CommandsSenderIdentitiesUpdateRow | None: ...
    async def archive(
        self, *, organization_id: UUID | None, event_id: UUID | None, actor: Document | None,
        correlation_id: UUID | None, sender_identity_id: UUID | None, expected_versions: Array[int] | None,
    ) -> CommandsSenderIdentitiesArchiveRow | None: ...
    async def mail_link(
        self, *, organization_id: UUID | None, event_id: UUID | None, actor: Document | None,
        correlation_id: UUID | None, sender_identity_id: UUID | None, email_hash: str | None,
        mailed_link_id: UUID | None, token_hash: str | None, link_expires_at: Moment | None,
        mail_interval_s: float | None, maximum_mail_count: int | None, user_id: UUID | None,
        expected_versions: Array[int] | None,
    ) -> CommandsSenderIdentitiesMailLinkRow | None: ...
    async def verify(
        self, *, organization_id: UUID | None, event_id: UUID | None, actor: Document | None,
        correlation_id: UUID | None, mailed_link_id: UUID | None,
    ) -> CommandsSenderIdentitiesVerifyRow: ...

class CommandsSessionsStartRow(TypedDict):
    refusal: str | None
    id: UUID | None
    version: int
    body: str
    event_id: UUID | None

class CommandsSessionsRotateRow(TypedDict):
    refusal: str | None
    user_id: UUID | None

class CommandsSessionsEndRow(TypedDict):
    id: UUID
    event_id: UUID | None

class CommandsSessions:
    async def start(
        self, *, organization_id: UUID | None, event_id: UUID | None, actor: Document | None,
        correlation_id: UUID | None, session_id: UUID | None, user_id: UUID | None, seen_password_hash: str | None,
        refresh_hash: str | None, expires_at: Moment | None, user_agent: str | None, remote_address: str | None,
    ) -> CommandsSessionsStartRow: ...
    async def rotate(
        self, *, organization_id: UUID | None, session_id: UUID | None, presented_generation: int | None,
        successor_hash: str | None, grace_s: float | None,
    ) -> CommandsSessionsRotateRow: ...
    async def end(
        self, *, organization_id: UUID | None, event_id: UUID | None, actor: Document | None,
        correlation_id: UUID | None, session_id: UUID | None, user_id: UUID | None, revoke_reason: str | None,
    ) -> CommandsSessionsEndRow | None: ...

class CommandsSourcesAddRow(TypedDict):
    id: UUID
    version: int
    body: str
    event_id: UUID | None

class CommandsSourcesUpdateRow(TypedDict):
    refusal: str | None
    id: UUID
    version: int
    body: str
    event_id: UUID | None

class CommandsSourcesArchiveRow(TypedDict):
    refusal: str | None
    id: UUID
    version: int
    body: str
    event_id: UUID | None

class CommandsSources:
    async def add(
        self, *, organization_id: UUID | None, event_id: UUID | None, actor: Document | None,
        correlation_id: UUID | None, source_id: UUID | None, kind: str | None, name: str | None,
    ) -> CommandsSourcesAddRow: ...
    async def update(
        self, *, organization_id: UUID | None, event_id: UUID | None, actor: Document | None,
        correlation_id: UUID | None, source_id: UUID | None, changes: Document | None,
        expected_versions: Array[int] | None,
    ) -> CommandsSourcesUpdateRow | None: ...
    async def archive(
        self, *, organization_id: UUID | None, event_id: UUID | None, actor: Document | None,
        correlation_id: UUID | None, source_id: UUID | None, expected_versions: Array[int] | None,
    ) -> CommandsSourcesArchiveRow | None: ...

class CommandsSweeps:
    async def begin_round(self, *, name: str | None, interval_s: float | None) -> str | None: ...
    async def idempotency_keys(self, *, cutoff_at: Moment | None, row_limit: int | None) -> int: ...
    async def inbox(self, *, cutoff_at: Moment | None, row_limit: int | None) -> int: ...
    async def principal_changes(self, *, cutoff_at: Moment | None, row_limit: int | None) -> int: ...
    async def refresh_tokens(
        self, *, cutoff_at: Moment | None, row_limit: int | None, token_limit: int | None,
    ) -> int: ...
    async def sessions(self, *, cutoff_at: Moment | None, row_limit: int | None) -> int: ...
    async def mailed_links(self, *, cutoff_at: Moment | None, row_limit: int | None) -> int: ...
    async def bulk_operation_items(
        self, *, cutoff_at: Moment | None, row_limit: int | None, item_limit: int | None,
    ) -> int: ...
    async def bulk_operations(self, *, cutoff_at: Moment | None, row_limit: int | None) -> int: ...
    async def give_up_uploads(self, *, cutoff_at: Moment | None, row_limit: int | None) -> int: ...
    async def uploads(self, *, organization_ids: Array[UUID] | None, ids: Array[UUID] | None) -> int: ...

class CommandsTagsAddRow(TypedDict):
    id: UUID
    version: int
    body: str
    event_id: UUID | None

class CommandsTagsUpdateRow(TypedDict):
    refusal: str | None
    id: UUID
    version: int
    body: str
    event_id: UUID | None

class CommandsTagsArchiveRow(TypedDict):
    refusal: str | None
    id: UUID
    version: int
    body: str
    event_id: UUID | None

class CommandsTags:
    async def add(
        self, *, organization_id: UUID | None, event_id: UUID | None, actor: Document | None,
        correlation_id: UUID | None, tag_id: UUID | None, name: str | None,
    ) -> CommandsTagsAddRow: ...
    async def update(
        self, *, organization_id: UUID | None, event_id: UUID | None, actor: Document | None,
        correlation_id: UUID | None, tag_id: UUID | None, changes: Document | None,
        expected_versions: Array[int] | None,
    ) -> CommandsTagsUpdateRow | None: ...
    async def archive(
        self, *, organization_id: UUID | None, event_id: UUID | None, actor: Document | None,
        correlation_id: UUID | None, tag_id: UUID | None, expected_versions: Array[int] | None,
    ) -> CommandsTagsArchiveRow | None: ...

class CommandsTransfersTransferRow(TypedDict):
    refusal: str | None
    id: UUID
    version: int
    body: str
    event_id: UUID | None

class CommandsTransfers:
    async def transfer(
        self, *, organization_id: UUID | None, event_id: UUID | None, actor: Document | None,
        correlation_id: UUID | None, viewer_id: UUID | None, sees_all_jobs: bool | None,
        sees_confidential_jobs: bool | None, sees_internal: bool | None, application_id: UUID | None,
        successor_id: UUID | None, submitted_event_id: UUID | None, job_id: UUID | None, stage_id: UUID | None,
        note: str | None, expected_versions: Array[int] | None,
    ) -> CommandsTransfersTransferRow | None: ...

class CommandsUploadsAddRow(TypedDict):
    id: UUID
    version: int
    body: str
    event_id: UUID | None

class CommandsUploads:
    async def add(
        self, *, organization_id: UUID | None, event_id: UUID | None, actor: Document | None,
        correlation_id: UUID | None, upload_id: UUID | None, job_board_id: UUID | None, file_name: str | None,
        media_type: str | None, size: int | None, sha256: str | None, storage_name: str | None,
        expires_at: Moment | None,
    ) -> CommandsUploadsAddRow: ...

class CommandsUsersLockCredentialsRow(TypedDict):
    user_id: UUID

class CommandsUsersAddServiceRow(TypedDict):
    id: UUID
    version: int
    body: str
    event_id: UUID | None

class CommandsUsersInviteRow(TypedDict):
    id: UUID
    version: int
    body: str
    event_id: UUID | None

class CommandsUsersAcceptInvitationRow(TypedDict):
    refusal: str | None
    id: UUID | None
    version: int | None
    body: str
    event_id: UUID | None

class CommandsUsersRequestResetRow(TypedDict):
    event_id: UUID | None

class CommandsUsersResetPasswordRow(TypedDict):
    refusal: str | None
    event_id: UUID | None

class CommandsUsersChangePasswordRow(TypedDict):
    refusal: str | None
    ended_session_count: int
    event_id: UUID | None

class CommandsUsersUpdateRow(TypedDict):
    refusal: str | None
    id: UUID
    version: int
    body: str
    event_id: UUID | None

class CommandsUsersDisableRow(TypedDict):
    refusal: str | None
    id: UUID
    version: int
    body: str
    event_id: UUID | None

class CommandsUsersEnableRow(TypedDict):
    refusal: str | None
    id: UUID
    version: int
    body: str
    event_id: UUID | None

class CommandsUsers:
    async def lock_credentials(
        self, *, organization_id: UUID | None, user_id: UUID | None,
    ) -> Rows[CommandsUsersLockCredentialsRow]: ...
    async def add_service(
        self, *, organization_id: UUID | None, event_id: UUID | None, actor: Document | None,
        correlation_id: UUID | None, user_id: UUID | None, first_name: str | None, name: str | None,
        external_id: str | None,
    ) -> CommandsUsersAddServiceRow: ...
    async def invite(
        self, *, organization_id: UUID | None, event_id: UUID | None, actor: Document | None,
        correlation_id: UUID | None, user_id: UUID | None, email: str | None, email_hash: str | None,
        first_name: str | None, middle_name: str | None, last_name: str | None, name: str | None, language: str | None,
        time_zone: str | None, external_id: str | None, mailed_link_id: UUID | None, token_hash: str | None,
        link_expires_at: Moment | None, message_id: UUID | None, maximum_mail_count: int | None,
    ) -> CommandsUsersInviteRow | None: ...
    async def accept_invitation(
        self, *, organization_id: UUID | None, event_id: UUID | None, actor: Document | None,
        correlation_id: UUID | None, user_id: UUID | None, mailed_link_id: UUID | None, password_hash: str | None,
    ) -> CommandsUsersAcceptInvitationRow: ...
    async def request_reset(
        self, *, organization_id: UUID | None, event_id: UUID | None, actor: Document | None,
        correlation_id: UUID | None, user_id: UUID | None, email_hash: str | None, mailed_link_id: UUID | None,
        token_hash: str | None, link_expires_at: Moment | None, mail_interval_s: float | None,
        maximum_mail_count: int | None, fixed_sender_name: str | None, is_confirmation_required: bool | None,
    ) -> CommandsUsersRequestResetRow | None: ...
    async def reset_password(
        self, *, organization_id: UUID | None, event_id: UUID | None, actor: Document | None,
        correlation_id: UUID | None, user_id: UUID | None, mailed_link_id: UUID | None, password_hash: str | None,
    ) -> CommandsUsersResetPasswordRow: ...
    async def change_password(
        self, *, organization_id: UUID | None, event_id: UUID | None, actor: Document | None,
        correlation_id: UUID | None, user_id: UUID | None, session_id: UUID | None, seen_password_hash: str | None,
        password_hash: str | None,
    ) -> CommandsUsersChangePasswordRow: ...
    async def update(
        self, *, organization_id: UUID | None, event_id: UUID | None, actor: Document | None,
        correlation_id: UUID | None, user_id: UUID | None, changes: Document | None,
        expected_versions: Array[int] | None,
    ) -> CommandsUsersUpdateRow | None: ...
    async def disable(
        self, *, organization_id: UUID | None, event_id: UUID | None, actor: Document | None,
        correlation_id: UUID | None, user_id: UUID | None, expected_versions: Array[int] | None,
    ) -> CommandsUsersDisableRow | None: ...
    async def enable(
        self, *, organization_id: UUID | None, event_id: UUID | None, actor: Document | None,
        correlation_id: UUID | None, user_id: UUID | None, expected_versions: Array[int] | None,
    ) -> CommandsUsersEnableRow | None: ...

class QueriesAccessFindMemberRow(TypedDict):
    status: str
    permission_groups: str | None
    permissions: str | None

class QueriesAccessExplainJobRow(TypedDict):
    job: str

class QueriesAccessExplainCandidateRow(TypedDict):
    is_own: bool
    is_internal: bool
    is_visible: bool
    jobs: str

class QueriesAccessExplainApplicationRow(TypedDict):
    is_own: bool
    is_internal: bool
    is_visible: bool
    jobs: str

class QueriesAccessFindAttachmentRow(TypedDict):
    candidate_id: UUID
    application_id: UUID | None
    visibility: str

class QueriesAccessFindNoteRow(TypedDict):
    candidate_id: UUID
    application_id: UUID | None
    visibility: str
    author_id: UUID | None

class QueriesAccessFindConsentRow(TypedDict):
    candidate_id: UUID

class QueriesAccessFindMessageRow(TypedDict):
    candidate_id: UUID
    application_id: UUID | None

class QueriesAccess:
    async def find_member(
        self, *, organization_id: UUID | None, user_id: UUID | None,
    ) -> QueriesAccessFindMemberRow | None: ...
    async def explain_job(
        self, *, organization_id: UUID | None, viewer_id: UUID | None, sees_all_jobs: bool | None,
        sees_confidential_jobs: bool | None, resource_type: str | None, resource_id: UUID | None, user_id: UUID | None,
        is_shown_all_jobs: bool | None, is_shown_confidential_jobs: bool | None,
    ) -> QueriesAccessExplainJobRow | None: ...
    async def explain_candidate(
        self, *, organization_id: UUID | None, viewer_id: UUID | None, sees_all_jobs: bool | None,
        sees_confidential_jobs: bool | None, sees_internal: bool | None, candidate_id: UUID | None,
        job_limit: int | None, user_id: UUID | None, is_shown_all_jobs: bool | None,
        is_shown_confidential_jobs: bool | None, is_shown_internal: bool | None,
    ) -> QueriesAccessExplainCandidateRow | None: ...
    async def explain_application(
        self, *, organization_id: UUID | None, viewer_id: UUID | None, sees_all_jobs: bool | None,
        sees_confidential_jobs: bool | None, sees_internal: bool | None, application_id: UUID | None,
        user_id: UUID | None, is_shown_all_jobs: bool | None, is_shown_confidential_jobs: bool | None,
        is_shown_internal: bool | None,
    ) -> QueriesAccessExplainApplicationRow | None: ...
    async def find_attachment(
        self, *, organization_id: UUID | None, viewer_id: UUID | None, sees_all_jobs: bool | None,
        sees_confidential_jobs: bool | None, sees_internal: bool | None, sees_private: bool | None,
        attachment_id: UUID | None,
    ) -> QueriesAccessFindAttachmentRow | None: ...
    async def find_note(
        self, *, organization_id: UUID | None, viewer_id: UUID | None, sees_all_jobs: bool | None,
        sees_confidential_jobs: bool | None, sees_internal: bool | None, sees_private: bool | None,
        note_id: UUID | None,
    ) -> QueriesAccessFindNoteRow | None: ...
    async def find_consent(
        self, *, organization_id: UUID | None, viewer_id: UUID | None, sees_all_jobs: bool | None,
        sees_confidential_jobs: bool | None, sees_internal: bool | None, consent_id: UUID | None,
    ) -> QueriesAccessFindConsentRow | None: ...
    async def find_message(
        self, *, organization_id: UUID | None, viewer_id: UUID | None, sees_all_jobs: bool | None,
        sees_confidential_jobs: bool | None, sees_internal: bool | None, message_id: UUID | None,
    ) -> QueriesAccessFindMessageRow | None: ...

class QueriesApiKeysFindByHashRow(TypedDict):
    organization_id: UUID
    api_key_id: UUID

class QueriesApiKeysFindPrincipalRow(TypedDict):
    user_id: UUID
    permissions: str
    expires_at: datetime | None

class QueriesApiKeysListRow(TypedDict):
    body: str

class QueriesApiKeysListUpdatedSinceRow(TypedDict):
    body: str

class QueriesApiKeys:
    async def find_by_hash(self, *, key_hash: str | None) -> QueriesApiKeysFindByHashRow | None: ...
    async def find_principal(
        self, *, organization_id: UUID | None, api_key_id: UUID | None,
    ) -> QueriesApiKeysFindPrincipalRow | None: ...
    async def find_permissions(self, *, organization_id: UUID | None, api_key_id: UUID | None) -> str | None: ...
    async def list(
        self, *, organization_id: UUID | None, ids: Array[UUID] | None, before_id: UUID | None, row_limit: int | None,
    ) -> Rows[QueriesApiKeysListRow]: ...
    async def list_updated_since(
        self, *, organization_id: UUID | None, after_at: Moment | None, after_id: UUID | None, row_limit: int | None,
    ) -> Rows[QueriesApiKeysListUpdatedSinceRow]: ...

class QueriesApplicationsFindRow(TypedDict):
    version: int
    body: str
    candidate: str | None
    job: str | None

class QueriesApplicationsListRow(TypedDict):
    body: str
    candidate: str | None
    job: str | None

class QueriesApplicationsListByJobRow(TypedDict):
    body: str

class QueriesApplicationsListByStageRow(TypedDict):
    body: str
    candidate: str | None
    job: str | None

class QueriesApplicationsListFilteredRow(TypedDict):
    body: str
    candidate: str | None
    job: str | None

class QueriesApplicationsListUpdatedSinceRow(TypedDict):
    body: str
    candidate: str | None
    job: str | None

class QueriesApplicationsListByTeamRow(TypedDict):
    body: str
    candidate: str | None
    job: str | None

class QueriesApplicationsListByTeamUpdatedSinceRow(TypedDict):
    body: str
    candidate: str | None
    job: str | None

class QueriesApplicationsListByAssigneeRow(TypedDict):
    body: str
    candidate: str | None
    job: str | None

class QueriesApplicationsListByJobAssigneeRow(TypedDict):
    body: str
    candidate: str | None
    job: str | None

class QueriesApplicationsListByTeamAssigneeRow(TypedDict):
    body: str
    candidate: str | None
    job: str | None

class QueriesApplicationsListByAppliedAtRow(TypedDict):
    body: str
    candidate: str | None
    job: str | None

class QueriesApplicationsListByTeamAppliedAtRow(TypedDict):
    body: str
    candidate: str | None
    job: str | None

class QueriesApplicationsListByCustomValueRow(TypedDict):
    body: str
    candidate: str | None
    job: str | None

class QueriesApplicationsListByJobCustomValueRow(TypedDict):
    body: str
    candidate: str | None
    job: str | None

class QueriesApplicationsListByTeamCustomValueRow(TypedDict):
    body: str
    candidate: str | None
    job: str | None

class QueriesApplications:
    async def find(
        self, *, organization_id: UUID | None, viewer_id: UUID | None, sees_all_jobs: bool | None,
        sees_confidential_jobs: bool | None, sees_internal: bool | None, sees_pay: bool | None,
        expand: Array[str] | None, application_id: UUID | None,
    ) -> QueriesApplicationsFindRow | None: ...
    async def list(
        self, *, organization_id: UUID | None, viewer_id: UUID | None, sees_all_jobs: bool | None,
        sees_confidential_jobs: bool | None, sees_internal: bool | None, sees_pay: bool | None,
        expand: Array[str] | None, before_id: UUID | None, row_limit: int | None,
    ) -> Rows[QueriesApplicationsListRow]: ...
    async def list_by_job(
        self, *, organization_id: UUID | None, viewer_id: UUID | None, sees_all_jobs: bool | None,
        sees_confidential_jobs: bool | None, sees_internal: bool | None, job_id: UUID | None, before_id: UUID | None,
        row_limit: int | None,
    ) -> Rows[QueriesApplicationsListByJobRow]: ...
    async def list_by_stage(
        self, *, organization_id: UUID | None, viewer_id: UUID | None, sees_all_jobs: bool | None,
        sees_confidential_jobs: bool | None, sees_internal: bool | None, sees_pay: bool | None,
        expand: Array[str] | None, stage_id: UUID | None, job_id: UUID | None, status: str | None,
        before_id: UUID | None, row_limit: int | None,
    ) -> Rows[QueriesApplicationsListByStageRow]: ...
    async def list_filtered(
        self, *, organization_id: UUID | None, viewer_id: UUID | None, sees_all_jobs: bool | None,
        sees_confidential_jobs: bool | None, sees_internal: bool | None, sees_pay: bool | None,
        expand: Array[str] | None, ids: Array[UUID] | None, external_id: str | None, candidate_id: UUID | None,
        job_id: UUID | None, stage_id: UUID | None, status: str | None, before_id: UUID | None, row_limit: int | None,
    ) -> Rows[QueriesApplicationsListFilteredRow]: ...
    async def list_updated_since(
        self, *, organization_id: UUID | None, viewer_id: UUID | None, sees_all_jobs: bool | None,
        sees_confidential_jobs: bool | None, sees_internal: bool | None, sees_pay: bool | None,
        expand: Array[str] | None, job_id: UUID | None, status: str | None, after_at: Moment | None,
        after_id: UUID | None, row_limit: int | None,
    ) -> Rows[QueriesApplicationsListUpdatedSinceRow]: ...
    async def list_by_team(
        self, *, organization_id: UUID | None, viewer_id: UUID | None, sees_all_jobs: bool | None,
        sees_confidential_jobs: bool | None, sees_internal: bool | None, sees_pay: bool | None,
        expand: Array[str] | None, status: str | None, before_id: UUID | None, row_limit: int | None,
    ) -> Rows[QueriesApplicationsListByTeamRow]: ...
    async def list_by_team_updated_since(
        self, *, organization_id: UUID | None, viewer_id: UUID | None, sees_all_jobs: bool | None,
        sees_confidential_jobs: bool | None, sees_internal: bool | None, sees_pay: bool | None,
        expand: Array[str] | None, status: str | None, after_at: Moment | None, after_id: UUID | None,
        row_limit: int | None,
    ) -> Rows[QueriesApplicationsListByTeamUpdatedSinceRow]: ...
    async def list_by_assignee(
        self, *, organization_id: UUID | None, viewer_id: UUID | None, sees_all_jobs: bool | None,
        sees_confidential_jobs: bool | None, sees_internal: bool | None, sees_pay: bool | None,
        expand: Array[str] | None, assignee_id: UUID | None, status: str | None, before_id: UUID | None,
        row_limit: int | None,
    ) -> Rows[QueriesApplicationsListByAssigneeRow]: ...
    async def list_by_job_assignee(
        self, *, organization_id: UUID | None, viewer_id: UUID | None, sees_all_jobs: bool | None,
        sees_confidential_jobs: bool | None, sees_internal: bool | None, sees_pay: bool | None,
        expand: Array[str] | None, job_id: UUID | None, assignee_id: UUID | None, status: str | None,
        before_id: UUID | None, row_limit: int | None,
    ) -> Rows[QueriesApplicationsListByJobAssigneeRow]: ...
    async def list_by_team_assignee(
        self, *, organization_id: UUID | None, viewer_id: UUID | None, sees_all_jobs: bool | None,
        sees_confidential_jobs: bool | None, sees_internal: bool | None, sees_pay: bool | None,
        expand: Array[str] | None, assignee_id: UUID | None, status: str | None, before_id: UUID | None,
        row_limit: int | None,
    ) -> Rows[QueriesApplicationsListByTeamAssigneeRow]: ...
    async def list_by_applied_at(
        self, *, organization_id: UUID | None, viewer_id: UUID | None, sees_all_jobs: bool | None,
        sees_confidential_jobs: bool | None, sees_internal: bool | None, sees_pay: bool | None,
        expand: Array[str] | None, job_id: UUID | None, post_id: UUID | None, source_id: UUID | None,
        from_at: Moment | None, before_at: Moment | None, before_id: UUID | None, row_limit: int | None,
    ) -> Rows[QueriesApplicationsListByAppliedAtRow]: ...
    async def list_by_team_applied_at(
        self, *, organization_id: UUID | None, viewer_id: UUID | None, sees_all_jobs: bool | None,
        sees_confidential_jobs: bool | None, sees_internal: bool | None, sees_pay: bool | None,
        expand: Array[str] | None, source_id: UUID | None, from_at: Moment | None, before_at: Moment | None,
        before_id: UUID | None, row_limit: int | None,
    ) -> Rows[QueriesApplicationsListByTeamAppliedAtRow]: ...
    async def list_by_custom_value(
        self, *, organization_id: UUID | None, viewer_id: UUID | None, sees_all_jobs: bool | None,
        sees_confidential_jobs: bool | None, sees_internal: bool | None, sees_pay: bool | None,
        expand: Array[str] | None, field_id: UUID | None, value: str | None, before_id: UUID | None,
        row_limit: int | None,
    ) -> Rows[QueriesApplicationsListByCustomValueRow]: ...
    async def list_by_job_custom_value(
        self, *, organization_id: UUID | None, viewer_id: UUID | None, sees_all_jobs: bool | None,
        sees_confidential_jobs: bool | None, sees_internal: bool | None, sees_pay: bool | None,
        expand: Array[str] | None, job_id: UUID | None, field_id: UUID | None, value: str | None,
        before_id: UUID | None, row_limit: int | None,
    ) -> Rows[QueriesApplicationsListByJobCustomValueRow]: ...
    async def list_by_team_custom_value(
        self, *, organization_id: UUID | None, viewer_id: UUID | None, sees_all_jobs: bool | None,
        sees_confidential_jobs: bool | None, sees_internal: bool | None, sees_pay: bool | None,
        expand: Array[str] | None, field_id: UUID | None, value: str | None, before_id: UUID | None,
        row_limit: int | None,
    ) -> Rows[QueriesApplicationsListByTeamCustomValueRow]: ...

class QueriesAttachmentsFindRow(TypedDict):
    version: int
    body: str
    file_name: str | None
    media_type: str
    size: int
    storage_name: str | None

class QueriesAttachmentsListRow(TypedDict):
    body: str

class QueriesAttachmentsListFilteredRow(TypedDict):
    body: str

class QueriesAttachmentsListUpdatedSinceRow(TypedDict):
    body: str

class QueriesAttachmentsListByTeamRow(TypedDict):
    body: str

class QueriesAttachmentsListByTeamUpdatedSinceRow(TypedDict):
    body: str

class QueriesAttachments:
    async def find(
        self, *, organization_id: UUID | None, viewer_id: UUID | None, sees_all_jobs: bool | None,
        sees_confidential_jobs: bool | None, sees_internal: bool | None, sees_private: bool | None,
        attachment_id: UUID | None,
    ) -> QueriesAttachmentsFindRow | None: ...
    async def list(
        self, *, organization_id: UUID | None, viewer_id: UUID | None, sees_all_jobs: bool | None,
        sees_confidential_jobs: bool | None, sees_internal: bool | None, sees_private: bool | None,
        before_id: UUID | None, row_limit: int | None,
    ) -> Rows[QueriesAttachmentsListRow]: ...
    async def list_filtered(
        self, *, organization_id: UUID | None, viewer_id: UUID | None, sees_all_jobs: bool | None,
        sees_confidential_jobs: bool | None, sees_internal: bool | None, sees_private: bool | None,
        ids: Array[UUID] | None, candidate_id: UUID | None, kind: str | None, before_id: UUID | None,
        row_limit: int | None,
    ) -> Rows[QueriesAttachmentsListFilteredRow]: ...
    async def list_updated_since(
        self, *, organization_id: UUID | None, viewer_id: UUID | None, sees_all_jobs: bool | None,
        sees_confidential_jobs: bool | None, sees_internal: bool | None, sees_private: bool | None,
        candidate_id: UUID | None, kind: str | None, after_at: Moment | None, after_id: UUID | None,
        row_limit: int | None,
    ) -> Rows[QueriesAttachmentsListUpdatedSinceRow]: ...
    async def list_by_team(
        self, *, organization_id: UUID | None, viewer_id: UUID | None, sees_all_jobs: bool | None,
        sees_confidential_jobs: bool | None, sees_internal: bool | None, sees_private: bool | None, kind: str | None,
        before_id: UUID | None, row_limit: int | None,
    ) -> Rows[QueriesAttachmentsListByTeamRow]: ...
    async def list_by_team_updated_since(
        self, *, organization_id: UUID | None, viewer_id: UUID | None, sees_all_jobs: bool | None,
        sees_confidential_jobs: bool | None, sees_internal: bool | None, sees_private: bool | None, kind: str | None,
        after_at: Moment | None, after_id: UUID | None, row_limit: int | None,
    ) -> Rows[QueriesAttachmentsListByTeamUpdatedSinceRow]: ...

class QueriesBoardKeysFindPrincipalRow(TypedDict):
    id: UUID
    job_board_id: UUID
    expires_at: datetime | None

class QueriesBoardKeysListRow(TypedDict):
    body: str

class QueriesBoardKeysListUpdatedSinceRow(TypedDict):
    body: str

class QueriesBoardKeys:
    async def find_principal(
        self, *, organization_id: UUID | None, key_hash: str | None,
    ) -> QueriesBoardKeysFindPrincipalRow | None: ...
    async def list(
        self, *, organization_id: UUID | None, job_board_id: UUID | None, ids: Array[UUID] | None,
        before_id: UUID | None, row_limit: int | None,
    ) -> Rows[QueriesBoardKeysListRow]: ...
    async def list_updated_since(
        self, *, organization_id: UUID | None, job_board_id: UUID | None, after_at: Moment | None,
        after_id: UUID | None, row_limit: int | None,
    ) -> Rows[QueriesBoardKeysListUpdatedSinceRow]: ...

class QueriesBoardsFindRow(TypedDict):
    allowed_origins: Rows[str]
    required_fields: Rows[str]
    post_url_template: str | None
    website_url: str | None
    body: str

class QueriesBoardsRequireStateRow(TypedDict):
    require_fresh: object

class QueriesBoardsListPostsRow(TypedDict):
    published_at: datetime | None
    id: UUID
    body: str

class QueriesBoardsSearchPostsRow(TypedDict):
    published_at: datetime | None
    id: UUID
    body: str
    facets: str | None

class QueriesBoardsListAdvertisedRow(TypedDict):
    body: str

class QueriesBoardsFindPostRow(TypedDict):
    questions: str
    consent_texts: str
    website_url: str | None
    logo_url: str | None
    body: str

class QueriesBoardsFindPreviewedPostRow(TypedDict):
    questions: str
    consent_texts: str
    website_url: str | None
    logo_url: str | None
    body: str

class QueriesBoardsFindFormRow(TypedDict):
    version: int
    questions: str
    consents: str

class QueriesBoards:
    async def find(self, *, organization_id: UUID | None, job_board_id: UUID | None) -> QueriesBoardsFindRow | None: ...
    async def find_state(self, *, organization_id: UUID | None) -> str | None: ...
    async def require_state(
        self, *, organization_id: UUID | None, state: str | None,
    ) -> Rows[QueriesBoardsRequireStateRow]: ...
    async def list_posts(
        self, *, organization_id: UUID | None, job_board_id: UUID | None, language: str | None,
        title_pattern: str | None, before_at: Moment | None, before_id: UUID | None, row_limit: int | None,
    ) -> Rows[QueriesBoardsListPostsRow]: ...
    async def search_posts(
        self, *, organization_id: UUID | None, job_board_id: UUID | None, language: str | None,
        title_pattern: str | None, words: str | None, department_id: UUID | None, employment_type: str | None,
        workplace: str | None, country: str | None, region: str | None, city: str | None, with_facets: bool | None,
        before_at: Moment | None, before_id: UUID | None, row_limit: int | None,
    ) -> Rows[QueriesBoardsSearchPostsRow]: ...
    async def list_advertised(
        self, *, organization_id: UUID | None, job_board_id: UUID | None, maximum_bytes: int | None,
        row_limit: int | None,
    ) -> Rows[QueriesBoardsListAdvertisedRow]: ...
    async def find_post(
        self, *, organization_id: UUID | None, job_board_id: UUID | None, post_id: UUID | None,
    ) -> QueriesBoardsFindPostRow | None: ...
    async def find_previewed_post(
        self, *, organization_id: UUID | None, job_board_id: UUID | None, post_id: UUID | None,
    ) -> QueriesBoardsFindPreviewedPostRow | None: ...
    async def find_form(
        self, *, organization_id: UUID | None, job_board_id: UUID | None, post_id: UUID | None,
    ) -> QueriesBoardsFindFormRow | None: ...

class QueriesBulkOperationsFindRow(TypedDict):
    version: int
    body: str

class QueriesBulkOperationsListRow(TypedDict):
    body: str

class QueriesBulkOperationsListItemsRow(TypedDict):
    id: UUID
    body: str

class QueriesBulkOperationsFindDueRow(TypedDict):
    action: str
    arguments: str
    is_dry_run: bool
    is_automatic: bool
    requested_by: str

class QueriesBulkOperationsListDueItemsRow(TypedDict):
    id: UUID

class QueriesBulkOperations:
    async def find(
        self, *, organization_id: UUID | None, viewer_id: UUID | None, is_user: bool | None,
        bulk_operation_id: UUID | None,
    ) -> QueriesBulkOperationsFindRow | None: ...
    async def list(
        self, *, organization_id: UUID | None, viewer_id: UUID | None, is_user: bool | None, ids: Array[UUID] | None,
        before_id: UUID | None, row_limit: int | None,
    ) -> Rows[QueriesBulkOperationsListRow]: ...
    async def list_items(
        self, *, organization_id: UUID | None, viewer_id: UUID | None, sees_all_jobs: bool | None,
        sees_confidential_jobs: bool | None, sees_internal: bool | None, is_user: bool | None,
        bulk_operation_id: UUID | None, outcome: str | None, after_id: UUID | None, row_limit: int | None,
    ) -> Rows[QueriesBulkOperationsListItemsRow]: ...
    async def find_due(
        self, *, organization_id: UUID | None, bulk_operation_id: UUID | None, due_event_id: UUID | None,
    ) -> QueriesBulkOperationsFindDueRow | None: ...
    async def list_due_items(
        self, *, organization_id: UUID | None, bulk_operation_id: UUID | None, row_limit: int | None,
    ) -> Rows[QueriesBulkOperationsListDueItemsRow]: ...

class QueriesCandidateExportsListStageChangesRow(TypedDict):
    body: str

class QueriesCandidateExportsListMergedCandidatesRow(TypedDict):
    body: str

class QueriesCandidateExports:
    async def list_stage_changes(
        self, *, organization_id: UUID | None, viewer_id: UUID | None, sees_all_jobs: bool | None,
        sees_confidential_jobs: bool | None, sees_internal: bool | None, candidate_id: UUID | None,
        before_id: UUID | None, row_limit: int | None,
    ) -> Rows[QueriesCandidateExportsListStageChangesRow]: ...
    async def list_merged_candidates(
        self, *, organization_id: UUID | None, viewer_id: UUID | None, sees_all_jobs: bool | None,
        sees_confidential_jobs: bool | None, sees_internal: bool | None, candidate_id: UUID | None,
        before_id: UUID | None, row_limit: int | None,
    ) -> Rows[QueriesCandidateExportsListMergedCandidatesRow]: ...

class QueriesCandidatesFindRow(TypedDict):
    version: int
    body: str

class QueriesCandidatesListRow(TypedDict):
    body: str

class QueriesCandidatesListFilteredRow(TypedDict):
    body: str

class QueriesCandidatesListUpdatedSinceRow(TypedDict):
    body: str

class QueriesCandidatesListByTeamRow(TypedDict):
    body: str

class QueriesCandidatesListByTeamUpdatedSinceRow(TypedDict):
    body: str

class QueriesCandidatesListByTagRow(TypedDict):
    body: str

class QueriesCandidatesListByTeamTagRow(TypedDict):
    body: str

class QueriesCandidatesListByCustomValueRow(TypedDict):
    body: str

class QueriesCandidatesListByTeamCustomValueRow(TypedDict):
    body: str

class QueriesCandidates:
    async def find(
        self, *, organization_id: UUID | None, viewer_id: UUID | None, sees_all_jobs: bool | None,
        sees_confidential_jobs: bool | None, sees_internal: bool | None, candidate_id: UUID | None,
    ) -> QueriesCandidatesFindRow | None: ...
    async def list(
        self, *, organization_id: UUID | None, viewer_id: UUID | None, sees_all_jobs: bool | None,
        sees_confidential_jobs: bool | None, sees_internal: bool | None, before_id: UUID | None, row_limit: int | None,
    ) -> Rows[QueriesCandidatesListRow]: ...
    async def list_filtered(
        self, *, organization_id: UUID | None, viewer_id: UUID | None, sees_all_jobs: bool | None,
        sees_confidential_jobs: bool | None, sees_internal: bool | None, ids: Array[UUID] | None,
        external_id: str | None, email: str | None, before_id: UUID | None, row_limit: int | None,
    ) -> Rows[QueriesCandidatesListFilteredRow]: ...
    async def list_updated_since(
        self, *, organization_id: UUID | None, viewer_id: UUID | None, sees_all_jobs: bool | None,
        sees_confidential_jobs: bool | None, sees_internal: bool | None, after_at: Moment | None, after_id: UUID | None,
        row_limit: int | None,
    ) -> Rows[QueriesCandidatesListUpdatedSinceRow]: ...
    async def list_by_team(
        self, *, organization_id: UUID | None, viewer_id: UUID | None, sees_internal: bool | None,
        before_id: UUID | None, row_limit: int | None,
    ) -> Rows[QueriesCandidatesListByTeamRow]: ...
    async def list_by_team_updated_since(
        self, *, organization_id: UUID | None, viewer_id: UUID | None, sees_internal: bool | None,
        after_at: Moment | None, after_id: UUID | None, row_limit: int | None,
    ) -> Rows[QueriesCandidatesListByTeamUpdatedSinceRow]: ...
    async def list_by_tag(
        self, *, organization_id: UUID | None, viewer_id: UUID | None, sees_all_jobs: bool | None,
        sees_confidential_jobs: bool | None, sees_internal: bool | None, tag_id: UUID | None, before_id: UUID | None,
        row_limit: int | None,
    ) -> Rows[QueriesCandidatesListByTagRow]: ...
    async def list_by_team_tag(
        self, *, organization_id: UUID | None, viewer_id: UUID | None, sees_internal: bool | None, tag_id: UUID | None,
        before_id: UUID | None, row_limit: int | None,
    ) -> Rows[QueriesCandidatesListByTeamTagRow]: ...
    async def list_by_custom_value(
        self, *, organization_id: UUID | None, viewer_id: UUID | None, sees_all_jobs: bool | None,
        sees_confidential_jobs: bool | None, sees_internal: bool | None, field_id: UUID | None, value: str | None,
        before_id: UUID | None, row_limit: int | None,
    ) -> Rows[QueriesCandidatesListByCustomValueRow]: ...
    async def list_by_team_custom_value(
        self, *, organization_id: UUID | None, viewer_id: UUID | None, sees_internal: bool | None,
        field_id: UUID | None, value: str | None, before_id: UUID | None, row_limit: int | None,
    ) -> Rows[QueriesCandidatesListByTeamCustomValueRow]: ...

class QueriesConsentTextsFindRow(TypedDict):
    version: int
    body: str

class QueriesConsentTextsFindActiveRow(TypedDict):
    version: int
    body: str

class QueriesConsentTextsListRow(TypedDict):
    body: str

class QueriesConsentTextsListUpdatedSinceRow(TypedDict):
    body: str

class QueriesConsentTexts:
    async def find(
        self, *, organization_id: UUID | None, consent_text_id: UUID | None, text_version: int | None,
    ) -> QueriesConsentTextsFindRow | None: ...
    async def find_active(
        self, *, organization_id: UUID | None, purpose: str | None, language: str | None,
    ) -> QueriesConsentTextsFindActiveRow | None: ...
    async def list(
        self, *, organization_id: UUID | None, ids: Array[UUID] | None, purpose: str | None, status: str | None,
        before_id: UUID | None, row_limit: int | None,
    ) -> Rows[QueriesConsentTextsListRow]: ...
    async def list_updated_since(
        self, *, organization_id: UUID | None, purpose: str | None, status: str | None, after_at: Moment | None,
        after_id: UUID | None, row_limit: int | None,
    ) -> Rows[QueriesConsentTextsListUpdatedSinceRow]: ...

class QueriesConsentsFindRow(TypedDict):
    version: int
    body: str

class QueriesConsentsListRow(TypedDict):
    body: str

class QueriesConsentsListUpdatedSinceRow(TypedDict):
    body: str

class QueriesConsentsListByTeamRow(TypedDict):
    body: str

class QueriesConsentsListByTeamUpdatedSinceRow(TypedDict):
    body: str

class QueriesConsents:
    async def find(
        self, *, organization_id: UUID | None, viewer_id: UUID | None, sees_all_jobs: bool | None,
        sees_confidential_jobs: bool | None, sees_internal: bool | None, consent_id: UUID | None,
    ) -> QueriesConsentsFindRow | None: ...
    async def list(
        self, *, organization_id: UUID | None, viewer_id: UUID | None, sees_all_jobs: bool | None,
        sees_confidential_jobs: bool | None, sees_internal: bool | None, ids: Array[UUID] | None,
        candidate_id: UUID | None, before_id: UUID | None, row_limit: int | None,
    ) -> Rows[QueriesConsentsListRow]: ...
    async def list_updated_since(
        self, *, organization_id: UUID | None, viewer_id: UUID | None, sees_all_jobs: bool | None,
        sees_confidential_jobs: bool | None, sees_internal: bool | None, candidate_id: UUID | None,
        after_at: Moment | None, after_id: UUID | None, row_limit: int | None,
    ) -> Rows[QueriesConsentsListUpdatedSinceRow]: ...
    async def list_by_team(
        self, *, organization_id: UUID | None, viewer_id: UUID | None, sees_all_jobs: bool | None,
        sees_confidential_jobs: bool | None, sees_internal: bool | None, before_id: UUID | None, row_limit: int | None,
    ) -> Rows[QueriesConsentsListByTeamRow]: ...
    async def list_by_team_updated_since(
        self, *, organization_id: UUID | None, viewer_id: UUID | None, sees_all_jobs: bool | None,
        sees_confidential_jobs: bool | None, sees_internal: bool | None, after_at: Moment | None, after_id: UUID | None,
        row_limit: int | None,
    ) -> Rows[QueriesConsentsListByTeamUpdatedSinceRow]: ...

class QueriesCustomFieldsFindRow(TypedDict):
    version: int
    body: str

class QueriesCustomFieldsFindByKeyRow(TypedDict):
    version: int
    body: str

class QueriesCustomFieldsListRow(TypedDict):
    body: str

class QueriesCustomFieldsListUpdatedSinceRow(TypedDict):
    body: str

class QueriesCustomFieldsFindFilterRow(TypedDict):
    id: UUID
    type: str

class QueriesCustomFields:
    async def find(
        self, *, organization_id: UUID | None, custom_field_id: UUID | None,
    ) -> QueriesCustomFieldsFindRow | None: ...
    async def find_by_key(
        self, *, organization_id: UUID | None, applies_to: str | None, key: str | None,
    ) -> QueriesCustomFieldsFindByKeyRow | None: ...
    async def list(
        self, *, organization_id: UUID | None, ids: Array[UUID] | None, applies_to: str | None, status: str | None,
        before_id: UUID | None, row_limit: int | None,
    ) -> Rows[QueriesCustomFieldsListRow]: ...
    async def list_updated_since(
        self, *, organization_id: UUID | None, applies_to: str | None, status: str | None, after_at: Moment | None,
        after_id: UUID | None, row_limit: int | None,
    ) -> Rows[QueriesCustomFieldsListUpdatedSinceRow]: ...
    async def find_filter(
        self, *, organization_id: UUID | None, applies_to: str | None, key: str | None,
    ) -> QueriesCustomFieldsFindFilterRow | None: ...

class QueriesDepartmentsFindRow(TypedDict):
    version: int
    body: str

class QueriesDepartmentsListRow(TypedDict):
    body: str

class QueriesDepartmentsListUpdatedSinceRow(TypedDict):
    body: str

class QueriesDepartments:
    async def find(
        self, *, organization_id: UUID | None, department_id: UUID | None,
    ) -> QueriesDepartmentsFindRow | None: ...
    async def list(
        self, *, organization_id: UUID | None, ids: Array[UUID] | None, external_id: str | None, status: str | None,
        before_id: UUID | None, row_limit: int | None,
    ) -> Rows[QueriesDepartmentsListRow]: ...
    async def list_updated_since(
        self, *, organization_id: UUID | None, status: str | None, after_at: Moment | None, after_id: UUID | None,
        row_limit: int | None,
    ) -> Rows[QueriesDepartmentsListUpdatedSinceRow]: ...

class QueriesDuplicatesListByCandidateRow(TypedDict):
    id: UUID
    body: str

class QueriesDuplicates:
    async def list_by_candidate(
        self, *, organization_id: UUID | None, viewer_id: UUID | None, sees_all_jobs: bool | None,
        sees_confidential_jobs: bool | None, sees_internal: bool | None, candidate_id: UUID | None,
        before_id: UUID | None, row_limit: int | None,
    ) -> Rows[QueriesDuplicatesListByCandidateRow]: ...
    async def find_survivor(
        self, *, organization_id: UUID | None, viewer_id: UUID | None, sees_all_jobs: bool | None,
        sees_confidential_jobs: bool | None, sees_internal: bool | None, candidate_id: UUID | None,
    ) -> UUID | None: ...

class QueriesEmailTemplatesFindRow(TypedDict):
    version: int
    body: str

class QueriesEmailTemplatesFindByNameRow(TypedDict):
    version: int
    body: str

class QueriesEmailTemplatesListRow(TypedDict):
    body: str

class QueriesEmailTemplatesListUpdatedSinceRow(TypedDict):
    body: str

class QueriesEmailTemplates:
    async def find(
        self, *, organization_id: UUID | None, email_template_id: UUID | None,
    ) -> QueriesEmailTemplatesFindRow | None: ...
    async def find_by_name(
        self, *, organization_id: UUID | None, name: str | None,
    ) -> QueriesEmailTemplatesFindByNameRow | None: ...
    async def list(
        self, *, organization_id: UUID | None, ids: Array[UUID] | None, status: str | None, before_id: UUID | None,
        row_limit: int | None,
    ) -> Rows[QueriesEmailTemplatesListRow]: ...
    async def list_updated_since(
        self, *, organization_id: UUID | None, status: str | None, after_at: Moment | None, after_id: UUID | None,
        row_limit: int | None,
    ) -> Rows[QueriesEmailTemplatesListUpdatedSinceRow]: ...

class QueriesEventsRequireVisibleRow(TypedDict):
    require_visible: object

class QueriesEvents:
    async def require_visible(self, *, event_ids: Array[UUID] | None) -> Rows[QueriesEventsRequireVisibleRow]: ...

class QueriesFactsListAfterRow(TypedDict):
    position: int
    fact: str

class QueriesFactsFindWatermarkRow(TypedDict):
    position: int
    is_followed: bool
    fresh_at: datetime | None
    known_at: datetime | None

class QueriesFactsCountAfterRow(TypedDict):
    organization_id: UUID
    occurred_on: date | None
    type: str
    events_count: int
    checksum: int | None

class QueriesFactsListIdsAfterRow(TypedDict):
    organization_id: UUID
    occurred_on: date | None
    event_id: UUID

class QueriesFacts:
    async def list_after(
        self, *, after_position: int | None, row_limit: int | None,
    ) -> Rows[QueriesFactsListAfterRow]: ...
    async def find_end(self) -> int: ...
    async def find_watermark(self) -> QueriesFactsFindWatermarkRow | None: ...
    async def count_after(
        self, *, after_position: int | None, up_to_position: int | None,
    ) -> Rows[QueriesFactsCountAfterRow]: ...
    async def list_ids_after(
        self, *, event_type: str | None, after_position: int | None, up_to_position: int | None,
    ) -> Rows[QueriesFactsListIdsAfterRow]: ...

class QueriesFeedListAfterRow(TypedDict):
    position: int
    id: UUID
    type: str
    envelope: str

class QueriesFeedMeasureRow(TypedDict):
    outbox_age_ms: int
    unpublished_count: int
    uningested_count: int

class QueriesFeed:
    async def list_after(
        self, *, after_position: int | None, row_limit: int | None,
    ) -> Rows[QueriesFeedListAfterRow]: ...
    async def measure(self) -> QueriesFeedMeasureRow | None: ...

class QueriesIdempotencyKeys:
    async def find_answer(self, *, principal: str | None, key: str | None) -> str | None: ...

class QueriesInterviewKitsFindRow(TypedDict):
    version: int
    body: str

class QueriesInterviewKitsFindByNameRow(TypedDict):
    version: int
    body: str

class QueriesInterviewKitsListRow(TypedDict):
    body: str

class QueriesInterviewKitsListUpdatedSinceRow(TypedDict):
    body: str

class QueriesInterviewKits:
    async def find(
        self, *, organization_id: UUID | None, interview_kit_id: UUID | None,
    ) -> QueriesInterviewKitsFindRow | None: ...
    async def find_by_name(
        self, *, organization_id: UUID | None, name: str | None,
    ) -> QueriesInterviewKitsFindByNameRow | None: ...
    async def list(
        self, *, organization_id: UUID | None, ids: Array[UUID] | None, status: str | None, before_id: UUID | None,
        row_limit: int | None,
    ) -> Rows[QueriesInterviewKitsListRow]: ...
    async def list_updated_since(
        self, *, organization_id: UUID | None, status: str | None, after_at: Moment | None, after_id: UUID | None,
        row_limit: int | None,
    ) -> Rows[QueriesInterviewKitsListUpdatedSinceRow]: ...

class QueriesJobBoardsFindRow(TypedDict):
    version: int
    body: str

class QueriesJobBoardsFindBySlugRow(TypedDict):
    organization_id: UUID
    job_board_id: UUID

class QueriesJobBoardsListRow(TypedDict):
    body: str

class QueriesJobBoardsListUpdatedSinceRow(TypedDict):
    body: str

class QueriesJobBoards:
    async def find(
        self, *, organization_id: UUID | None, job_board_id: UUID | None,
    ) -> QueriesJobBoardsFindRow | None: ...
    async def find_by_slug(self, *, slug: str | None) -> QueriesJobBoardsFindBySlugRow | None: ...
    async def list(
        self, *, organization_id: UUID | None, ids: Array[UUID] | None, before_id: UUID | None, row_limit: int | None,
    ) -> Rows[QueriesJobBoardsListRow]: ...
    async def list_updated_since(
        self, *, organization_id: UUID | None, after_at: Moment | None, after_id: UUID | None, row_limit: int | None,
    ) -> Rows[QueriesJobBoardsListUpdatedSinceRow]: ...

class QueriesJobsFindRow(TypedDict):
    version: int
    body: str
    department: str | None
    offices: str | None

class QueriesJobsListRow(TypedDict):
    body: str
    department: str | None
    offices: str | None

class QueriesJobsListByStatusRow(TypedDict):
    body: str
    department: str | None
    offices: str | None

class QueriesJobsListFilteredRow(TypedDict):
    body: str
    department: str | None
    offices: str | None

class QueriesJobsListUpdatedSinceRow(TypedDict):
    body: str
    department: str | None
    offices: str | None

class QueriesJobsListByTeamRow(TypedDict):
    body: str
    department: str | None
    offices: str | None

class QueriesJobsListByTeamUpdatedSinceRow(TypedDict):
    body: str
    department: str | None
    offices: str | None

class QueriesJobsListByCustomValueRow(TypedDict):
    body: str
    department: str | None
    offices: str | None

class QueriesJobsListByTeamCustomValueRow(TypedDict):
    body: str
    department: str | None
    offices: str | None

class QueriesJobsFindTeamRow(TypedDict):
    version: int
    body: str

class QueriesJobsFindPipelineRow(TypedDict):
    version: int
    body: str

class QueriesJobsFindPipelineAsOfRow(TypedDict):
    version: int
    body: str

class QueriesJobs:
    async def find(
        self, *, organization_id: UUID | None, viewer_id: UUID | None, sees_all_jobs: bool | None,
        sees_confidential_jobs: bool | None, sees_pay: bool | None, expand: Array[str] | None, job_id: UUID | None,
    ) -> QueriesJobsFindRow | None: ...
    async def list(
        self, *, organization_id: UUID | None, viewer_id: UUID | None, sees_all_jobs: bool | None,
        sees_confidential_jobs: bool | None, sees_pay: bool | None, expand: Array[str] | None, before_id: UUID | None,
        row_limit: int | None,
    ) -> Rows[QueriesJobsListRow]: ...
    async def list_by_status(
        self, *, organization_id: UUID | None, viewer_id: UUID | None, sees_all_jobs: bool | None,
        sees_confidential_jobs: bool | None, sees_pay: bool | None, expand: Array[str] | None, status: str | None,
        before_id: UUID | None, row_limit: int | None,
    ) -> Rows[QueriesJobsListByStatusRow]: ...
    async def list_filtered(
        self, *, organization_id: UUID | None, viewer_id: UUID | None, sees_all_jobs: bool | None,
        sees_confidential_jobs: bool | None, sees_pay: bool | None, expand: Array[str] | None, kind: str | None,
        ids: Array[UUID] | None, external_id: str | None, department_id: UUID | None, status: str | None,
        before_id: UUID | None, row_limit: int | None,
    ) -> Rows[QueriesJobsListFilteredRow]: ...
    async def list_updated_since(
        self, *, organization_id: UUID | None, viewer_id: UUID | None, sees_all_jobs: bool | None,
        sees_confidential_jobs: bool | None, sees_pay: bool | None, expand: Array[str] | None, kind: str | None,
        department_id: UUID | None, status: str | None, after_at: Moment | None, after_id: UUID | None,
        row_limit: int | None,
    ) -> Rows[QueriesJobsListUpdatedSinceRow]: ...
    async def list_by_team(
        self, *, organization_id: UUID | None, viewer_id: UUID | None, sees_all_jobs: bool | None,
        sees_confidential_jobs: bool | None, sees_pay: bool | None, expand: Array[str] | None, kind: str | None,
        department_id: UUID | None, status: str | None, before_id: UUID | None, row_limit: int | None,
    ) -> Rows[QueriesJobsListByTeamRow]: ...
    async def list_by_team_updated_since(
        self, *, organization_id: UUID | None, viewer_id: UUID | None, sees_all_jobs: bool | None,
        sees_confidential_jobs: bool | None, sees_pay: bool | None, expand: Array[str] | None, kind: str | None,
        department_id: UUID | None, status: str | None, after_at: Moment | None, after_id: UUID | None,
        row_limit: int | None,
    ) -> Rows[QueriesJobsListByTeamUpdatedSinceRow]: ...
    async def list_by_custom_value(
        self, *, organization_id: UUID | None, viewer_id: UUID | None, sees_all_jobs: bool | None,
        sees_confidential_jobs: bool | None, sees_pay: bool | None, expand: Array[str] | None, field_id: UUID | None,
        value: str | None, kind: str | None, department_id: UUID | None, status: str | None, before_id: UUID | None,
        row_limit: int | None,
    ) -> Rows[QueriesJobsListByCustomValueRow]: ...
    async def list_by_team_custom_value(
        self, *, organization_id: UUID | None, viewer_id: UUID | None, sees_all_jobs: bool | None,
        sees_confidential_jobs: bool | None, sees_pay: bool | None, expand: Array[str] | None, kind: str | None,
        field_id: UUID | None, value: str | None, department_id: UUID | None, status: str | None,
        before_id: UUID | None, row_limit: int | None,
    ) -> Rows[QueriesJobsListByTeamCustomValueRow]: ...
    async def find_team(
        self, *, organization_id: UUID | None, viewer_id: UUID | None, sees_all_jobs: bool | None,
        sees_confidential_jobs: bool | None, job_id: UUID | None,
    ) -> QueriesJobsFindTeamRow | None: ...
    async def find_pipeline(
        self, *, organization_id: UUID | None, viewer_id: UUID | None, sees_all_jobs: bool | None,
        sees_confidential_jobs: bool | None, sees_applications: bool | None, sees_all_applications: bool | None,
        sees_internal: bool | None, job_id: UUID | None,
    ) -> QueriesJobsFindPipelineRow | None: ...
    async def find_pipeline_as_of(
        self, *, organization_id: UUID | None, viewer_id: UUID | None, sees_all_jobs: bool | None,
        sees_confidential_jobs: bool | None, sees_applications: bool | None, sees_all_applications: bool | None,
        sees_internal: bool | None, job_id: UUID | None, as_of: Moment | None,
    ) -> QueriesJobsFindPipelineAsOfRow | None: ...

class QueriesMailsFindDueRow(TypedDict):
    kind: str
    language: str
    facts: Any
    user_id: UUID | None
    is_written: bool
    is_overtaken: bool

class QueriesMails:
    async def find_due(
        self, *, organization_id: UUID | None, message_id: UUID | None,
    ) -> QueriesMailsFindDueRow | None: ...

class QueriesMessagesListRow(TypedDict):
    body: str

class QueriesMessagesListByTeamRow(TypedDict):
    body: str

class QueriesMessagesFindFactsRow(TypedDict):
    candidate_first_name: str | None
    candidate_last_name: str | None
    job_title: str | None
    organization_name: str
    sender_name: str | None

class QueriesMessages:
    async def find(
        self, *, organization_id: UUID | None, viewer_id: UUID | None, sees_all_jobs: bool | None,
        sees_confidential_jobs: bool | None, sees_internal: bool | None, message_id: UUID | None,
    ) -> str | None: ...
    async def list(
        self, *, organization_id: UUID | None, viewer_id: UUID | None, sees_all_jobs: bool | None,
        sees_confidential_jobs: bool | None, sees_internal: bool | None, ids: Array[UUID] | None,
        candidate_id: UUID | None, application_id: UUID | None, before_id: UUID | None, row_limit: int | None,
    ) -> Rows[QueriesMessagesListRow]: ...
    async def list_by_team(
        self, *, organization_id: UUID | None, viewer_id: UUID | None, sees_all_jobs: bool | None,
        sees_confidential_jobs: bool | None, sees_internal: bool | None, before_id: UUID | None, row_limit: int | None,
    ) -> Rows[QueriesMessagesListByTeamRow]: ...
    async def find_facts(
        self, *, organization_id: UUID | None, viewer_id: UUID | None, sees_all_jobs: bool | None,
        sees_confidential_jobs: bool | None, sees_internal: bool | None, candidate_id: UUID | None,
        application_id: UUID | None,
    ) -> QueriesMessagesFindFactsRow | None: ...

class QueriesNotesFindRow(TypedDict):
    version: int
    body: str

class QueriesNotesListRow(TypedDict):
    body: str

class QueriesNotesListUpdatedSinceRow(TypedDict):
    body: str

class QueriesNotesListByTeamRow(TypedDict):
    body: str

class QueriesNotesListByTeamUpdatedSinceRow(TypedDict):
    body: str

class QueriesNotes:
    async def find(
        self, *, organization_id: UUID | None, viewer_id: UUID | None, sees_all_jobs: bool | None,
        sees_confidential_jobs: bool | None, sees_internal: bool | None, sees_private: bool | None,
        note_id: UUID | None,
    ) -> QueriesNotesFindRow | None: ...
    async def list(
        self, *, organization_id: UUID | None, viewer_id: UUID | None, sees_all_jobs: bool | None,
        sees_confidential_jobs: bool | None, sees_internal: bool | None, sees_private: bool | None,
        ids: Array[UUID] | None, candidate_id: UUID | None, application_id: UUID | None, before_id: UUID | None,
        row_limit: int | None,
    ) -> Rows[QueriesNotesListRow]: ...
    async def list_updated_since(
        self, *, organization_id: UUID | None, viewer_id: UUID | None, sees_all_jobs: bool | None,
        sees_confidential_jobs: bool | None, sees_internal: bool | None, sees_private: bool | None,
        candidate_id: UUID | None, application_id: UUID | None, after_at: Moment | None, after_id: UUID | None,
        row_limit: int | None,
    ) -> Rows[QueriesNotesListUpdatedSinceRow]: ...
    async def list_by_team(
        self, *, organization_id: UUID | None, viewer_id: UUID | None, sees_all_jobs: bool | None,
        sees_confidential_jobs: bool | None, sees_internal: bool | None, sees_private: bool | None,
        before_id: UUID | None, row_limit: int | None,
    ) -> Rows[QueriesNotesListByTeamRow]: ...
    async def list_by_team_updated_since(
        self, *, organization_id: UUID | None, viewer_id: UUID | None, sees_all_jobs: bool | None,
        sees_confidential_jobs: bool | None, sees_internal: bool | None, sees_private: bool | None,
        after_at: Moment | None, after_id: UUID | None, row_limit: int | None,
    ) -> Rows[QueriesNotesListByTeamUpdatedSinceRow]: ...

class QueriesOfficesFindRow(TypedDict):
    version: int
    body: str

class QueriesOfficesListRow(TypedDict):
    body: str

class QueriesOfficesListUpdatedSinceRow(TypedDict):
    body: str

class QueriesOffices:
    async def find(self, *, organization_id: UUID | None, office_id: UUID | None) -> QueriesOfficesFindRow | None: ...
    async def list(
        self, *, organization_id: UUID | None, ids: Array[UUID] | None, external_id: str | None, status: str | None,
        before_id: UUID | None, row_limit: int | None,
    ) -> Rows[QueriesOfficesListRow]: ...
    async def list_updated_since(
        self, *, organization_id: UUID | None, status: str | None, after_at: Moment | None, after_id: UUID | None,
        row_limit: int | None,
    ) -> Rows[QueriesOfficesListUpdatedSinceRow]: ...

class QueriesOpeningsListRow(TypedDict):
    body: str
    job: str | None

class QueriesOpeningsListUpdatedSinceRow(TypedDict):
    body: str
    job: str | None

class QueriesOpeningsListByTeamRow(TypedDict):
    body: str
    job: str | None

class QueriesOpeningsListByTeamUpdatedSinceRow(TypedDict):
    body: str
    job: str | None

class QueriesOpenings:
    async def list(
        self, *, organization_id: UUID | None, viewer_id: UUID | None, sees_all_jobs: bool | None,
        sees_confidential_jobs: bool | None, sees_pay: bool | None, sees_applications: bool | None,
        sees_all_applications: bool | None, sees_internal: bool | None, expand: Array[str] | None,
        ids: Array[UUID] | None, external_id: str | None, job_id: UUID | None, status: str | None,
        before_id: UUID | None, row_limit: int | None,
    ) -> Rows[QueriesOpeningsListRow]: ...
    async def list_updated_since(
        self, *, organization_id: UUID | None, viewer_id: UUID | None, sees_all_jobs: bool | None,
        sees_confidential_jobs: bool | None, sees_pay: bool | None, sees_applications: bool | None,
        sees_all_applications: bool | None, sees_internal: bool | None, expand: Array[str] | None, job_id: UUID | None,
        status: str | None, after_at: Moment | None, after_id: UUID | None, row_limit: int | None,
    ) -> Rows[QueriesOpeningsListUpdatedSinceRow]: ...
    async def list_by_team(
        self, *, organization_id: UUID | None, viewer_id: UUID | None, sees_all_jobs: bool | None,
        sees_confidential_jobs: bool | None, sees_pay: bool | None, sees_applications: bool | None,
        sees_all_applications: bool | None, sees_internal: bool | None, expand: Array[str] | None, status: str | None,
        before_id: UUID | None, row_limit: int | None,
    ) -> Rows[QueriesOpeningsListByTeamRow]: ...
    async def list_by_team_updated_since(
        self, *, organization_id: UUID | None, viewer_id: UUID | None, sees_all_jobs: bool | None,
        sees_confidential_jobs: bool | None, sees_pay: bool | None, sees_applications: bool | None,
        sees_all_applications: bool | None, sees_internal: bool | None, expand: Array[str] | None, status: str | None,
        after_at: Moment | None, after_id: UUID | None, row_limit: int | None,
    ) -> Rows[QueriesOpeningsListByTeamUpdatedSinceRow]: ...

class QueriesOrganizationsFindRow(TypedDict):
    version: int
    body: str

class QueriesOrganizations:
    async def find(self, *, organization_id: UUID | None) -> QueriesOrganizationsFindRow | None: ...

class QueriesPayDisclosureRules:
    async def list_all(self) -> str: ...

class QueriesPermissionsFindGroupRow(TypedDict):
    version: int
    body: str
    key: str | None
    permissions: Rows[str]

class QueriesPermissionsFindGroupByNameRow(TypedDict):
    version: int
    body: str

class QueriesPermissionsListGroupsRow(TypedDict):
    body: str

class QueriesPermissionsListGroupsUpdatedSinceRow(TypedDict):
    body: str

class QueriesPermissionsListOfUserRow(TypedDict):
    id: UUID
    body: str

class QueriesPermissionsListGroupsOfUserRow(TypedDict):
    id: UUID
    body: str

class QueriesPermissionsFindHeldRow(TypedDict):
    permission_groups: str | None
    permissions: str | None

class QueriesPermissions:
    async def find_group(
        self, *, organization_id: UUID | None, permission_group_id: UUID | None, built_in: Document | None,
    ) -> QueriesPermissionsFindGroupRow | None: ...
    async def find_group_by_name(
        self, *, organization_id: UUID | None, name: str | None, built_in: Document | None,
    ) -> QueriesPermissionsFindGroupByNameRow | None: ...
    async def list_groups(
        self, *, organization_id: UUID | None, built_in: Document | None, ids: Array[UUID] | None,
        before_id: UUID | None, row_limit: int | None,
    ) -> Rows[QueriesPermissionsListGroupsRow]: ...
    async def list_groups_updated_since(
        self, *, organization_id: UUID | None, built_in: Document | None, after_at: Moment | None,
        after_id: UUID | None, row_limit: int | None,
    ) -> Rows[QueriesPermissionsListGroupsUpdatedSinceRow]: ...
    async def list_of_user(
        self, *, organization_id: UUID | None, user_id: UUID | None, with_revoked: bool | None, before_id: UUID | None,
        row_limit: int | None,
    ) -> Rows[QueriesPermissionsListOfUserRow]: ...
    async def list_groups_of_user(
        self, *, organization_id: UUID | None, user_id: UUID | None, with_revoked: bool | None, before_id: UUID | None,
        row_limit: int | None,
    ) -> Rows[QueriesPermissionsListGroupsOfUserRow]: ...
    async def find_held(
        self, *, organization_id: UUID | None, user_id: UUID | None,
    ) -> QueriesPermissionsFindHeldRow | None: ...

class QueriesPipelineTemplatesFindRow(TypedDict):
    version: int
    body: str

class QueriesPipelineTemplatesFindByNameRow(TypedDict):
    version: int
    body: str

class QueriesPipelineTemplatesListRow(TypedDict):
    body: str

class QueriesPipelineTemplatesListUpdatedSinceRow(TypedDict):
    body: str

class QueriesPipelineTemplates:
    async def find(
        self, *, organization_id: UUID | None, pipeline_template_id: UUID | None,
    ) -> QueriesPipelineTemplatesFindRow | None: ...
    async def find_by_name(
        self, *, organization_id: UUID | None, name: str | None,
    ) -> QueriesPipelineTemplatesFindByNameRow | None: ...
    async def list(
        self, *, organization_id: UUID | None, ids: Array[UUID] | None, status: str | None, before_id: UUID | None,
        row_limit: int | None,
    ) -> Rows[QueriesPipelineTemplatesListRow]: ...
    async def list_updated_since(
        self, *, organization_id: UUID | None, status: str | None, after_at: Moment | None, after_id: UUID | None,
        row_limit: int | None,
    ) -> Rows[QueriesPipelineTemplatesListUpdatedSinceRow]: ...

class QueriesPostsFindRow(TypedDict):
    version: int
    body: str
    job: str | None

class QueriesPostsFindTranslationRow(TypedDict):
    version: int
    body: str

class QueriesPostsFindPreviewRow(TypedDict):
    slug: str
    status: str
    version: int
    has_preview: bool

class QueriesPostsListRow(TypedDict):
    body: str
    job: str | None

class QueriesPostsListUpdatedSinceRow(TypedDict):
    body: str
    job: str | None

class QueriesPostsListByTeamRow(TypedDict):
    body: str
    job: str | None

class QueriesPostsListByTeamUpdatedSinceRow(TypedDict):
    body: str
    job: str | None

class QueriesPosts:
    async def find(
        self, *, organization_id: UUID | None, viewer_id: UUID | None, sees_all_jobs: bool | None,
        sees_confidential_jobs: bool | None, sees_pay: bool | None, expand: Array[str] | None, post_id: UUID | None,
    ) -> QueriesPostsFindRow | None: ...
    async def find_translation(
        self, *, organization_id: UUID | None, viewer_id: UUID | None, sees_all_jobs: bool | None,
        sees_confidential_jobs: bool | None, sees_pay: bool | None, expand: Array[str] | None, original_id: UUID | None,
        language: str | None,
    ) -> QueriesPostsFindTranslationRow | None: ...
    async def find_preview(
        self, *, organization_id: UUID | None, viewer_id: UUID | None, sees_all_jobs: bool | None,
        sees_confidential_jobs: bool | None, post_id: UUID | None,
    ) -> QueriesPostsFindPreviewRow | None: ...
    async def list(
        self, *, organization_id: UUID | None, viewer_id: UUID | None, sees_all_jobs: bool | None,
        sees_confidential_jobs: bool | None, sees_pay: bool | None, expand: Array[str] | None, ids: Array[UUID] | None,
        external_id: str | None, job_id: UUID | None, status: str | None, before_id: UUID | None, row_limit: int | None,
    ) -> Rows[QueriesPostsListRow]: ...
    async def list_updated_since(
        self, *, organization_id: UUID | None, viewer_id: UUID | None, sees_all_jobs: bool | None,
        sees_confidential_jobs: bool | None, sees_pay: bool | None, expand: Array[str] | None, job_id: UUID | None,
        status: str | None, after_at: Moment | None, after_id: UUID | None, row_limit: int | None,
    ) -> Rows[QueriesPostsListUpdatedSinceRow]: ...
    async def list_by_team(
        self, *, organization_id: UUID | None, viewer_id: UUID | None, sees_all_jobs: bool | None,
        sees_confidential_jobs: bool | None, sees_pay: bool | None, expand: Array[str] | None, status: str | None,
        before_id: UUID | None, row_limit: int | None,
    ) -> Rows[QueriesPostsListByTeamRow]: ...
    async def list_by_team_updated_since(
        self, *, organization_id: UUID | None, viewer_id: UUID | None, sees_all_jobs: bool | None,
        sees_confidential_jobs: bool | None, sees_pay: bool | None, expand: Array[str] | None, status: str | None,
        after_at: Moment | None, after_id: UUID | None, row_limit: int | None,
    ) -> Rows[QueriesPostsListByTeamUpdatedSinceRow]: ...

class QueriesPrincipalChangesFindSinceRow(TypedDict):
    server: str | None
    is_replica: bool
    heartbeat_age_ms: int | None
    next_transaction_id: str | None
    subject_ids: Rows[UUID]

class QueriesPrincipalChanges:
    async def find_since(self, *, transaction_id: str | None) -> QueriesPrincipalChangesFindSinceRow: ...

class QueriesReasonsFindRow(TypedDict):
    version: int
    body: str

class QueriesReasonsFindByNameRow(TypedDict):
    version: int
    body: str

class QueriesReasonsListRow(TypedDict):
    body: str

class QueriesReasonsListUpdatedSinceRow(TypedDict):
    body: str

class QueriesReasons:
    async def find(self, *, organization_id: UUID | None, reason_id: UUID | None) -> QueriesReasonsFindRow | None: ...
    async def find_by_name(
        self, *, organization_id: UUID | None, kind: str | None, name: str | None,
    ) -> QueriesReasonsFindByNameRow | None: ...
    async def list(
        self, *, organization_id: UUID | None, ids: Array[UUID] | None, kind: str | None, status: str | None,
        before_id: UUID | None, row_limit: int | None,
    ) -> Rows[QueriesReasonsListRow]: ...
    async def list_updated_since(
        self, *, organization_id: UUID | None, kind: str | None, status: str | None, after_at: Moment | None,
        after_id: UUID | None, row_limit: int | None,
    ) -> Rows[QueriesReasonsListUpdatedSinceRow]: ...

class QueriesReplicationFindHealthRow(TypedDict):
    is_replica: bool
    receiver_pid: int | None
    is_caught_up: bool
    heartbeat_age_ms: int | None

class QueriesReplication:
    async def find_health(self) -> QueriesReplicationFindHealthRow: ...

class QueriesReportsFindScopeRow(TypedDict):
    time_zone: str
    is_exclusion: bool | None
    job_ids: Rows[UUID]
    hidden_application_ids: Rows[UUID]
    position: int
    known_at: datetime | None

class QueriesReports:
    async def find_scope(
        self, *, organization_id: UUID | None, viewer_id: UUID | None, sees_all_jobs: bool | None,
        sees_confidential_jobs: bool | None, sees_internal: bool | None, job_id: UUID | None,
        department_id: UUID | None, office_id: UUID | None, recruiter_id: UUID | None,
    ) -> QueriesReportsFindScopeRow | None: ...

class QueriesResultLinksListByCandidateRow(TypedDict):
    body: str

class QueriesResultLinks:
    async def list_by_candidate(
        self, *, organization_id: UUID | None, candidate_id: UUID | None, before_id: UUID | None, row_limit: int | None,
    ) -> Rows[QueriesResultLinksListByCandidateRow]: ...

class QueriesSenderIdentitiesFindRow(TypedDict):
    version: int
    body: str

class QueriesSenderIdentitiesFindByEmailRow(TypedDict):
    version: int
    body: str

class QueriesSenderIdentitiesListRow(TypedDict):
    body: str

class QueriesSenderIdentitiesListUpdatedSinceRow(TypedDict):
    body: str

class QueriesSenderIdentities:
    async def find(
        self, *, organization_id: UUID | None, sender_identity_id: UUID | None,
    ) -> QueriesSenderIdentitiesFindRow | None: ...
    async def find_by_email(
        self, *, organization_id: UUID | None, email: str | None,
    ) -> QueriesSenderIdentitiesFindByEmailRow | None: ...
    async def list(
        self, *, organization_id: UUID | None, ids: Array[UUID] | None, status: str | None, before_id: UUID | None,
        row_limit: int | None,
    ) -> Rows[QueriesSenderIdentitiesListRow]: ...
    async def list_updated_since(
        self, *, organization_id: UUID | None, status: str | None, after_at: Moment | None, after_id: UUID | None,
        row_limit: int | None,
    ) -> Rows[QueriesSenderIdentitiesListUpdatedSinceRow]: ...

class QueriesSessionsFindPrincipalRow(TypedDict):
    user_id: UUID
    expires_at: datetime
    permission_groups: str | None
    permissions: str | None

class QueriesSessionsFindAccountsRow(TypedDict):
    organization_id: UUID
    user_id: UUID

class QueriesSessionsFindByRefreshTokenRow(TypedDict):
    organization_id: UUID
    session_id: UUID
    generation: int

class QueriesSessionsListRow(TypedDict):
    body: str

class QueriesSessions:
    async def find_principal(
        self, *, organization_id: UUID | None, session_id: UUID | None,
    ) -> QueriesSessionsFindPrincipalRow | None: ...
    async def find_accounts(
        self, *, email_hash: str | None, organization: str | None,
    ) -> Rows[QueriesSessionsFindAccountsRow]: ...
    async def is_known_address(
        self, *, email_hash: str | None, remote_address: str | None, remote_network: str | None,
    ) -> bool: ...
    async def find_password(self, *, organization_id: UUID | None, user_id: UUID | None) -> str | None: ...
    async def find_by_refresh_token(self, *, token_hash: str | None) -> QueriesSessionsFindByRefreshTokenRow | None: ...
    async def list(
        self, *, organization_id: UUID | None, user_id: UUID | None, before_id: UUID | None, row_limit: int | None,
    ) -> Rows[QueriesSessionsListRow]: ...

class QueriesSourcesFindRow(TypedDict):
    version: int
    body: str

class QueriesSourcesFindByNameRow(TypedDict):
    version: int
    body: str

class QueriesSourcesListRow(TypedDict):
    body: str

class QueriesSourcesListUpdatedSinceRow(TypedDict):
    body: str

class QueriesSources:
    async def find(self, *, organization_id: UUID | None, source_id: UUID | None) -> QueriesSourcesFindRow | None: ...
    async def find_by_name(
        self, *, organization_id: UUID | None, name: str | None,
    ) -> QueriesSourcesFindByNameRow | None: ...
    async def list(
        self, *, organization_id: UUID | None, ids: Array[UUID] | None, kind: str | None, status: str | None,
        before_id: UUID | None, row_limit: int | None,
    ) -> Rows[QueriesSourcesListRow]: ...
    async def list_updated_since(
        self, *, organization_id: UUID | None, kind: str | None, status: str | None, after_at: Moment | None,
        after_id: UUID | None, row_limit: int | None,
    ) -> Rows[QueriesSourcesListUpdatedSinceRow]: ...

class QueriesStageChangesListRow(TypedDict):
    body: str

class QueriesStageChangesListByTeamRow(TypedDict):
    body: str

class QueriesStageChangesListByApplicationRow(TypedDict):
    body: str

class QueriesStageChanges:
    async def list(
        self, *, organization_id: UUID | None, viewer_id: UUID | None, sees_all_jobs: bool | None,
        sees_confidential_jobs: bool | None, sees_internal: bool | None, ids: Array[UUID] | None,
        application_id: UUID | None, before_id: UUID | None, row_limit: int | None,
    ) -> Rows[QueriesStageChangesListRow]: ...
    async def list_by_team(
        self, *, organization_id: UUID | None, viewer_id: UUID | None, sees_all_jobs: bool | None,
        sees_confidential_jobs: bool | None, sees_internal: bool | None, before_id: UUID | None, row_limit: int | None,
    ) -> Rows[QueriesStageChangesListByTeamRow]: ...
    async def list_by_application(
        self, *, organization_id: UUID | None, application_id: UUID | None, before_at: Moment | None,
        before_id: UUID | None, row_limit: int | None,
    ) -> Rows[QueriesStageChangesListByApplicationRow]: ...

class QueriesSweepsListUsedUploadsRow(TypedDict):
    organization_id: UUID
    id: UUID
    storage_name: str
    is_attached: bool

class QueriesSweepsListUnknownFilesRow(TypedDict):
    name: str | None

class QueriesSweepsFindOldestRow(TypedDict):
    idempotency_keys: datetime | None
    inbox: datetime | None
    principal_changes: datetime | None
    sessions: datetime | None
    mailed_links: datetime | None
    bulk_operations: datetime | None
    uploads: datetime | None

class QueriesSweeps:
    async def list_used_uploads(
        self, *, cutoff_at: Moment | None, row_limit: int | None,
    ) -> Rows[QueriesSweepsListUsedUploadsRow]: ...
    async def list_unknown_files(
        self, *, organization_ids: Array[UUID] | None, names: Array[str] | None,
    ) -> Rows[QueriesSweepsListUnknownFilesRow]: ...
    async def find_oldest(self) -> QueriesSweepsFindOldestRow: ...

class QueriesTagsFindRow(TypedDict):
    version: int
    body: str

class QueriesTagsFindByNameRow(TypedDict):
    version: int
    body: str

class QueriesTagsListRow(TypedDict):
    body: str

class QueriesTagsListUpdatedSinceRow(TypedDict):
    body: str

class QueriesTags:
    async def find(self, *, organization_id: UUID | None, tag_id: UUID | None) -> QueriesTagsFindRow | None: ...
    async def find_by_name(
        self, *, organization_id: UUID | None, name: str | None,
    ) -> QueriesTagsFindByNameRow | None: ...
    async def list(
        self, *, organization_id: UUID | None, ids: Array[UUID] | None, status: str | None, before_id: UUID | None,
        row_limit: int | None,
    ) -> Rows[QueriesTagsListRow]: ...
    async def list_updated_since(
        self, *, organization_id: UUID | None, status: str | None, after_at: Moment | None, after_id: UUID | None,
        row_limit: int | None,
    ) -> Rows[QueriesTagsListUpdatedSinceRow]: ...

class QueriesTimelineListByCandidateRow(TypedDict):
    body: str

class QueriesTimeline:
    async def list_by_candidate(
        self, *, organization_id: UUID | None, viewer_id: UUID | None, sees_all_jobs: bool | None,
        sees_confidential_jobs: bool | None, sees_internal: bool | None, sees_private: bool | None,
        candidate_id: UUID | None, types: Array[str] | None, before_id: UUID | None, row_limit: int | None,
    ) -> Rows[QueriesTimelineListByCandidateRow]: ...

class QueriesUsersFindRow(TypedDict):
    version: int
    body: str

class QueriesUsersFindLinkRow(TypedDict):
    organization_id: UUID
    mailed_link_id: UUID

class QueriesUsersListRow(TypedDict):
    body: str

class QueriesUsersListUpdatedSinceRow(TypedDict):
    body: str

class QueriesUsers:
    async def find(self, *, organization_id: UUID | None, user_id: UUID | None) -> QueriesUsersFindRow | None: ...
    async def find_link(self, *, token_hash: str | None) -> QueriesUsersFindLinkRow | None: ...
    async def find_user_of_link(self, *, organization_id: UUID | None, mailed_link_id: UUID | None) -> UUID | None: ...
    async def list(
        self, *, organization_id: UUID | None, ids: Array[UUID] | None, external_id: str | None, email: str | None,
        status: str | None, before_id: UUID | None, row_limit: int | None,
    ) -> Rows[QueriesUsersListRow]: ...
    async def list_updated_since(
        self, *, organization_id: UUID | None, status: str | None, after_at: Moment | None, after_id: UUID | None,
        row_limit: int | None,
    ) -> Rows[QueriesUsersListUpdatedSinceRow]: ...

class QueriesVocabulariesRequireStateRow(TypedDict):
    require_fresh: object

class QueriesVocabularies:
    async def find_state(self, *, organization_id: UUID | None) -> str: ...
    async def require_state(
        self, *, organization_id: UUID | None, state: str | None,
    ) -> Rows[QueriesVocabulariesRequireStateRow]: ...

class Commands:
    api_keys: CommandsApiKeys
    applications: CommandsApplications
    attachments: CommandsAttachments
    board_keys: CommandsBoardKeys
    boards: CommandsBoards
    bulk_operations: CommandsBulkOperations
    candidates: CommandsCandidates
    consent_texts: CommandsConsentTexts
    consents: CommandsConsents
    custom_fields: CommandsCustomFields
    departments: CommandsDepartments
    duplicates: CommandsDuplicates
    email_templates: CommandsEmailTemplates
    feed: CommandsFeed
    heartbeats: CommandsHeartbeats
    hires: CommandsHires
    idempotency_keys: CommandsIdempotencyKeys
    inbox: CommandsInbox
    interview_kits: CommandsInterviewKits
    job_boards: CommandsJobBoards
    jobs: CommandsJobs
    locks: CommandsLocks
    mails: CommandsMails
    messages: CommandsMessages
    notes: CommandsNotes
    offices: CommandsOffices
    openings: CommandsOpenings
    organizations: CommandsOrganizations
    outbox: CommandsOutbox
    permissions: CommandsPermissions
    pipeline_templates: CommandsPipelineTemplates
    posts: CommandsPosts
    proposed_updates: CommandsProposedUpdates
    reasons: CommandsReasons
    result_links: CommandsResultLinks
    sender_identities: CommandsSenderIdentities
    sessions: CommandsSessions
    sources: CommandsSources
    sweeps: CommandsSweeps
    tags: CommandsTags
    transfers: CommandsTransfers
    uploads: CommandsUploads
    users: CommandsUsers

class Queries:
    access: QueriesAccess
    api_keys: QueriesApiKeys
    applications: QueriesApplications
    attachments: QueriesAttachments
    board_keys: QueriesBoardKeys
    boards: QueriesBoards
    bulk_operations: QueriesBulkOperations
    candidate_exports: QueriesCandidateExports
    candidates: QueriesCandidates
    consent_texts: QueriesConsentTexts
    consents: QueriesConsents
    custom_fields: QueriesCustomFields
    departments: QueriesDepartments
    duplicates: QueriesDuplicates
    email_templates: QueriesEmailTemplates
    events: QueriesEvents
    facts: QueriesFacts
    feed: QueriesFeed
    idempotency_keys: QueriesIdempotencyKeys
    interview_kits: QueriesInterviewKits
    job_boards: QueriesJobBoards
    jobs: QueriesJobs
    mails: QueriesMails
    messages: QueriesMessages
    notes: QueriesNotes
    offices: QueriesOffices
    openings: QueriesOpenings
    organizations: QueriesOrganizations
    pay_disclosure_rules: QueriesPayDisclosureRules
    permissions: QueriesPermissions
    pipeline_templates: QueriesPipelineTemplates
    posts: QueriesPosts
    principal_changes: QueriesPrincipalChanges
    reasons: QueriesReasons
    replication: QueriesReplication
    reports: QueriesReports
    result_links: QueriesResultLinks
    sender_identities: QueriesSenderIdentities
    sessions: QueriesSessions
    sources: QueriesSources
    stage_changes: QueriesStageChanges
    sweeps: QueriesSweeps
    tags: QueriesTags
    timeline: QueriesTimeline
    users: QueriesUsers
    vocabularies: QueriesVocabularies

class AnalyticsFactsCountByDayRow(TypedDict):
    organization_id: UUID
    occurred_on: date
    type: str
    facts_count: int
    checksum: int

class AnalyticsFactsCountStepsRow(TypedDict):
    organization_id: UUID
    steps_count: int
    doubles_count: int

class AnalyticsFactsListIdsRow(TypedDict):
    event_id: UUID

class AnalyticsFactsFindEventsRow(TypedDict):
    events_count: int
    position: int
    last_at: datetime

class AnalyticsFacts:
    async def count_all(self) -> int: ...
    async def count_by_day(self, *, up_to_position: int) -> Rows[AnalyticsFactsCountByDayRow]: ...
    async def count_steps(self) -> Rows[AnalyticsFactsCountStepsRow]: ...
    async def list_ids(
        self, *, organization_id: UUID, occurred_on: date, event_type: str, up_to_position: int,
    ) -> Rows[AnalyticsFactsListIdsRow]: ...
    async def find_events(self, *, organization_id: UUID, event_ids: Array[UUID]) -> AnalyticsFactsFindEventsRow: ...
    def stream_stage_changes(
        self, output_format: str, *, organization_id: UUID, job_ids: Array[UUID], excludes_jobs: bool,
        hidden_application_ids: Array[UUID], after_position: int, up_to_position: int, row_limit: int,
    ) -> AsyncGenerator[bytes]: ...
    def stream_applications(
        self, output_format: str, *, organization_id: UUID, job_ids: Array[UUID], excludes_jobs: bool,
        hidden_application_ids: Array[UUID], after_position: int, up_to_position: int, row_limit: int,
    ) -> AsyncGenerator[bytes]: ...

class AnalyticsReportsFunnelRow(TypedDict):
    period: date | None
    kind: str
    reached: int
    conversion: float | None
    share: float
    active: int
    rejected: int
    withdrawn: int
    transferred: int

class AnalyticsReportsTimeToHireRow(TypedDict):
    period: date | None
    hires: int
    median_days: float
    p75_days: float
    p90_days: float

class AnalyticsReportsTimeToHireDistributionRow(TypedDict):
    from_days: int
    to_days: int | None
    hires: int

class AnalyticsReportsTimeToFillRow(TypedDict):
    period: date | None
    filled: int
    median_days: float
    p75_days: float
    p90_days: float

class AnalyticsReportsTimeInStageRow(TypedDict):
    period: date | None
    kind: str
    ended: int
    median_days: float | None
    p75_days: float | None
    p90_days: float | None
    running: int
    running_median_days: float | None

class AnalyticsReportsSourcesRow(TypedDict):
    period: date | None
    source_id: UUID | None
    applications: int
    active: int
    rejected: int
    withdrawn: int
    transferred: int
    hired: int
    reached_interview: int
    reached_offer: int
    interview_rate: float
    hire_rate: float
    median_days_to_hire: float | None

class AnalyticsReportsOpeningsRow(TypedDict):
    period: date | None
    created: int
    filled: int
    closed: int
    reopened: int
    open: int

class AnalyticsReportsForecastRow(TypedDict):
    kind: str
    active: int
    ended: int
    hired: int
    hire_rate: float | None
    expected_hires: float
    open_openings: int | None

class AnalyticsReportsRecruitersRow(TypedDict):
    period: date | None
    user_id: UUID
    added: int
    moved: int
    rejected: int
    withdrawn: int
    reopened: int
    hired: int
    unhired: int
    applications: int

class AnalyticsReportsJobsRow(TypedDict):
    job_id: UUID
    active: int
    stale: int
    median_age_days: float | None
    oldest_age_days: float | None
    open_openings: int
    open_days: float | None

class AnalyticsReports:
    async def funnel(
        self, *, organization_id: UUID, job_ids: Array[UUID], excludes_jobs: bool, known_at: datetime,
        hidden_application_ids: Array[UUID], source_id: UUID | None, as_of: datetime, from_at: datetime,
        before_at: datetime, period_starts: Array[int], period_days: Array[date],
    ) -> Rows[AnalyticsReportsFunnelRow]: ...
    async def time_to_hire(
        self, *, organization_id: UUID, job_ids: Array[UUID], excludes_jobs: bool, known_at: datetime,
        hidden_application_ids: Array[UUID], source_id: UUID | None, as_of: datetime, from_at: datetime,
        before_at: datetime, period_starts: Array[int], period_days: Array[date],
    ) -> Rows[AnalyticsReportsTimeToHireRow]: ...
    async def time_to_hire_distribution(
        self, *, organization_id: UUID, job_ids: Array[UUID], excludes_jobs: bool, known_at: datetime,
        hidden_application_ids: Array[UUID], source_id: UUID | None, as_of: datetime, from_at: datetime,
        before_at: datetime,
    ) -> Rows[AnalyticsReportsTimeToHireDistributionRow]: ...
    async def time_to_fill(
        self, *, organization_id: UUID, job_ids: Array[UUID], excludes_jobs: bool, known_at: datetime, as_of: datetime,
        from_at: datetime, before_at: datetime, period_starts: Array[int], period_days: Array[date],
    ) -> Rows[AnalyticsReportsTimeToFillRow]: ...
    async def time_in_stage(
        self, *, organization_id: UUID, job_ids: Array[UUID], excludes_jobs: bool, known_at: datetime,
        hidden_application_ids: Array[UUID], source_id: UUID | None, as_of: datetime, from_at: datetime,
        before_at: datetime, period_starts: Array[int], period_days: Array[date],
    ) -> Rows[AnalyticsReportsTimeInStageRow]: ...
    async def sources(
        self, *, organization_id: UUID, job_ids: Array[UUID], excludes_jobs: bool, known_at: datetime,
        hidden_application_ids: Array[UUID], source_id: UUID | None, as_of: datetime, from_at: datetime,
        before_at: datetime, period_starts: Array[int], period_days: Array[date],
    ) -> Rows[AnalyticsReportsSourcesRow]: ...
    async def openings(
        self, *, organization_id: UUID, job_ids: Array[UUID], excludes_jobs: bool, known_at: datetime, as_of: datetime,
        from_at: datetime, before_at: datetime, period_starts: Array[int], period_days: Array[date],
    ) -> Rows[AnalyticsReportsOpeningsRow]: ...
    async def forecast(
        self, *, organization_id: UUID, job_ids: Array[UUID], excludes_jobs: bool, known_at: datetime,
        hidden_application_ids: Array[UUID], source_id: UUID | None, as_of: datetime, from_at: datetime,
        before_at: datetime,
    ) -> Rows[AnalyticsReportsForecastRow]: ...
    async def recruiters(
        self, *, organization_id: UUID, job_ids: Array[UUID], excludes_jobs: bool, known_at: datetime,
        hidden_application_ids: Array[UUID], source_id: UUID | None, as_of: datetime, from_at: datetime,
        before_at: datetime, period_starts: Array[int], period_days: Array[date],
    ) -> Rows[AnalyticsReportsRecruitersRow]: ...
    async def jobs(
        self, *, organization_id: UUID, job_ids: Array[UUID], excludes_jobs: bool, known_at: datetime,
        hidden_application_ids: Array[UUID], source_id: UUID | None, from_at: datetime, as_of: datetime,
        stale_days: int, row_limit: int,
    ) -> Rows[AnalyticsReportsJobsRow]: ...

class Analytics:
    facts: AnalyticsFacts
    reports: AnalyticsReports
