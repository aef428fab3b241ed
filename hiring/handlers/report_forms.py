"""The forms of a report: JSON, CSV for spreadsheets, and a page with a picture for people."""

import csv
import io
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Literal
from zoneinfo import ZoneInfo

import msgspec

from hiring.http.accepting import is_named, weight
from hiring.http.replies import Reply
from hiring.pictures.page import POLICY, report_page

JSON, CSV, HTML = "application/json", "text/csv", "text/html"
FORMS = (CSV, HTML)
"""The media types of reports besides JSON."""
VARIES = {"Vary": "Accept, Origin"}


def form_of(header: str) -> Literal["json", "csv", "page"]:
    """The form that a header Accept asks for: a page or CSV only where it prefers them to JSON."""
    page = weight(header, HTML)
    if is_named(header, CSV) and not is_named(header, JSON) and page <= weight(header, CSV):
        return "csv"
    return "page" if page > weight(header, JSON) else "json"


def as_csv(row: type[Any], rows: Sequence[Any]) -> Reply:
    """Rows as CSV (RFC 4180) under the names of their members; null is an empty cell."""
    text = io.StringIO()
    writer = csv.writer(text)
    members = row.__struct_fields__
    writer.writerow(members)
    writer.writerows([[getattr(each, name) for name in members] for each in rows])
    return Reply(body=text.getvalue(), headers={"Content-Type": f"{CSV}; charset=utf-8"} | VARIES)


def as_page(name: str, row: type[Any], facts: Mapping[str, Any], public_url: str) -> Reply:
    """A page with the picture of a report and its numbers; `facts` are the members of its JSON."""
    rows = [msgspec.structs.asdict(each) for each in facts["items"]]
    guide = f"{public_url}/docs/reports#{name}"
    text = report_page(name, rows, row.__struct_fields__, told(facts), guide)
    headers = {"Content-Type": f"{HTML}; charset=utf-8", "Content-Security-Policy": POLICY} | VARIES
    return Reply(body=text, headers=headers)


def told(facts: Mapping[str, Any]) -> dict[str, str]:
    """What a page says of its report: the period, and from when the numbers are."""
    zone = ZoneInfo(facts["time_zone"])
    fresh = facts["fresh_to"]
    period = {"Period": f"{facts['from_on']} to {facts['to_on']}"} if "from_on" in facts else {}
    return period | {
        "As of": moment(facts["as_of"], zone),
        "Counted up to": f"{moment(fresh.at, zone)}, event {fresh.feed_position:,}",
        "Time zone": facts["time_zone"],
    }


def moment(value: datetime, zone: ZoneInfo) -> str:
    """A moment as a clock of the organization shows it."""
    return f"{value.astimezone(zone):%Y-%m-%d %H:%M:%S %Z}"
