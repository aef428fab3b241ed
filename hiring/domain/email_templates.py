"""The placeholders of e-mail templates: which there are, and what is wrong with those of a text. Pure."""

import re
from collections.abc import Iterator
from string import Template
from typing import Any, ClassVar

from hiring.errors import FieldError

PLACEHOLDERS = ("candidate_first_name", "candidate_last_name", "job_title", "organization_name", "sender_name")
"""What a template may name; `queries/messages.find_facts` finds the value of each."""
KNOWN = f"The placeholders are {', '.join(f'{{{{{name}}}}}' for name in PLACEHOLDERS)}."
OF_APPLICATIONS = "job_title"
"""The placeholder that only a mail about an application has a value for."""


class MailTemplate(Template):
    """A text with placeholders such as `{{job_title}}`. It is filled in one pass, and nothing in it is ever run."""

    delimiter = "{{"
    flags = re.NOFLAG
    pattern: ClassVar[Any] = r"\{\{(?:\s*(?P<named>\w{1,50})\s*\}\}|(?P<escaped>(?!))|(?P<braced>(?!))|(?P<invalid>))"


def wrong_placeholders(text: str, pointer: str) -> Iterator[FieldError]:
    """Yields a finding for each unknown placeholder, and for braces that do not begin one. Rules: T1."""
    template = MailTemplate(text)
    for name in template.get_identifiers():
        if name not in PLACEHOLDERS:
            yield FieldError(pointer, "unknown_placeholder", f"There is no {{{{{name}}}}}. {KNOWN}")
    if not template.is_valid():
        yield FieldError(pointer, "unknown_placeholder", f"Two braces begin a placeholder. {KNOWN}")


def names_a_job(*texts: str) -> bool:
    """Whether one of the texts can only be filled for an application."""
    return any(OF_APPLICATIONS in MailTemplate(text).get_identifiers() for text in texts)
