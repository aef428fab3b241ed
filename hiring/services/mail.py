"""Mails: their texts from templates, and the letter that a mail server is given.

A template of the service is `hiring/templates/mail/<language>/<kind>.txt.jinja`: its first line is the subject, the
rest the body. Templates of organizations have placeholders and no code.
"""

import re
import unicodedata
from collections.abc import Mapping
from datetime import datetime
from email import policy
from email.header import Header
from email.message import EmailMessage
from email.utils import format_datetime
from pathlib import Path
from typing import Any, NamedTuple
from uuid import UUID

from email_validator import EmailNotValidError, validate_email
from jinja2 import FileSystemLoader, StrictUndefined
from jinja2.sandbox import ImmutableSandboxedEnvironment

from hiring.config import Smtp
from hiring.connectors.smtp import Letter
from hiring.domain.email_templates import MailTemplate

FOLDER = Path(__file__).resolve().parent.parent / "templates" / "mail"
DEFAULT_LANGUAGE = "en"
MAXIMUM_FACT_CHARACTERS = 200
MAXIMUM_GREETED_CHARACTERS = 60
TOKEN = "[one-time-token]"  # noqa: S105  # the placeholder is what may be stored
"""Stands in a stored body where the letter carries the token of a mailed link."""
LINK_PATHS = {
    "invitation": "invitations/accept", "password_reset": "password-resets/confirm",
    "sender_verification": "sender-identities/verify",
}  # fmt: skip
LINE_BREAKS = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]+")
DIRECTIONS = re.compile(r"[\u202a-\u202e\u2066-\u2069]")
PLAIN_NAME = re.compile(r"[A-Za-z0-9 -]{1,60}")
PLAIN_LINE = re.compile(r"[!-~ ]{1,60}")
ENCODED = ("=?", "  ")
"""What even a plain text is encoded for: it would be decoded, or readers of headers make one space of it."""
CRLF = "\r\n"
SEVEN_BITS = policy.SMTP.clone(cte_type="7bit")
"""The default writes 8-bit bodies, which not every mail server takes."""
LIKE_LINK = re.compile(r"[/@:\\]|\w\.\w{2,}")

TEMPLATES = ImmutableSandboxedEnvironment(
    loader=FileSystemLoader(FOLDER), undefined=StrictUndefined, autoescape=False, auto_reload=False,
    trim_blocks=True, lstrip_blocks=True,
)  # fmt: skip


class Undeliverable(Exception):
    """No mail server can carry a letter to this address."""


class MailText(NamedTuple):
    """What a mail says; a token in `body` is a placeholder."""

    subject: str
    body: str


def render_text(kind: str, *, language: str, facts: Mapping[str, Any], public_url: str) -> MailText:
    """The text of a kind of mail, in the language or, where there is no such template, in English.

    Raises: jinja2's errors for a kind without a template and for a fact that is missing.
    """
    names = dict.fromkeys((language, language.partition("-")[0], DEFAULT_LANGUAGE))
    template = TEMPLATES.select_template([f"{name}/{kind}.txt.jinja" for name in names])
    values = {name: one_line(value) if isinstance(value, str) else value for name, value in facts.items()}
    values["greeted_name"] = greeted_name(values.get("first_name"))
    if kind in LINK_PATHS:
        # behind the #, a token is in no server's log and in no Referer
        values |= {"link": f"{public_url}/{LINK_PATHS[kind]}#token={TOKEN}", "token": TOKEN}
    subject, _, body = template.render(values).partition("\n")
    return MailText(subject.strip(), body.strip() + "\n")


def filled_text(template: MailText, facts: Mapping[str, Any]) -> MailText:
    """The text of a template of an organization, with the fact for each placeholder. Rules: T3.

    A fact that is not known leaves nothing, and so does a name of a candidate that nobody is greeted with.
    """
    values = {name: one_line(fact or "") for name, fact in facts.items()}
    for name in ("candidate_first_name", "candidate_last_name"):
        values[name] = greeted_name(values[name]) or ""
    subject, body = (MailTemplate(text).substitute(values) for text in template)
    return MailText(one_line(subject), body)


def one_line(text: str) -> str:
    """A fact as a single line: no control characters, nothing that turns the direction of what follows."""
    return LINE_BREAKS.sub(" ", DIRECTIONS.sub("", text).replace(TOKEN, "")).strip()[:MAXIMUM_FACT_CHARACTERS]


def greeted_name(first_name: str | None) -> str | None:
    """The name to greet with; None for one that is not a name.

    On a public board anybody may type anything for anybody's address: nobody shall advertise a link through our mail.
    """
    if not first_name or len(first_name) > MAXIMUM_GREETED_CHARACTERS or is_like_link(first_name):
        return None
    return first_name


def is_like_link(name: str) -> bool:
    """Whether a name looks like a link, also in other forms of its signs, and with signs between that nobody sees.

    Browsers take an ideographic full stop for a dot, and their own forms of letters and signs for plain ones
    (https://www.unicode.org/reports/tr46/).
    """
    plain = unicodedata.normalize("NFKC", name).replace("\u3002", ".")
    return LIKE_LINK.search("".join(each for each in plain if unicodedata.category(each) != "Cf")) is not None


def compose(
    text: MailText, *, message_id: UUID, recipient: str, sender_name: str, sender_address: str | None,
    service_address: str, dated: datetime, token: str | None,
) -> Letter:  # fmt: skip
    """The letter of a mail: the same bytes whenever it is made of the same values. Raises: Undeliverable.

    `sender_address` is that of a sender identity: it stands in From, and the service, which sends for it, in Sender
    (RFC 5322, 3.6.2). What cannot be delivered comes back to the service.
    """
    carried, is_international = carried_form(recipient)
    author = carried_form(sender_address)[0] if sender_address else service_address
    # not EmailMessage's own headers: folding them, Python 3.11 puts spaces into long names
    head = [
        f"From: {encoded('From', sender_name, PLAIN_NAME)}{CRLF} <{author}>",
        *([f"Sender: {service_address}"] if sender_address else []),
        f"To: {carried}",
        f"Subject: {encoded('Subject', text.subject, PLAIN_LINE)}",
        f"Date: {format_datetime(dated)}",
        f"Message-ID: <{message_id}@{service_address.rpartition('@')[2]}>",
        "Auto-Submitted: auto-generated",
    ]
    body = EmailMessage(policy=SEVEN_BITS)
    body.set_content(text.body.replace(TOKEN, token) if token else text.body)
    content = "".join(line + CRLF for line in head).encode() + body.as_bytes()
    return Letter(service_address, carried, content, is_international)


def carried_form(address: str) -> tuple[str, bool]:
    """An address as SMTP carries it, its domain in ASCII; and whether letters before the @ need SMTPUTF8.

    Raises: Undeliverable.
    """
    try:
        found = validate_email(address, check_deliverability=False, test_environment=True)
    except EmailNotValidError as error:
        raise Undeliverable(f"This is no address that mail can be sent to: {error}") from None
    return found.ascii_email or found.normalized, found.ascii_email is None


def retry_delay_ms(settings: Smtp, *, tries: int, waited_ms: int) -> int | None:
    """The wait after a try that failed for now; None when the mail was tried for long enough (RFC 5321, 4.5.4.1)."""
    delay_ms = settings.retry_delays_ms[min(tries, len(settings.retry_delays_ms)) - 1]
    return delay_ms if waited_ms + delay_ms <= settings.give_up_after_ms else None


def encoded(header: str, text: str, plain: re.Pattern[str]) -> str:
    """A text for a header, folded; as encoded words (RFC 2047) unless it is `plain` and short."""
    line = one_line(text)
    if plain.fullmatch(line) and not any(each in line for each in ENCODED):
        return line
    return Header(line, "utf-8", header_name=header).encode(linesep=CRLF)
