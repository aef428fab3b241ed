"""The body of a post as safe HTML, also when it was written to exhaust who cleans it."""

import time
from collections.abc import Callable

import pytest

from hiring.domain.markup import MAXIMUM_NESTING, body_html
from hiring.errors import Invalid

LINK = 'rel="noopener noreferrer"'


@pytest.mark.parametrize(
    ("body", "shown"),
    [
        ("a\r\nb\n\nc", "<p>a<br>b</p><p>c</p>"),
        ("<script>alert(1)</script> & more", "<p>&lt;script&gt;alert(1)&lt;/script&gt; &amp; more</p>"),
        ("שלום\u202e x", "<p>שלום\u202e x</p>"),
        ("a\n \t\n\n b\rc", "<p>a</p><p>b<br>c</p>"),
    ],
)
def test_plain_text_is_escaped_when_shown(body: str, shown: str) -> None:
    """In paragraphs; nothing in it is HTML."""
    assert body_html(body, "plain") == shown


@pytest.mark.parametrize(
    ("body", "shown"),
    [
        ("<p onclick=x>a<script>b</script></p>", "<p>a</p>"),
        ('<a href="javascript:x">a</a>', f"<a {LINK}>a</a>"),
        ("<img src=x onerror=y><b>b</b>", "<b>b</b>"),
        ("<p>a", "<p>a</p>"),
        ("<style>p{}</style><h2>ü</h2>", "<h2>ü</h2>"),
        ("1 < 2 &amp; 3 > 2", "1 &lt; 2 &amp; 3 &gt; 2"),
        ("<!-- <p>x --><P>a</P ><!doctype html><?php x?>b", "<p>a</p>b"),
        ("<a title=' href=x' HREF='https://a.b/?c=1&d=\"'>l", f'<a href="https://a.b/?c=1&amp;d=&quot;" {LINK}>l</a>'),
        ("<p title='>'>a</p>", "<p>a</p>"),
        ("a<br/>b<hr>c", "a<br>b<hr>c"),
    ],
)  # fmt: skip
def test_html_is_cleaned_when_shown(body: str, shown: str) -> None:
    """Structure and links stay; scripts, styles, images and handlers go."""
    assert body_html(body, "html") == shown


@pytest.mark.parametrize(
    ("body", "shown"),
    [
        ("<p>a<p>b<ul><li>c<li>d</ul>e", "<p>a</p><p>b</p><ul><li>c</li><li>d</li></ul>e"),
        ("<ul><li>a<ul><li>b</ul><li>c</ul>", "<ul><li>a<ul><li>b</li></ul></li><li>c</li></ul>"),
        ("<b><i>x</b>y</i>", "<b><i>x</i></b>y"),
        ("x</div></p></b>y", "xy"),
        ("<div><table><tr><td></div>x</table>", "<div><table><tbody><tr><td>x</td></tr></tbody></table></div>"),
        ("<dl><dt>a<dd>b<dt>c</dl>", "<dl><dt>a</dt><dd>b</dd><dt>c</dt></dl>"),
    ],
)
def test_elements_are_closed_when_their_author_left_it_out(body: str, shown: str) -> None:
    """Each where HTML ends it, or where its parent ends."""
    assert body_html(body, "html") == shown


@pytest.mark.parametrize(
    "body", ["\u2800", "<p>\u3164</p>", "&#x115f;&nbsp;", "\u0301", "<b>\ufe0f\u034f</b>", "\uffa0"]
)
def test_body_is_refused_when_nothing_of_it_can_be_seen(body: str) -> None:
    """Fillers and accents without a letter are as empty as spaces."""
    for form in ("html", "plain") if "&" not in body and "<" not in body else ("html",):
        with pytest.raises(Invalid):
            body_html(body, form)


@pytest.mark.parametrize("tag", ["div", "b", "a", "ul><li", "table><td", "sub", "h1", "p><b", "b id=%d><div"])
def test_html_is_refused_when_it_is_nested_too_deeply(tag: str) -> None:
    """Of any element, and of several in turn; with a pointer to the body."""
    tags = [f"<{tag}>" if "%" not in tag else f"<{tag % place}>" for place in range(MAXIMUM_NESTING)]
    body_html("".join([*tags[: MAXIMUM_NESTING // 2], "x"]), "html")
    with pytest.raises(Invalid) as refused:
        body_html("".join(["<i>", *tags]), "html")
    assert [(error.pointer, error.code) for error in refused.value.errors] == [("/body", "depth")]


HOSTILE: dict[str, Callable[[int], str]] = {
    "elements within each other": lambda size: "<div>" * (size // 5),
    "formats that are reopened": lambda size: "".join(f"<p><b id={place}>x" for place in range(size // 14)),
    "formats that are closed too late": lambda size: "".join(f"<i id={place}></b>" for place in range(size // 14)),
    "lists": lambda size: "<ul><li>" * (size // 8),
    "paragraphs in formats": lambda size: "<b>" * 49 + "<p>" * (size // 3 - 49),
    "attributes": lambda size: "<p" + "".join(f" a{place}" for place in range(size // 7)) + ">",
    "quotes that stay open": lambda size: "<a b='" * (size // 6),
    "tags that stay open": lambda size: "<p " * (size // 3),
    "comments that stay open": lambda size: "<!--" * (size // 4),
    "scripts that stay open": lambda size: "<script></script" * (size // 16),
    "blanks in an attribute": lambda size: "<a href" + " " * (size - 7),
    "ends of nothing": lambda size: "<a>" * 49 + "</b>" * (size // 4 - 49),
    "text in tables": lambda size: "<table>a" * (size // 8),
    "signs": lambda size: "<" * size,
    "empty lines": lambda size: "\n " * (size // 2),
}
LENGTH = 100_000


def cost(body: str) -> float:
    """Processor seconds of cleaning a body as HTML and as plain text, the least of three."""
    seconds = []
    for _ in range(3):
        begun = time.process_time()
        for form in ("html", "plain"):
            try:
                shown = body_html(body, form)
            except Invalid:
                continue
            assert len(shown) < 8 * len(body)
        seconds.append(time.process_time() - begun)
    return min(seconds)


@pytest.mark.parametrize("name", HOSTILE)
def test_cost_grows_with_the_length_alone_when_a_body_is_hostile(name: str) -> None:
    """Four times the text takes some four times the time: not sixteen times. Memory is held by the length of HTML."""
    short, long = cost(HOSTILE[name](LENGTH // 4)), cost(HOSTILE[name](LENGTH))
    assert long < 8 * short + 0.005, (short, long)
