"""SVG as our pictures need it: elements whose texts are escaped, a frame with its title, legends.

Colors are classes, which `parts/pictures.css` gives a look in light, in dark and in print: `step1` to `step6` go from
what is widest to what is innermost; the color-blind can tell `line1` to `line6` apart, also by their markers.
"""

from collections.abc import Sequence
from typing import Any

import msgspec
from markupsafe import Markup

WIDTH = 720.0
LETTER, NARROW_LETTER = 8.3, 4.4
"""About how wide letters are, at a size of 13, in the widest of usual fonts."""
NARROW = frozenset("fijlrt.,:·'’()[]| -")
LINE = 20.0
SWATCH = 12.0


class Drawing(msgspec.Struct, frozen=True):
    """What stands in a frame, and how large the frame must be."""

    content: Markup
    height: float
    width: float = WIDTH
    left_out: int = 0
    """How many rows have no room."""


class Legend(msgspec.Struct, frozen=True):
    """What a color means."""

    kind: str
    text: str


def element(name: str, content: Any = "", /, **attributes: Any) -> Markup:
    """An element; what it holds is escaped unless it is markup. An attribute `class_` is written `class`."""
    written = Markup("").join(
        Markup(' {}="{}"').format(key.rstrip("_").replace("_", "-"), measured(value))
        for key, value in attributes.items()
        if value is not None
    )
    return Markup("<{0}{1}>{2}</{0}>").format(Markup(name), written, content)  # noqa: S704  # names are our own


def measured(value: Any) -> str:
    """A length with at most one decimal; a text as it is."""
    return f"{value:.1f}".removesuffix(".0") if isinstance(value, float) else str(value)


def joined(parts: Sequence[Markup]) -> Markup:
    """Elements that follow each other."""
    return Markup("\n").join(parts)


def text(x: float, y: float, words: str, kind: str, anchor: str | None = None) -> Markup:
    """Words at a place; `anchor` is `middle` or `end` where they do not begin there."""
    return element("text", words, x=x, y=y, class_=kind, text_anchor=anchor)


def width_of(words: str) -> float:
    """About how wide words are."""
    return sum(NARROW_LETTER if letter in NARROW else LETTER for letter in words)


def legend(entries: Sequence[Legend], width: float = WIDTH) -> Drawing:
    """What colors mean, in as many lines as it takes."""
    parts, x, y = list[Markup](), 0.0, 0.0
    for each in entries:
        needed = SWATCH + 6 + width_of(each.text) + 18
        if x and x + needed > width:
            x, y = 0.0, y + LINE
        if each.kind.startswith("line"):
            parts.append(marker(each.kind, x + SWATCH / 2, y + 8))
        else:
            parts.append(element("rect", x=x, y=y + 2, width=SWATCH, height=SWATCH, rx=2, class_=each.kind))
        parts.append(text(x + SWATCH + 6, y + 12.5, each.text, "key"))
        x += needed
    return Drawing(joined(parts), y + LINE + 8 if entries else 0.0)


def marker(kind: str, x: float, y: float, r: float = 4.0) -> Markup:
    """The point of a line, in the shape that its kind has beside its color."""
    shapes = {
        "line1": ((-1, -1), (1, -1), (1, 1), (-1, 1)),
        "line2": ((0, -1.3), (1.3, 0), (0, 1.3), (-1.3, 0)),
        "line3": ((0, -1.2), (1.2, 1), (-1.2, 1)),
        "line4": ((0, 1.2), (1.2, -1), (-1.2, -1)),
    }
    if kind not in shapes:
        return element("circle", cx=x, cy=y, r=r, class_=f"{kind} mark")
    points = " ".join(f"{measured(x + dx * r)},{measured(y + dy * r)}" for dx, dy in shapes[kind])
    return element("polygon", points=points, class_=f"{kind} mark")


def under(above: Drawing, below: Drawing) -> Drawing:
    """A drawing under another one."""
    moved = element("g", below.content, transform=f"translate(0 {measured(above.height)})")
    return Drawing(
        joined([above.content, moved]), above.height + below.height, max(above.width, below.width), below.left_out
    )


def framed(drawing: Drawing, *, name: str, title: str, description: str) -> Markup:
    """The picture, with what is read to those who cannot see it; `name` makes its ids unique in the page."""
    content = joined(
        [
            element("title", title, id=f"{name}-title"),
            element("desc", description, id=f"{name}-description"),
            drawing.content,
        ]
    )
    return Markup(
        '<svg class="picture" role="img" aria-labelledby="{0}-title" aria-describedby="{0}-description" '
        'viewBox="-2 -2 {1} {2}">{3}</svg>'
    ).format(name, measured(drawing.width + 4), measured(drawing.height + 4), content)
