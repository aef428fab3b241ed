"""The pages of the guide: `docs/guide` with lists that the code tells, what reports mean, and the changelog."""

import re
from collections.abc import Iterator
from pathlib import Path

import msgspec

from hiring.domain.event_types import EVENT_TYPES
from hiring.domain.permissions import BUILT_IN_GROUPS, PERMISSIONS
from hiring.domain.states import BY_WORKER, MACHINES, ways
from hiring.guide.advice import ADVICE, ADVICE_ON_FINDINGS
from hiring.guide.markup import Section, path_of, rendered, with_links
from hiring.openapi.document import error_catalogue, finding_catalogue
from hiring.pictures.page import figure
from hiring.pictures.samples import SAMPLES

FOLDER = Path(__file__).resolve().parents[2] / "docs" / "guide"
WRITTEN_ADDRESS = "http://127.0.0.1:8080"
"""The address of the service in the files; a page shows that of the deployment."""
OUTSIDE = ("reports.md", "CHANGELOG.md")
"""Pages whose files lie beside the folder."""
REPORT = re.compile(r'<h2 id="([\w-]+)">.*?(?=<h2 |\Z)', re.DOTALL)
"""What the page on reports says of one of them."""
LIST = re.compile(r"^<!-- (errors|findings|permissions|events|states) -->$", re.MULTILINE)
"""A line where a list stands that the code tells."""


class GuidePage(msgspec.Struct, frozen=True, kw_only=True):
    """A page of the guide: its name in addresses, its Markdown, and what was made of it."""

    name: str
    path: str
    title: str
    summary: str
    """Its first paragraph."""
    source: str
    content: str
    sections: list[Section]


def pages(public_url: str) -> list[GuidePage]:
    """Every page in order, with the address of this deployment."""
    files = (*sorted(FOLDER.glob("*.md")), *(FOLDER.parent / name for name in OUTSIDE))
    return [page(file, public_url) for file in files]


def page(file: Path, public_url: str) -> GuidePage:
    """A page: its first line is the title, and its first paragraph tells what it is about."""
    text = file.read_text(encoding="utf-8").replace(WRITTEN_ADDRESS, public_url)
    source = LIST.sub(lambda found: "\n".join(LISTS[found[1]]()), text)
    name, made = re.sub(r"^\d+-", "", file.stem).lower(), rendered(source)
    content = REPORT.sub(pictured, made.content) if name == "reports" else made.content
    summary = " ".join(source.split("\n\n")[1].split())
    return GuidePage(
        name=name, path=path_of(name), title=made.sections[0].title, summary=summary, source=with_links(source),
        content=content, sections=made.sections,
    )  # fmt: skip


def pictured(section: re.Match[str]) -> str:
    """What is said of a report, and its picture, of sample numbers; anything else as it is."""
    rows = SAMPLES.get(section[1])
    return section[0] + str(figure(section[1], rows, list(rows[0]))) if rows else section[0]


def told_errors() -> Iterator[str]:
    """The codes of problems by status; a heading each, to which the `type` of a problem leads."""
    status = 0
    for each in error_catalogue():
        if each["status"] != status:
            status = each["status"]
            yield f"\n## Status {status}\n"
        yield f"### `{each['code']}`\n\n{each['title']}\n\n**What to do:** {ADVICE[each['code']]}\n"


def told_findings() -> Iterator[str]:
    """The codes of findings."""
    yield from (
        f"- `{each['code']}`: {each['title']} {ADVICE_ON_FINDINGS[each['code']]}" for each in finding_catalogue()
    )


def told_permissions() -> Iterator[str]:
    """The permissions, and the built-in groups that hold them."""
    for code, each in PERMISSIONS.items():
        held = [group.name for group in BUILT_IN_GROUPS.values() if code in group.permissions]
        yield f"- `{code}`: {each.sentence}{'' if each.is_scoped else ' Always `all`.'} *{', '.join(held)}.*"


def told_events() -> Iterator[str]:
    """The types of events."""
    yield from (f"- `{name}`: {kind.__doc__}" for name, kind in EVENT_TYPES.items())


def told_states() -> Iterator[str]:
    """What each command does to the status of what it is sent to; statuses that nothing leads to yet are left out."""
    yield from ("| Command | From | To |", "|---|---|---|")
    for noun, machine in MACHINES.items():
        yield f"| **{noun.capitalize()}** | | |"
        reached = ways(machine)
        for command, transition in machine.transitions.items():
            sources = ", ".join(state for state in transition.sources if state in reached)
            name = f"{command} (by the worker)" if command in BY_WORKER.get(noun, ()) else command
            yield f"| {name} | {sources} | {transition.target} |"


LISTS = {
    "errors": told_errors, "findings": told_findings, "permissions": told_permissions, "events": told_events,
    "states": told_states,
}  # fmt: skip
