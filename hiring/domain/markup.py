"""The body of a post as HTML that is safe to show. Pure, and bounded for any input.

nh3 decides what is safe, but parses as browsers do: in time that grows with the square of the nesting, and with memory
that grows with the square of the tags that are never closed (100,000 characters can take gigabytes). So HTML is first
reduced to allowed tags that are all closed and nested at most `MAXIMUM_NESTING` deep, for which nh3 is linear.
"""

import html
import re
from collections.abc import Iterator
from typing import Literal

import nh3

from hiring.domain.visible import is_visible
from hiring.errors import FieldError, Invalid

BodyFormat = Literal["plain", "html"]

TAGS = {
    "p", "div", "br", "hr", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "li", "dl", "dt", "dd", "blockquote", "pre",
    "table", "caption", "thead", "tbody", "tfoot", "tr", "th", "td", "a", "strong", "em", "b", "i", "u", "s", "small",
    "sub", "sup", "code",
}  # fmt: skip
"""Text and its structure. No images, which would tell a third party who reads; no styles, which are the board's."""
SCHEMES = {"http", "https", "mailto", "tel"}
VOID = {"br", "hr"}
"""Elements that have no content and no end tag."""
CELLS = {"td", "th", "caption"}
ROWS = {"tr", *CELLS}
SECTIONS = {"thead", "tbody", "tfoot"}
TABLE_PARTS = {"table", *SECTIONS, *ROWS}
ENDED_BY: dict[str, set[str]] = {
    **{name: {"p"} for name in TAGS if re.fullmatch(r"p|div|hr|h\d|[uod]l|blockquote|pre|table", name)},
    **{name: {*SECTIONS, *ROWS, "p"} for name in SECTIONS},
    "li": {"li", "p"}, "dt": {"dt", "dd", "p"}, "dd": {"dt", "dd", "p"}, "td": {*CELLS, "p"}, "th": {*CELLS, "p"},
    "tr": {*ROWS, "p"},
}  # fmt: skip
"""A start tag → the open elements that it ends, whose own end tags HTML lets an author leave out."""
MAXIMUM_NESTING = 50
"""Elements within each other."""

ATTRIBUTE = r"""[^\s/>][^\s/>=]*+(?:\s*+=\s*+(?:"[^"]*+"|'[^']*+'|[^\s"'>][^\s>]*+)?+)?+"""
TOKEN = re.compile(
    rf"""<!--.*?(?:-->|\Z)
      | <(script|style)\b.*?(?:</\1[^>]*+(?:>|\Z)|\Z)
      | <[!?][^>]*+(?:>|\Z)
      | <(?P<slash>/?)(?P<name>[a-z][^\s/>]*+)
         (?P<attributes>(?:[\s/]++|{ATTRIBUTE})*+)(?:>|\Z)
      | <""",
    re.VERBOSE | re.DOTALL | re.IGNORECASE,
)
"""A comment, a script or style with its content, a declaration, a tag, or a sign that is none of these.

Each alternative takes all that it has looked at (its quantifiers are possessive), so the whole is linear.
"""
HREF = re.compile(r"""href\s*+=\s*+(?:"([^"]*+)"|'([^']*+)'|(.*+))""", re.IGNORECASE | re.DOTALL)


def body_html(body: str, body_format: BodyFormat) -> str:
    """A post's body as HTML: plain text in paragraphs, HTML reduced to `TAGS` and links.

    Rules: B5.
    Raises: Invalid, where HTML is nested too deeply, or nothing is left to be seen.
    """
    shown = _cleaned(body) if body_format == "html" else _in_paragraphs(body)
    if not is_visible(text_of(shown)):
        raise Invalid(errors=[FieldError("/body", "required", "Expected a text of which something can be seen.")])
    return shown


def text_of(shown: str) -> str:
    """The text that HTML shows, in one line."""
    return " ".join(html.unescape(re.sub(r"<[^>]*+>", " ", shown)).split())


def _cleaned(body: str) -> str:
    balanced = "".join(closed_tags(body))
    return nh3.clean(balanced, tags=TAGS, attributes={"a": {"href"}}, url_schemes=SCHEMES)


def _in_paragraphs(body: str) -> str:
    paragraphs = re.split(r"\n[^\S\n]*+(?:\n\s*+)", re.sub(r"\r\n?", "\n", body).strip())
    return "".join(f"<p>{html.escape(each, quote=False).replace(chr(10), '<br>')}</p>" for each in paragraphs)


def closed_tags(text: str) -> Iterator[str]:
    """Yields HTML in pieces: its texts as they are, allowed tags without other attributes than `href`, all closed.

    Raises: Invalid, where elements are nested too deeply.
    """
    open_names: list[str] = []
    end = 0
    for token in TOKEN.finditer(text):
        yield text[end : token.start()]
        end = token.end()
        name = (token["name"] or "").lower()
        if token[0] == "<":
            yield "&lt;"
        elif name in TAGS and token["slash"]:
            yield from ended(open_names, name)
        elif name in TAGS:
            yield from started(open_names, name, token["attributes"])
    yield text[end:]
    yield from (f"</{name}>" for name in reversed(open_names))


def started(open_names: list[str], name: str, attributes: str) -> Iterator[str]:
    """Yields the tags that a start tag ends, and the start tag. Raises: Invalid, where it is too deep."""
    while open_names and open_names[-1] in ENDED_BY.get(name, ()):
        yield f"</{open_names.pop()}>"
    if name in VOID:
        yield f"<{name}>"
        return
    if len(open_names) == MAXIMUM_NESTING:
        detail = f"The HTML is nested deeper than {MAXIMUM_NESTING} elements; close those that have ended."
        raise Invalid(errors=[FieldError("/body", "depth", detail)])
    open_names.append(name)
    yield link(attributes) if name == "a" else f"<{name}>"


def link(attributes: str) -> str:
    """The start tag of a link, with the first address that its attributes name."""
    for each in re.finditer(ATTRIBUTE, attributes):
        if found := HREF.fullmatch(each[0]):
            address = next(text for text in found.groups() if text is not None)
            return f'<a href="{address.replace(chr(34), "&quot;")}">'
    return "<a>"


def ended(open_names: list[str], name: str) -> Iterator[str]:
    """Yields the end tags of the element that an end tag ends, and of those within it; none where it ends nothing."""
    for place in range(len(open_names) - 1, -1, -1):
        if open_names[place] == name:
            yield from (f"</{each}>" for each in reversed(open_names[place:]))
            del open_names[place:]
            return
        if open_names[place] in CELLS and name not in TABLE_PARTS:
            return
