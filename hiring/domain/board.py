"""What a public board asks of an applicant, and what must be in an application. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Annotated, Any, Literal, Self, TypedDict, get_args
from uuid import UUID

import msgspec

from hiring.domain.consents import AskedConsent, GivenConsent, consent_problems
from hiring.domain.findings import Unfit
from hiring.domain.questions import Answer, Question, check_answers, files_of
from hiring.domain.vocabulary import CONTROL, CONTROLS, Text
from hiring.errors import FieldError, Invalid

FIELDS = ("first_name", "last_name", "email", "phone", "location", "resume", "cover_letter", "links")
ALWAYS_REQUIRED = ("first_name", "email")
LinkParameter = Literal[
    "utm_source", "utm_medium", "utm_campaign", "utm_term", "utm_content", "utm_id", "utm_source_platform",
    "utm_creative_format", "utm_marketing_tactic", "gh_src", "gclid", "gbraid", "wbraid", "dclid", "srsltid", "_gl",
    "fbclid", "msclkid", "li_fat_id", "ttclid", "twclid", "yclid", "mc_cid", "ref", "source",
]  # fmt: skip
"""A parameter that campaigns, search engines and networks add to links, to tell where a visitor came from."""
LINK_PARAMETERS: frozenset[str] = frozenset(get_args(LinkParameter))
CAMPAIGN_PREFIX = "utm_"
"""What the parameters of campaigns begin with, also those that they make up."""


def is_of_link(name: str) -> bool:
    """Whether a parameter is one that links carry, which asks a board for nothing."""
    return name in LINK_PARAMETERS or name.startswith(CAMPAIGN_PREFIX)


class LinkText(Text):
    """What a parameter of a link said: up to 500 characters, kept as it is. It may be empty, as in `?utm_term=`."""

    __slots__ = ()
    schema = {"type": "string", "maxLength": 500, "pattern": f"^[^{CONTROLS}]*$"}

    @classmethod
    def parse(cls, text: str) -> Self:
        if CONTROL.search(cls.measured(text)):
            raise Unfit("Expected one line without control characters.")
        return cls(text)


SourceDetails = Annotated[
    dict[LinkParameter, LinkText],
    msgspec.Meta(
        max_length=len(LINK_PARAMETERS), examples=[{"utm_source": "newsletter", "utm_campaign": "spring"}],
        extra_json_schema={"propertyNames": {"enum": list(get_args(LinkParameter))}},
    ),
]  # fmt: skip
"""What a link said, by its parameters."""


class Tenant(TypedDict):
    """The parameters that lead every statement about a board: whose it is, and which."""

    organization_id: UUID
    job_board_id: UUID


class Applicant(msgspec.Struct, frozen=True, kw_only=True):
    """Who applies, with what they answer and the files that they uploaded, as they say."""

    first_name: str
    last_name: str | None
    email: str
    phone: str | None
    links: list[dict[str, str]]
    location: str | None
    language: str | None
    referrer: str | None
    source_details: Mapping[str, str]
    resume_upload_id: UUID | None
    cover_letter_upload_id: UUID | None
    answers: Sequence[Answer]
    consents: Sequence[GivenConsent]


class UsedUpload(msgspec.Struct, frozen=True, kw_only=True):
    """A file that comes with an application: what it is, where the request names it, and which question it answers."""

    kind: str
    upload_id: UUID
    pointer: str
    question_id: str | msgspec.UnsetType = msgspec.UNSET

    def refusal(self, code: str, detail: str) -> FieldError:
        """What is wrong with it."""
        return FieldError(self.pointer, code, detail, self.question_id)


def application_form(
    required_fields: Sequence[str], questions: Sequence[Mapping[str, Any]], consent_texts: Sequence[Mapping[str, Any]],
    *, max_bytes: int, media_types: Sequence[str],
) -> dict[str, Any]:  # fmt: skip
    """What an applicant is asked: the standard fields, the post's questions, consent, and what files may be."""
    required = {*required_fields, *ALWAYS_REQUIRED}
    return {
        "fields": [{"name": name, "required": name in required} for name in FIELDS],
        "questions": list(questions),
        "consent": [
            {name: text[name] for name in ("id", "purpose", "version", "text")} | {"required": text["is_required"]}
            for text in consent_texts
        ],
        "upload": {"max_bytes": max_bytes, "media_types": list(media_types)},
    }


def checked_answers(
    applicant: Applicant, required_fields: Sequence[str], questions: Sequence[Question],
    consents: Sequence[AskedConsent],
) -> list[dict[str, Any]]:  # fmt: skip
    """The answers of an applicant with what they answer. Rules: B13, B14, B15, G4. Raises: Invalid, telling all."""
    answers, found = check_answers(questions, applicant.answers)
    found = [*missing(applicant, required_fields), *found, *consent_problems(consents, applicant.consents)]
    if found:
        raise Invalid(errors=found)
    return answers


def missing(applicant: Applicant, required_fields: Sequence[str]) -> Iterator[FieldError]:
    """Yields a finding for each standard field that the board demands and the applicant left out."""
    given = {
        "last_name": applicant.last_name, "phone": applicant.phone, "location": applicant.location,
        "links": applicant.links, "resume": applicant.resume_upload_id,
        "cover_letter": applicant.cover_letter_upload_id,
    }  # fmt: skip
    for name in required_fields:
        if name in given and not given[name]:
            field = f"{name}_upload_id" if name in ("resume", "cover_letter") else name
            yield FieldError(f"/{field}", "required", "This board needs it.")


def uploads_of(applicant: Applicant, answers: Sequence[Mapping[str, Any]]) -> list[UsedUpload]:
    """The files of an application: résumé, cover letter, answers. Raises: Invalid, where one is given twice."""
    named = [("resume", applicant.resume_upload_id), ("cover_letter", applicant.cover_letter_upload_id)]
    uploads = [
        UsedUpload(kind=kind, upload_id=upload_id, pointer=f"/{kind}_upload_id")
        for kind, upload_id in named
        if upload_id
    ]
    uploads += [
        UsedUpload(kind="other", upload_id=file.file_id, pointer=file.pointer, question_id=file.question_id)
        for file in files_of(answers, applicant.answers)
    ]
    for place, upload in enumerate(uploads):
        if upload.upload_id in [each.upload_id for each in uploads[:place]]:
            raise Invalid(errors=[upload.refusal("repeated", "This upload is given twice.")])
    return uploads
