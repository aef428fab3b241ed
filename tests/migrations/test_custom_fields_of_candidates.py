"""Values that candidates had under any key, before custom fields were defined."""

import asyncio
from typing import Any

from hiring.config import Settings
from hiring.migration_files import read_migrations
from hiring.migration_session import MIGRATIONS
from hiring.migrations import up
from tests.migrations.conftest import Query

ORGANIZATIONS = ("00000000-0000-0000-0000-00000000000a", "00000000-0000-0000-0000-00000000000b")
LONG = "x" * 201
GIVEN = (
    '{"shirt": "M", "size": 2, "moves": true, "words": ["b", "a", "b"], "mixed": 1, "prose": "x", "odd": [" "]}',
    f'{{"shirt": "L", "size": 2.50, "words": [], "mixed": "one", "prose": "{LONG}", "odd": ["x"]}}',
    "{}",
)
FIELDS = """
SELECT f.key, f.name, f.type, ARRAY(SELECT o ->> 'label' FROM jsonb_array_elements(f.options) AS o)
FROM custom_fields AS f WHERE f.organization_id = '{0}' AND f.applies_to = 'candidate' ORDER BY f.key
"""
VALUES = """
SELECT f.key, coalesce(o ->> 'label', v.value), c.first_name
FROM custom_values AS v
JOIN custom_fields AS f ON f.organization_id = v.organization_id AND f.id = v.field_id
JOIN candidates AS c ON c.organization_id = v.organization_id AND c.id = v.resource_id
LEFT JOIN jsonb_array_elements(f.options) AS o ON o ->> 'id' = v.value
WHERE v.organization_id = '{0}' ORDER BY 1, 2, 3
"""
KEPT = "SELECT custom_fields FROM candidates WHERE organization_id = '{0}' ORDER BY first_name"


def fill(database: Settings, query: Query) -> None:
    """Makes the schema before the change, with candidates of two organizations."""
    versions = [each.version for each in read_migrations(MIGRATIONS)]
    [own] = [each.version for each in read_migrations(MIGRATIONS) if each.name == "create_custom_fields"]
    asyncio.run(up(database, lambda _: None, to=versions[versions.index(own) - 1]))
    for slug, organization in zip("ab", ORGANIZATIONS, strict=True):
        query(f"INSERT INTO organizations (organization_id, name, slug) VALUES ('{organization}', 'A', '{slug}')")
        for number, given in enumerate(GIVEN):
            query(
                "INSERT INTO candidates (organization_id, id, first_name, name, custom_fields)"
                f" VALUES ('{organization}', gen_random_uuid(), '{number}', 'A', '{given}')"
            )


def test_fields_are_those_that_values_make_when_the_schema_changes(database: Settings, query: Query) -> None:
    """By the types found; lists are ids of options, other values stay, and what is short finds its candidates."""
    fill(database, query)
    asyncio.run(up(database, lambda _: None))
    for organization in ORGANIZATIONS:
        assert query(FIELDS.format(organization)) == [
            ("mixed", "mixed", "long_text", []), ("moves", "moves", "boolean", []), ("odd", "odd", "long_text", []),
            ("prose", "prose", "long_text", []), ("shirt", "shirt", "short_text", []), ("size", "size", "number", []),
            ("words", "words", "multi_select", ["a", "b"]),
        ]  # fmt: skip
        assert query(VALUES.format(organization)) == [
            ("moves", "true", "0"), ("shirt", "L", "1"), ("shirt", "M", "0"), ("size", "2", "0"), ("size", "2.5", "1"),
            ("words", "a", "0"), ("words", "b", "0"),
        ]  # fmt: skip
        [[words]] = query(
            f"SELECT options FROM custom_fields WHERE organization_id = '{organization}' AND key = 'words'"
        )
        kept: list[tuple[dict[str, Any]]] = query(KEPT.format(organization))
        ids = {each["label"]: each["id"] for each in words}
        assert [each.get("words") for (each,) in kept] == [[ids["b"], ids["a"]], [], None]
        assert [each.get("mixed") for (each,) in kept] == [1, "one", None]
        assert [each.get("odd") for (each,) in kept] == [[" "], ["x"], None]


def test_values_have_no_field_when_the_release_before_adds_them(database: Settings, query: Query) -> None:
    """It goes on writing keys that no field has: they are kept, and values of other types are no failure."""
    fill(database, query)
    asyncio.run(up(database, lambda _: None))
    command, own = database.postgres.roles.command, f"organization_id = '{ORGANIZATIONS[0]}' AND first_name = '2'"
    query(
        f"""UPDATE candidates SET custom_fields = '{{"new": 1, "size": "big", "words": ["c"]}}' WHERE {own}""", command
    )
    found = query(VALUES.format(ORGANIZATIONS[0]))
    assert [row for row in found if row[2] == "2"] == [("size", "big", "2"), ("words", "c", "2")]
