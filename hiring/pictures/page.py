"""The page of a report: its picture, the same numbers in a table, and from when they are."""

import base64
import hashlib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from hiring.pictures.drawing import framed
from hiring.pictures.numbers import Row, heading, told
from hiring.pictures.reports import PICTURES

PARTS = Path(__file__).parent / "parts"
STYLE = (PARTS / "pictures.css").read_text(encoding="utf-8")
PAGE_STYLE = (PARTS / "page.css").read_text(encoding="utf-8") + STYLE
DIGEST = base64.b64encode(hashlib.sha256(PAGE_STYLE.encode()).digest()).decode()
POLICY = f"default-src 'none'; style-src 'sha256-{DIGEST}'; frame-ancestors 'none'; form-action 'none'; base-uri 'none'"
"""The page loads nothing: it has its one style in itself, so that a copy that somebody keeps is whole."""
KEYS = ("period", "kind", "from_days", "source_id", "user_id", "job_id")
"""Members that name a row; the period does where the report is cut, or where nothing else does."""
environment = Environment(
    loader=FileSystemLoader(PARTS), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
)
environment.globals |= {"told": told, "heading": heading}


def report_page(name: str, rows: Sequence[Row], members: Sequence[str], facts: Mapping[str, Any], guide: str) -> str:
    """The page of a report. `facts` are told above its picture; `guide` is the address of what the numbers mean."""
    return environment.get_template("page.html.jinja").render(
        picture=PICTURES[name], name=name, facts=facts, guide=guide, style=Markup(PAGE_STYLE),  # noqa: S704  # our own
        shown=figure(name, rows, members),
    )  # fmt: skip


def figure(name: str, rows: Sequence[Row], members: Sequence[str]) -> Markup:
    """The picture of a report, and its table beneath."""
    found = PICTURES[name]
    drawing = found.drawing(rows)
    drawn = framed(drawing, name=name, title=found.title, description=f"{found.sentence} The table has the numbers.")
    is_named = any(row["period"] is not None for row in rows) if "period" in members else False
    has_others = any(each in KEYS for each in members if each != "period")
    shown = [each for each in members if each != "period" or is_named or not has_others]
    text = environment.get_template("figure.html.jinja").render(
        picture=found, drawn=drawn, rows=rows, members=shown, left_out=drawing.left_out,
        keys=[each for each in shown if each in KEYS],
    )  # fmt: skip
    return Markup(text)  # noqa: S704  # the template escapes
