"""`hiring analytics` as an operator types it: what it prints, and its exit status."""

import pytest

from hiring.config import Settings
from tests.cli.command import hiring

VERBS: tuple[tuple[str, ...], ...] = (("migrate", "up"), ("migrate", "status"), ("status",), ("verify",), ("rebuild",))
OFF = {"HIRING__CLICKHOUSE__HOST": ""}


@pytest.fixture(scope="module")
def migrated(settings: Settings, database: None) -> dict[str, str]:
    """The environment of a database that both servers have."""
    return {
        "HIRING__POSTGRES__DATABASE": settings.postgres.database,
        "HIRING__CLICKHOUSE__DATABASE": settings.clickhouse.database,
    }


def test_each_command_says_what_it_did_when_all_is_well(migrated: dict[str, str]) -> None:
    """An empty feed is a sound one."""
    told = {verb: hiring("analytics", *verb, **migrated) for verb in VERBS}
    for verb, done in told.items():
        assert done.returncode == 0, (verb, done.stdout, done.stderr)
    assert told["migrate", "up"].stdout == "nothing to apply\n"
    assert "create_facts" in told["migrate", "status"].stdout and "applied" in told["migrate", "status"].stdout
    assert told["status",].stdout.startswith("position ") and "has everything before" in told["status",].stdout
    assert "events compared, up to position" in told["verify",].stdout
    assert told["rebuild",].stdout.endswith(" facts, from every event of the feed\n")


def test_nothing_is_dropped_when_the_question_is_not_answered(migrated: dict[str, str]) -> None:
    """Emptying and undoing ask first."""
    for verb in (("rebuild", "--empty"), ("migrate", "down")):
        refused = hiring("analytics", *verb, **migrated)
        assert refused.returncode == 1 and "Aborted" in refused.stdout + refused.stderr, refused
    assert "applied" in hiring("analytics", "migrate", "status", **migrated).stdout


def test_one_line_tells_it_when_analytics_is_off(migrated: dict[str, str]) -> None:
    """Migrating is then nothing to do, so that deployments need no case for it."""
    for verb in VERBS[:2]:
        done = hiring("analytics", *verb, **(migrated | OFF))
        assert (done.returncode, done.stdout) == (0, "analytics is off: clickhouse.host is not set\n")
    for verb in VERBS[2:]:
        refused = hiring("analytics", *verb, **(migrated | OFF))
        assert refused.returncode == 1 and "analytics_disabled" in refused.stderr
        assert refused.stderr.strip().count("\n") == 0


def test_one_line_tells_it_when_clickhouse_does_not_answer(migrated: dict[str, str]) -> None:
    """Whatever is asked for."""
    for verb in VERBS:
        refused = hiring("analytics", *verb, **(migrated | {"HIRING__CLICKHOUSE__PORT": "1"}))
        assert refused.returncode == 1 and "analytics_unavailable" in refused.stderr, (verb, refused)
        assert refused.stderr.strip().count("\n") == 0
