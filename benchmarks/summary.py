"""What a run found, and how it is told."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from benchmarks.api import Call

SHOWN_FAILURES = 20
SHOWN_CHARACTERS = 120


@dataclass
class Findings:
    """What was compared, what was refused for which reason, and what was lost or changed."""

    compared: Counter[str] = field(default_factory=Counter)
    refused: Counter[tuple[str, str]] = field(default_factory=Counter)
    wrong: list[tuple[str, str]] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def same(self, what: str, where: str, *, sent: Any, found: Any) -> None:
        """Compares what went in with what came out; of mappings, the members that were sent."""
        self.compared[what] += 1
        if isinstance(sent, dict) and isinstance(found, dict):
            found = {name: found.get(name, "(missing)") for name in sent}
            names = [name for name in sent if sent[name] != found[name]]
            sent, found = ({name: each[name] for name in names} for each in (sent, found))
        if sent != found:
            self.lost(what, f"{where}: {difference(repr(sent), repr(found))}")

    def lost(self, what: str, how: str) -> None:
        """Something did not come through, or not as it was."""
        self.wrong.append((what, how))


def difference(sent: str, found: str) -> str:
    """Both texts around the place where they begin to differ."""
    pairs = enumerate(zip(sent, found, strict=False))
    first = next((place for place, (one, other) in pairs if one != other), min(len(sent), len(found)))
    start = max(first - SHOWN_CHARACTERS // 2, 0)
    return "sent …{}…, found …{}…".format(*(text[start : start + SHOWN_CHARACTERS] for text in (sent, found)))


def show(console: Console, calls: Sequence[Call], findings: Findings, duration_s: float) -> None:
    """Prints the summary: requests, comparisons, refusals, and what was lost."""
    console.print(requests_table(calls))
    lost = Counter(what for what, _ in findings.wrong)
    rows = [(what, str(findings.compared[what]), str(lost[what])) for what in findings.compared | lost]
    console.print(table("Came out as it went in", ("what", "compared", "different"), rows))
    if findings.refused:
        rows = [(what, why, str(count)) for (what, why), count in findings.refused.items()]
        console.print(table("Refused or left out, and why", ("what", "reason", "count"), rows))
    for note in findings.notes:
        console.print(note, markup=False)
    for what, how in findings.wrong[:SHOWN_FAILURES]:
        console.print(f"WRONG {what}: {how}", markup=False, style="red")
    failed = sum(call.status >= 500 for call in calls)
    console.print(
        f"{len(calls)} requests in {duration_s:.0f} s, {failed} answers of 5xx, {len(findings.wrong)} lost or changed",
        style="red" if findings.wrong else "green",
    )


def requests_table(calls: Sequence[Call]) -> Table:
    """Each kind of request: how many succeeded, which statuses, how long; a 429 took no time of its kind."""
    rows = []
    for what in dict.fromkeys(call.what for call in calls):
        mine = [call for call in calls if call.what == what]
        statuses = Counter(call.status for call in mine)
        done = sum(count for status, count in statuses.items() if status < 300)
        told = ", ".join(f"{status} × {count}" for status, count in sorted(statuses.items()))
        times_ms = sorted(call.duration_ms for call in mine if call.status != 429)
        rows.append((what, str(done), str(len(mine)), told, quantile(times_ms, 0.5), quantile(times_ms, 0.95)))
    return table("Requests", ("what", "count", "requests", "statuses", "p50 ms", "p95 ms"), rows)


def quantile(sorted_ms: Sequence[float], share: float) -> str:
    """A quantile as it is shown."""
    return f"{sorted_ms[min(int(len(sorted_ms) * share), len(sorted_ms) - 1)]:.0f}" if sorted_ms else ""


def table(title: str, columns: Sequence[str], rows: Iterable[Sequence[str]]) -> Table:
    """A table; columns of numbers are to the right."""
    made = Table(title=title, title_justify="left")
    for column in columns:
        is_text = column in ("what", "statuses", "reason")
        made.add_column(column, justify="left" if is_text else "right", overflow="fold")
    for row in rows:
        made.add_row(*map(escape, row))
    return made
