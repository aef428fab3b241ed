"""Markdown as the guide uses it: links between its files, an anchor for each heading, samples side by side."""

import html
import re
from collections.abc import Iterator, Sequence
from typing import Any

import msgspec
from markdown_it import MarkdownIt
from markdown_it.token import Token
from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexers import get_lexer_by_name

SAMPLES = {"sh": "curl", "python": "Python", "ts": "TypeScript"}
"""Languages of samples, as readers call them. Blocks of them that follow each other show the same thing."""
LEXERS = {"sh": "bash", "ts": "typescript"}
"""Languages whose lexer has another name."""
FILE = re.compile(r"(?:\.\./|guide/)?(?:\d\d-)?([A-Za-z-]+)\.md(#.*)?")
"""A link to another page of the guide, as it works in the checkout, too."""
LINK = re.compile(r"\]\(([^()\s]+)\)")
FORMATTER = HtmlFormatter(nowrap=True)
CODE_STYLES = ("default", "github-dark")
"""Colors in light and in dark."""
FIRST_PAGE = "start-here"


class Section(msgspec.Struct, frozen=True):
    """A part of a page that a search can lead to: the page itself, or what stands under a heading."""

    title: str
    anchor: str
    level: int
    text: str


class Rendered(msgspec.Struct, frozen=True):
    """A page as HTML, and what it consists of; the first section is the page's beginning."""

    content: str
    sections: list[Section]


def rendered(source: str) -> Rendered:
    """Markdown as HTML."""
    markdown = MarkdownIt("commonmark", {"html": False}).enable("table")
    markdown.add_render_rule("fence", fence)
    tokens = markdown.parse(source)
    for token in tokens:
        for each in token.children or []:
            if each.type == "link_open":
                each.attrs["href"] = address_of(str(each.attrs["href"]))
    sections = list(sectioned(tokens))
    return Rendered(markdown.renderer.render(list(framed(tokens)), markdown.options, {}), sections)


def address_of(link: str) -> str:
    """Where a link leads from a page of the service."""
    found = FILE.fullmatch(link)
    if link == "openapi.json":  # beside the changelog in the checkout
        return "/openapi.json"
    return f"{path_of(found[1].lower())}{found[2] or ''}" if found else link


def with_links(source: str) -> str:
    """Markdown whose links lead to the Markdown of other pages of the service, for programs that read it."""

    def led(found: re.Match[str]) -> str:
        file = FILE.fullmatch(found[1])
        return f"](/docs/{file[1].lower()}.md{file[2] or ''})" if file else f"]({address_of(found[1])})"

    return LINK.sub(led, source)


def path_of(name: str) -> str:
    """The path of a page."""
    return "/docs" if name == FIRST_PAGE else f"/docs/{name}"


def sectioned(tokens: Sequence[Token]) -> Iterator[Section]:
    """Gives each heading its anchor, and yields what a search can lead to."""
    title, anchor, level, words = "", "", 1, list[str]()
    for place, token in enumerate(tokens):
        if token.type == "heading_open":
            if title:
                yield Section(title, anchor, level, " ".join(words))
            title, words = plain(tokens[place + 1]), []
            level, anchor = int(token.tag[1]), slug(title)
            token.attrs["id"] = anchor
        elif token.type == "inline" and tokens[place - 1].type != "heading_open":
            words.append(plain(token))
        elif token.type == "fence":
            words.append(token.content)
    yield Section(title, anchor, level, " ".join(words))


def plain(token: Token) -> str:
    """The words of a line of Markdown."""
    return "".join(
        each.content or " " for each in token.children or [] if each.type in ("text", "code_inline", "softbreak")
    )


def slug(title: str) -> str:
    """The anchor of a heading."""
    return re.sub(r"[^\w]+", "-", title.lower()).strip("-")


def framed(tokens: Sequence[Token]) -> Iterator[Token]:
    """Puts samples that follow each other into one frame, and tables into one that scrolls by itself."""
    is_open = False
    for token in tokens:
        is_sample = token.type == "fence" and language_of(token) in SAMPLES
        if is_open is not is_sample and token.level == 0:
            yield framing('<div class="samples">' if is_sample else "</div>")
            is_open = is_sample
        if token.type == "table_open":
            yield framing('<div class="table">')
        yield token
        if token.type == "table_close":
            yield framing("</div>")
    if is_open:
        yield framing("</div>")


def framing(text: str) -> Token:
    """A piece of HTML between tokens."""
    return Token("html_block", "", 0, content=text + "\n")


def language_of(token: Token) -> str:
    """The language of a fenced block; more words tell the tests what to do with it."""
    return token.info.split()[0] if token.info.strip() else "text"


def fence(renderer: Any, tokens: Sequence[Token], place: int, options: Any, env: Any) -> str:
    """A fenced block with colored words, under its language, the file that it is, or that it is what is printed."""
    language, code, more = language_of(tokens[place]), tokens[place].content, tokens[place].info.split()[1:]
    name = SAMPLES.get(language, language.upper() if language != "text" else "")
    title = "Prints" if more == ["output"] else more[0] if more else name
    lexer = get_lexer_by_name(LEXERS.get(language, language), stripnl=False)
    kind = "code output" if more == ["output"] else "code file" if more else "code"
    caption = f"<figcaption>{html.escape(title)}</figcaption>" if title else ""
    return (
        f'<figure class="{kind}" data-language="{html.escape(language)}" data-name="{html.escape(name)}">{caption}'
        f'<pre tabindex="0"><code>{highlight(code, lexer, FORMATTER)}</code></pre></figure>\n'
    )


def code_styles() -> str:
    """The colors of code, in light and in dark."""
    light, dark = (
        "\n".join(HtmlFormatter(style=style).get_token_style_defs("figure.code code"))  # type: ignore[no-untyped-call]
        for style in CODE_STYLES
    )
    return f"{light}\n@media (prefers-color-scheme: dark) {{\n{dark}\n}}\n"
