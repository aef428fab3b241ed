"""What a statement for ClickHouse reads, level by level: tenants, views, FINAL, sources, columns."""

import pytest

from small_analytics import FIRST_LINE, SELECT, TENANT, Asked, only_one, statement

MINE = "organization_id = {organization_id:UUID}"
JOBS = "job_ids = {job_ids:Array(UUID)}"


@pytest.mark.parametrize(
    "text",
    [
        f"{SELECT} WHERE {TENANT}",
        f"{SELECT} PREWHERE {TENANT} WHERE f.kind = 'a'",
        f"{SELECT}\nWHERE f.kind = 'a' AND (({{organization_id:UUID}} = f.organization_id) AND f.kind != 'b')",
        f"SELECT n.name FROM names AS n\nJOIN facts AS f FINAL ON {TENANT} AND n.name = f.kind\nWHERE n.{MINE}",
        f"SELECT f.kind FROM facts AS f FINAL\nLEFT JOIN names AS n ON n.name = f.kind AND n.{MINE}\nWHERE {TENANT}",
        f"SELECT facts.job_id FROM facts FINAL WHERE facts.{MINE}",
        f"WITH mine AS ({SELECT} WHERE {TENANT})\nSELECT m.job_id FROM mine AS m",
        "SELECT d.occurred_on FROM days AS d WHERE toString({organization_id:UUID}) != ''",
    ],
)
def test_tenant_is_there_when_its_level_compares_it(asked: Asked, text: str) -> None:
    """In WHERE, PREWHERE or an ON that drops rows; either way around; a table without a tenant needs none."""
    proven = asked(statement(text))
    assert [*proven.refused, *proven.broken] == []


@pytest.mark.parametrize(
    "text",
    [
        f"{SELECT} WHERE {TENANT} OR f.kind = 'a'",
        f"{SELECT} WHERE NOT ({TENANT})",
        f"SELECT f.job_id, {TENANT} AS is_mine FROM facts AS f FINAL",
        f"{SELECT} GROUP BY f.job_id, f.organization_id HAVING {TENANT}",
        f"{SELECT} WHERE {TENANT}::String::UUID",
        f"{SELECT} WHERE f.job_id = {{organization_id:UUID}}",
        f"SELECT f.job_id, {{organization_id:UUID}} AS organization_id FROM facts AS f FINAL WHERE {MINE}",
        f"SELECT n.name FROM names AS n LEFT JOIN facts AS f FINAL ON {TENANT} AND n.name = f.kind AND n.{MINE}",
        f"{SELECT} WHERE {TENANT} AND f.job_id IN (SELECT g.job_id FROM facts AS g FINAL)",
        f"{SELECT} WHERE {TENANT} UNION ALL SELECT g.job_id FROM facts AS g FINAL",
        f"SELECT m.job_id FROM (SELECT g.job_id, g.organization_id FROM facts AS g FINAL) AS m WHERE m.{MINE}",
        f"WITH mine AS (SELECT g.job_id FROM facts AS g FINAL) {SELECT} WHERE {TENANT} AND f.job_id IN mine",
    ],
)
def test_tenant_is_missed_when_its_level_does_not_compare_it(asked: Asked, text: str) -> None:
    """What stands under OR or NOT, in HAVING, in another column or at another level does not count."""
    proven = asked(statement(text))
    assert proven.refused == []
    assert any("at its own query level" in each.sentence for each in proven.broken), proven.broken


@pytest.mark.parametrize(
    ("text", "reason", "words"),
    [
        (SELECT, "none, all are compared.", ""),
        (SELECT, "all are compared.", "an exception reads"),
        ("SELECT d.occurred_on FROM days AS d", "none, there is none.", "remove `Tenant: none`"),
    ],
)
def test_exception_is_stated_when_a_statement_is_of_all_tenants(
    asked: Asked, text: str, reason: str, words: str
) -> None:
    """With its reason, and only where one is needed."""
    proven = asked(f"-- name: count\n-- Counts.\n-- Tenant: {reason}\n{text};\n")
    if words:
        only_one(proven, "trials.sql", FIRST_LINE + 2, words)
    else:
        assert [*proven.refused, *proven.broken] == []


@pytest.mark.parametrize(
    ("given", "words"),
    [
        (f"organization_id = toUUID('5eed0000-0000-4000-8000-000000000001'), {JOBS}", MINE),
        (f"organization_id = {{job_id:UUID}}, {JOBS}", MINE),
        (f"{MINE}, job_ids = []", JOBS),
        (f"{MINE}, job_ids = {{others:Array(UUID)}}", JOBS),
    ],
)
def test_view_is_found_when_it_is_given_something_else(asked: Asked, given: str, words: str) -> None:
    """It is given each of its parameters from the parameter of the same name."""
    takes = ", ".join(name for name in ("organization_id", "job_ids", "job_id", "others") if f"{{{name}:" in given)
    proven = asked(statement(f"SELECT s.job_id\nFROM seen({given}) AS s", takes))
    only_one(proven, "trials.sql", FIRST_LINE + 4, f"seen is to be given {words}")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (f"SELECT f.job_id FROM facts AS f WHERE {TENANT}", "facts is read without FINAL"),
        (f"{SELECT} WHERE {TENANT} AND toDate(f.at) IN days", "IN reads days out of sight"),
        ("SELECT n.number FROM numbers(3) AS n WHERE {organization_id:UUID} IS NOT NULL", "no view of the project"),
        ("SELECT t.name FROM system.tables AS t WHERE {organization_id:UUID} != t.uuid", "no table of the migrations"),
        (f"WITH facts AS ({SELECT} WHERE {TENANT}) SELECT a.job_id FROM facts AS a", "a CTE is called as the table"),
        (f"SELECT f.* FROM facts AS f FINAL WHERE {TENANT}", "a star"),
        (f"SELECT f.job_id FROM facts AS f FINAL WHERE {TENANT} LIMIT 1 OFFSET 1", "no OFFSET"),
        (f"SELECT f.job_id, f.job_id FROM facts AS f FINAL WHERE {TENANT}", "two columns are called job_id"),
        (f"SELECT f.at AS moment FROM facts AS f FINAL WHERE {TENANT}", "moment is a timestamp, which ends in _at"),
        (f"SELECT toDate(f.at) AS day FROM facts AS f FINAL WHERE {TENANT}", "day is a date, which ends in _on"),
        (f"SELECT toNullable(true) AS open FROM facts AS f FINAL WHERE {TENANT}", "open is a boolean"),
    ],
)
def test_reading_is_found_when_a_rule_forbids_it(asked: Asked, text: str, words: str) -> None:
    """Sources without FINAL or out of sight, stars, pages by number, names."""
    proven = asked(statement(text))
    assert any(words in each.sentence for each in proven.broken), proven
