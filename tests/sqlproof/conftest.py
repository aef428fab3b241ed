"""The service's own tree, as the tool sees it: a migrated server with rows, its schema, the catalogue, made once."""

from collections.abc import Iterator
from datetime import UTC, datetime
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import psycopg
import pytest

from sqlproof.catalogue.gathered import Catalog, Server, Since, Usage, gather
from sqlproof.catalogue.page import page
from sqlproof.check import fill
from sqlproof.clickhouse.proof import Proven, prove
from sqlproof.configuration import read_project
from sqlproof.schema.model import Schema, read_schema
from sqlproof.schema.scratch_server import scratch_database

PROJECT = read_project(Path(__file__).resolve().parents[2] / "sql" / "rules.toml")


USAGE = Usage("queries/jobs.list", 1200, 600.0, 0.5, 0.25, 12.5, 30_000, 44_000, 21, 0.75)
SERVERS = [
    Server("primary", "db1:5432", Since("2026-11-01 07:00 UTC", 0), {}),
    Server("replica", "db2:5432", Since("2026-11-02 07:00 UTC", 3), {USAGE.name: USAGE}),
]


class Read(HTMLParser):
    """What a page is made of: its elements' ids, where its links lead, its tags, what its attributes say."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.ids: list[str] = []
        self.links: list[str] = []
        self.tags: list[str] = []
        self.loaded: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self.tags.append(tag)
        self.ids += [given["id"] or ""] if "id" in given else []
        self.links += [given["href"] or ""] if "href" in given else []
        self.loaded += [value or "" for name, value in attrs if name in ("src", "srcset", "style") or name[:2] == "on"]


@pytest.fixture(scope="session")
def filled() -> Iterator[psycopg.Connection[Any]]:
    """The migrated schema with a volume."""
    with scratch_database(PROJECT) as connection:
        assert fill(connection, PROJECT) is None
        yield connection


@pytest.fixture(scope="session")
def proven() -> Proven:
    """What ClickHouse tells of its statements."""
    return prove(PROJECT)


@pytest.fixture(scope="session")
def schema(filled: psycopg.Connection[Any]) -> Schema:
    """The service's schema."""
    return read_schema(filled, PROJECT)


@pytest.fixture(scope="session")
def catalog() -> Catalog:
    """Everything that is known of the service's SQL; one statement has been sent, to the replica."""
    return gather(PROJECT, servers=SERVERS, silence="", made_at=datetime(2026, 11, 26, 12, tzinfo=UTC))


@pytest.fixture(scope="session")
def html(catalog: Catalog) -> str:
    """The page."""
    return page(catalog, PROJECT)
