"""The catalogue as one file of HTML: style, script and pictures are within it, and it asks nobody for anything."""

import base64
import hashlib
from collections import defaultdict
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from sqlproof.catalogue.drawing import STEPS
from sqlproof.catalogue.gathered import Catalog, Server, Told, Usage
from sqlproof.catalogue.picture import BOX_WIDTH, picture
from sqlproof.configuration import Project

FOLDER = Path(__file__).resolve().parent / "html"
SHORT_TYPES = {"timestamp with time zone": "timestamptz", "character varying": "varchar", "double precision": "float8"}
Row = tuple[Told, Server | None, Usage | None]
COLOURED_AREAS = 6
"""As many colours for areas as `style.css` has."""
UNITS = ("B", "KiB", "MiB", "GiB")


def page(catalog: Catalog, project: Project) -> str:
    """The page's HTML."""
    bars = "".join(f".plan .w{step}{{--w:{100 * step // STEPS}%}}" for step in range(1, STEPS + 1))
    style, script = _read("style.css") + bars, _read("search.js")
    telling = [server for server in catalog.servers if server.usages]
    return _environment().get_template("page.html.jinja").render(
        catalog=catalog, telling=telling, ranked=sorted(_rows(catalog), key=_rank), using=_using(catalog),
        leading=_leading(catalog), picture=picture(catalog.tables, catalog.areas, project), box_width=BOX_WIDTH,
        colours={area: f"a{place % COLOURED_AREAS}" for place, area in enumerate(project.catalogue.areas)},
        title=project.catalogue.title, volume=project.volume.rows, root=project.tenants.table,
        style=style, script=script, policy=_policy(style, script),
    )  # fmt: skip


def _policy(style: str, script: str) -> str:
    """What the page may load: its own style and script, known by their hashes; text that slips in is neither."""

    def hashed(text: str) -> str:
        return base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()

    return f"default-src 'none'; style-src 'sha256-{hashed(style)}'; script-src 'sha256-{hashed(script)}'"


def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(FOLDER),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {"number": _number, "time": _time, "size": _size, "type": _type}
    return environment


def _read(name: str) -> str:
    return (FOLDER / name).read_text(encoding="utf-8")


def _rows(catalog: Catalog) -> Iterator[Row]:
    """Each statement with each server that has seen it, or by itself."""
    for told in catalog.statements:
        yield from ((told, server, used) for server, used in told.usages)
        if not told.usages:
            yield told, None, None


def _rank(row: Row) -> tuple[float, float, str]:
    """What has taken most time comes first; of what no server has seen the dearest plan."""
    told, _, used = row
    return -used.total_ms if used else 0.0, -told.cost, told.name


def _using(catalog: Catalog) -> Mapping[str, list[tuple[str, tuple[str, ...]]]]:
    """The statements of each table, and what they do there."""
    found: dict[str, list[tuple[str, tuple[str, ...]]]] = defaultdict(list)
    for told in catalog.statements:
        for used in told.used:
            found[used.table].append((told.name, used.deeds))
    return found


def _leading(catalog: Catalog) -> Mapping[str, list[str]]:
    """The tables whose foreign keys lead to each table."""
    found: dict[str, list[str]] = defaultdict(list)
    for table in catalog.tables:
        for target in sorted({key.target for key in table.keys if key.target is not None}):
            found[target].append(table.name)
    return found


def _number(value: float) -> str:
    """`12,345`, and `8.3` where a part matters."""
    return f"{value:,.1f}".removesuffix(".0") if value < 100 else f"{value:,.0f}"


def _time(value: float) -> str:
    """Three digits that count."""
    return f"{value:,.0f}" if value >= 100 else f"{value:.1f}" if value >= 10 else f"{value:.2f}"


def _size(value: int) -> str:
    """Bytes in the largest unit of which there is one."""
    size, unit = float(value), 0
    while size >= 1024 and unit < len(UNITS) - 1:
        size, unit = size / 1024, unit + 1
    return f"{_number(round(size, 1))} {UNITS[unit]}"


def _type(name: Any) -> str:
    """A type as people write it."""
    for long, short in SHORT_TYPES.items():
        name = str(name).replace(long, short)
    return str(name)
