"""What a public board asks of an applicant. Pure."""

from collections.abc import Mapping, Sequence
from typing import Any

FIELDS = ("first_name", "last_name", "email", "phone", "location", "resume", "cover_letter", "links")
ALWAYS_REQUIRED = ("first_name", "email")


def application_form(
    required_fields: Sequence[str], questions: Sequence[Mapping[str, Any]], max_bytes: int, media_types: Sequence[str]
) -> dict[str, Any]:
    """What an applicant is asked: the standard fields, the post's questions, consent, and what files may be."""
    required = {*required_fields, *ALWAYS_REQUIRED}
    return {
        "fields": [{"name": name, "required": name in required} for name in FIELDS],
        "questions": list(questions),
        "consent": [],
        "upload": {"max_bytes": max_bytes, "media_types": list(media_types)},
    }
