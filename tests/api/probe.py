"""Every operation of the API with a request that it takes, generated from the routes.

A body is derived from what the operation takes, where texts, words and ids will do: a small noun needs no line here. An
operation that needs another body has an entry; where a required field cannot be derived and there is none, the probes
fail.
"""

import re
from collections.abc import Iterator
from typing import Any, Literal, NamedTuple, get_args, get_origin
from uuid import UUID

import msgspec

from hiring.domain.misfits import members
from hiring.domain.vocabulary import Email, ExternalId, ShortText, Slug
from hiring.handlers.routes import OPERATIONS
from hiring.http import PREFIX
from hiring.http.operation import Operation

HARMLESS_FILTERS = {
    "with_revoked", "limit", "cursor", "updated_since", "as_of", "status", "kind", "title", "language", "file_name",
    "expand", "applied_since", "applied_before", "applies_to", "custom", "outcome", "purpose", "version",
}  # fmt: skip
"""Parameters of queries that name nothing of an organization's own."""

PERSON = {"first_name": "Zoë", "last_name": "Lee", "email": "zoe@example.com"}
STAGES = [
    {"name": "Applied", "kind": "review"}, {"name": "Call", "kind": "screen"}, {"name": "Talk", "kind": "interview"},
    {"name": "Hired", "kind": "hired"},
]  # fmt: skip
PIPELINE = [
    STAGES[0] | {"id": "{first_stage_id}"}, STAGES[2] | {"id": "{stage_id}"}, STAGES[3] | {"id": "{last_stage_id}"},
]  # fmt: skip
REJECTION = {"active_applications": {"reject": {"reason_id": "{rejection_reason_id}"}}}
JOB_PARTS = {"department_id": "{department_id}", "office_ids": ["{office_id}"], "on_filled": REJECTION}
QUESTION = {
    "id": "{question_id}", "label": "Where?", "type": "single_select",
    "options": [{"id": "{option_id}", "label": "Wien"}],
}  # fmt: skip

NEW: dict[type, str] = {
    ShortText: "{new_name}", ExternalId: "{new_name}", Slug: "{new_slug}", Email: "{new_email}",
}  # fmt: skip
"""Types of texts → a name that nothing has yet."""

QUERIES = {"GET /explain-access": {"user_id": "{user_id}", "type": "job", "id": "{job_id}"}}
"""Parameters that an operation does not do without."""
BODIES: dict[str, dict[str, Any]] = {
    "POST /register": PERSON | {
        "email": "{new_email}", "organization_name": "Org", "password": "correct horse battery staple",
    },
    "POST /login": {"email": "{new_email}", "password": "correct horse battery staple"},
    "POST /refresh": {"refresh_token": "none of ours"},
    "POST /me/password": {"current_password": "not the one I have", "new_password": "correct horse battery staple"},
    "POST /password-resets": {"email": "nobody@example.com"},
    "POST /password-resets/confirm": {"token": "none", "password": "correct horse battery staple"},
    "POST /invitations/accept": {"token": "none", "password": "correct horse battery staple"},
    "POST /job-boards": {"name": "{new_name}", "slug": "{new_slug}"},
    "PATCH /job-boards/{job_board_id}": {"name": "{new_name}"},
    "POST /sender-identities/verify": {"token": "none"},
    "POST /sender-identities": {"name": "Careers", "email": "{new_email}"},
    "PATCH /sender-identities/{sender_identity_id}": {"name": "{new_name}"},
    "PATCH /organization": {"reapply_window_days": 30},
    "POST /users": {"first_name": "Bob", "email": "{new_email}"},
    "POST /permission-groups": {"name": "{new_name}", "permissions": ["jobs.read"]},
    "PATCH /permission-groups/{permission_group_id}": {"permissions": ["jobs.read", "users.read"]},
    "POST /users/{user_id}/permissions": {"permission": "users.read", "scope": "all"},
    "POST /api-keys": {"user_id": "{service_user_id}", "name": "Sync", "permissions": {"jobs.read": "all"}},
    "POST /pipeline-templates": {"name": "{new_name}", "stages": STAGES},
    "PATCH /pipeline-templates/{pipeline_template_id}": {"stages": STAGES},
    "PATCH /interview-kits/{interview_kit_id}": {"attributes": [{"id": "{attribute_id}", "name": "Calm"}]},
    "POST /custom-fields": {
        "key": "{new_key}", "name": "Shirt", "applies_to": "candidate", "type": "single_select",
        "options": [{"label": "M"}],
    },
    "PATCH /custom-fields/{custom_field_id}": {"options": [{"id": "{custom_option_id}", "label": "Medium"}]},
    "POST /consent-texts": {"purpose": "processing", "language": "{new_language}", "text": "You may read it."},
    "PATCH /consent-texts/{consent_text_id}": {"text": "You may read it at any time."},
    "POST /jobs": {
        "title": "Cook", "employment_type": "full_time", "workplace": "onsite", **JOB_PARTS,
        "pipeline_template_id": "{pipeline_template_id}",
    },
    "PATCH /jobs/{job_id}": {"title": "Changed", **JOB_PARTS},
    "POST /jobs/{job_id}/close": {"reason_id": "{job_close_reason_id}", **REJECTION},
    "PUT /jobs/{job_id}/hiring-team": {"members": [{"user_id": "{user_id}", "role": "interviewer"}]},
    "PUT /jobs/{job_id}/pipeline": {"stages": PIPELINE, "mapping": {"{removed_stage_id}": "{stage_id}"}},
    "POST /jobs/{job_id}/openings": {"count": 1},
    "POST /openings/{opening_id}/close": {"reason_id": "{opening_close_reason_id}"},
    "POST /jobs/{job_id}/posts": {
        "title": "Koch", "body": "Komm.", "language": "{new_language}", "job_board_id": "{job_board_id}",
        "translation_of": "{post_id}",
        "questions": [{"label": "Wo?", "type": "single_select", "options": [{"label": "Wien"}]}],
    },
    "PATCH /posts/{post_id}": {"body": "Come.", "questions": [QUESTION]},
    "POST /boards/{board}/posts/{post_id}/applications": PERSON | {
        "resume_upload_id": "{resume_upload_id}", "cover_letter_upload_id": "{cover_upload_id}",
        "answers": [
            {"question_id": "{question_id}", "value": "{option_id}"},
            {"question_id": "{file_question_id}", "value": "{answer_upload_id}"},
        ],
        "consent": [{"id": "{asked_consent_text_id}", "version": 1, "granted": True}],
    },
    "POST /applications": {
        "candidate_id": "{other_candidate_id}", "job_id": "{job_id}", "stage_id": "{stage_id}",
        "source_id": "{source_id}", "post_id": "{post_id}", "referrer_id": "{service_user_id}",
        "answers": [{"question_id": "{question_id}", "value": "{option_id}"}],
    },
    "PATCH /applications/{application_id}": {
        "external_id": "{new_name}", "referrer_id": "{service_user_id}", "assignee_id": "{service_user_id}",
    },
    "POST /applications/{application_id}/transfer": {"job_id": "{other_job_id}", "stage_id": "{other_stage_id}"},
    "POST /candidates/{candidate_id}/merge": {
        "candidate_id": "{double_candidate_id}", "keep": {"{job_id}": "{application_id}"},
    },
    "POST /candidates/{candidate_id}/notes": {
        "body": "Call again.", "application_id": "{application_id}", "mentions": ["{service_user_id}"],
    },
    "POST /candidates/{candidate_id}/result-links": {"label": "Test", "url": "https://vendor.example/1"},
    "PATCH /notes/{note_id}": {"body": "Call again on Monday.", "mentions": ["{service_user_id}"]},
    "POST /candidates/{candidate_id}/consents": {
        "consent_text_id": "{consent_text_id}", "consent_text_version": 1, "is_granted": False, "source": "email",
    },
    "POST /email-templates": {"name": "{new_name}", "language": "en", "subject": "Your call", "body": "See you soon."},
    "PATCH /email-templates/{email_template_id}": {"subject": "Our call"},
    "POST /email-templates/{email_template_id}/preview": {"application_id": "{application_id}"},
    "POST /candidates/{candidate_id}/messages": {
        "template_id": "{mail_template_id}", "application_id": "{application_id}",
    },
    "POST /bulk-operations": {
        "action": "move", "arguments": {"to_stage_id": str(UUID(int=1))}, "application_ids": ["{application_id}"],
    },
    "POST /applications/{application_id}/move": {
        "to_stage_id": "{stage_id}", "from_stage_id": "{first_stage_id}",
    },
    "POST /applications/{application_id}/reject": {
        "reason_id": "{rejection_reason_id}", "message": {"template_id": "{mail_template_id}"},
    },
    "POST /applications/{application_id}/withdraw": {"reason_id": "{withdrawal_reason_id}"},
    "POST /applications/{application_id}/hire": {"override_reason": "No offers yet.", "opening_id": "{opening_id}"},
    "POST /applications/{application_id}/unhire": {"reason_id": "{unhire_reason_id}"},
}  # fmt: skip
"""What is sent where the derived body will not do."""

PROPOSED = {
    f"POST /candidates/{{candidate_id}}/proposed-updates/{{proposed_update_id}}/{command}"
    for command in ("take", "drop")
}
"""Commands on what only a board proposes: in a world of probes none waits, so that each finds nothing."""


class Endpoint(NamedTuple):
    """An operation as it is requested; `name` is how the table above spells it."""

    operation: Operation

    @property
    def method(self) -> str:
        return self.operation.method

    @property
    def path(self) -> str:
        return self.operation.path

    @property
    def name(self) -> str:
        return f"{self.method} {self.path.removeprefix(PREFIX)}"

    @property
    def parameters(self) -> list[str]:
        """The names between slashes."""
        return list(self.operation.parameters)

    def body(self) -> Any:
        """A body that the operation takes, with names of ids in braces; None where it takes none."""
        shape = self.operation.body
        if shape is None:
            return None
        if not msgspec.structs.fields(shape):
            return {}
        body = BODIES.get(self.name, derived(shape))
        missing = {field.encode_name for field in msgspec.structs.fields(shape) if field.required} - body.keys()
        assert not missing, f"the probes cannot derive {missing} of {self.name}: add its body to BODIES"
        return body

    def options(self, ids: dict[str, str]) -> dict[str, Any]:
        """What httpx sends besides the path."""
        if self.operation.is_streamed:
            return {"params": {"file_name": "a.txt"}, "content": b"a", "headers": {"Content-Type": "text/plain"}}
        if self.name in QUERIES:
            return {"params": filled(QUERIES[self.name], ids)}
        body = self.body()
        return {} if body is None else {"json": filled(body, ids)}


def endpoints() -> Iterator[Endpoint]:
    """Every operation of the API."""
    yield from map(Endpoint, OPERATIONS)


def derived(shape: type[msgspec.Struct]) -> dict[str, Any]:
    """What must be there and can be made up, and every id; of what need not have anything, its first text."""
    fields = [(each, value_of(each.encode_name, each.type)) for each in msgspec.structs.fields(shape)]
    body = {
        field.encode_name: value
        for field, value in fields
        if value is not None and (field.required or {UUID, ExternalId} & set(members(field.type)))
    }
    texts = (field.encode_name for field, _ in fields if ShortText in members(field.type))
    if not any(field.required for field, _ in fields) and (text := next(texts, None)):
        body[text] = NEW[ShortText]
    return body


def value_of(name: str, kind: Any) -> str | None:
    """A value of a field: an id by its name, the first of some words, a new name; None for anything else."""
    kinds = members(kind)
    if UUID in kinds:
        return f"{{{name}}}"
    words = (word for each in kinds if get_origin(each) is Literal for word in get_args(each))
    return next((NEW[each] for each in kinds if each in NEW), None) or next(words, None)


def nouns() -> Iterator[tuple[str, str, dict[str, Any] | None]]:
    """Every noun that is added by its own path and read by its id: its path, the name of its id, its body.

    None for a body that names other nouns, or that was not derived: whoever makes a world makes these by hand.
    """
    paths = {each.path: each for each in endpoints() if each.method == "GET"}
    for endpoint in endpoints():
        found = [path for path in paths if re.fullmatch(re.escape(endpoint.path) + r"/\{\w+\}", path)]
        if endpoint.method == "POST" and not endpoint.parameters and found:
            body = None if endpoint.name in BODIES else endpoint.body()
            is_plain = body is not None and {name for _, name in placeholders(body)} <= {"new_name"}
            name = paths[found[0]].parameters[-1]
            yield endpoint.path.removeprefix("/api/v1"), name, body if is_plain else None


def filled(template: Any, ids: dict[str, str]) -> Any:
    """A body, path or text with every `{name}` replaced by its id."""
    if isinstance(template, str):
        return re.sub(r"\{(\w+)\}", lambda found: ids[found[1]], template)
    if isinstance(template, dict):
        return {filled(name, ids): filled(value, ids) for name, value in template.items()}
    return [filled(each, ids) for each in template] if isinstance(template, list) else template


def placeholders(template: Any, place: str = "") -> Iterator[tuple[str, str]]:
    """Yields (place, name) of the ids in a body: places of lists and of keys are `*`."""
    if isinstance(template, str):
        yield from ((place, name) for name in re.findall(r"^\{(\w+)\}$", template))
    elif isinstance(template, dict):
        for name, value in template.items():
            yield from placeholders(name, f"{place}/*")
            yield from placeholders(value, f"{place}/*" if name.startswith("{") else f"{place}/{name}")
    elif isinstance(template, list):
        for each in template:
            yield from placeholders(each, f"{place}/*")


def id_places(kind: Any, place: str = "") -> Iterator[str]:
    """Yields where a type holds ids, spelt like the places of `placeholders`."""
    if kind is UUID:
        yield place
    elif isinstance(kind, type) and issubclass(kind, msgspec.Struct):
        for field in msgspec.structs.fields(kind):
            yield from id_places(field.type, f"{place}/{field.encode_name}")
    else:
        is_many = get_origin(kind) in (list, tuple, dict)
        for member in get_args(kind):
            yield from id_places(member, f"{place}/*" if is_many else place)
