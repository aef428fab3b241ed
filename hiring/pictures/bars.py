"""Horizontal bars that lie in each other: a part inside its whole, a median inside higher percentiles."""

from collections.abc import Sequence

import msgspec
from markupsafe import Markup

from hiring.pictures.drawing import WIDTH, Drawing, element, joined, text, width_of

HEIGHT, MINOR_HEIGHT = 20.0, 9.0
GAP, MINOR_GAP = 9.0, 3.0
BOLD = 1.08
"""By so much bold letters are wider."""
LEAST_ROOM = 220.0
THIN = 5.0
"""By so much an inner bar is thinner than the one around it, at each side."""


class Bar(msgspec.Struct, frozen=True):
    """A bar: how long each layer is, the widest first, and the numbers that stand behind it.

    A layer is its class and its value, null where there is none. A minor bar belongs to the one above it.
    """

    label: str
    layers: Sequence[tuple[str, float | None]]
    told: str
    is_minor: bool = False

    @property
    def height(self) -> float:
        """How much room it takes."""
        return (MINOR_HEIGHT if self.is_minor else HEIGHT) + GAP


def bars(rows: Sequence[Bar]) -> Drawing:
    """Bars under each other on one scale, from zero to the longest."""
    left = max(width_of(each.label) for each in rows) + 16
    right = max(width_of(each.told) for each in rows) * BOLD + 12
    width = max(WIDTH, left + LEAST_ROOM + right)
    most = max((value or 0 for each in rows for _, value in each.layers), default=0) or 1
    room, y, parts = width - left - right, 0.0, list[Markup]()
    for each in rows:
        y -= (GAP - MINOR_GAP) if each.is_minor else 0.0
        parts.append(bar(each, left, y, room / most))
        y += each.height
    axis = element("line", x1=left, x2=left, y1=-2.0, y2=y - GAP + 2, class_="axis")
    return Drawing(joined([*parts, axis]), y, width)


def bar(found: Bar, left: float, y: float, scale: float) -> Markup:
    """One bar with its label before it and its numbers behind it."""
    height, longest = found.height - GAP, 0.0
    parts = [element("title", f"{found.label}: {found.told}")]
    for place, (kind, value) in enumerate(found.layers):
        length, inset = (value or 0) * scale, 0.0 if found.is_minor else min(place * THIN, height / 2 - 4)
        if value:
            parts.append(
                element("rect", x=left, y=y + inset, width=max(length, 1.0), height=height - 2 * inset, class_=kind)
            )
        longest = max(longest, length)
    middle = y + height / 2 + 4.5
    parts.append(text(left - 8, middle, found.label, "minor label" if found.is_minor else "label", "end"))
    parts.append(text(left + longest + 8, middle, found.told, "minor value" if found.is_minor else "value"))
    return element("g", joined(parts))
