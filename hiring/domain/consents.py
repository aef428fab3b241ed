"""Consents: what texts ask for, how candidates answer, and what must be in an application. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Annotated, Any, Literal
from uuid import UUID

import msgspec
from msgspec import Meta

from hiring.domain.checking import repeated
from hiring.errors import FieldError

Purpose = Literal["processing", "retention", "demographics"]
"""What the data of a candidate is used for."""
RecordedSource = Literal["email", "phone", "in_person", "paper", "other"]
"""How a candidate told the person who records it."""
ConsentSource = Literal["application", RecordedSource, "merge"]
TextVersion = Annotated[int, Meta(ge=1, le=2**31 - 1)]
"""The number of a version of a text."""
AskedConsent = Mapping[str, Any]
"""A consent that a form asks for: the id of the text, its version, is_required."""


class GivenConsent(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """An applicant's answer to a text that asks for consent."""

    id: UUID
    """The id of the text."""
    version: TextVersion
    """The version of the text that the applicant has read. Only the current one is taken."""
    granted: Annotated[bool, Meta(examples=[True])]
    """Whether the applicant consents."""


def consent_problems(asked: Sequence[AskedConsent], given: Sequence[GivenConsent]) -> Iterator[FieldError]:
    """Yields what is wrong with the answers of an applicant to the texts of a form. Rules: G4."""
    texts = {text["id"]: text for text in asked}
    for place, consent in enumerate(given):
        pointer, text = f"/consent/{place}", texts.get(str(consent.id))
        if text is None:
            yield FieldError(f"{pointer}/id", "unknown_reference", "The form does not ask for this consent.")
        elif consent.version != text["version"]:
            detail = f"The text is in version {text['version']} now: let the applicant read it again."
            yield FieldError(f"{pointer}/version", "not_current", detail)
        elif text["is_required"] and not consent.granted:
            yield FieldError(f"{pointer}/granted", "required", "Nobody can apply without this consent.")
    yield from repeated([consent.id for consent in given], "/consent/{}/id", "This text is answered twice.")
    answered = {str(consent.id) for consent in given}
    for text in asked:
        if text["is_required"] and text["id"] not in answered:
            yield FieldError("/consent", "required", f"Nobody can apply without consent to the text {text['id']}.")
