"""Chains of translations, written before a translation always pointed to its original."""

import asyncio
from itertools import count

import pytest

from hiring.config import Settings
from hiring.errors import ApiError
from hiring.migration_files import read_migrations
from hiring.migration_session import MIGRATIONS
from hiring.migrations import up
from tests.migrations.conftest import Query

TENANT = "00000000-0000-0000-0000-00000000000a"
POSTS = {
    "en": (None, "en", "published"),
    "de": ("en", "de", "published"),
    "fr of en": ("en", "fr", "draft"),
    "fr of de": ("de", "fr", "published"),
    "it of fr": ("fr of de", "it", "draft"),
    "pt draft": ("de", "pt", "draft"),
    "pt published": ("it of fr", "pt", "published"),
    "en of fr": ("fr of en", "en", "published"),
    "alone": (None, "fr", "published"),
}
"""Name → what it was translated from, language, status."""
IDS = {name: f"00000000-0000-0000-0000-{number:012d}" for name, number in zip(POSTS, count(1), strict=False)}
COLUMNS = (
    "organization_id, id, job_id, job_board_id, translation_of, language, title, body, body_format, body_html, status"
)


def inserted(name: str, translation_of: str | None, language: str, status: str) -> str:
    """The statement that adds a post."""
    original = f"'{IDS[translation_of]}'" if translation_of else "NULL"
    values = f"'{TENANT}', '{IDS[name]}', '{TENANT}', '{TENANT}', {original}, '{language}', 't', 'b', 'plain', 'b'"
    return f"INSERT INTO posts ({COLUMNS}) VALUES ({values}, '{status}')"


def fill(database: Settings, query: Query) -> None:
    """Makes the schema before the change, with chains."""
    versions = [each.version for each in read_migrations(MIGRATIONS)]
    [first] = [each.version for each in read_migrations(MIGRATIONS) if each.name == "point_translations_to_originals"]
    asyncio.run(up(database, lambda _: None, to=versions[versions.index(first) - 1]))
    query(f"INSERT INTO organizations (organization_id, name, slug) VALUES ('{TENANT}', 'A', 'a')")
    query(f"INSERT INTO job_boards (organization_id, id, slug, name) VALUES ('{TENANT}', '{TENANT}', 'a', 'A')")
    query(
        "INSERT INTO jobs (organization_id, id, title, employment_type, workplace)"
        f" VALUES ('{TENANT}', '{TENANT}', 'Cook', 'full_time', 'onsite')"
    )
    for name, facts in POSTS.items():
        query(inserted(name, *facts))


def test_chains_are_taken_apart_and_refused_when_the_schema_changes(database: Settings, query: Query) -> None:
    """What pointed to the original stays, then what is published, then the oldest; the next chain is refused."""
    fill(database, query)
    asyncio.run(up(database, lambda _: None))
    names = {post_id: name for name, post_id in IDS.items()}
    found = query("SELECT id::text, translation_of::text, original_id::text, version FROM posts")
    after = {names[post_id]: (names.get(original or ""), version) for post_id, original, _, version in found}
    assert after == {
        "en": (None, 1), "de": ("en", 1), "fr of en": ("en", 1), "fr of de": (None, 2), "it of fr": ("en", 2),
        "pt draft": (None, 2), "pt published": ("en", 2), "en of fr": (None, 2), "alone": (None, 1),
    }  # fmt: skip
    assert all(original_id == (original or post_id) for post_id, original, original_id, _ in found)
    for change, constraint in (
        ("translation_of = '{de}' WHERE id = '{fr of de}'", "posts_translation_of_exists"),
        ("translation_of = '{alone}' WHERE id = '{en}'", "posts_translation_of_exists"),
        ("translation_of = '{en}' WHERE id = '{fr of de}'", "posts_language_taken"),
        ("language = 'de' WHERE id = '{en}'", "posts_language_taken"),
        ("language = 'en' WHERE id = '{de}'", "posts_language_taken"),
        ("translation_of = id WHERE id = '{alone}'", "posts_translation_of_another"),
    ):
        with pytest.raises(ApiError) as refused:
            query(f"UPDATE posts SET {change.format_map(IDS)}")
        assert constraint in str(refused.value.__cause__)
