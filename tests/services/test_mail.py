"""Mails: texts in people's languages, and headers that no name can break."""

import email
from datetime import UTC, datetime
from email import policy
from email.header import decode_header, make_header
from email.utils import parseaddr
from typing import Any
from uuid import UUID

import pytest
from hypothesis import example, given
from hypothesis import settings as effort
from hypothesis import strategies as st
from jinja2 import TemplateNotFound, UndefinedError

from hiring.connectors.smtp import Letter
from hiring.services.mail import FOLDER, TOKEN, MailText, Undeliverable, compose, one_line, render_text

FACTS = {
    "first_name": "Zoë", "job_title": "Engineer", "organization_name": "Ada & Co", "author_name": "Lee",
    "candidate_name": "Kim",
}  # fmt: skip
KINDS = (
    "application_received", "application_rejected", "already_applied", "invitation", "note_mention", "password_reset",
    "sender_verification",
)  # fmt: skip
HEADERS = {
    "From", "To", "Subject", "Date", "Message-ID", "Auto-Submitted", "MIME-Version", "Content-Type",
    "Content-Transfer-Encoding",
}  # fmt: skip
HOSTILE = st.text(max_size=300) | st.text(alphabet='aß李😀,;:"\\()<>@[].=?_ \n\r\u202e\u2028ع𐀀', max_size=200)
ENCODED_WORD = "=?utf-8?q?a=0D=0ABcc:_eve=40example.com?="


def composed(**changes: Any) -> Letter:
    values: dict[str, Any] = {
        "text": MailText("Hello", "Text\n"), "message_id": UUID(int=5), "recipient": "zoe@example.com",
        "sender_name": "Ada", "sender_address": None, "service_address": "no-reply@example.com",
        "dated": datetime(2026, 1, 2, tzinfo=UTC), "token": None,
    }  # fmt: skip
    return compose(**values | changes)


def rendered(kind: str, language: str = "en", **facts: Any) -> MailText:
    return render_text(kind, language=language, facts=FACTS | facts, public_url="https://hiring.example.com")


@pytest.mark.parametrize("language", sorted(path.name for path in FOLDER.iterdir()))
@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_has_a_text_when_a_language_is_there(kind: str, language: str) -> None:
    """Subject, greeting, the facts; a link where one is needed and nowhere else."""
    text = rendered(kind, language)
    assert text.subject and "\n" not in text.subject and text.body.endswith("\n")
    assert ("Zoë," in text.body) == (kind != "sender_verification") and "Ada & Co" in text.body
    assert (TOKEN in text.body) == (kind in {"invitation", "password_reset", "sender_verification"})


def test_language_falls_back_when_there_is_no_text_in_it() -> None:
    """A region's language is its language; a language without texts, and a path, is English."""
    assert rendered("application_received", "de-AT") == rendered("application_received", "de")
    for language in ("ja", "zh-Hant-TW", "../de", ""):
        assert rendered("application_received", language) == rendered("application_received")


def test_template_is_strict_when_a_fact_or_a_text_is_missing() -> None:
    """Nobody gets a mail with a hole in it."""
    with pytest.raises(UndefinedError):
        render_text("invitation", language="en", facts={}, public_url="https://hiring.example.com")
    with pytest.raises(TemplateNotFound):
        rendered("unknown")


def test_facts_stay_facts_when_they_look_like_something_else() -> None:
    """Neither a template nor a line of its own, nor the place where the token goes; letters of every script stay."""
    text = rendered("invitation", organization_name="{{ link }}\r\nBcc: x", first_name=f"عمر {TOKEN}👩🏽‍💻")
    assert "{{ link }} Bcc: x" in text.subject
    assert "عمر 👩🏽‍💻," in text.body
    assert text.body.count(TOKEN) == 2


@pytest.mark.parametrize("title", ["Overnight Associate  (Duncan)", "Stocker\u00a0–   Ajax", "C++ & C#  <senior>"])
def test_spaces_stay_when_a_title_has_more_than_one(title: str) -> None:
    """Subject and body say the title as the job has it: people search their mail for it."""
    text = rendered("application_received", job_title=title)
    mail = email.message_from_bytes(composed(text=text).content, policy=policy.default)
    body = mail.get_body()
    assert mail["Subject"] == f"Your application: {title}"
    assert body is not None and f"    {title}" in body.get_content().splitlines()


@pytest.mark.parametrize("name", [
    "Win at https://evil.example", "evil.com", "a@b.example", "x" * 61, "", None, "evil\u3002com", "evil\uff0ecom",
    "evil\uff61com", "evil\u200b.com", "evil.c\u00adom", "ｅｖｉｌ．ｃｏｍ", "a\uff20b", "evil\uff0fwin",
])  # fmt: skip
def test_nobody_is_greeted_when_a_name_is_a_link(name: str | None) -> None:
    """Who types on a public board cannot advertise to others through our mail."""
    text = rendered("application_received", first_name=name)
    assert text.body.startswith("Hello,")
    assert not name or name not in text.body


@effort(max_examples=300, deadline=None)
@given(name=HOSTILE, subject=HOSTILE, is_international=st.booleans())
@example(name=ENCODED_WORD, subject=ENCODED_WORD, is_international=False)
@example(name='Ada, "Bob" <eve@example.com>', subject="a\r\nBcc: eve@example.com", is_international=True)
def test_headers_say_what_was_meant_when_names_are_hostile(name: str, subject: str, is_international: bool) -> None:
    """Each text comes back as it was, on one line; nothing is added, and every line is short."""
    recipient = "zoë@example.com" if is_international else "zoe@example.com"
    letter = composed(text=MailText(subject, "Text\n"), sender_name=name, recipient=recipient)
    head = email.message_from_string(letter.content.decode())
    shown, address = parseaddr(str(head["From"]).replace("\n", ""))
    assert str(make_header(decode_header(shown))) == one_line(name)
    assert address == "no-reply@example.com"
    assert str(make_header(decode_header(head["Subject"]))) == one_line(subject)
    assert set(head.keys()) == HEADERS and len(head.items()) == len(HEADERS)
    assert b"\n" not in letter.content.replace(b"\r\n", b"")
    assert max(len(line) for line in letter.content.split(b"\r\n")) <= 78
    assert is_international or letter.content.isascii()


@pytest.mark.parametrize(
    ("recipient", "carried", "is_international"),
    [
        ("zoe@example.com", "zoe@example.com", False),
        ("zoe@bücher.example.com", "zoe@xn--bcher-kva.example.com", False),
        ("zoë@bücher.example.com", "zoë@bücher.example.com", True),
    ],
)
def test_address_is_carried_the_plainest_way_when_it_is_not_ascii(
    recipient: str, carried: str, is_international: bool
) -> None:
    """Only letters before the @ need an extension of the server's."""
    letter = composed(recipient=recipient)
    assert (letter.recipient, letter.is_international) == (carried, is_international)
    assert f"To: {carried}\r\n".encode() in letter.content


@pytest.mark.parametrize("recipient", ["zoe", "zoe@", "zoeexample.com", "a@example.com\r\nRSET", "a b@c.example", ""])
def test_letter_is_undeliverable_when_smtp_has_no_such_address(recipient: str) -> None:
    """It fails for good, and is not tried."""
    with pytest.raises(Undeliverable):
        composed(recipient=recipient)


def test_letter_is_the_same_when_it_is_composed_again() -> None:
    """Message-ID, date and every byte; the token stands where its placeholder was."""
    text = rendered("password_reset")
    first, second = (composed(text=text, token="the-token") for _ in range(2))
    assert first == second
    mail = email.message_from_bytes(first.content)
    assert mail["Message-ID"] == "<00000000-0000-0000-0000-000000000005@example.com>"
    body = mail.get_payload(decode=True)
    assert isinstance(body, bytes) and TOKEN.encode() not in body
    assert b"https://hiring.example.com/password-resets/confirm#token=the-token\r\n" in body


@pytest.mark.parametrize(
    ("name", "is_greeted"),
    [
        ("x" * 60, True),
        ("x" * 61, False),
        ("J.", True),
        ("J.R", True),
        ("a.b.c", True),
        ("J.Rx", False),
        ("a/b", False),
    ],
)
def test_name_is_greeted_when_it_may_be_one(name: str, is_greeted: bool) -> None:
    """To the character: initials are no domain."""
    assert rendered("application_received", first_name=name).body.startswith(
        f"Hello {name}," if is_greeted else "Hello,"
    )


def test_fact_is_cut_when_it_is_long() -> None:
    """To 200 characters, after what is invisible is gone."""
    assert one_line("\u202e" + "x" * 201) == "x" * 200
    assert one_line("a\x85b\x7fc\x1fd\u2028\r\ne") == "a b c d e"
    assert one_line(f" {TOKEN}a ") == "a"


@pytest.mark.parametrize(
    ("kind", "path"),
    [
        ("invitation", "invitations/accept"),
        ("password_reset", "password-resets/confirm"),
        ("sender_verification", "sender-identities/verify"),
    ],
)
def test_link_leads_to_its_own_page(kind: str, path: str) -> None:
    """With the token behind the #."""
    assert f"https://hiring.example.com/{path}#token={TOKEN}" in rendered(kind).body


@pytest.mark.parametrize(
    ("text", "is_plain"),
    [
        ("Ada & Co", False),
        ("Ada - Co 7", True),
        ("a" * 60, True),
        ("a" * 61, False),
        ("a  b", False),
        ("a =? b", False),
    ],
)
def test_sender_is_encoded_when_it_is_not_plain(text: str, is_plain: bool) -> None:
    """Short ASCII alone stands as it is."""
    head = composed(sender_name=text).content.split(b"\r\n <")[0]
    assert (head == f"From: {text}".encode()) is is_plain
    assert is_plain or b"=?utf-8?" in head


def test_service_says_that_it_sends_when_the_address_is_another() -> None:
    """What cannot be delivered comes back to the service, under whose domain the mail has its id."""
    letter = composed(sender_address="careers@example.org")
    head = email.message_from_bytes(letter.content)
    assert parseaddr(head["From"]) == ("Ada", "careers@example.org") and head["Sender"] == "no-reply@example.com"
    assert letter.sender == "no-reply@example.com" and head["Message-ID"].endswith("@example.com>")
    assert set(head.keys()) == {*HEADERS, "Sender"}


def test_sender_is_carried_in_ascii_when_its_domain_has_other_letters() -> None:
    """No mail server needs SMTPUTF8 for the letter of a recipient who does not."""
    letter = composed(sender_address="careers@bücher.example")
    head, _, _ = letter.content.partition(b"\r\n\r\n")
    assert b"<careers@xn--bcher-kva.example>" in head and head.isascii() and not letter.is_international


def test_letter_has_its_date_and_says_that_nobody_wrote_it() -> None:
    """So no holiday reply comes back; its body is of seven bits."""
    letter = composed(text=MailText("Hello", "Zoë\n"), token=None)
    assert letter.sender == "no-reply@example.com"
    assert b"\r\nDate: Fri, 02 Jan 2026 00:00:00 +0000\r\n" in letter.content
    assert b"\r\nAuto-Submitted: auto-generated\r\n" in letter.content and letter.content.isascii()
