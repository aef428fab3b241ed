"""What is wrong with the answers of an applicant to the texts of a form."""

from collections.abc import Sequence
from uuid import UUID

import pytest

from hiring.domain.consents import GivenConsent, consent_problems

FIRST, SECOND, STRANGER = (UUID(int=number) for number in (1, 2, 3))
ASKED = [
    {"id": str(FIRST), "version": 2, "is_required": True}, {"id": str(SECOND), "version": 1, "is_required": False},
]  # fmt: skip


def given(id_: UUID, version: int = 1, *, granted: bool = True) -> GivenConsent:
    """An answer to a text."""
    return GivenConsent(id=id_, version=version, granted=granted)


@pytest.mark.parametrize(
    ("consents", "found"),
    [
        ([given(FIRST, 2)], []), ([given(SECOND), given(FIRST, 2)], []),
        ([given(FIRST, 2), given(SECOND, granted=False)], []),
        ([], ["/consent required"]), ([given(SECOND)], ["/consent required"]),
        ([given(FIRST, 2, granted=False)], ["/consent/0/granted required"]),
        ([given(FIRST, 1)], ["/consent/0/version not_current"]),
        ([given(FIRST, 3)], ["/consent/0/version not_current"]),
        ([given(FIRST, 1, granted=False)], ["/consent/0/version not_current"]),
        ([given(FIRST, 2), given(STRANGER)], ["/consent/1/id unknown_reference"]),
        ([given(FIRST, 2), given(SECOND), given(FIRST, 2)], ["/consent/2/id repeated"]),
        ([given(STRANGER), given(STRANGER), given(SECOND, 2)],
         ["/consent/0/id unknown_reference", "/consent/1/id unknown_reference", "/consent/2/version not_current",
          "/consent/1/id repeated", "/consent required"]),
    ],
)  # fmt: skip
def test_answer_is_refused_when_it_breaks_a_rule(consents: Sequence[GivenConsent], found: list[str]) -> None:
    """Each with its place; what is missing stands for all of them, with the id of the text in the sentence."""
    problems = list(consent_problems(ASKED, consents))
    assert [f"{each.pointer} {each.code}" for each in problems] == found
    assert all(str(FIRST) in each.detail for each in problems if each.pointer == "/consent")


def test_form_without_texts_takes_no_consent() -> None:
    """And needs none."""
    assert list(consent_problems([], [])) == []
    assert [each.pointer for each in consent_problems([], [given(FIRST)])] == ["/consent/0/id"]
