"""The page about the SQL: complete, linked, safe, and one file."""

import re
from pathlib import Path
from typing import Any

from sqlproof.catalogue.drawing import highlighted
from sqlproof.catalogue.gathered import Catalog
from sqlproof.catalogue.page import page
from sqlproof.catalogue.picture import BOX_WIDTH, picture
from tests.cli.command import sqlproof
from tests.sqlproof.conftest import PROJECT, Read

HOSTILE = "</pre><script>alert(1)</script>\"'&"
MAXIMUM_BYTES = 3_500_000
NAME_LINE = re.compile(r"^-- name: (\w+)", re.MULTILINE)


def article(html: str, anchor: str) -> str:
    """The part of the page about a statement or table."""
    [found] = re.findall(rf'<article id="{re.escape(anchor)}".*?</article>', html, re.DOTALL)
    return str(found)


def test_everything_has_its_place_when_the_page_is_made(catalog: Catalog, html: str) -> None:
    """Each statement of the files, each table, index and entry has an anchor, and no two have the same."""
    read = Read(html)
    files = sorted(PROJECT.sql.glob("*/*.sql"))
    named = {f"{path.parent.name}/{path.stem}.{verb}" for path in files for verb in NAME_LINE.findall(path.read_text())}
    tables = {f"table-{table.name}" for table in catalog.tables}
    indexes = {f"index-{index.name}" for table in catalog.tables for index in table.indexes}
    assert len(named) > 200 and named <= set(read.ids)
    assert len(tables) > 40 and tables | indexes | {entry.anchor for entry in catalog.entries} <= set(read.ids)
    assert len(read.ids) == len(set(read.ids))


def test_link_leads_somewhere_when_the_page_has_it(html: str) -> None:
    """Within the page, and nowhere else."""
    read = Read(html)
    assert len(read.links) > 3_000
    assert {link for link in read.links if not link.startswith("#")} == set()
    assert {link.removeprefix("#") for link in read.links} - set(read.ids) == set()


def test_page_opens_offline_when_it_is_one_file(html: str) -> None:
    """Nothing is loaded, nothing runs but the script whose hash its own policy names, and it stays small."""
    read = Read(html)
    assert len(html.encode()) < MAXIMUM_BYTES
    assert read.tags.count("script") == read.tags.count("style") == 1
    assert not {"img", "link", "iframe", "object", "base"} & set(read.tags) and read.loaded == []
    policy = re.search(r'http-equiv="Content-Security-Policy" content="([^"]+)"', html)
    assert policy and policy[1].startswith("default-src &#39;none&#39;;") and "unsafe" not in policy[1]
    assert "url(" not in html and "@import" not in html


def test_statement_tells_all_that_is_known_when_it_is_read(html: str) -> None:
    """Text, pool, role, types, tables, indexes, plan, callers, endpoints, statistics."""
    hire, listed = article(html, "commands/hires.hire"), article(html, "queries/jobs.list")
    assert "as hiring_command" in hire and "as hiring_query" in listed
    for word in ("<b>WITH</b>", '<var title="uuid">:application_id</var>', 'href="#table-openings"',
                 'href="#index-applications_pkey"', "hiring/commands/hires.py:",
                 "POST /api/v1/applications/{application_id}/hire", "updates", "hired_application</em>"):  # fmt: skip
        assert word in hire, word
    for word in ("1,200", "75.0 %", "12.5", "30,000", "44,000", "replica"):
        assert word in listed, word
    assert "share of time" not in hire


def test_statement_tells_its_types_when_clickhouse_answers_it(html: str) -> None:
    """Parameters, columns, text and header; neither a role nor a plan."""
    counted = article(html, "analytics/facts.count_by_day")
    for word in ("up_to_position", "UInt64", "occurred_on", "FROM facts AS f FINAL", "hiring analytics verify"):
        assert word in counted, word
    assert "as hiring_" not in counted and "Planned at each call" not in counted


def test_plan_names_parameters_when_it_asks_for_them(catalog: Catalog) -> None:
    """Instead of numbers, which nobody remembers; whole tables are set apart."""
    [told] = [each for each in catalog.statements if each.name == "queries/jobs.find"]
    conditions = str(told.plan)
    assert "organization_id = :organization_id" in conditions and not re.search(r"\$\d", conditions)


def test_table_tells_all_that_is_known_when_it_is_read(html: str) -> None:
    """Columns, indexes, constraints, rights, sizes, comments, the keys and statements that lead to it."""
    jobs = article(html, "table-jobs")
    for word in ("requisition_code", "timestamptz", "jobs_pkey", "MiB" if "MiB" in jobs else "KiB", "FOREIGN KEY",
                 "hiring_command", 'href="#table-openings"', 'href="#commands/jobs.add"', "CHECK"):  # fmt: skip
        assert word in jobs, word


def test_text_is_escaped_when_it_is_hostile(catalog: Catalog) -> None:
    """In comments, headers, statements and answers of servers."""
    table, source = catalog.tables[0], catalog.sources[0]
    told = source.statements[0]
    header = tuple(line._replace(text=f"Why: {HOSTILE}") for line in told.statement.header)
    changed: dict[str, Any] = {
        "tables": [
            table._replace(
                relation=table.relation._replace(comment=HOSTILE),
                columns={
                    each.name: each._replace(comment=HOSTILE, default_value=HOSTILE) for each in table.columns.values()
                },
            ),
            *catalog.tables[1:],
        ],
        "sources": [
            source._replace(title=HOSTILE, statements=[
                told._replace(statement=told.statement._replace(header=header), text=highlighted(
                    f"SELECT '{HOSTILE.replace(chr(39), '')}' -- {HOSTILE}", {}, set())),
                *source.statements[1:],
            ]),
            *catalog.sources[1:],
        ],
        "servers": [], "silence": HOSTILE,
    }  # fmt: skip
    html = page(catalog._replace(**changed), PROJECT)
    assert html.count("alert(1)") > 5
    assert "<script>alert" not in html and Read(html).tags.count("script") == 1


def test_picture_has_room_for_every_table_when_it_is_drawn(catalog: Catalog) -> None:
    """Each once, on the sheet, over no other; the same every time, and lying like A3."""
    sheet = picture(catalog.tables, catalog.areas, PROJECT)
    boxes = [box for panel in sheet.panels for box in panel.boxes]
    assert sorted(box.name for box in boxes) == sorted(table.name for table in catalog.tables)
    for box in boxes:
        assert 0 <= box.x <= sheet.width - BOX_WIDTH and 0 <= box.y <= sheet.height - box.height
        for other in boxes:
            is_beside = abs(box.x - other.x) >= BOX_WIDTH
            is_apart = box.y + box.height <= other.y or other.y + other.height <= box.y
            assert box == other or is_beside or is_apart, (box.name, other.name)
    assert picture(catalog.tables, catalog.areas, PROJECT) == sheet and 1.1 < sheet.width / sheet.height < 1.8
    assert {line.target for line in sheet.lines} >= {"users", "jobs", "candidates", "applications"}


def test_page_is_written_when_the_command_line_asks(tmp_path: Path) -> None:
    """Without servers of the service's own; where statistics are demanded and no server answers, nothing is written."""
    file, unreachable = (
        tmp_path / "sql.html",
        {"HIRING__POSTGRES__PRIMARY__PORT": "1", "HIRING__POSTGRES__REPLICAS": "[]"},
    )
    refused = sqlproof("catalogue", "--output", str(file), "--statistics", **unreachable)
    assert refused.returncode == 2 and "refused" in refused.stderr and not file.exists()
    made = sqlproof("catalogue", "--output", str(file), **unreachable)
    assert made.returncode == 0 and "without statistics: primary" in made.stdout, made.stderr
    assert "Without statistics:" in file.read_text()
