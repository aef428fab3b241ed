"""What a measured plan tells: time and buffers of each node alone, wrong estimates, what is worth a look."""

import textwrap
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from rich.text import Text

from sqlproof.explain.plans import Node, head
from sqlproof.explain.session import Explained

MISESTIMATE = 10
"""A plan was made for other numbers when rows were so many times more or fewer."""
WORTH_A_LOOK_ROWS = 1_000
"""What touches fewer rows costs nothing, however it does."""
DROPPED = 0.99
PAGE_KIB = 8


class Measure(NamedTuple):
    """A node's own part, without the nodes below: milliseconds, buffers found in memory and read from disk."""

    ms: float
    hit_count: int
    read_count: int


def measures(plan: Node) -> dict[int, Measure]:
    """The own part of each node, by `id`; the part of a CTE is its own, not that of its reader."""
    return {id(node): Measure(*_own(plan, node)) for node in plan.all()}


def _own(plan: Node, node: Node) -> Iterator[Any]:
    for key in ("Actual Total Time", "Shared Hit Blocks", "Shared Read Blocks"):
        below = [_whole(part, key) for part in node.parts if not _is_cte(part)]
        if (name := node.told.get("CTE Name")) is not None:
            below.append(_share_of_cte(plan, node, f"CTE {name}", key))
        yield max(0, _whole(node, key) - sum(below))


def _share_of_cte(plan: Node, scan: Node, name: str, key: str) -> Any:
    """What of a CTE's part is within a scan's: the first who read it waited for it."""
    left = sum(_whole(node, key) for node in plan.all() if node.told.get("Subplan Name") == name)
    for other in plan.all():
        if other.told.get("CTE Name") == scan.told["CTE Name"]:
            taken = min(left, _whole(other, key))
            if other is scan:
                return taken
            left -= taken
    return 0


def _whole(node: Node, key: str) -> Any:
    """A node's part with all below it; times are told for each loop, buffers for all together."""
    value = node.told.get(key, 0)
    return value * loops(node) if key.endswith("Time") else value


def _is_cte(node: Node) -> bool:
    return str(node.told.get("Subplan Name", "")).startswith("CTE ")


def loops(node: Node) -> int:
    """How often a node was run; never, when a node above had no need of it."""
    return int(node.told.get("Actual Loops", 0))


def dropped_count(node: Node) -> int:
    """Rows that a node read and its filters dropped, in all loops."""
    dropped = sum(node.told.get(f"Rows Removed by {what}", 0) for what in ("Filter", "Join Filter", "Index Recheck"))
    return int(dropped * loops(node))


def misestimates(plan: Node, *, is_cut: bool = False) -> dict[int, float]:
    """How many times more (below 1: fewer) rows came than were planned, by `id`, but for what a LIMIT cut short."""
    found: dict[int, float] = {}
    ratio = max(plan.told.get("Actual Rows", 0), 1) / max(plan.told["Plan Rows"], 1)
    is_fewer_by_intent = ratio < 1 and (is_cut or plan.told.get("Parent Relationship") in ("Inner", "SubPlan"))
    if loops(plan) and not is_fewer_by_intent and not 1 / MISESTIMATE < ratio < MISESTIMATE:
        found[id(plan)] = ratio
    for part in plan.parts:
        found |= misestimates(part, is_cut=(is_cut or plan.kind == "Limit") and not _is_cte(part))
    return found


def summary(plan: Node, told: Mapping[str, Any]) -> dict[str, str]:
    """The whole statement: times, buffers, rows, memory, temporary files."""
    lines = {"time": f"{told['Execution Time']:.2f} ms to run, {told['Planning Time']:.2f} ms to plan"}
    hit, read, dirtied = (plan.told.get(f"Shared {what} Blocks", 0) for what in ("Hit", "Read", "Dirtied"))
    lines["buffers"] = f"{hit:,} found in memory, {read:,} read ({(hit + read) * PAGE_KIB:,} kB)"
    if dirtied:
        lines["buffers"] += f", {dirtied:,} changed"
    lines["rows"] = f"{plan.told['Actual Rows'] * loops(plan):,}"
    memory = [f"{node.kind.lower()} {used:,} kB" for node in plan.all() if (used := _memory_kib(node))]
    if memory:
        lines["memory"] = ", ".join(memory)
    temporary = plan.told.get("Temp Written Blocks", 0)
    if temporary:
        lines["temporary"] = f"{temporary * PAGE_KIB:,} kB written to disk"
    return lines


def _memory_kib(node: Node) -> int:
    in_memory = node.told.get("Sort Space Type") == "Memory"
    return int(node.told.get("Peak Memory Usage", node.told.get("Sort Space Used", 0) if in_memory else 0))


def hints(plan: Node) -> Iterator[str]:
    """Sentences about what costs more than it should; each is true of what was measured."""
    for node in plan.all():
        name, read_count = _name(node), int(node.told.get("Actual Rows", 0) * loops(node))
        dropped = dropped_count(node)
        if node.kind == "Seq Scan" and read_count + dropped >= WORTH_A_LOOK_ROWS:
            ending = "an index could find them" if dropped > read_count else "that grows with the table"
            yield f"{name} is read from end to end, {read_count + dropped:,} rows for {read_count:,}: {ending}"
        elif dropped >= WORTH_A_LOOK_ROWS and dropped >= DROPPED * (read_count + dropped):
            yield f"{name}: filters drop {dropped:,} of {read_count + dropped:,} rows: an index could find the others"
        if lossy := node.told.get("Lossy Heap Blocks"):
            yield f"{name}: the bitmap did not fit into work_mem, {lossy:,} pages were read row by row"
        if node.told.get("Sort Space Type") == "Disk":
            yield f"a sort of {node.told['Sort Space Used']:,} kB did not fit into work_mem and went to disk"
        if node.told.get("Hash Batches", 1) > 1:
            yield f"a hash did not fit into work_mem and went to disk in {node.told['Hash Batches']} parts"
        if (fetches := node.told.get("Heap Fetches", 0)) >= WORTH_A_LOOK_ROWS:
            yield f"{name}: the index alone did not do, {fetches:,} rows were looked up: the table waits for VACUUM"
    writes = [node for node in plan.all() if node.kind == "ModifyTable"]
    if writes and not any(_whole_rows(node) for node in writes):
        yield "no row was changed with these values, so that parts of the plan never ran: give others with --value"


def _whole_rows(node: Node) -> float:
    """Rows that were written: without RETURNING a node gives none, and its source tells."""
    return float(sum(each.told.get("Actual Rows", 0) for each in (node, *node.parts)))


def _name(node: Node) -> str:
    return str(node.relation or node.index_name or node.kind.lower())


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
