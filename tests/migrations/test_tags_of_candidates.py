"""Tags that candidates had as texts, before tags were words of the organization."""

import asyncio

from hiring.config import Settings
from hiring.migration_files import read_migrations
from hiring.migration_session import MIGRATIONS
from hiring.migrations import up
from tests.migrations.conftest import Query

ORGANIZATIONS = ("00000000-0000-0000-0000-00000000000a", "00000000-0000-0000-0000-00000000000b")
GIVEN = {"Kim": "{b,a}", "Lee": "{a}", "Max": "{}"}
LINKS = """
SELECT c.organization_id::text, c.name, array_agg(t.name ORDER BY t.name)
FROM candidates AS c
JOIN candidate_tags AS k ON k.organization_id = c.organization_id AND k.candidate_id = c.id
JOIN tags AS t ON t.organization_id = c.organization_id AND t.id = k.tag_id
GROUP BY c.organization_id, c.name ORDER BY 1, 2
"""


def inserted(organization: str, name: str, tags: str) -> str:
    """The statement by which the release before adds a candidate."""
    return (
        "INSERT INTO candidates (organization_id, id, first_name, name, tags)"
        f" VALUES ('{organization}', gen_random_uuid(), '{name}', '{name}', '{tags}')"
    )


def fill(database: Settings, query: Query) -> None:
    """Makes the schema before the change, with candidates of two organizations."""
    versions = [each.version for each in read_migrations(MIGRATIONS)]
    [own] = [each.version for each in read_migrations(MIGRATIONS) if each.name == "create_tags"]
    asyncio.run(up(database, lambda _: None, to=versions[versions.index(own) - 1]))
    for slug, organization in zip("ab", ORGANIZATIONS, strict=True):
        query(f"INSERT INTO organizations (organization_id, name, slug) VALUES ('{organization}', 'A', '{slug}')")
        for name, tags in GIVEN.items():
            query(inserted(organization, name, tags))


def test_texts_are_tags_of_their_organization_when_the_schema_changes(database: Settings, query: Query) -> None:
    """Each name is there once in an organization, as an active tag; who had it, has it."""
    fill(database, query)
    asyncio.run(up(database, lambda _: None))
    expected = [(organization, name, tags) for organization in ORGANIZATIONS
                for name, tags in (("Kim", ["a", "b"]), ("Lee", ["a"]))]  # fmt: skip
    assert query(LINKS) == expected
    tags = query("SELECT organization_id::text, name, status, version FROM tags ORDER BY 1, 2")
    assert tags == [(organization, name, "active", 1) for organization in ORGANIZATIONS for name in "ab"]


def test_texts_become_tags_when_the_release_before_goes_on_writing_them(database: Settings, query: Query) -> None:
    """A candidate that it adds or whose tags it replaces has these; where it replaces other fields, tags stay."""
    fill(database, query)
    asyncio.run(up(database, lambda _: None))
    organization, command = ORGANIZATIONS[0], database.postgres.roles.command
    query(inserted(organization, "Zoe", "{a,new}"), command)
    own = f"WHERE organization_id = '{organization}' AND name ="
    query(f"UPDATE candidates SET tags = '{{c}}' {own} 'Kim'", command)
    query(f"UPDATE candidates SET tag_ids = '{{}}' {own} 'Lee'", command)
    query(f"UPDATE candidates SET first_name = 'Leah', tags = tags {own} 'Lee'", command)
    found = [row for row in query(LINKS) if row[0] == organization]
    assert found == [(organization, "Kim", ["c"]), (organization, "Zoe", ["a", "new"])]
