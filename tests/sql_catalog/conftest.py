"""The catalogue of the real tree, made once."""

from datetime import UTC, datetime
from html.parser import HTMLParser

import pytest

from hiring.cli.sql import MIGRATIONS, PACKAGE, SQL, VOLUME
from sqlproof.catalogue.catalog import Catalog, gather
from sqlproof.catalogue.page import page
from sqlproof.catalogue.statistics import Server, Since, Usage

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
def catalog() -> Catalog:
    """Everything that is known of the service's SQL; one statement has been sent, to the replica."""
    return gather(
        sql_folder=SQL, migrations=MIGRATIONS, package=PACKAGE, volume=VOLUME, servers=SERVERS, silence="",
        made_at=datetime(2026, 11, 26, 12, tzinfo=UTC),
    )  # fmt: skip


@pytest.fixture(scope="session")
def html(catalog: Catalog) -> str:
    """The page."""
    return page(catalog)
