"""Names of files that were kept before a name had to fit its file."""

import asyncio
from collections.abc import Mapping
from itertools import count, product

from hiring.config import Settings
from hiring.migration_files import read_migrations
from hiring.migration_session import MIGRATIONS
from hiring.migrations import up
from hiring.services.media import EXTENSIONS, fitting_file_name
from tests.migrations.conftest import Query
from tests.services.test_media import NAMES

TENANT = "00000000-0000-0000-0000-00000000000a"
LONG = ("x" * 230 + ".exe", "\u00fc" * 200, "\U0001f4a1" * 200 + ".pdf", "a." * 150, "b" * 190 + ".docx")
Kept = Mapping[str, tuple[str, str]]
"""Id → name and media type."""


def literal(text: str) -> str:
    """A string of SQL; the percent sign is one of the driver's."""
    return "'" + text.replace("'", "''").replace("%", "%%") + "'"


def fill(database: Settings, query: Query, kept: Kept) -> None:
    """Makes the schema before the change, with these files."""
    versions = [each.version for each in read_migrations(MIGRATIONS)]
    [own] = [each.version for each in read_migrations(MIGRATIONS) if each.name == "mend_names_of_attachments"]
    asyncio.run(up(database, lambda _: None, to=versions[versions.index(own) - 1]))
    query(f"INSERT INTO organizations (organization_id, name, slug) VALUES ('{TENANT}', 'A', 'a')")
    query(
        f"INSERT INTO candidates (organization_id, id, first_name, name) VALUES ('{TENANT}', '{TENANT}', 'Kim', 'Kim')"
    )
    rows = [
        f"('{TENANT}', '{file_id}', '{TENANT}', 'resume', {literal(name)}, '{media_type}', 1)"
        for file_id, (name, media_type) in kept.items()
    ]
    query(
        "INSERT INTO attachments (organization_id, id, candidate_id, kind, file_name, media_type, size)"
        f" VALUES {', '.join(rows)}"
    )


def test_names_fit_as_those_of_new_files_when_the_schema_changes(database: Settings, query: Query) -> None:
    """What fits stays as it is, in its version; a name that is too long is cut."""
    given = [(name, media_type) for name, media_type, _ in NAMES if "\0" not in name]
    given += [(kept, media_type) for _, media_type, kept in NAMES]
    given += list(product(("cv", "cv.pdf.exe", "cv.DOCX", "cv.tar.gz", "cv.json", *LONG), EXTENSIONS))
    given += [(fitting_file_name(name, media_type), media_type) for name, media_type in product(LONG, EXTENSIONS)]
    ids = (f"00000000-0000-0000-0000-{number:012d}" for number in count(1))
    kept = dict(zip(ids, given, strict=False))
    fill(database, query, kept)
    asyncio.run(up(database, lambda _: None))
    found = query("SELECT id::text, file_name, version FROM attachments")
    assert len(found) == len(kept)
    for file_id, name, version in found:
        former, media_type = kept[file_id]
        fitting = fitting_file_name(former, media_type)
        if former not in LONG:
            assert name == fitting, former
        assert fitting_file_name(name, media_type) == name, former
        assert version == (1 if name == former else 2), former
