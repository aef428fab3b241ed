"""Placeholders of e-mail templates: which are taken, and what a text is filled with."""

import pytest

from hiring.domain.email_templates import PLACEHOLDERS, names_a_job, wrong_placeholders
from hiring.handlers.email_templates import EmailTemplate
from hiring.openapi.members import sentences_of
from hiring.services.mail import MailText, filled_text

FACTS = {
    "candidate_first_name": "Zoë", "candidate_last_name": "D’Árc", "job_title": "Engineer",
    "organization_name": "Ada & Co", "sender_name": "Lee",
}  # fmt: skip


def test_every_placeholder_is_filled_and_told_when_it_is_known() -> None:
    """`/openapi.json` lists the same."""
    text = " ".join(f"{{{{{name}}}}}" for name in PLACEHOLDERS)
    assert not [*wrong_placeholders(text, "/body")]
    assert filled_text(MailText("{{ job_title }}", text), FACTS) == ("Engineer", " ".join(FACTS.values()))
    assert all(f"{{{{{name}}}}}" in sentences_of(EmailTemplate)["body"] for name in PLACEHOLDERS)


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("$job_title ${x} {job_title} }} %s { {", 0), ("{{job_title}}}}", 0), ("{{salary}}", 1),
        ("{{salary}} {{salary}} {{bonus}}", 2), ("{{job_title", 1), ("{{job_title.__class__}}", 1), ("{{ 7 * 7 }}", 1),
        ("{{{{job_title}}}}", 1), ("{{JOB_TITLE}}", 1), ("{{}}", 1), ("{{" * 5000, 1), ("{{" + "a" * 51 + "}}", 1),
    ],
)  # fmt: skip
def test_placeholder_is_refused_when_there_is_none_of_its_name(text: str, count: int) -> None:
    """Each once, with the list of those that there are; braces that begin none are told together."""
    found = [*wrong_placeholders(text, "/body")]
    assert len(found) == count
    assert {(each.pointer, each.code) for each in found} <= {("/body", "unknown_placeholder")}
    assert all("{{candidate_first_name}}" in each.detail for each in found)


def test_fact_stays_a_fact_when_it_looks_like_something_else() -> None:
    """No placeholder in a fact is filled, no line breaks, a name that is a link or is not known leaves nothing."""
    facts = FACTS | {
        "candidate_first_name": "win.example.com", "candidate_last_name": None, "sender_name": "{{job_title}}",
        "job_title": "A\r\nBcc: eve@example.com\u202e",
    }  # fmt: skip
    text = filled_text(
        MailText("{{job_title}}", "{{candidate_first_name}}{{candidate_last_name}}|{{sender_name}}"), facts
    )
    assert text == ("A Bcc: eve@example.com", "|{{job_title}}")


def test_job_is_named_when_one_of_the_texts_does() -> None:
    """Subject or body."""
    assert names_a_job("{{job_title}}", "") and names_a_job("", "{{ job_title }}")
    assert not names_a_job("{{sender_name}}", "job_title")
