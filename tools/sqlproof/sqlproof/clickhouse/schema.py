"""What the migrations and views of ClickHouse make, after each migration was applied, undone and applied again."""

import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from sqlproof.clickhouse.engine import Engine, Refused
from sqlproof.configuration import Analytics, Project
from sqlproof.findings import Finding
from sqlproof.reading.analytics import Piece, pieces_of

DOWN = ".down.sql"
MERGED = re.compile(r"(Replacing|Aggregating|Summing|Collapsing|Coalescing)\w*MergeTree$")
"""Engines whose rows of one key become one row some day; FINAL reads them as if that had happened."""
TABLES = "SELECT name, engine, create_table_query AS text FROM system.tables WHERE database = currentDatabase()"
FUNCTIONS = "SELECT name, '' AS engine, create_query AS text FROM system.functions WHERE origin = 'SQLUserDefined'"
COLUMNS = "SELECT table, name FROM system.columns WHERE database = currentDatabase()"
VIEWS = (
    "SELECT name, as_select, mapFromArrays(parameterized_view_parameters.1, parameterized_view_parameters.2)"
    " AS parameters FROM system.tables WHERE database = currentDatabase() AND engine = 'View'"
)
LINE = re.compile(r"\(line (\d+), col \d+\)")
NAMED = re.compile(r"(?:identifier|function|function with name|table) [`'](?:\w+\.)*(\w+)[`']", re.IGNORECASE)
NOISE = re.compile(
    r"^Code: \d+\. DB::Exception: | \(version [^)]*\)$|\. Expected one of: .*?(?= \([A-Z_]+\))", re.DOTALL
)


class Table(NamedTuple):
    """A table; `is_merged`: its rows are read with FINAL."""

    name: str
    is_merged: bool
    has_tenant: bool


class View(NamedTuple):
    """A view; its parameters with their types; the piece of the file that makes it."""

    name: str
    select: str
    parameters: Mapping[str, str]
    piece: Piece


class Schema(NamedTuple):
    """Tables, views, what else the files of views make, and what is refused in their files."""

    tables: Mapping[str, Table]
    views: Mapping[str, View]
    others: Sequence[Piece]
    findings: Sequence[Finding]


def make_schema(engine: Engine, project: Project, analytics: Analytics) -> Schema:
    """Applies migrations and makes views. Raises: OSError."""
    findings = [*_migrate(engine, project.root / analytics.migrations)]
    pieces = [each for path in sorted((project.sql / analytics.views).glob("*.sql")) for each in pieces_of(path)]
    for piece in pieces:
        findings.extend(_apply(engine, piece))
    with_tenant = {each["table"] for each in engine.rows(COLUMNS) if each["name"] == project.tenants.column}
    tables = {
        each["name"]: Table(each["name"], MERGED.search(each["engine"]) is not None, each["name"] in with_tenant)
        for each in engine.rows(TABLES)
        if each["engine"].endswith("MergeTree")
    }
    made_by = {
        made[1]: piece for piece in pieces if (made := re.match(r"CREATE OR REPLACE VIEW (\w+)", piece.text, re.DOTALL))
    }
    views = {
        each["name"]: View(each["name"], each["as_select"], each["parameters"], made_by[each["name"]])
        for each in engine.rows(VIEWS)
        if each["name"] in made_by
    }
    return Schema(tables, views, [each for each in pieces if each not in made_by.values()], findings)


def _migrate(engine: Engine, folder: Path) -> Iterator[Finding]:
    """Each migration up, then all down in turn, which must leave what was there before, and up again."""
    ups = sorted(path for path in folder.glob("*.sql") if not path.name.endswith(DOWN))
    states = [_state(engine)]
    for path in ups:
        yield from _apply_file(engine, path)
        states.append(_state(engine))
    for path, before in reversed([*zip(ups, states, strict=False)]):
        down = path.with_name(path.name.removesuffix(".sql") + DOWN)
        if not down.exists():
            yield Finding(path, 1, "", f"its way back is missing beside it: {down.name}")
            continue
        yield from _apply_file(engine, down)
        if left := sorted({name for name, _ in _state(engine) ^ before}):
            yield Finding(down, 1, "", f"it does not leave {', '.join(left)} as before {path.name}")
    for path in ups:
        yield from _apply_file(engine, path)
    if changed := sorted({name for name, _ in _state(engine) ^ states[-1]}):
        yield Finding(folder / "", 1, "", f"applied once more, the migrations make another {', '.join(changed)}")


def _apply_file(engine: Engine, path: Path) -> Iterator[Finding]:
    for piece in pieces_of(path):
        yield from _apply(engine, piece)


def _apply(engine: Engine, piece: Piece) -> Iterator[Finding]:
    try:
        engine.run(piece.text)
    except Refused as error:
        sentence, line = refusal(error, piece.text)
        yield piece.finding(sentence, line)


def _state(engine: Engine) -> frozenset[tuple[str, str]]:
    """Names and texts of all that a migration makes."""
    return frozenset((each["name"], each["text"]) for each in engine.rows(f"{TABLES} UNION ALL {FUNCTIONS}"))


def refusal(error: Refused, text: str, lines_before: int = 0) -> tuple[str, int]:
    """ClickHouse's sentence about a text, and the line of it, from 0 on, that it means."""
    said = NOISE.sub("", str(error))
    if (place := LINE.search(said)) is not None:  # else it is where the name stands that it speaks of
        line = int(place[1]) - 1 - lines_before
    else:
        name = NAMED.search(said)
        line = line_of_name(name[1], text) if name else 0
    return f"ClickHouse refuses it: {' '.join(said.split())}", max(line, 0)


def line_of_name(name: str, text: str) -> int:
    """The line, from 0 on, where a text has a name first; its first line where it has it not."""
    at = re.search(rf"\b{re.escape(name)}\b", text)
    return text.count("\n", 0, at.start()) if at else 0
