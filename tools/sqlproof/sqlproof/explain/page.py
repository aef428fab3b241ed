"""An explained statement as a page for people: a tree with the time of each node beside it, then what it adds up to."""

import textwrap
from collections.abc import Iterator, Mapping, Sequence

from rich.text import Text

from sqlproof.explain.explain import Explained
from sqlproof.explain.measured import Measure, dropped_count, hints, loops, measures, misestimates, summary
from sqlproof.explain.plans import Node, head

BAR = " ▏▎▍▌▋▊▉█"
BAR_CELLS = 6
GUTTER = "{:>9} {:<6} "
GUTTER_CELLS = 17
MINIMUM_CELLS = 30
"""For a node's words, however deep it is."""
LABEL_CELLS = 12
HOT = 0.25
"""A node with this share of the time is one to look at."""
SHOWN_CHARACTERS = 60
STYLES = {"+": "green", "-": "red", "@": "cyan"}


def page(explained: Explained, *, width: int) -> Iterator[Text]:
    """The lines of the page; without measures the tree alone."""
    plan, told = explained.plan, explained.told
    is_measured = "Execution Time" in told
    if explained.values:
        yield from _section("values", [_value(each.name, each.text, each.origin) for each in explained.values], width)
        yield Text()
    if is_measured:
        yield Text(GUTTER.format("ms alone", "share") + "node", "bold")
    yield from _Tree(plan, width if is_measured else width + GUTTER_CELLS, is_measured=is_measured).lines(plan, "", "")
    if is_measured:
        yield Text()
        for label, sentence in summary(plan, told).items():
            yield from _section(label, [sentence], width)
        for hint in hints(plan):
            yield from _section("look", [hint], width, style="yellow")


def difference_lines(changes: Sequence[str]) -> Iterator[Text]:
    """A difference of plans, coloured."""
    return (Text(line, STYLES.get(line[:1], "")) for line in changes)


class _Tree:
    """A plan's nodes with what was measured of them."""

    def __init__(self, plan: Node, width: int, *, is_measured: bool) -> None:
        self._width, self._is_measured = width - GUTTER_CELLS, is_measured
        self._measures = measures(plan)
        self._misestimates = misestimates(plan) if is_measured else {}
        self._whole_ms = sum(each.ms for each in self._measures.values()) or 1

    def lines(self, node: Node, prefix: str, below: str) -> Iterator[Text]:
        """A node and all below it; `prefix` leads to its first line, `below` to the others."""
        measure = self._measures[id(node)]
        share = measure.ms / self._whole_ms
        style = "dim" if self._is_measured and not loops(node) else "bold red" if share >= HOT else "bold"
        inner = below + ("│ " if node.parts else "  ")
        yield from self._wrapped(head(node), prefix, inner, style=style, gutter=self._gutter(node, measure, share))
        if self._is_measured and loops(node):
            yield from self._measured(node, measure, inner)
        for name, condition in node.conditions.items():
            yield from self._wrapped(f"{name}: {condition}", inner, inner, style="dim")
        for part in node.parts:
            is_last = part is node.parts[-1]
            yield from self.lines(part, below + ("└ " if is_last else "├ "), below + ("  " if is_last else "│ "))

    def _gutter(self, node: Node, measure: Measure, share: float) -> str:
        if not self._is_measured:
            return ""
        return GUTTER.format(f"{measure.ms:,.3f}", _bar(share)) if loops(node) else GUTTER.format("never", "")

    def _measured(self, node: Node, measure: Measure, inner: str) -> Iterator[Text]:
        told, ratio = node.told, self._misestimates.get(id(node))
        words = [f"{told['Actual Rows']:,} row{'' if told['Actual Rows'] == 1 else 's'}, {told['Plan Rows']:,} planned"]
        if ratio is not None:
            words[0] += f" ({max(ratio, 1 / ratio):,.0f} times {'more' if ratio > 1 else 'fewer'})"
        if loops(node) > 1:
            words[0] += f", {loops(node):,} loops"
        if measure.hit_count or measure.read_count:
            words.append(f"buffers {measure.hit_count:,} hit, {measure.read_count:,} read")
        if dropped := dropped_count(node):
            words.append(f"{dropped:,} dropped")
        if "Sort Method" in told:
            words.append(f"{told['Sort Method']}, {told['Sort Space Used']:,} kB")
        yield from self._wrapped("; ".join(words), inner, inner, style="cyan" if ratio is None else "yellow")

    def _wrapped(self, words: str, prefix: str, inner: str, *, style: str, gutter: str = "") -> Iterator[Text]:
        lines = textwrap.wrap(
            words, max(MINIMUM_CELLS, self._width - max(len(prefix), len(inner))), break_on_hyphens=False
        )
        empty = " " * GUTTER_CELLS if self._is_measured else ""
        for number, line in enumerate(lines):
            leading = ((gutter or empty) + prefix) if number == 0 else empty + inner
            yield Text.assemble((leading, "dim" if not gutter or number else ""), (line, style))


def _bar(share: float) -> str:
    eighths = round(share * BAR_CELLS * 8)
    return ("█" * (eighths // 8) + BAR[eighths % 8]).strip() or "▏"


def _value(name: str, text: str | None, origin: str) -> str:
    if name.endswith("_hash"):  # a token's or an address's: enough to find it is too much to show
        text = "…"
    shown = "NULL" if text is None else text if len(text) <= SHOWN_CHARACTERS else f"{text[:SHOWN_CHARACTERS]}…"
    return f"{name} = {shown}  ({origin})"


def _section(label: str, sentences: Sequence[str], width: int, *, style: str = "") -> Iterator[Text]:
    for number, sentence in enumerate(sentences):
        lines = textwrap.wrap(sentence, width - LABEL_CELLS, break_on_hyphens=False)
        for place, line in enumerate(lines):
            name = label if number == place == 0 else ""
            yield Text.assemble((f"{name:<{LABEL_CELLS}}", "bold"), (line, style))


def document(explained: Explained) -> Mapping[str, object]:
    """The same for programs: PostgreSQL's own JSON, the values and the hints."""
    values = {each.name: {"type": each.type, "value": each.text, "origin": each.origin} for each in explained.values}
    is_measured = "Execution Time" in explained.told
    return {"values": values, "explain": explained.told, "hints": [*hints(explained.plan)] if is_measured else []}
