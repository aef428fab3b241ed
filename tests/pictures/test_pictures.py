"""Pictures of reports: of nothing, one row, many, nulls and huge numbers; what they show is in the table."""

import re
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from html import unescape
from typing import Any
from xml.etree import ElementTree as ET

import msgspec
import pytest

from hiring.handlers.report_forms import as_page
from hiring.handlers.report_shapes import (
    FillTimes,
    ForecastRow,
    Freshness,
    FunnelRow,
    HireTimes,
    HireWeeks,
    JobRow,
    OpeningsRow,
    RecruiterRow,
    SourceRow,
    StageTimes,
)  # fmt: skip
from hiring.handlers.reports import REPORTS
from hiring.pictures.numbers import RATES, Row, ticks
from hiring.pictures.page import figure
from hiring.pictures.reports import PICTURES
from hiring.pictures.samples import SAMPLES

ROWS = (
    FunnelRow, HireTimes, HireWeeks, FillTimes, StageTimes, SourceRow, OpeningsRow, ForecastRow, RecruiterRow, JobRow,
)  # fmt: skip
SHAPES: dict[str, Any] = dict(zip(REPORTS, ROWS, strict=True))
NUMBER = re.compile(r"\d[\d,]*(?:\.\d+)?%?")
COUNT = 200
HUGE = 9_007_199_254_740_991
CUT = [name for name, row in SHAPES.items() if "period" in row.__struct_fields__]


def members(name: str) -> Sequence[str]:
    """The members of a report's rows."""
    return list(SHAPES[name].__struct_fields__)


def drawn(name: str, rows: Sequence[Row]) -> str:
    """The picture of rows and their table; the members that samples leave out are null."""
    return str(figure(name, [{each: row.get(each) for each in members(name)} for row in rows], members(name)))


def picture(text: str) -> ET.Element:
    """The SVG, which is well-formed."""
    return ET.fromstring(text[text.index("<svg") : text.index("</svg>") + 6])


def values(text: str) -> Iterator[str]:
    """The numbers that stand at bars, columns and lines."""
    for each in picture(text).iter("text"):
        if "value" in each.attrib.get("class", "").split():
            yield from NUMBER.findall("".join(each.itertext()).replace("75 %", "").replace("90 %", ""))


def cells(text: str) -> set[str]:
    """What stands in the table."""
    return {unescape(each) for each in re.findall(r"<t[dh][^>]*>([^<]*)</t[dh]>", text[text.index("<table") :])}


def check(text: str) -> None:
    """Fails the test for a number that is not in the table, and for a shape that is nowhere or out of the picture."""
    assert set(values(text)) <= cells(text)
    assert "nan" not in text and "inf" not in text
    _, _, width, height = map(float, picture(text).attrib["viewBox"].split())
    for each in picture(text).iter("rect"):
        x, y, wide, high = (float(each.attrib[name]) for name in ("x", "y", "width", "height"))
        assert min(x, y) >= 0 and wide > 0 and high >= 0 and x + wide <= width and y <= height


def periods(name: str, count: int) -> Sequence[Row]:
    """Sample rows in so many days, some of which have none."""
    days = [date(2026, 1, 1) + timedelta(days=place * 2) for place in range(count)]
    return [{**row, "period": day} for day in days for row in SAMPLES[name][:6]]


def with_numbers(row: Row, number: Any) -> Row:
    """A row with another number in each count and duration."""
    kept = ("from_days", "to_days", *RATES)
    return {key: number if isinstance(value, int | float) and key not in kept else value for key, value in row.items()}


@pytest.mark.parametrize("name", REPORTS)
def test_picture_is_made_when_a_report_is_empty(name: str) -> None:
    """It says so."""
    text = drawn(name, [])
    assert "nothing to count" in text and "No rows." in text
    check(text)


@pytest.mark.parametrize("name", REPORTS)
def test_numbers_are_in_the_table_when_they_are_in_the_picture(name: str) -> None:
    """Of the samples, of one row, and of zeros."""
    for rows in (SAMPLES[name], SAMPLES[name][:1], [with_numbers(row, 0) for row in SAMPLES[name]]):
        text = drawn(name, rows)
        assert list(values(text))
        check(text)


@pytest.mark.parametrize("name", REPORTS)
def test_picture_has_room_when_numbers_are_huge(name: str) -> None:
    """Also beside small ones."""
    check(drawn(name, [with_numbers(SAMPLES[name][0], HUGE), *SAMPLES[name][1:]]))
    check(drawn(name, [with_numbers(row, float(HUGE)) for row in SAMPLES[name]]))


@pytest.mark.parametrize("name", REPORTS)
def test_picture_is_made_when_members_are_null(name: str) -> None:
    """As durations of nothing are; the table has a dash."""
    nullable = [each.name for each in msgspec.structs.fields(SHAPES[name]) if "None" in str(each.type)]
    text = drawn(name, [{**row, **dict.fromkeys(nullable)} for row in SAMPLES[name][:1]])
    assert not nullable or "–" in text or name in ("openings", "recruiters")
    check(text)


@pytest.mark.parametrize("name", CUT)
def test_picture_is_made_when_periods_cut_a_report(name: str) -> None:
    """One period, some, and more than have a marker or a bar each."""
    for count in (1, 12, COUNT):
        rows = periods(name, count)
        text = drawn(name, rows)
        assert str(rows[0]["period"]) in cells(text)
        check(text)


def test_first_rows_are_drawn_when_there_are_many() -> None:
    """The page says so, and the table has all."""
    text = drawn("jobs", [SAMPLES["jobs"][place % 5] for place in range(COUNT)])
    assert f"the first 30 of\n{COUNT} rows" in text and text.count('scope="row"') == COUNT
    check(text)


def test_text_is_escaped_when_it_is_drawn() -> None:
    """In the picture and in the table."""
    text = drawn("funnel", [{**SAMPLES["funnel"][0], "kind": '<script>"&'}])
    assert "<script" not in text and text.count("&lt;script&gt;") >= 3
    check(text)


def test_id_is_shortened_when_it_is_in_the_picture() -> None:
    """To the characters that differ; the table has all of them."""
    text, found = drawn("jobs", SAMPLES["jobs"]), str(SAMPLES["jobs"][0]["job_id"])
    assert f">{found}</th>" in text and f">…{found[-8:]}</text>" in text
    assert found not in text[: text.index("</svg>")]


@pytest.mark.parametrize("name", REPORTS)
def test_page_is_read_aloud_when_somebody_cannot_see_it(name: str) -> None:
    """A figure with a caption, a picture with title and description, a table with a caption and headings."""
    text = drawn(name, SAMPLES[name])
    svg = picture(text)
    named = {each.attrib["id"]: each.text for each in svg if "id" in each.attrib}
    assert svg.attrib["role"] == "img" and named[svg.attrib["aria-labelledby"]] == PICTURES[name].title
    assert PICTURES[name].sentence in (named[svg.attrib["aria-describedby"]] or "")
    assert "<figure" in text and "<figcaption>" in text and "<caption>" in text
    assert text.count('scope="row"') >= len(SAMPLES[name])
    assert text.count('scope="col"') >= len(SAMPLES[name][0])


@pytest.mark.parametrize("name", REPORTS)
def test_sample_has_the_members_of_its_report_when_it_is_drawn(name: str) -> None:
    """Except the period, where it is not cut."""
    assert PICTURES.keys() == SAMPLES.keys() == set(REPORTS)
    full = [{each: row.get(each) for each in members(name)} for row in SAMPLES[name]]
    msgspec.convert(full, list[SHAPES[name]])  # type: ignore[valid-type]
    assert set(members(name)) - set(SAMPLES[name][0]) <= {"period"}


@pytest.mark.parametrize("name", REPORTS)
def test_page_loads_nothing_when_it_is_shown(name: str) -> None:
    """No script, no address but that of the guide, no style but its own."""
    rows = msgspec.convert(
        [{each: row.get(each) for each in members(name)} for row in SAMPLES[name]],
        list[SHAPES[name]],  # type: ignore[valid-type]
    )
    now = datetime(2026, 12, 1, 12, tzinfo=UTC)
    facts = {
        "as_of": now,
        "time_zone": "Europe/Amsterdam",
        "fresh_to": Freshness(feed_position=7, at=now),
        "items": rows,
    }
    reply = as_page(name, SHAPES[name], facts, "http://hiring.example")
    assert re.findall(r"(?:href|src|url)\W+(http[^\"]+)", reply.body or "") == [
        f"http://hiring.example/docs/reports#{name}"
    ]
    assert not re.search(r"<script|\sstyle=|\son\w+=|@import|url\(", reply.body or "")
    assert "2026-12-01 13:00:00 CET" in (reply.body or "") and "unsafe" not in reply.headers["Content-Security-Policy"]


@pytest.mark.parametrize("most", [0, 1, 3, 5, 6, 99, 100, 12_345, HUGE, 0.01, 7.3])
def test_axis_reaches_the_greatest_value_when_it_has_round_numbers(most: float) -> None:
    """With seven of them at most."""
    for is_count in (True, False):
        found = ticks(most, is_count=is_count)
        assert found[0] == 0 and found[-1] >= most and 2 <= len(found) <= 7
        assert not is_count or all(each == int(each) for each in found)
