"""Names, tags and addresses of people."""

MAXIMUM_TAGS = 50
"""Of one candidate."""
MAXIMUM_CONTACTS = 20
"""E-mail addresses of one candidate, and as many telephone numbers and links."""


def display_name(first_name: str, middle_name: str | None, last_name: str | None) -> str:
    """A person's name as it is shown: the parts that there are, in their order."""
    return " ".join(part for part in (first_name, middle_name, last_name) if part)
