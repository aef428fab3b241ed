"""`hiring sql explain`, on a database with a volume, on primary and replica."""

import asyncio
import os
import time
from collections.abc import Iterator
from typing import Any

import msgspec
import pytest

from benchmarks.volume import fill
from hiring.config import Settings, load_settings
from sqlproof.explain.plans import tree
from tests.cli.command import hiring
from tests.databases import administered, own_database, superuser_session

DATABASE = {
    "HIRING_DEPLOYMENT": "test",
    "HIRING__POSTGRES__DATABASE": "hiring_explain_test",
    "HIRING__CLICKHOUSE__DATABASE": "hiring_explain_test",
    "NO_COLOR": "1",
}
APPLICATIONS = 40_000
REPLAY_S = 30
INDEX = "jobs_by_status"
COUNTED = """
SELECT c.relname, query_to_xml(
    format('SELECT count(*), max(t.xmin::text::bigint) FROM %I AS t', c.relname), true, true, ''
)::text
FROM pg_class AS c WHERE c.relkind = 'r' AND c.relnamespace = 'public'::regnamespace AND c.relname <> 'heartbeats'
UNION ALL SELECT 'feed_positions', last_value::text || is_called FROM feed_positions
ORDER BY 1
"""


@pytest.fixture(scope="module")
def settings() -> Settings:
    """The tests' settings, with a database that nobody else uses."""
    return load_settings(environ={**os.environ, **DATABASE})


@pytest.fixture(scope="module", autouse=True)
def database(settings: Settings) -> Iterator[None]:
    """The migrated database with a volume, on the replica, too; gone afterwards."""

    async def make() -> None:
        async with superuser_session(settings) as connection:
            await fill(connection, APPLICATIONS)

    with own_database(settings):
        asyncio.run(make())
        [(written,)] = ask(settings, "SELECT pg_current_wal_lsn()::text")
        is_there, give_up_at = f"SELECT pg_last_wal_replay_lsn() >= '{written}'", time.monotonic() + REPLAY_S
        while ask(settings, is_there, port=settings.postgres.replicas[0].port) != [(True,)]:
            assert time.monotonic() < give_up_at
            time.sleep(0.1)
        yield


def ask(settings: Settings, text: str, *, port: int | None = None) -> list[tuple[Any, ...]]:
    """What the primary, or the server at a port, answers the superuser."""

    async def asked() -> list[tuple[Any, ...]]:
        async with administered(settings) as admin:
            return await admin(text, port=port)

    return asyncio.run(asked())


def explain(*arguments: str, **environ: str) -> Any:
    return hiring("sql", "explain", *arguments, **DATABASE, **environ)


def told(*arguments: str) -> Any:
    """What a program reads."""
    answer = explain(*arguments, "--json")
    assert answer.returncode == 0, answer.stderr
    return msgspec.json.decode(answer.stdout)


@pytest.mark.parametrize("width", [80, 160])
def test_page_tells_plan_time_and_values_when_a_query_is_explained(width: int) -> None:
    """On the replica, as the role of the queries, by the service's own plan; within the terminal, without colours."""
    answer = explain("jobs.list_by_status", COLUMNS=str(width))
    assert answer.returncode == 0, answer.stderr
    first, second, *lines = answer.stdout.splitlines()
    assert first == "queries/jobs.list_by_status"
    assert second.startswith("replica ") and second.endswith(" as hiring_query, the plan for all values")
    page = " ".join("\n".join(lines).replace("│", "").split())
    for words in (
        "status = ", " (most common in jobs)", "row_limit = 26 (fixed)",
        f"using {INDEX} on jobs j", " rows, ", " planned", "buffers", " ms to run, ",
    ):  # fmt: skip
        assert words in page
    assert "\x1b" not in page and max(map(len, lines)) <= width


def test_values_are_postgresqls_when_given() -> None:
    """It decides the type; the plan for these values has them in it."""
    ids = "{00000000-0000-7000-8000-000000000007,00000000-0000-7000-8000-000000000008}"
    found = told("queries/applications.list_filtered", "--value", f"ids={ids}", "--custom")
    assert found["values"]["ids"] == {"type": "uuid[]", "value": ids, "origin": "given"}
    assert found["values"]["job_id"]["value"] is None and found["explain"]["Plan"]["Actual Rows"] == 2
    assert ids in str(found["explain"])
    refused = explain("applications.list_filtered", "--value", "ids=seven")
    assert refused.returncode == 2 and 'malformed array literal: "seven"' in refused.stderr
    refused = explain("applications.list_filtered", "--value", "id=7")
    assert refused.returncode == 2 and "has no parameter id; it has organization_id, viewer_id, " in refused.stderr


def test_plan_is_one_for_its_values_when_a_statement_is_planned_each_time() -> None:
    """The page says which plan it shows: a statement with `Plan: custom` has none for all values."""
    assert "as hiring_query, the plan for these values" in explain("openings.list").stdout
    assert "as hiring_query, the plan for all values" in explain("jobs.list").stdout


def test_nothing_is_left_when_a_command_was_explained(settings: Settings) -> None:
    """It did write, and was rolled back: rows, their versions and the events' positions are what they were."""
    before = ask(settings, COUNTED)
    found = told("openings.add")
    assert ask(settings, COUNTED) == before
    written = {node.relation for node in tree(found["explain"]["Plan"]).all() if node.told.get("Operation") == "Insert"}
    assert written == {"openings"} and found["server"] == "primary"
    assert not [hint for hint in found["hints"] if "no row was changed" in hint]
    assert "as hiring_command, the plan for all values, rolled back" in explain("openings.add").stdout


def test_replica_is_refused_when_a_command_is_explained() -> None:
    """With a sentence; a query is explained on the primary where it is wanted."""
    refused = explain("openings.add", "--on", "replica")
    assert refused.returncode == 2 and not refused.stdout
    assert "commands/openings.add is a command, and a replica takes none" in refused.stderr
    assert told("queries/openings.list", "--on", "primary")["server"] == "primary"


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("find", " statements: "),
        ("applications.list_by", "queries/applications.list_by_stage, "),
        (
            "applications.lst_by_job",
            "there is no statement applications.lst_by_job: did you mean queries/applications.",
        ),
        ("7", "there is no statement 7"),
    ],
)
def test_names_are_offered_when_one_is_not_enough(name: str, words: str) -> None:
    """Two that begin alike, or one that is misspelt."""
    refused = explain(name)
    assert refused.returncode == 2 and words in refused.stderr and "Traceback" not in refused.stderr


def test_beginning_is_enough_when_only_one_statement_has_it() -> None:
    """Nothing is run, so there are neither values nor times."""
    answer = explain("stage_changes.list_by_app", "--no-analyze")
    assert answer.returncode == 0, answer.stderr
    assert answer.stdout.startswith("queries/stage_changes.list_by_application\n")
    assert "using stage_changes_by_application" in answer.stdout
    assert " ms" not in answer.stdout and "(fixed)" not in answer.stdout


def test_difference_is_told_when_the_server_lacks_an_index(settings: Settings) -> None:
    """Exit status 1, and the recorded plan beside the server's; 0 while they are one."""
    asked = ("jobs.list_by_status", "--compare", "--on", "primary")
    same = explain(*asked)
    assert (same.returncode, same.stderr) == (0, "")
    assert same.stdout == ("queries/jobs.list_by_status: the plan is the one in sql/plans/queries/jobs.txt\n")
    [(definition,)] = ask(settings, f"SELECT pg_get_indexdef('{INDEX}'::regclass)")
    ask(settings, f"DROP INDEX {INDEX}")
    try:
        other = explain(*asked)
    finally:
        ask(settings, definition)
    assert other.returncode == 1, other.stderr
    removed = [line for line in other.stdout.splitlines() if line.startswith("-") and INDEX in line]
    added = [line for line in other.stdout.splitlines() if line.startswith("+") and "on jobs j" in line]
    assert len(removed) == 1 and len(added) == 1


def test_sentence_tells_what_is_wrong_when_the_server_refuses() -> None:
    """Values that a constraint refuses, with what to do."""
    refused = explain("reasons.add", "--value", "kind=none")
    assert refused.returncode == 2 and 'violates check constraint "reasons_kind_known"' in refused.stderr
    assert refused.stderr.rstrip().endswith(": give values with --value, or see the plan alone with --no-analyze")


def test_sentence_tells_why_when_there_is_no_server() -> None:
    """One line, with the role that could not connect."""
    refused = explain("openings.add", HIRING__POSTGRES__PRIMARY__PORT="1")
    assert refused.returncode == 2 and refused.stderr.count("\n") == 1
    assert "commands/openings.add on the primary, as hiring_command: " in refused.stderr
    assert "Connection refused" in refused.stderr
