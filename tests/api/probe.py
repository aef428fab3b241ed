"""Every operation of the API with a request that it takes, generated from the routes.

A new operation with a body, an id in its path or a filter needs an entry here; without one, the probes fail.
"""

import re
from collections.abc import Iterator
from typing import Any, NamedTuple, get_args, get_origin
from uuid import UUID

import msgspec

from hiring.handlers.routes import OPERATIONS
from hiring.http.operation import Operation

HARMLESS_FILTERS = {
    "with_revoked", "limit", "cursor", "updated_since", "as_of", "status", "kind", "title", "file_name", "expand",
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
JOB_PARTS = {"department_id": "{department_id}", "office_ids": ["{office_id}"]}
QUESTION = {
    "id": "{question_id}", "label": "Where?", "type": "single_select",
    "options": [{"id": "{option_id}", "label": "Wien"}],
}  # fmt: skip

BODIES: dict[str, dict[str, Any]] = {
    "POST /register": PERSON | {"organization_name": "Org", "password": "correct horse battery staple"},
    "POST /login": {"email": "zoe@example.com", "password": "correct horse battery staple"},
    "POST /refresh": {"refresh_token": "none of ours"},
    "PATCH /me": {"first_name": "Ada"},
    "POST /me/password": {"current_password": "not the one I have", "new_password": "correct horse battery staple"},
    "POST /password-resets": {"email": "nobody@example.com"},
    "POST /password-resets/confirm": {"token": "none", "password": "correct horse battery staple"},
    "POST /invitations/accept": {"token": "none", "password": "correct horse battery staple"},
    "PATCH /organization": {"reapply_window_days": 30},
    "POST /job-boards": {"slug": "{new_slug}", "name": "Jobs"},
    "PATCH /job-boards/{job_board_id}": {"name": "Jobs"},
    "POST /users": {"first_name": "Bob", "email": "{new_email}"},
    "PATCH /users/{user_id}": {"last_name": "Changed"},
    "POST /permission-groups": {"name": "{new_name}", "permissions": ["jobs.read"]},
    "PATCH /permission-groups/{permission_group_id}": {"permissions": ["jobs.read", "users.read"]},
    "POST /users/{user_id}/permissions": {"permission": "users.read", "scope": "all"},
    "POST /users/{user_id}/permission-groups": {"permission_group_id": "{permission_group_id}", "scope": "all"},
    "POST /api-keys": {"user_id": "{service_user_id}", "name": "Sync", "permissions": {"jobs.read": "all"}},
    "POST /departments": {"name": "{new_name}", "parent_id": "{department_id}"},
    "PATCH /departments/{department_id}": {"name": "Changed", "parent_id": "{parent_id}"},
    "POST /offices": {"name": "{new_name}"},
    "PATCH /offices/{office_id}": {"city": "Changed"},
    "POST /reasons": {"kind": "rejection", "name": "{new_name}"},
    "PATCH /reasons/{reason_id}": {"name": "{new_name}"},
    "POST /sources": {"kind": "board", "name": "{new_name}"},
    "PATCH /sources/{source_id}": {"name": "{new_name}"},
    "POST /pipeline-templates": {"name": "{new_name}", "stages": STAGES},
    "PATCH /pipeline-templates/{pipeline_template_id}": {"stages": STAGES},
    "POST /jobs": {
        "title": "Cook", "employment_type": "full_time", "workplace": "onsite", **JOB_PARTS,
        "pipeline_template_id": "{pipeline_template_id}",
    },
    "PATCH /jobs/{job_id}": {"title": "Changed", **JOB_PARTS},
    "POST /jobs/{job_id}/close": {"reason_id": "{job_close_reason_id}"},
    "PUT /jobs/{job_id}/hiring-team": {"members": [{"user_id": "{user_id}", "role": "interviewer"}]},
    "PUT /jobs/{job_id}/pipeline": {"stages": PIPELINE, "mapping": {"{removed_stage_id}": "{stage_id}"}},
    "POST /jobs/{job_id}/openings": {"count": 1},
    "PATCH /openings/{opening_id}": {"target_start_on": "2030-01-01"},
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
    },
    "POST /candidates": {"first_name": "Kim", "source_id": "{source_id}"},
    "PATCH /candidates/{candidate_id}": {"location": "Changed", "source_id": "{source_id}"},
    "POST /candidates/{candidate_id}/attachments": {"upload_id": "{upload_id}"},
    "POST /applications": {
        "candidate_id": "{other_candidate_id}", "job_id": "{job_id}", "stage_id": "{stage_id}",
        "source_id": "{source_id}", "post_id": "{post_id}",
    },
    "POST /applications/{application_id}/move": {
        "to_stage_id": "{stage_id}", "from_stage_id": "{first_stage_id}",
    },
    "POST /applications/{application_id}/reject": {"reason_id": "{rejection_reason_id}"},
    "POST /applications/{application_id}/withdraw": {"reason_id": "{withdrawal_reason_id}"},
    "POST /applications/{application_id}/reopen": {"stage_id": "{stage_id}"},
    "POST /applications/{application_id}/hire": {"override_reason": "No offers yet.", "opening_id": "{opening_id}"},
    "POST /applications/{application_id}/unhire": {"reason_id": "{unhire_reason_id}"},
}  # fmt: skip


class Endpoint(NamedTuple):
    """An operation and where it is; `name` is how the table above spells it."""

    method: str
    path: str
    operation: Operation

    @property
    def name(self) -> str:
        return f"{self.method} {self.path.removeprefix('/api/v1')}"

    @property
    def parameters(self) -> list[str]:
        """The names between slashes."""
        return re.findall(r"\{(\w+)\}", self.path)

    def body(self) -> Any:
        """A body that the operation takes, with names of ids in braces; None where it takes none."""
        shape = self.operation.body
        if shape is None:
            return None
        if not msgspec.structs.fields(shape):
            return {}
        assert self.name in BODIES, f"the probes need a body for {self.name}: add it to BODIES"
        return BODIES[self.name]

    def options(self, ids: dict[str, str]) -> dict[str, Any]:
        """What httpx sends besides the path."""
        if self.operation.is_streamed:
            return {"params": {"file_name": "a.txt"}, "content": b"a", "headers": {"Content-Type": "text/plain"}}
        body = self.body()
        return {} if body is None else {"json": filled(body, ids)}


def endpoints() -> Iterator[Endpoint]:
    """Every operation of the API."""
    yield from (Endpoint(each.method, each.path, each) for each in OPERATIONS)


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
