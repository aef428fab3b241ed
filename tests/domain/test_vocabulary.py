"""Typed words of requests."""

import re

import msgspec
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from hiring.domain import vocabulary
from hiring.domain.checking import checked
from hiring.domain.findings import Unfit
from hiring.domain.places import PostalCode
from hiring.domain.visible import is_visible
from hiring.domain.vocabulary import Text
from hiring.errors import Invalid


@pytest.mark.parametrize(
    ("kind", "text", "kept"),
    [
        ("ShortText", "  Zoë 李\u00a0", "Zoë 李"), ("Email", " Ada@Example.COM ", "ada@example.com"),
        ("Email", "jörg@exämple.de", "jörg@exämple.de"), ("Phone", "+49 (30) 1-2", "+49 (30) 1-2"),
        ("Url", "HTTPS://example.com/a?b#c", "HTTPS://example.com/a?b#c"),
        ("HttpsUrl", "HTTPS://example.com/a?b#c", "HTTPS://example.com/a?b#c"),
        ("Origin", "https://Careers.example.com:443", "https://careers.example.com"), ("Slug", "a-1", "a-1"),
        ("Country", "CA", "CA"), ("Region", "CA-ON", "CA-ON"), ("Territory", "PT", "PT"),
        ("Language", "FR-ca", "fr-CA"), ("Language", "fra", "fr"), ("Language", "GER-at", "de-AT"),
        ("Language", "iw", "he"), ("Language", "sh-RS", "sr-Latn-RS"), ("Language", "yue", "yue"),
        ("Currency", "JPY", "JPY"), ("TimeZone", "Europe/Berlin", "Europe/Berlin"),
    ],
)  # fmt: skip
def test_text_is_brought_into_its_form_when_it_is_right(kind: str, text: str, kept: str) -> None:
    """Each kind has one right form. The schema allows every text that is taken."""
    found = getattr(vocabulary, kind)
    assert found.parse(text) == kept and re.search(found.schema.get("pattern", ""), text)


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("ShortText", " \u200b "), ("ShortText", "a\nb"), ("ShortText", "x" * 201), ("Email", "a@b"),
        ("Email", "a b@c.de"),
        ("Email", "a@c.de\nBcc: x@y.de"), ("Phone", "call me"), ("Url", "ftp://a.de"), ("Url", "https://"),
        ("HttpsUrl", "http://a.de"), ("HttpsUrl", "https://"),
        ("Url", "http://a.de:0"), ("Url", "http://a.de/<x>"), ("Origin", "https://a.de/x"),
        ("Origin", "https://u@a.de"),
        ("Slug", "A"), ("Slug", "a--b"), ("Slug", "-a"), ("Country", "UK"), ("Region", "CA-XX"),
        ("Language", "xx-yy-zz-1"),
        ("ShortText", "\u3164"), ("ShortText", "\u2800\u115f \u0301"), ("Currency", "XXX"), ("Currency", "XTS"),
        ("Currency", "EURO"), ("ExternalId", "a\tb"), ("TimeZone", "Mars/Base"), ("TimeZone", "../etc/passwd"),
        ("Phone", "030\n1"),
    ],
)  # fmt: skip
def test_text_is_refused_when_it_is_wrong(kind: str, text: str) -> None:
    """With a sentence."""
    with pytest.raises(ValueError, match=r"\w"):
        getattr(vocabulary, kind).parse(text)


KINDS = [each for each in Text.__subclasses__() if each.__module__ == vocabulary.__name__]


@settings(max_examples=60, deadline=None)
@given(kind=st.sampled_from(KINDS), text=st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"])))
def test_text_keeps_its_form_when_it_is_read_again(kind: type[Text], text: str) -> None:
    """Whatever is sent: refused with a sentence, or allowed by the schema and brought into a form that stays."""
    try:
        once = kind.parse(text)
    except ValueError as error:
        refusal = str(error)
    else:
        assert kind.parse(once) == once and re.search(kind.schema.get("pattern", ""), text)
        return
    assert refusal


@settings(max_examples=200, deadline=None)
@given(data=st.data(), kind=st.sampled_from([vocabulary.ShortText, vocabulary.ExternalId, vocabulary.Phone]))
def test_text_is_taken_when_its_schema_allows_it(data: st.DataObject, kind: type[Text]) -> None:
    """But for a text without anything to see, which no pattern can tell, and controls that Python takes for blanks."""
    # JSON Schema's $ is the end, Python's also stands before a last line break
    text = data.draw(st.from_regex(kind.schema["pattern"].removesuffix("$") + r"\Z"))
    least, most = kind.schema["minLength"], kind.schema["maxLength"]
    trimmed = text.strip(vocabulary.BLANKS)
    assume(least <= len(trimmed) and len(text) <= most and is_visible(text) and not vocabulary.CONTROL.search(trimmed))
    assert kind.parse(text)


@pytest.mark.parametrize("kind", [vocabulary.ShortText, vocabulary.Email, vocabulary.Phone, PostalCode])
@pytest.mark.parametrize("control", ["\x1c", "\x1d", "\x1e", "\x1f", "\x85"])
def test_control_character_is_refused_when_it_stands_around_a_text(kind: type[Text], control: str) -> None:
    """Python's own `strip` would take it away; the blanks that may be there are."""
    text = {vocabulary.Email: "ada@example.com", vocabulary.Phone: "+49 30 1"}.get(kind, "10115")
    assert kind.parse(f"\u3000{text}\t") == text
    for wrong in (control + text, text + control):
        with pytest.raises(Unfit):
            kind.parse(wrong)


class Part(msgspec.Struct, forbid_unknown_fields=True):
    """A part of a body."""

    name: vocabulary.ShortText
    count: int = 0


class Whole(msgspec.Struct, forbid_unknown_fields=True):
    """A body."""

    parts: list[Part]
    day: str | None = None


def test_everything_wrong_is_told_at_once_when_a_body_is_checked() -> None:
    """Each finding with its pointer."""
    body = {"parts": [{"name": ""}, {"name": 3, "count": "x"}, {"count": 1, "nmae": "a"}], "day": 4, "a/b~c": 1}
    with pytest.raises(Invalid) as refused:
        checked(body, Whole)
    assert [each.pointer for each in refused.value.errors] == [
        "/a~1b~0c", "/parts/0/name", "/parts/1/name", "/parts/1/count", "/parts/2/nmae", "/parts/2/name", "/day",
    ]  # fmt: skip
